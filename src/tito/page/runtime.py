"""Python for a browser: Pyodide and NumPy by name and hash, and what of them a site is sent."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tito.engine.report import Report
from tito.lesson.model import lesson_names
from tito.page.desk import Desk
from tito.page.packing import LEFT_OUT, pack

VERSION = "0.27.7"
NUMPY = "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl"
#: What a runtime folder holds, as Pyodide's distribution has it.
PARTS = {
    "pyodide.mjs": "04c052c815abb0bf2981fa38c2dfa58e3120ee5288c956df2b2a15e301782c5f",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "pyodide-lock.json": "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
    NUMPY: "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08",
}
#: Where the distribution stands, for a site that is made where there is internet.
DISTRIBUTION = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
_MADE = "made"  # the packed archives in a runtime folder, by the hash of what they are made of
_SOURCES = Path(__file__).parents[2]
_HERE = Path(__file__).parent


class NoRuntime(Exception):
    """A part is missing or is another; says which, and what to do."""


def take(folder: Path, name: str) -> bytes:
    """A part from a runtime folder. NoRuntime where it has not the hash that we know."""
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise NoRuntime(
            f"Expected {name} of Pyodide {VERSION} in {folder}; it is not there. "
            f"Fill the folder first: web/runtime.py {folder}"
        ) from error
    if (found := hashlib.sha256(content).hexdigest()) != PARTS[name]:
        raise NoRuntime(
            f"Expected {name} of Pyodide {VERSION} with the SHA-256 {PARTS[name]}; that in "
            f"{folder} has {found}. Delete it, and fill the folder again: web/runtime.py {folder}"
        )
    return content


def fill(folder: Path, fetch: Callable[[str], bytes]) -> None:
    """Put what is missing into the folder; ``fetch`` gets a part by its name. NoRuntime."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PARTS:
        if not (folder / name).exists():
            (folder / f"{name}.new").write_bytes(fetch(name))
            (folder / f"{name}.new").replace(folder / name)
        take(folder, name)


def from_distribution(name: str) -> bytes:
    """A part of Pyodide's own distribution. OSError without internet."""
    from urllib.request import urlopen

    with urlopen(DISTRIBUTION + name, timeout=60) as reply:
        return reply.read()


def install(folder: Path, out: Path) -> Mapping[str, int]:
    """Write what a browser fetches into ``out/_runtime``; the size of each file. NoRuntime.

    It comes last: the site that stands in ``out`` is then kept by browsers for offline.
    """
    content = {name: take(folder, name) for name in PARTS}
    archives = _packed(folder, content)
    target = out / "_runtime"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    parts: list[dict[str, object]] = []
    for name, data in {"pyodide.asm.wasm": content["pyodide.asm.wasm"], **archives}.items():
        file = f"{hashlib.sha256(data).hexdigest()[:12]}.{name}.gz"
        (target / file).write_bytes(gzip.compress(data, 9, mtime=0))
        parts.append({"name": name, "file": file, "size": len(data)})
    for name in ("pyodide.mjs", "pyodide.asm.js"):
        (target / name).write_bytes(content[name])
    (target / "parts.json").write_text(json.dumps({"parts": parts}), encoding="utf-8")
    (target / "answers.json").write_text(json.dumps(_answers()), encoding="utf-8")
    _keep_offline(out)
    return {file.name: file.stat().st_size for file in sorted(target.iterdir())}


def _answers() -> dict[str, object]:
    """What a desk says to all alike: nobody has to wait for Python to begin."""
    desk = Desk(_nothing_is_tested)
    lessons = {
        name: {"stub": desk.stub(name), "quiz": desk.quiz(name, None)} for name in lesson_names()
    }
    return {"course": desk.course(), "lessons": lessons}


def _nothing_is_tested(*_: object) -> Report:
    raise NotImplementedError


def _keep_offline(out: Path) -> None:
    """Write the service worker, which has to stand at the top, with the names of all files."""
    script = out / "offline.js"
    script.unlink(missing_ok=True)
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.suffix != ".ipynb")
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.read_bytes())
    names = [path.relative_to(out).as_posix() for path in files]
    kept = json.dumps({"version": whole.hexdigest()[:16], "files": names})
    code = (_HERE / "static" / "offline.worker.js").read_text(encoding="utf-8")
    script.write_text(f"self.kept = {kept};\n{code}", encoding="utf-8")


def _packed(folder: Path, content: Mapping[str, bytes]) -> dict[str, bytes]:
    """The archives, as bytecode where node is there to run Pyodide; those made before are taken."""
    sources = _sources()
    origins = {"python_stdlib.zip": content["python_stdlib.zip"], "numpy.tar": content[NUMPY]}
    origins |= dict.fromkeys(("judge.tar", "learner.tar"), sources)
    node = shutil.which("node")
    if node is None:
        return {kind: pack(kind, origins[kind], compiled=False) for kind in LEFT_OUT}
    made = folder / _MADE
    made.mkdir(exist_ok=True)
    packer = b"".join((_HERE / f"packing.{kind}").read_bytes() for kind in ("py", "mjs"))
    places: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as scratch:
        wanted: list[str] = []
        for kind in LEFT_OUT:
            key = hashlib.sha256(packer + hashlib.sha256(origins[kind]).digest()).hexdigest()
            places[kind] = made / f"{key[:16]}-{kind}"
            if not places[kind].exists():
                origin = Path(scratch, kind)
                origin.write_bytes(origins[kind])
                wanted += [kind, str(origin), str(places[kind])]
        if wanted:
            subprocess.run([node, _HERE / "packing.mjs", folder, *wanted], check=True)
    for old in set(made.iterdir()) - set(places.values()):
        old.unlink()
    return {kind: place.read_bytes() for kind, place in places.items()}


def _sources() -> bytes:
    """tinytorch and tito as a zip, the same for the same files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for top in ("tinytorch", "tito"):
            for path in sorted((_SOURCES / top).rglob("*")):
                if path.suffix in (".py", ".toml", ".md") and path.is_file():
                    name = path.relative_to(_SOURCES).as_posix()
                    archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return target.getvalue()
