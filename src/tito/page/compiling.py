"""Run by Pyodide's own Python: archives of sources become archives of bytecode, which load fast."""

import io
import os
import re
import tarfile
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc  # pyright: ignore

SITE = "/lib/python3.12/site-packages/"
#: What nobody needs here: of the standard library what has no use in a browser, of NumPy its tests
#: and what neither the library nor a lesson uses.
LEFT_OUT = {
    "stdlib": r"(curses|ensurepip|idlelib|lib2to3|pydoc_data|sqlite3|tkinter|turtledemo|venv|xmlrpc"
    r"|turtle\.py|test)\b",
    "numpy": r"numpy-|.*/tests/|.*\.(pyi|h|c|txt|a|f90|inc|ini|md|toml|pxd|build)$"
    r"|numpy/(f2py|testing|fft|polynomial|ma|distutils|doc|_pyinstaller)/(?!__init__\.py)",
    "judge": r"$",
    "learner": r"tito/(say|learner|page/(?!confined))/|tito/lessons/.*\.md|tito/lessons/.*/[A-Z].*\.toml",
}


def packed(name: str, content: bytes, root: str) -> bytes:
    """The bytecode of a module, which is not held against its source."""
    code = compile(content, root + name, "exec", dont_inherit=True, optimize=0)
    return bytes(_code_to_hash_pyc(code, b"\0" * 8, False))


def entries(archive: str, kind: str, root: str, texts: str = "$"):
    """What goes into an archive; sources that match ``texts`` stay beside their bytecode."""
    whole = zipfile.ZipFile(archive)
    for name in whole.namelist():
        if name.endswith("/") or re.match(LEFT_OUT[kind], name):
            continue
        content = whole.read(name)
        if not name.endswith(".py"):
            yield name, content
        elif re.match(texts, name):
            folder, _, module = name.rpartition("/")
            yield name, content
            yield f"{folder}/__pycache__/{module[:-3]}.cpython-312.pyc", packed(name, content, root)
        else:
            yield f"{name}c", packed(name, content, root)


def write_tar(name: str, found) -> None:
    """Write a plain tar."""
    with tarfile.open(f"/made/{name}", "w", format=tarfile.USTAR_FORMAT) as tar:
        for path, content in found:
            info = tarfile.TarInfo(path)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


os.mkdir("/made")
write_tar("numpy.tar", entries("/numpy.zip", "numpy", SITE))
write_tar("judge.tar", entries("/sources.zip", "judge", SITE, texts=r"tinytorch/core/\w+\.py"))
write_tar("learner.tar", entries("/sources.zip", "learner", SITE))
with zipfile.ZipFile("/made/python_stdlib.zip", "w") as stdlib:
    for path, content in entries("/stdlib.zip", "stdlib", "/lib/python312.zip/"):
        stdlib.writestr(zipfile.ZipInfo(path), content)
