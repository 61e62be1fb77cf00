"""Archives as a browser's Python takes them: only what is needed, and, packed by Pyodide, bytecode.

``packing.mjs`` has Pyodide's own Python run this file; where there is no node, ours packs sources.
"""

from __future__ import annotations

import importlib.util
import io
import marshal
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator

SITE = "/lib/python3.12/site-packages/"
#: What a browser is not sent. The learner's worker has no text from which a reference, a mistake or
#: an answer could be read; the lesson's own module it deletes. The judge has its archive besides.
_NOBODYS = r"tito/(cli|lab|notebook|doctor)/|tito/page/(static|theme)/|tinytorch/plots/"
LEFT_OUT = {
    "python_stdlib.zip": r"(curses|dbm|ensurepip|idlelib|lib2to3|multiprocessing|pydoc_data|sqlite3"
    r"|tkinter|turtledemo|venv|wsgiref|xml|xmlrpc|test)/"
    r"|(aifc|cgi|cgitb|chunk|ftplib|imaplib|mailbox|nntplib|pickletools|poplib|smtplib|sndhdr|sunau"
    r"|telnetlib|turtle|xdrlib)\.py",
    "numpy.tar": r"numpy-|.*/tests/|.*\.(?!py$|so$)\w+$"
    r"|numpy/(f2py|testing|fft|polynomial|ma|distutils|doc|_pyinstaller)/(?!__init__\.py)",
    "learner.tar": rf"{_NOBODYS}|tito/(say|learner)/|tito/page/(?!(confined|__init__)\.py)"
    r"|tito/lessons/.*\.md|tito/lessons/.*/[A-Z][^/]*\.toml|tito/lesson/common\.toml",
    "judge.tar": _NOBODYS,
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
            texts = kind == "judge.tar" and _TEXTS.fullmatch(name)
            if kind == "judge.tar" and not texts and not re.match(LEFT_OUT["learner.tar"], name):
                continue
            content = whole.read(name)
            if not (compiled and name.endswith(".py")):
                yield name, content
            elif texts:
                folder, _, module = name.rpartition("/")
                beside = f"{folder}/__pycache__/{module[:-3]}.{sys.implementation.cache_tag}.pyc"
                yield name, content
                yield beside, _bytecode(content, root + name)
            else:
                bare = 2 if kind == "python_stdlib.zip" else 0
                yield f"{name}c", _bytecode(content, root + name, bare)


def _bytecode(content: bytes, path: str, bare: int = 0) -> bytes:
    """A module's bytecode, which is not held against its source (PEP 552); 2 has no docstrings."""
    code = compile(content, path, "exec", dont_inherit=True, optimize=bare)
    unchecked = (1).to_bytes(4, "little") + bytes(8)
    return importlib.util.MAGIC_NUMBER + unchecked + marshal.dumps(code)
