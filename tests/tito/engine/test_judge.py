"""The verdict as a whole: repeatable, bounded in time, about the bytes that it names."""

import hashlib
from pathlib import Path

from proof.learner_files import learner_files
from proof.warm import warm_worker
from tito.engine import examine
from tito.engine.report import CheckResult, Report

PAGE = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"
SLOW = "import time\ntime.sleep(0.25)"


def test_a_seed_replays_a_run_bit_for_bit(examined):
    """A failure that cannot be repeated cannot be looked at."""
    first, second = (examined("x = x * 2", seed=5).to_dict() for _ in range(2))
    assert first["checks"] == second["checks"]


def test_a_run_ends_though_every_check_is_slow(examined, limited):
    """Checks within their limits must not add up to minutes; what was not tried is said."""
    limited(probe_s=0.6, again_s=0.9, run_s=5.0, longer_s=5.0, closing_s=1.0)
    report = examined(SLOW)
    untried = [check for check in report.checks if check.status == "blocked"]
    assert any("were used up" in c.got or "was not tried" in c.got for c in untried)
    assert not report.ok


def test_the_bytes_tested_are_the_bytes_hashed(examined):
    """A file that is saved while it is tested must not get the verdict of another."""
    report = examined("x = x * 2", end="open(__file__, 'a').write('# later')")
    content = Path(report.file).read_bytes()
    assert content.endswith(b"# later")
    assert report.sha256 == hashlib.sha256(content.removesuffix(b"# later")).hexdigest()


def test_what_is_printed_is_shown_under_its_check_and_cut(examined):
    """A learner debugs by printing: the text belongs to the check that ran, in a few lines."""
    report = examined("for i in range(9): print('seen \\x1b[2J', i)")
    printed = {check.part for check in report.checks if check.printed}
    assert "Linear" in printed
    assert "Dropout" not in printed
    text = next(check.printed for check in report.checks if check.printed)
    assert text.startswith("seen  0\n")
    assert "more lines" in text
    assert "\x1b" not in text


def test_no_check_is_no_pass():
    """A run that tested nothing must never be green."""
    assert not Report("layers", "f", "", 0.0, 1, []).ok


def result(exercise, status):
    return CheckResult(exercise, "a check", status)


def test_what_only_waits_is_not_the_first_to_mend():
    """Lost otherwise: a person reads that something waits, and nothing that they could do."""
    waits = result("Dropout.__init__", "blocked")
    passed, todo = result("Layer.forward", "passed"), result("Dropout.forward", "todo")
    report = Report("layers", "f", "", 0.0, 1, [passed, waits, todo])
    assert report.first is todo
    report.checks.remove(todo)
    assert report.first is waits


def test_what_does_not_depend_on_the_mistake_is_judged(tmp_path):
    """Lost otherwise: a base whose parameters() is wrong hides how the whole network stands."""
    wrong = learner_files("layers").put("base_parameters_generator", tmp_path)
    report = examine("layers", wrong, worker=warm_worker("layers"))
    assert not [c for c in report.checks if c.status == "blocked"]


def test_an_error_in_a_class_above_is_told_there(tmp_path):
    """Lost otherwise: Dense is said to be wrong, for its super().__init__() is Linear's mistake."""
    wrong = learner_files("layers").put("constructor_without_self", tmp_path)
    report = examine("layers", wrong, worker=warm_worker("layers"))
    dense = [c for c in report.checks if c.exercise == "Dense.__init__"]
    assert {c.got for c in dense if c.status != "passed"} == {"waits for Linear.__init__"}
