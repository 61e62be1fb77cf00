"""`tito dev proof`, `dev mutants` and `dev misconceptions`, as they are typed."""

import pytest

from proof import mutants, table
from proof.__main__ import main
from proof.mutants import Trial
from proof.mutator import Mutant


@pytest.mark.parametrize("arguments", [["mutants", "--processes", "0"], ["proof", "--pairs", "-1"]])
def test_a_number_that_makes_no_sense_is_a_usage_error(arguments, capsys):
    """Lost otherwise: a run of nothing looks like a proof, or ends in a traceback."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "invalid positive value" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["proof", "mutants", "misconceptions", "fuzz"])
def test_help_says_the_exit_code_and_has_an_example(what, capsys):
    """Lost otherwise: whoever runs it in CI has to read its source."""
    with pytest.raises(SystemExit) as end:
        main([what, "--help"])
    said = capsys.readouterr().out
    assert end.value.code == 0
    assert "xit code 1" in " ".join(said.split())
    assert f"./tito dev {what}" in said


def test_a_survivor_ends_in_what_to_do_next(monkeypatch, capsys):
    """Lost otherwise: the command fails, and says neither for what nor how to mend it."""
    left = Mutant("Linear.forward", "operator", "y = a + b", "y = a - b", "")
    monkeypatch.setattr(mutants, "try_all", lambda *_: Trial({}, (left,), {}))
    assert main(["mutants"]) == 1
    said = capsys.readouterr().out
    assert "Linear.forward: y = a + b -> y = a - b" in said
    assert "tests/lessons/layers/mutants.txt" in said.splitlines()[-1]


def test_a_stale_table_is_said_and_not_written(monkeypatch, capsys, tmp_path):
    """Lost otherwise: --check changes what it was to look at."""
    file = tmp_path / "misconceptions.md"
    file.write_text("old", encoding="utf-8")
    monkeypatch.setattr(table, "file_of", lambda _: file)
    monkeypatch.setattr(table, "all_caught", lambda _: {})
    monkeypatch.setattr(table, "page", lambda *_: "new")
    assert main(["misconceptions", "--check"]) == 1
    assert "./tito dev misconceptions" in capsys.readouterr().out
    assert file.read_text(encoding="utf-8") == "old"
