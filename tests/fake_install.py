"""Run the launcher with its install replaced by a quick stand-in: what test_launcher.py drives.

Called as `python fake_install.py LAUNCHER ARGUMENTS…`. The variable INSTALL_LOG names the file
that gets a line for each step; FAULT says what goes wrong.
"""

import errno
import os
import runpy
import signal
import sys
import time
from pathlib import Path

TITO = """#!/bin/sh
printf '<%s>' "$@"
exit 7
"""


def fake_step(install, lock, command):
    """Stand in for Install.step: leave behind what venv or pip would."""
    step = "venv" if "venv" in command else f"pip {command[-1]}"
    with open(os.environ["INSTALL_LOG"], "a") as log:
        log.write(step + "\n")
    scripts = Path(install.venv, "bin")
    if step == "venv":
        scripts.mkdir()
        (scripts / "python").symlink_to(sys.executable)
        Path(install.venv, "half-written").touch()
        go_wrong("venv")
        Path(install.venv, "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
        Path(install.venv, "half-written").unlink()
    else:
        (scripts / "tito").write_text(TITO)
        (scripts / "tito").chmod(0o755)
        go_wrong("pip")


def go_wrong(step):
    """Let the fault of this step happen, if one is asked for."""
    match os.environ.get("FAULT", "").split():
        case ["kill", which] if which == step:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["interrupt", which] if which == step:
            raise KeyboardInterrupt
        case ["slow", which] if which == step:
            time.sleep(0.5)
        case ["offline", which] if which == step:
            raise launcher["Unreachable"]("no network")


def refuse(path):
    """Stand in for os.mkdir on a disk that cannot be written."""
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)


launcher = runpy.run_path(sys.argv[1])
launcher["Install"].step = fake_step
match os.environ.get("FAULT"):
    case "old python":
        sys.version_info = (3, 9, 0, "final", 0)
    case "no ensurepip":
        sys.modules["ensurepip"] = None
    case "read-only":
        os.mkdir = refuse
sys.exit(launcher["main"](sys.argv[2:]))
