"""Python, NumPy and its BLAS, and the extras: what is installed, and whether it works."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shlex
import subprocess
import sys
from typing import Any, cast

from tito.doctor.finding import Finding
from tito.learner import project_root
from tito.say.terminal import short_path

OLDEST, NEWEST_TRIED = (3, 11), (3, 14)
NUMPY_OLDEST = 2
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
EXTRAS = {
    "matplotlib": "pictures",
    "safetensors": "weights and checkpoints in files",
    "pooch": "downloading MNIST",
    "pytest": "python -m pytest tests/ in your folder",
}
#: In parts of their names: what multiplies matrices as fast as the processor can.
_FAST = ("openblas", "mkl", "accelerate", "blis", "armpl", "essl", "nvpl")
_PATIENCE_S = 60
_PROBE = """
import sys; sys.path[:] = {path!r}
import json, numpy
try:
    blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
except Exception:
    blas = {{}}
numpy.ones((2, 2)) @ numpy.ones((2, 2)); numpy.random.default_rng().normal()
blas = [str(blas.get(key)) for key in ("name", "version")]
print(json.dumps([numpy.__version__, numpy.__file__, *blas]))
"""


def python() -> Finding:
    """Which Python runs this."""
    now = sys.version_info[:2]
    found = f"{platform.python_version()}, {sys.executable}"
    if now < OLDEST:
        return Finding("Python", "trouble", f"{found}; 3.11 is the oldest", _reinstall("python"))
    if now > NEWEST_TRIED:
        newest = ".".join(map(str, NEWEST_TRIED))
        return Finding("Python", "note", f"{found}; TinyTorch has been tried up to {newest}")
    return Finding("Python", "ok", found)


def numpy() -> Finding:
    """Whether NumPy works, tried in a process of its own, for a broken one may crash."""
    try:
        ran = subprocess.run(
            [sys.executable, "-I", "-c", _PROBE.format(path=sys.path)],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("NumPy", "trouble", f"it could not be tried: {error}")
    if ran.returncode != 0:
        said = [line.strip() for line in ran.stderr.splitlines() if line.strip()]
        why = said[-1] if said else f"the process ended with code {ran.returncode}"
        return Finding("NumPy", "trouble", f"it cannot be imported. {why}", _reinstall("numpy"))
    version, place, blas, blas_version = json.loads(ran.stdout.splitlines()[-1])
    if int(version.partition(".")[0]) < NUMPY_OLDEST:
        wanted = f"NumPy {version}; TinyTorch needs {NUMPY_OLDEST}.0 or newer"
        return Finding("NumPy", "trouble", wanted, _reinstall("numpy"))
    if not any(name in blas.lower() for name in _FAST):
        found = f"{version}, with no fast BLAS ({blas}): products of matrices are slow. {place}"
        return Finding("NumPy", "note", found, _reinstall("numpy"))
    return Finding("NumPy", "ok", f"{version}, with {blas} {blas_version}")


def threads() -> Finding:
    """How many processors there are, and which variables keep NumPy from them."""
    available = cast("Any", getattr(os, "sched_getaffinity", None))
    count = len(available(0)) if available else os.cpu_count() or 1
    found = f"{count} processor{'s' if count > 1 else ''}"
    limits = [f"{name}={os.environ[name]}" for name in THREADS if os.environ.get(name)]
    if limits and count > 1:
        return Finding("Threads", "note", f"{found}; limited by {', '.join(limits)}")
    return Finding("Threads", "ok", found)


def extras() -> list[Finding]:
    """What is there only if it was asked for."""
    found: list[Finding] = []
    for name, use in EXTRAS.items():
        if importlib.util.find_spec(name):
            found.append(Finding(name, "ok", f"is there, for {use}"))
        else:
            found.append(Finding(name, "note", f"is not there; it is for {use}", extra("learn")))
    return found


def _reinstall(what: str) -> str:
    if what == "python":
        return "https://www.python.org/downloads/"
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return f'{python} -m pip install --force-reinstall "{what}>=2.0"'


NAME = "tinytorch-lessons"


def pip(what: str) -> str:
    """The command that installs this package for the Python that runs."""
    return f"{shlex.quote(short_path(sys.executable))} -m pip install {what}"


def extra(name: str) -> str:
    """The command that installs an extra; in quotes, for zsh reads brackets as a pattern."""
    root = project_root()
    return pip(f"--editable {shlex.quote(f'{root}[{name}]')}" if root else f"'{NAME}[{name}]'")
