"""The machine around it: terminal, folders, disk, editor."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from tito.doctor.finding import Finding
from tito.learner import Workspace
from tito.say.terminal import Screen, command, short_path

_MIB = 1 << 20
SHORT_OF_DISK, NO_DISK = 200 * _MIB, 5 * _MIB
EDITORS = ("code", "codium", "cursor", "zed", "subl", "pycharm", "nvim", "vim", "emacs", "nano")


def terminal() -> Finding:
    """What this terminal can show."""
    screen, size = Screen.of(sys.stdout), shutil.get_terminal_size((80, 24))
    marks = screen.clean("✓") == "✓"
    colours = "with colours" if screen.colour else "without colours"
    found = f"{size.columns} x {size.lines}, {colours}, {screen.encoding}"
    if not marks:
        mend = "set PYTHONUTF8=1" if os.name == "nt" else "export PYTHONUTF8=1"
        return Finding("Terminal", "note", f"{found}: marks are shown as + x -> and so on", mend)
    if sys.stdout.isatty() and (size.columns < 80 or size.lines < 24):
        return Finding("Terminal", "note", f"{found}: 80 x 24 or more shows more at once")
    return Finding("Terminal", "ok", found)


def folder(workspace: Workspace) -> Finding:
    """Whether the learner's folder can be written."""
    place = workspace.folder
    if not place.is_dir():
        above = next((each for each in place.parents if each.is_dir()), Path.cwd())
        if trouble := _cannot_write(above):
            return Finding("Your folder", "trouble", f"{above} {trouble}", "cd ~")
        return Finding("Your folder", "ok", f"not begun yet: {command()} start makes it")
    for each in (place, place / ".tito"):
        if trouble := _cannot_write(each):
            mend = f"chmod -R u+rwX {shlex.quote(short_path(place))}"
            if os.name == "nt":
                mend = f'attrib -R "{short_path(place)}\\*" /S /D'
            return Finding("Your folder", "trouble", f"{short_path(each)} {trouble}", mend)
    return Finding("Your folder", "ok", f"{short_path(place)} can be written")


def temporary() -> Finding:
    """Whether there is a folder for temporary files."""
    try:
        place = tempfile.gettempdir()
    except OSError as error:
        return Finding("Temporary", "trouble", str(error), "export TMPDIR=~")
    if trouble := _cannot_write(Path(place)):
        return Finding("Temporary", "trouble", f"{place} {trouble}", "export TMPDIR=~")
    return Finding("Temporary", "ok", f"{place} can be written")


def disk(workspace: Workspace) -> Finding:
    """How much room there is where the learner's files are."""
    place = next(p for p in (workspace.folder, *workspace.folder.parents) if p.is_dir())
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        return Finding("Disk", "note", f"it does not say how full it is: {error.strerror}")
    found = (
        f"{free / (1 << 30):,.1f} GiB free" if free >= 1 << 30 else f"{free / _MIB:.0f} MiB free"
    )
    if free < NO_DISK:
        return Finding("Disk", "trouble", f"{found}: nothing can be saved", "df -h ~")
    return Finding("Disk", "note" if free < SHORT_OF_DISK else "ok", found)


def network(workspace: Workspace) -> list[Finding]:
    """A Windows folder seen from WSL: slow, and without events when a file is saved."""
    try:
        wsl = "microsoft" in Path("/proc/version").read_text(encoding="utf-8").lower()
    except (OSError, UnicodeDecodeError):
        wsl = False
    place = workspace.folder.resolve()
    if not (wsl and place.parts[1:2] == ("mnt",)):
        return []
    mend = f"cp -r {shlex.quote(os.fspath(place))} ~" if place.is_dir() else "cd ~"
    found = f"{place} is a Windows folder, which WSL reads slowly"
    return [Finding("WSL", "note", found, mend)]


def editor() -> Finding:
    """An editor to write in."""
    for variable in ("VISUAL", "EDITOR"):
        if named := os.environ.get(variable):
            try:
                program = shlex.split(named)[0]
            except (ValueError, IndexError):
                program = named
            if shutil.which(program) or shutil.which(named):
                return Finding("Editor", "ok", f"{named} ({variable})")
            found = f"{variable} is {named}, which is not there"
            return Finding("Editor", "note", found, f"unset {variable}")
    if found := next(filter(shutil.which, EDITORS), None):
        return Finding("Editor", "ok", found)
    return Finding("Editor", "note", "none was found; any that saves plain text will do")


def _cannot_write(place: Path) -> str:
    """Why nothing can be written there; empty where it can."""
    try:
        with tempfile.TemporaryFile(dir=place, prefix=".tito-") as file:
            file.write(b"x" * 4096)
    except OSError as error:
        return f"cannot be written: {(error.strerror or str(error)).lower()}"
    return ""
