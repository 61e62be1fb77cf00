"""`tito doctor`: what is in the way is found, and said with the command that mends it."""

import json
import os
import shlex
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from tito.doctor import examination, installed, machine
from tito.doctor.hiding import hiding, renaming, sentence
from tito.learner import Workspace

RIGHT = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"
LOOKED_AT = {
    *("Python", "NumPy", "Threads", "Engine", "Your folder", "Names", "Temporary", "Disk"),
    *("Terminal", "Editor", "matplotlib", "safetensors", "pooch", "pytest"),
}


def test_a_machine_in_order(tito, begun):
    """Lost otherwise: a healthy machine sends its owner looking for a fault."""
    result = tito("doctor", NO_COLOR="1")
    assert result.returncode == 0, result.stdout
    assert "trouble" not in result.stdout
    assert result.stdout.endswith("Nothing is in the way. Next: tito test\n")
    assert max(map(len, result.stdout.splitlines())) < 80
    found = json.loads(tito("doctor", "--json").stdout)
    assert {each["what"] for each in found} >= LOOKED_AT
    assert all(each["state"] in ("ok", "note") for each in found)
    assert next(e for e in found if e["what"] == "Engine")["state"] == "ok"


def with_numpy(folder, text):
    """The environment in which `import numpy` finds this."""
    (folder / "numpy").mkdir()
    (folder / "numpy" / "__init__.py").write_text(text)
    return {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path[1:]])}


def test_a_broken_numpy_is_named(tito, begun, tmp_path):
    """Lost otherwise: the command that is for broken installs is broken by them."""
    broken = with_numpy(tmp_path / "my-tinytorch", "raise ImportError('libblas.so: not found')")
    result = tito("doctor", "--json", **broken)
    assert result.returncode == 1, result.stderr
    numpy = next(each for each in json.loads(result.stdout) if each["what"] == "NumPy")
    assert numpy["state"] == "trouble"
    assert "ImportError: libblas.so: not found" in numpy["found"]
    assert "-m pip install --force-reinstall" in numpy["mend"]
    for command in (["test"], ["run", "-"]):
        result = tito(*command, **broken)
        assert result.returncode == 1
        assert "Traceback" not in result.stderr
        assert "NumPy cannot be used: libblas.so: not found" in result.stderr
        assert result.stderr.endswith("tito doctor\n")


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        ("import os; os.kill(os.getpid(), 4)", "trouble", "code -4"),
        ("__version__ = '1.26.4'", "trouble", "cannot be imported"),
    ],
)
def test_a_numpy_that_crashes_or_is_none(text, state, words, tmp_path, monkeypatch):
    """Lost otherwise: the doctor dies of what it should find."""
    if os.name == "nt":
        pytest.skip("POSIX signals")
    with_numpy(tmp_path, text)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    found = installed.numpy()
    assert found.state == state
    assert words in found.found


def test_a_numpy_without_a_fast_blas(monkeypatch):
    """Lost otherwise: trainings that take ten times as long, and nobody knows why."""
    said = json.dumps(["2.1.0", "/numpy", "none", "unknown"])
    ran = subprocess.CompletedProcess([], 0, said, "")
    monkeypatch.setattr(installed.subprocess, "run", lambda *_, **__: ran)
    assert installed.numpy().state == "note"
    assert "no fast BLAS" in installed.numpy().found


def test_variables_that_limit_threads(monkeypatch):
    """Lost otherwise: half of the machine stands still for a forgotten variable."""
    for name in installed.THREADS:
        monkeypatch.delenv(name, raising=False)
    assert installed.threads().state == "ok"
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert "2 processors; limited by OMP_NUM_THREADS=1" in installed.threads().found


def test_files_that_hide_modules(tito, begun):
    """Lost otherwise: `module 'numpy' has no attribute 'array'`, and an hour."""
    (begun / "random.py").write_text("raise RuntimeError\n")
    (begun / "numpy").mkdir()
    (begun / "numpy" / "__init__.py").write_text("raise RuntimeError\n")
    (begun / "test.py").write_text("")
    (begun / "layers_dev.py").write_bytes(RIGHT.read_bytes())
    assert [entry.name for entry in hiding(begun)] == ["numpy", "random.py"]
    assert "hides Python's own module random" in sentence(begun / "random.py")
    assert renaming(begun / "random.py").endswith("my_random.py")
    doctor = tito("doctor")
    assert doctor.returncode == 1
    assert doctor.stdout.endswith("Mend what is in trouble (2), then: tito doctor\n")
    test = tito("test")  # the engine does not see them
    assert test.returncode == 0, test.stdout
    assert "my-tinytorch/random.py hides Python's own module random" in test.stderr
    (begun / "script.py").write_text("import random\n")
    assert "random.py hides" in tito("run", begun / "script.py").stderr
    inline = [sys.executable, "-P", "-m", "tito.inline", "my-tinytorch/layers_dev.py"]
    ran = subprocess.run(inline, capture_output=True, text=True)
    assert ran.returncode == 0
    assert "random.py hides" in ran.stderr


def test_a_numpy_file_beside_a_script_is_named_by_the_library(begun):
    """Lost otherwise: `module 'numpy' has no attribute 'float32'`, from a line of ours."""
    (begun / "numpy.py").write_text("")
    command = [sys.executable, "layers_dev.py"]
    ran = subprocess.run(command, cwd=begun, capture_output=True, text=True)
    assert ran.returncode == 1
    last = ran.stderr.splitlines()[-1]
    assert last.startswith("ImportError: TinyTorch expects NumPy, and `import numpy` found ")
    assert os.fspath(begun / "numpy.py") in last


@pytest.mark.skipif(os.name == "nt" or not os.path.exists("/dev/full"), reason="needs /dev")
def test_no_room_for_the_answer(begun):
    """Lost otherwise: a traceback, or exit code 0 where nothing could be said."""
    for command in (["test"], ["status"], ["doctor", "--json"]):
        with open("/dev/full", "w") as full:
            ran = subprocess.run(
                [sys.executable, "-m", "tito.cli", *command],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
            )
        assert ran.returncode == 1
        assert ran.stderr.startswith("The answer cannot be written: No space left")
        assert len(ran.stderr.splitlines()) == 1


def test_folders_disk_and_editor(tmp_path, monkeypatch):
    """Lost otherwise: what stops a person from saving is found by losing a save."""
    workspace = Workspace(tmp_path / "mine")
    assert "not begun yet" in machine.folder(workspace).found
    (workspace.folder / ".tito").mkdir(parents=True)
    assert machine.folder(workspace).state == "ok"
    with monkeypatch.context() as patch:
        patch.setattr(machine, "_cannot_write", lambda _: "cannot be written: read-only")
        assert machine.folder(workspace).state == machine.temporary().state == "trouble"
        assert machine.folder(workspace).mend
    usage = namedtuple("usage", "free")
    for free, state in ((0, "trouble"), (50 << 20, "note"), (50 << 30, "ok")):
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda _, free=free: usage(free))
        assert machine.disk(workspace).state == state
    monkeypatch.setenv("VISUAL", "no-such-editor --wait")
    assert machine.editor().mend == "unset VISUAL"
    monkeypatch.setenv("VISUAL", f"{shlex.quote(sys.executable)} -q")
    assert machine.editor().state == "ok"
    monkeypatch.setenv("VISUAL", sys.executable)  # with its spaces, where it has some
    assert machine.editor().state == "ok"


def test_a_folder_of_windows_seen_from_wsl(monkeypatch):
    """Lost otherwise: each save takes a second, and no event tells of it."""
    if os.name == "nt":
        pytest.skip("needs POSIX paths")
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: "Linux version 5 Microsoft")
    found = machine.network(Workspace(Path("/mnt/c/mine")))
    assert [each.what for each in found] == ["WSL"]
    assert machine.network(Workspace(Path("/home/mine"))) == []


def test_a_look_that_fails_is_a_finding(monkeypatch, tmp_path):
    """Lost otherwise: one odd machine, and the doctor says nothing of the rest."""

    def fails():
        raise RuntimeError("odd")

    monkeypatch.setattr(examination.machine, "editor", fails)
    monkeypatch.setattr(examination, "engine", fails)
    found = {each.what: each for each in examination.findings(Workspace(tmp_path))}
    assert found["Editor"].state == found["Engine"].state == "note"
    assert "RuntimeError: odd" in found["Editor"].found
    assert "pytest" in found
