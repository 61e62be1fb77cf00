"""The verdict as a whole: repeatable, bounded in time, about the bytes that it names."""

import hashlib
from pathlib import Path

from tito.engine.report import Report

SLOW = "import time; time.sleep(1.8)"


def test_a_seed_replays_a_run_bit_for_bit(examined):
    """A failure that cannot be repeated cannot be looked at."""
    first, second = (examined("x = x * 2", seed=5).to_dict() for _ in range(2))
    assert first["checks"] == second["checks"]


def test_a_run_ends_though_every_check_is_slow(examined):
    """Checks within their limits must not add up to minutes; what was not tried is said."""
    report = examined(SLOW)
    untried = [check for check in report.checks if check.status == "blocked"]
    assert any("were used up" in check.got for check in untried)
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
