"""`tito train digits --anyway`: the class that spoils a training is found, and said."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from proof.learner_files import learner_files
from tests.choosing import chosen
from tito.cli.train import train_network
from tito.engine import examine
from tito.engine.source import read_source
from tito.lab.train import recipe

FILES = learner_files("layers")
PAGE = FILES.content("page").decode()


@pytest.fixture
def short(monkeypatch):
    """Trainings of four epochs, in which the reference reaches 94% to 96%."""
    monkeypatch.setitem(recipe.RECIPES, "digits", replace(recipe.DIGITS, epochs=4))
    monkeypatch.setattr("tito.lab.train.recipe.LOWEST_EXPECTED", 0.92)
    monkeypatch.setattr("tito.lab.train.attempt.save_picture", lambda *_, **__: None)


def said_of(path, tmp_path, capsys, report=None):
    code = train_network([chosen(read_source(path), report)], output=tmp_path / "digits.png")
    said = capsys.readouterr()
    assert said.err == ""
    assert "Traceback" not in said.out
    return code, " ".join(said.out.split())


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    ("name", "code", "part"),
    [
        ("activation_included", 0, "Linear"),
        ("call_returns_nothing", 1, "Layer"),
        ("sequential_backwards", 1, "Sequential"),
        ("mask_nan", 1, "Dropout"),
    ],
)
def test_the_class_at_fault_is_found(name, code, part, tmp_path, capsys):
    """Lost otherwise: a poor result, and no word on which of five classes it comes from."""
    path = FILES.put(name, tmp_path)
    came, said = said_of(path, tmp_path, capsys, examine("layers", path))
    assert came == code
    assert f"The fault is in {part}." in said
    mended, *_ = re.findall(rf"{part} (\d+\.\d)%", said)
    assert float(mended) >= 92
    assert re.search(rf"(Of {part}, \d+ checks do|{part}, 1 check does) not pass\. The first", said)
    assert re.search(r"Next: tito test( --all)?$", said)


@pytest.mark.usefixtures("short")
def test_right_layers_are_not_searched(tmp_path, capsys):
    """Lost otherwise: twenty seconds of doubt after a good training."""
    code, said = said_of(FILES.put("page", tmp_path), tmp_path, capsys)
    assert code == 0
    assert "The reference's layers reach" not in said


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_during_the_search(begun):
    """Lost otherwise: a traceback, or a training that goes on unseen."""
    (begun / "layers_dev.py").write_bytes(FILES.content("sequential_backwards"))
    child = subprocess.Popen(
        [sys.executable, "-u", "-m", "tito.cli", "train", "digits", "--anyway"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not child.stdout.readline().startswith("  Dropout"):
        assert child.poll() is None
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    output, errors = child.communicate(timeout=20)
    assert child.returncode == 130
    assert "the search for the fault was not finished" in output
    assert errors == ""


@pytest.mark.slow
def test_the_whole_recipe_finds_an_inverted_mask_on_a_terminal(begun):
    """Lost otherwise: the lesson's last sentence, or `98.1%ing, 100%`, progress behind a result."""
    from tests.screens import Terminal

    (begun / "layers_dev.py").write_bytes(FILES.content("flag_inverted"))
    with Terminal("train", "digits", "--anyway", cwd=begun, columns=80, rows=40) as terminal:
        terminal.wait_for("Next: ")
        lines = terminal.screen().splitlines()
    found = [line.split() for line in lines if line.startswith("  ")]
    assert [name for name, _ in found] == ["Layer", "Linear", "Dropout", "Sequential"]
    assert all(re.fullmatch(r"\d+\.\d%", reached) for _, reached in found)
    said = "\n".join(lines)
    held_out = float(re.search(r"Held out: .*\((.*)%\)", said)[1])
    assert held_out < 96.2 <= float(dict(found)["Dropout"].removesuffix("%"))
    assert "The fault is in Dropout." in said
    assert "checks pass" in said


@pytest.mark.usefixtures("short")
def test_what_is_clear_is_not_searched_for(tmp_path, capsys):
    """Lost otherwise: a class that only prints too much is called wrong, after a minute."""
    line = "output = x.matmul(self.weight)"
    loud = PAGE.replace(line, f"{line}\n        print('x' * 100_000)", 1)
    (tmp_path / "layers_dev.py").write_text(loud)
    code, said = said_of(tmp_path / "layers_dev.py", tmp_path, capsys)
    assert code == 1
    assert said.endswith("Take the print out of forward.")
