"""`tito watch` as a person uses it: in a terminal, with an editor beside it."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("pexpect")

from tests.screens import Terminal, keep

FILES = Path(__file__).parents[3] / "lessons" / "layers" / "files"
RIGHT = (FILES / "right" / "page.py").read_text(encoding="utf-8")
SUM = "            output = output + self.bias\n"
FORGOTTEN = RIGHT.replace(SUM, "            pass\n", 1)
HALF = RIGHT[: RIGHT.index("output = x.matmul") + 20]
HANGS = RIGHT.replace(SUM, "            while True: pass\n", 1)
assert len({RIGHT, FORGOTTEN, HALF, HANGS}) == 4


def save(folder, text):
    aside = folder / "layers_dev.new"
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, folder / "layers_dev.py")


@pytest.mark.parametrize(
    ("columns", "rows", "colour"), [(80, 24, True), (120, 40, True), (80, 24, False)]
)
def test_the_screens_of_an_hour(begun, columns, rows, colour):
    """Lost otherwise: a screen on which something is missing, cut or left from the last one."""
    environment = {} if colour else {"NO_COLOR": "1"}
    size = {"columns": columns, "rows": rows}
    with Terminal("watch", "--seed", "1", cwd=begun, **size, **environment) as terminal:

        def shows(words, name):
            terminal.wait_for(words)
            terminal.settle()
            kept = f"watch_{name}_{columns}x{rows}{'' if colour else '_plain'}"
            keep(kept, terminal.screen(styled=True), begun)

        shows("Next to write: Layer.__call__", "stub")
        save(begun, FORGOTTEN)
        shows("First to fix: Linear.forward", "mistake")
        terminal.type("n")
        shows("To fix, 2 of", "next")
        terminal.type("h")
        shows("1 of 3", "hint")
        save(begun, HALF)
        shows("syntax error", "half")
        save(begun, RIGHT)
        shows("train digits", "right")
        terminal.type("q")
        assert terminal.finish() == 0


def test_keys_and_sizes(begun):
    """Lost otherwise: a person cannot reach what does not fit, or sees the first hint for ever; or
    a wider window keeps the narrow page, a smaller one loses its keys.
    """
    save(begun, FORGOTTEN)
    with Terminal("watch", cwd=begun) as terminal:
        terminal.wait_for("First to fix")
        terminal.type("a")
        assert "To fix: Linear.forward" in terminal.wait_for("1 to 22 of")
        terminal.type(" ")
        terminal.wait_for("23 to 44 of")
        terminal.type("\x1b[A")
        terminal.wait_for("22 to 43 of")
        terminal.type("a")
        terminal.wait_for("First to fix")
        for degree in ("> 1", "> 2", "> 3"):
            terminal.type("h")
            terminal.wait_for(degree)
        assert "up goes back, a closes" in terminal.wait_for("--solution")
        terminal.type("a")
        terminal.wait_for(lambda text: text.split("\n")[-1].startswith("h hint"))
        terminal.resize(60, 16)
        terminal.wait_for(lambda text: text.split("\n")[-1].startswith("h hint"))
        assert len(terminal.settle().split("\n")) == 16
        terminal.type("q")
        assert terminal.finish() == 1


def test_saves_while_it_is_busy(begun):
    """Lost otherwise: after a hang of five seconds one waits for a verdict on the old text; or a
    syntax error flashes at each save of an editor that writes in pieces.
    """
    save(begun, FORGOTTEN)
    with Terminal("watch", cwd=begun) as terminal:
        terminal.wait_for("First to fix")
        save(begun, HANGS)
        terminal.wait_for("Testing")
        save(begun, RIGHT)
        terminal.wait_for("train digits")
        assert b"did not come back" not in terminal.raw
        save(begun, FORGOTTEN)
        terminal.wait_for("First to fix")
        with open(begun / "layers_dev.py", "w", encoding="utf-8") as file:
            file.write(HALF)
            file.flush()
            time.sleep(0.02)
            file.write(RIGHT[len(HALF) :])
        terminal.wait_for("train digits")
        assert b"syntax error" not in terminal.raw


@pytest.mark.parametrize(
    ("lesson", "first"), [("layers", "Layer.__call__"), ("activations", "ReLU.forward")]
)
def test_a_missing_file_is_waited_for(tito, learner, lesson, first):
    """Lost otherwise: whoever opens the watch first has to start it again; or there is one for the
    first lesson alone.
    """
    path = learner / "my-tinytorch" / f"{lesson}_dev.py"
    with Terminal("watch", lesson, cwd=learner) as terminal:
        terminal.wait_for(f"There is no file my-tinytorch/{lesson}_dev.py now")
        assert tito("start", lesson).returncode == 0
        terminal.wait_for(f"Next to write: {first}")
        path.unlink()
        terminal.wait_for("To bring it back, in another terminal: tito restore")


@pytest.mark.parametrize(
    ("end", "code"),
    [("\x03", 130), ("q", 1), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=["ctrl-c", "q", "sigterm", "sighup"],
)
def test_the_terminal_is_left_as_it_was(begun, end, code):
    """Lost otherwise: no cursor, no echo, or the watch's screen in place of one's own."""
    shell = 'stty -a > before; "$0" -m tito.cli watch; code=$?; stty -a > after; echo "over $code"'
    program = ["sh", "-c", f"echo mine; trap : INT; {shell}", sys.executable]
    with Terminal(cwd=begun, program=program) as terminal:
        terminal.wait_for("Next to write")
        if isinstance(end, str):
            terminal.type(end)
        else:
            os.kill(watch_below(terminal.child.pid), end)
        assert terminal.wait_for("over").split() == ["mine", "over", str(code)]
        assert not terminal.model.cursor.hidden
        assert (begun / "before").read_text() == (begun / "after").read_text()


def watch_below(pid):
    """The process that a shell has started."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def test_ctrl_z_gives_the_terminal_back_until_fg(begun):
    """Lost otherwise: a shell without echo, on the watch's screen."""
    with Terminal(cwd=begun, program=["bash", "--norc", "-i"], PS1="ready> ") as terminal:
        terminal.wait_for("ready>")
        terminal.type(f"{shlex.quote(sys.executable)} -m tito.cli watch\n")
        terminal.wait_for("Next to write")
        terminal.type("\x1a")
        terminal.wait_for("Stopped")
        assert "Next to write" not in terminal.screen()
        terminal.type("echo back $((6*7))\n")
        assert "echo back" in terminal.wait_for("back 42")
        terminal.type("fg\n")
        terminal.wait_for("Next to write")
        terminal.type("q")
        terminal.wait_for("ready>")


def test_a_dumb_terminal_gets_verdict_below_verdict(begun):
    """Lost otherwise: escape codes as rubbish in an editor's shell."""
    with Terminal("watch", cwd=begun, rows=80, TERM="dumb") as terminal:
        terminal.wait_for("Next to write")
        save(begun, FORGOTTEN)
        terminal.wait_for("First to fix: Linear.forward")
        terminal.type("\x03")
        assert terminal.finish() == 130
        assert b"\x1b" not in terminal.raw


def test_without_a_terminal_it_is_plain_text(begun):
    """Lost otherwise: a log or an editor's panel cannot show the verdicts."""
    command = [sys.executable, "-m", "tito.cli", "watch"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=begun, env=environment, **pipes) as process:
        out = b""
        for text, words in ((None, b"Next to write"), (FORGOTTEN, b"First to fix: Linear")):
            if text is not None:
                save(begun, text)
            while words not in out:
                out += os.read(process.stdout.fileno(), 1 << 16)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors == b""
    assert b"\x1b" not in out + rest
    assert (out + rest).isascii()
