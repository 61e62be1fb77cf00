"""What tito remembers: kept whole, by one process at a time, and never in the way."""

import json
import os
import subprocess
import sys

import pytest

from tito.learner.folder import Memory


def test_notes_come_back_by_lesson(tmp_path):
    """Lost otherwise: a learner gets the first hint for ever."""
    memory = Memory(tmp_path / ".tito")
    assert memory.of("layers") == {}
    memory.change("layers", lambda notes: notes.update(hints={"Linear.forward": 2}))
    memory.change("tensors", lambda notes: notes.update(hints={}))
    assert Memory(tmp_path / ".tito").of("layers") == {"hints": {"Linear.forward": 2}}


@pytest.mark.parametrize("text", ["", "{", "[1]", "\0", '{"layers": 3}', "[" * 100_000])
def test_a_broken_file_is_kept_aside_and_forgotten(tmp_path, text):
    """Lost otherwise: every command fails because of a file that no person wrote."""
    (tmp_path / "memory.json").write_text(text)
    memory = Memory(tmp_path)
    assert memory.of("layers") == {}
    memory.change("layers", lambda notes: notes.update(a=1))
    assert memory.of("layers") == {"a": 1}


def test_processes_take_turns(tmp_path):
    """Lost otherwise: with a watch in one window, a hint in another is forgotten."""
    script = (
        "import sys; from pathlib import Path; from tito.learner.folder import Memory\n"
        "for i in range(20):\n"
        "    Memory(Path(sys.argv[1])).change('l', lambda n: n.update({sys.argv[2] + str(i): 1}))"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    both = [subprocess.Popen([*command, name]) for name in "ab"]
    assert [process.wait() for process in both] == [0, 0]
    assert len(Memory(tmp_path).of("l")) == 40
    assert json.loads((tmp_path / "memory.json").read_text())
    assert sorted(os.listdir(tmp_path)) == ["memory.json", "memory.json.lock"]


def test_a_lock_that_was_left_behind_is_taken(tmp_path):
    """Lost otherwise: after one kill at the wrong moment nothing is remembered any more."""
    (tmp_path / "memory.json.lock").touch()
    Memory(tmp_path).change("l", lambda notes: notes.update(a=1))
    assert Memory(tmp_path).of("l") == {"a": 1}
