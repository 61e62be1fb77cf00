"""Archives as a browser's Python takes them: only what is needed, and, packed by Pyodide, bytecode.

``packing.mjs`` has Pyodide's own Python run this file; where there is no node, ours packs sources.
"""

from __future__ import annotations

import io
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator

SITE = "/lib/python3.12/site-packages/"
#: What a browser is not sent. The learner's worker has no text from which a reference, a mistake or
#: an answer could be read; the lesson's own module it deletes.
LEFT_OUT = {
    "python_stdlib.zip": r"(curses|ensurepip|idlelib|lib2to3|pydoc_data|sqlite3|tkinter|turtledemo"
    r"|venv|xmlrpc|test)/|turtle\.py",
    "numpy.tar": r"numpy-|.*/tests/|.*\.(?!py$|so$)\w+$"
    r"|numpy/(f2py|testing|fft|polynomial|ma|distutils|doc|_pyinstaller)/(?!__init__\.py)",
    "judge.tar": r"tito/(cli|lab|notebook|doctor)/|tito/page/(static|theme)/|tito/page/\w+\.md",
    "learner.tar": r"tito/(cli|lab|notebook|doctor|say|learner)/|tito/page/(?!(confined|__init__)\.py)"
    r"|tito/lessons/.*\.md|tito/lessons/.*/[A-Z][^/]*\.toml|tito/lesson/common\.toml",
}
#: Of these the judge reads the text, too.
_TEXTS = re.compile(r"tinytorch/core/\w+\.py")


def pack(kind: str, archive: bytes, *, compiled: bool) -> bytes:
    """The archive of that name in ``LEFT_OUT``, made of a zip of sources."""
    target = io.BytesIO()
    if kind.endswith(".zip"):
        with zipfile.ZipFile(target, "w") as made:
            for path, content in _entries(kind, archive, "/lib/python312.zip/", compiled):
                made.writestr(zipfile.ZipInfo(path), content)
    else:
        with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for path, content in _entries(kind, archive, SITE, compiled):
                info = tarfile.TarInfo(path)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return target.getvalue()


def _entries(kind: str, archive: bytes, root: str, compiled: bool) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as whole:
        for name in whole.namelist():
            if name.endswith("/") or re.match(LEFT_OUT[kind], name):
                continue
            content = whole.read(name)
            if not (compiled and name.endswith(".py")):
                yield name, content
            elif kind == "judge.tar" and _TEXTS.fullmatch(name):
                folder, _, module = name.rpartition("/")
                beside = f"{folder}/__pycache__/{module[:-3]}.{sys.implementation.cache_tag}.pyc"
                yield name, content
                yield beside, _bytecode(content, root + name)
            else:
                yield f"{name}c", _bytecode(content, root + name)


def _bytecode(content: bytes, path: str) -> bytes:
    """A module's bytecode, which is not held against its source (PEP 552)."""
    import importlib.util
    import marshal

    code = compile(content, path, "exec", dont_inherit=True)
    unchecked = (1).to_bytes(4, "little") + bytes(8)
    return importlib.util.MAGIC_NUMBER + unchecked + marshal.dumps(code)
