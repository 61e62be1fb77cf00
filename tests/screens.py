"""A terminal for tests: runs a command in a pseudo-terminal, and shows the screen a person sees.

    from tests.screens import Terminal, keep

    with Terminal("test", "--seed", "1", cwd=begun, columns=80, rows=24) as terminal:
        terminal.wait_for("Next")
        keep("test_80x24", terminal.screen())

``keep`` compares with ``tests/screens/NAME.txt``; ``TITO_KEEP_SCREENS=1 pytest …`` writes these
files anew, and the difference is then for a person to read. Times, seeds and paths are masked.
"""

import copy
import difflib
import os
import re
import sys
import time
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")

FOLDER = Path(__file__).parent / "screens"
PATIENCE_S = 30
_ALTERNATE = 1049 << 5  # pyte's number for the private mode
_MASKS = (
    (r"\d\d:\d\d:\d\d", "##:##:##"),
    (r"\b\d+ s ago", "# s ago"),
    (r"\b\d+(\.\d+)? ?(m?s)\b", r"#.## \2"),
    (r"seed \d+", "seed ####"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d", "####-##-## ##:##"),
)


class _Screen(pyte.Screen):
    """pyte's screen, with the second one that full-screen programs draw on."""

    first = None

    def set_mode(self, *modes, **kwargs):
        super().set_mode(*modes, **kwargs)
        if 1049 in modes and kwargs.get("private") and self.first is None:
            self.first = copy.deepcopy(self.buffer), copy.copy(self.cursor)
            self.erase_in_display(2)

    def reset_mode(self, *modes, **kwargs):
        super().reset_mode(*modes, **kwargs)
        if 1049 in modes and kwargs.get("private") and self.first is not None:
            buffer, self.cursor = self.first
            self.buffer.clear()
            self.buffer.update(buffer)
            self.first = None


class Terminal:
    """``tito`` with these arguments in a terminal of its own; ended on leaving."""

    def __init__(self, *arguments, cwd, columns=80, rows=24, program=None, **environment):
        self.model = _Screen(columns, rows)
        self.stream = pyte.ByteStream(self.model)
        self.raw = b""
        self.hidden = str(cwd)
        argv = program or [sys.executable, "-m", "tito.cli"]
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
        self.child = pexpect.spawn(
            argv[0],
            [*argv[1:], *map(str, arguments)],
            cwd=str(cwd),
            env={**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", **environment},
            dimensions=(rows, columns),
            timeout=PATIENCE_S,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.child.close(force=True)

    def read(self, seconds=0.05):
        """Take what the program writes within this time; False where it has ended."""
        try:
            data = self.child.read_nonblocking(1 << 16, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self.stream.feed(data)
        return True

    def wait_for(self, wanted, patience_s=PATIENCE_S):
        """Read until the screen holds this text, or until ``wanted(text)`` is true."""
        fits = wanted if callable(wanted) else lambda text: wanted in text
        give_up, running = time.monotonic() + patience_s, True
        while not fits(self.screen()):
            if not running or time.monotonic() > give_up:
                raise AssertionError(f"{wanted!r} did not come; the screen is\n{self.screen()}")
            running = self.read()
        return self.screen()

    def settle(self, quiet_s=0.3):
        """Read until nothing has come for so long."""
        before = -1
        while before != len(self.raw):
            before = len(self.raw)
            self.read(quiet_s)
        return self.screen()

    def type(self, keys):
        """Press these keys."""
        self.child.send(keys)

    def resize(self, columns, rows):
        """Change the size of the terminal."""
        self.model.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def finish(self):
        """Read to the end; the exit code, or minus the signal that ended it."""
        while self.read(PATIENCE_S):
            pass
        self.child.close()
        signalled = self.child.signalstatus
        return self.child.exitstatus if signalled is None else -signalled

    def screen(self, styled=False):
        """What stands on the screen, without blanks at the ends of lines and of the screen."""
        lines = [self._line(row, styled) for row in range(self.model.lines)]
        return "\n".join(line.rstrip() for line in lines).rstrip("\n")

    def _line(self, row, styled):
        text, before = "", ""
        for column in range(self.model.columns):
            cell = self.model.buffer[row][column]
            now = _style(cell) if styled and cell.data.strip() else before if styled else ""
            if now != before:
                text += (f"</{before}>" if before else "") + (f"<{now}>" if now else "")
            text, before = text + cell.data, now
        return re.sub(r"(\s*)(</\w+>)$", r"\2", text.rstrip() + (f"</{before}>" if before else ""))


def _style(cell):
    if cell.reverse:
        return "reverse"
    if cell.fg != "default":
        return cell.fg
    return "bold" if cell.bold else ""


def masked(text, *hidden):
    """The text without what differs from run to run: times, seeds, these paths."""
    for path in hidden:
        text = text.replace(str(path), "~")
    for pattern, mask in _MASKS:
        text = re.sub(pattern, mask, text)
    return text


def keep(name, text, *hidden):
    """Assert that the screen is the one kept under this name; see above for writing it anew."""
    path, text = FOLDER / f"{name}.txt", masked(text, *hidden) + "\n"
    if os.environ.get("TITO_KEEP_SCREENS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.is_file(), f"no screen is kept as {path.name}; TITO_KEEP_SCREENS=1 keeps it"
    kept = path.read_text(encoding="utf-8")
    changes = difflib.unified_diff(kept.split("\n"), text.split("\n"), "kept", "now", lineterm="")
    assert text == kept, f"{path.name} is another screen now\n" + "\n".join(changes)
