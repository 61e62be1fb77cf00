"""The commands as a person runs them: exit codes, streams, and what is said."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tito.cli.dev import dev
from tito.cli.entry import main
from tito.learner import WorkspaceError

FILES = Path(__file__).parents[2] / "lessons" / "layers" / "files"
RIGHT = FILES / "right" / "page.py"
PAGE = RIGHT.read_text()


def test_start_names_the_file_the_first_exercise_and_the_next_command(tito, learner):
    """Lost otherwise: a person does not know what to do after the first command."""
    result = tito("start", "layers", TITO_COMMAND="./tito")
    assert result.returncode == 0, result.stderr
    assert "Wrote my-tinytorch/layers_dev.py" in result.stdout
    assert "First exercise: Layer.__call__, line 51\n  Let layer(x)" in result.stdout
    assert "save, then: ./tito test\n" in result.stdout
    assert result.stdout.endswith("beside your editor: ./tito watch\n")


def test_start_again_says_where_they_stand(tito, begun):
    """Lost otherwise: work overwritten, or a person left without an answer."""
    (begun / "layers_dev.py").write_bytes(RIGHT.read_bytes())
    result = tito("start")
    assert result.returncode == 0
    assert "stays as it is" in result.stdout
    assert "Next: tito train digits" in result.stdout
    assert (begun / "layers_dev.py").read_bytes() == RIGHT.read_bytes()


def test_who_stops_reading_gets_no_error(begun):
    """Lost otherwise: a traceback below what `tito read --all | head` shows."""
    command = [sys.executable, "-m", "tito.cli", "read", "--all"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 1


def test_a_right_file_passes(tito, begun):
    """Lost otherwise: a right file is refused."""
    (begun / "layers_dev.py").write_bytes(RIGHT.read_bytes())
    result = tito("test")
    assert result.returncode == 0, result.stdout
    assert "my-tinytorch/layers_dev.py, saved" in result.stdout
    assert result.stderr == ""


def test_an_untouched_stub_never_passes(tito, begun):
    """Lost otherwise: the first promise."""
    result = tito("test")
    assert result.returncode == 1
    assert "Next to write: Layer.__call__" in result.stdout


def test_a_wrong_file_shows_the_first_thing(tito, begun):
    """Lost otherwise: a wrong file is called right, or its author is not told where."""
    wrong = PAGE.replace("output = output + self.bias", "output = output - self.bias", 1)
    (begun / "layers_dev.py").write_text(wrong)
    result = tito("test")
    assert result.returncode == 1
    assert "First to fix: Linear.forward" in result.stdout
    assert len(result.stdout.splitlines()) < 40


def test_nothing_begun_is_no_pass(tito, learner):
    """Lost otherwise: a traceback, or exit code 0 where there is nothing."""
    result = tito("test")
    assert result.returncode == 1
    assert "Begin with: tito start" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("test", "convolutions"),
        ("test", "--module", "convolutions"),
        ("test", "--seed", "many"),
        ("test", "--seed", "-1"),
        ("test", "--nonsense"),
        ("nonsense",),
        ("start", "convolutions"),
        ("train", "letters"),
    ],
)
def test_a_wrong_command_line(tito, learner, arguments):
    """Lost otherwise: a script takes a mistyped command for a verdict."""
    result = tito(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "Usage:" in result.stderr
    assert "Traceback" not in result.stderr


def test_json_is_one_object_whatever_the_file_prints(tito, begun):
    """Lost otherwise: a program that reads the verdict breaks on a learner's print."""
    noisy = PAGE + "\nprint('{\"passed\": 111}')\n"
    (begun / "layers_dev.py").write_text(noisy)
    result = tito("test", "layers", "--json", "--seed", "7")
    verdict = json.loads(result.stdout)
    assert result.stdout.count("\n") == 1
    assert verdict["seed"] == 7
    assert verdict["error"] is None
    assert 0 < verdict["total"] == verdict["passed"] == len(verdict["checks"])


@pytest.mark.parametrize(
    "content", [None, b"", b"class Layer(:\n", b"\xff\xfe", b"import nothing_"]
)
def test_json_of_a_file_that_cannot_be_used(tito, begun, content):
    """Lost otherwise: no JSON, or a traceback, where the file is broken."""
    path = begun / "layers_dev.py"
    path.unlink() if content is None else path.write_bytes(content)
    result = tito("test", "--json")
    assert result.returncode == 1
    assert json.loads(result.stdout)["error"]["message"]
    assert result.stderr == ""


def test_another_file(tito, begun):
    """Lost otherwise: no way to test a copy."""
    (begun / "copy of it.py").write_text(PAGE.replace("return x", "return None"))
    result = tito("test", "--file", begun / "copy of it.py")
    assert result.returncode == 1
    assert "copy of it.py, saved" in result.stdout
    assert "tito test --file 'my-tinytorch/copy of it.py'" in result.stdout


def test_a_seed_repeats_a_run(tito, begun):
    """Lost otherwise: a failure that cannot be looked at again."""
    (begun / "layers_dev.py").write_text(PAGE.replace("x.matmul(self.weight)", "x * 2"))
    first, second = (
        json.loads(tito("test", named, "--json", "--seed", 5).stdout)
        for named in ("layers", "--module=layers")
    )
    assert first["checks"] == second["checks"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_ends_quietly_and_leaves_nothing(begun):
    """Lost otherwise: a traceback, and a worker that turns the fan on."""
    hang = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
    (begun / "layers_dev.py").write_text(hang)
    command = [sys.executable, "-m", "tito.cli", "test"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    child = subprocess.Popen(command, text=True, start_new_session=True, **pipes)
    pid = wait_for(begun / "pid")
    child.send_signal(signal.SIGINT)
    output, errors = child.communicate(timeout=20)
    assert child.returncode == 130
    assert output == ""
    assert errors.split() == ["Stopped."]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def wait_for(path):
    for _ in range(400):
        if path.exists() and path.read_text():
            return int(path.read_text())
        time.sleep(0.05)
    raise AssertionError(f"{path} did not appear")


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
def test_a_reader_that_leaves(begun):
    """Lost otherwise: `tito test | head -1` ends in a traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "tito.cli", "test"]
    result = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert result.returncode != 0
    assert result.stderr == ""


def test_dev_test_hands_everything_to_pytest(tito):
    """Lost otherwise: an option meant for pytest is swallowed, or its exit code is."""
    nothing = tito("dev", "test", "-q", "-k", "no_such_test", "--", "tests/tito/cli/test_dev.py")
    assert nothing.returncode == 5
    assert "deselected" in nothing.stdout


def test_dev_bench_hands_everything_on(tito):
    """Lost otherwise: rows cannot be chosen, or what the options are cannot be asked."""
    result = tito("dev", "bench", "--help")
    assert result.stdout.startswith("usage: tito dev bench ")
    assert "Groups: forward, sgd," in result.stdout
    unknown = tito("dev", "bench", "convolutions")
    assert unknown.returncode == 2
    assert "No row is called convolutions." in unknown.stderr


@pytest.mark.parametrize("name", ["test", "bench"])
def test_dev_without_a_clone_says_what_is_missing(monkeypatch, name):
    """Lost otherwise: `No module named benchmarks`, where a clone is what is missing."""
    monkeypatch.setattr("tito.cli.dev.project_root", lambda: None)
    with pytest.raises(WorkspaceError, match="needs a clone of the project"):
        dev.main([name], standalone_mode=False)


@pytest.mark.parametrize("path", ["", "start", "test", "train", "train digits", "dev"])
def test_help_everywhere(tito, path):
    """Lost otherwise: `--help` is an error where it is needed."""
    result = tito(*path.split(), "--help")
    assert result.returncode == 0
    assert result.stdout.startswith(f"Usage: tito {path}".rstrip())
    assert result.stderr == ""


@pytest.mark.parametrize("name", ["stdin", "stdout", "stderr"])
def test_a_stream_that_is_closed_leads_nowhere(name, monkeypatch):
    """Lost otherwise: `tito watch >&-`, or a service without output, ends in a traceback."""
    monkeypatch.setattr(sys, name, None)
    monkeypatch.setattr(sys, "argv", ["tito", "--help"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0
    with getattr(sys, name) as stream:
        assert stream.fileno() > 2 or stream.name == os.devnull
