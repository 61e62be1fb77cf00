"""The verdict of a page: it says what the terminal says, as text, at the learner's lines."""

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.page.desks import LAYERS, RIGHT, SUM, TEXTS, Elements
from tito.engine.report import CheckResult, Report
from tito.page.verdict import pressed, sha256_of, verdict
from tito.say.report import Page
from tito.say.terminal import Screen
from tito.say.view import View

ALLOWED = {"section", "h3", "p", "dl", "div", "dt", "dd", "pre", "mark", "strong", "br", "code"} | {
    "details",
    "summary",
    "ul",
    "li",
    "h4",
    "span",
    "a",
}
ATTRIBUTES = {"class", "data-exercise", "data-line", "href"}
WIDE = Screen(width=2000)


@pytest.mark.parametrize("name", TEXTS)
def test_the_page_says_what_the_terminal_says(verdicts, name):
    """Otherwise a learner is told one thing here and another there."""
    report, found = verdicts[name]
    said = Elements(found["html"].replace("`", "")).words
    first = pressed(Page(report, WIDE, LAYERS.tasks).first()).replace("`", "")
    heading = set() if report.explanation is None else {"First", "to", "fix:", "check"}
    assert set(first.split()) - set(said) <= {"^"} | heading
    if report.ok:
        assert f"All {report.passed} checks pass." in found["html"]
    elif report.tested:
        assert found["standing"].removesuffix(".") in Page(report, WIDE, LAYERS.tasks).verdict()


def test_a_file_that_cannot_be_read_says_how_far_it_was_before(verdicts):
    """Otherwise a missing bracket looks as if all was lost."""
    passed = verdicts["hang"][0].passed
    last = f"The last version that could be read passed {passed} of {len(LAYERS.checks)} checks."
    assert last in verdicts["syntax error"][1]["status"]


@pytest.mark.parametrize("name", TEXTS)
def test_nobody_is_sent_from_the_page_to_a_terminal(verdicts, name):
    """Otherwise who has nothing installed is told to type what they cannot."""
    found = verdicts[name][1]
    said = [*Elements(found["html"]).words, found["status"], *(m["text"] for m in found["marks"])]
    assert not re.search(r"\btito\b", " ".join(said))


def test_where_a_command_would_help_the_button_is_named(verdicts):
    """Otherwise who has an empty file is not told that it can come back."""
    assert "Versions brings back what it held." in verdicts["empty"][1]["status"]
    assert "`tito restore`" in verdicts["empty"][0].error


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_that_a_file_prints_or_raises_becomes_an_element(verdicts, name):
    """Otherwise a file from a stranger runs its own scripts in the page."""
    elements = Elements(verdicts[name][1]["html"])
    assert elements.tags <= ALLOWED
    assert elements.attributes <= ATTRIBUTES


def test_what_it_prints_and_raises_is_there_as_text(verdicts):
    """Otherwise the test above passes because nothing is shown at all."""
    assert "<script>still</script>" in Elements(verdicts["hang"][1]["html"]).words
    assert "<script>alert(1)</script>" in " ".join(
        Elements(verdicts["import fails"][1]["html"]).words
    )


def test_the_live_region_names_exercise_mistake_and_standing(verdicts):
    """Otherwise who listens is not told what the others see."""
    report, found = verdicts["wrong"]
    assert found["first"]["misconception"] == "bias-subtracted"
    assert found["first"]["sure"]
    for words in ("Linear.forward", "bias-subtracted", report.first.diagnosis, found["standing"]):
        assert words in found["status"]
    assert verdicts["stub"][1]["status"].startswith("Next to write: Layer.__call__ (line ")
    total = len(LAYERS.checks)
    assert verdicts["right"][1]["status"] == f"{total} of {total} checks pass."
    assert "line" in verdicts["syntax error"][1]["status"]


def test_each_fault_is_marked_at_its_line(verdicts):
    """Otherwise the editor points beside the mistake."""
    line = RIGHT[: RIGHT.index(SUM)].count("\n") + 1
    marks = {name: found["marks"] for name, (_, found) in verdicts.items()}
    assert {"failed", "error"} >= {mark["kind"] for mark in marks["crash"] + marks["hang"]}
    assert line in [mark["line"] for mark in marks["crash"]]
    assert line in [mark["line"] for mark in marks["hang"]]
    assert [(mark["line"], mark["kind"]) for mark in marks["syntax error"]] == [(line, "file")]
    assert marks["right"] == []
    todo = [mark["line"] for mark in marks["stub"]]
    assert len(todo) == len(set(todo)) == len(LAYERS.exercises)
    assert all(mark["text"] for found in marks.values() for mark in found)


def test_an_explanation_is_there_when_it_was_asked_for(verdicts):
    """Otherwise --explain has no place in the page."""
    assert "What that means" in verdicts["wrong"][1]["html"]
    assert "What that means" not in verdicts["crash"][1]["html"]


ANY = st.text(max_size=40) | st.sampled_from(
    ["<script>", "</dl>", "&amp;", "\x1b[2J", "\ud800", ""]
)
CHECKS = st.builds(
    CheckResult,
    exercise=ANY,
    name=ANY,
    status=st.sampled_from(["passed", "failed", "error", "timeout", "blocked", "todo"]),
    expected=ANY,
    got=ANY,
    line=st.none() | st.integers(-1, 3),
    misconception=ANY,
    diagnosis=st.none() | ANY,
    printed=ANY,
    given=st.dictionaries(ANY, ANY, max_size=2),
)


@settings(deadline=None)
@given(
    checks=st.lists(CHECKS, max_size=4),
    error=st.none() | ANY,
    advice=st.lists(ANY, max_size=2),
    printed=ANY,
)
def test_whatever_a_report_holds_the_page_stays_a_page(checks, error, advice, printed):
    """Otherwise a strange name or message breaks what stands around it."""
    report = Report("layers", "layers_dev.py", "", 0.0, 1, checks, content=b"one\ntwo\n")
    report.error, report.advice, report.printed = error, advice, printed
    report.error_line = None if error is None else 2
    found = verdict(View(report, {}), "one\ntwo\n")
    elements = Elements(found["html"])
    assert elements.tags <= ALLOWED
    assert elements.attributes <= ATTRIBUTES
    assert "\x1b" not in found["html"]


def test_the_hash_is_the_one_that_a_browser_takes_of_the_text():
    """Otherwise the page holds every report to be of another text."""
    assert sha256_of("é\r\n") == hashlib.sha256("é\r\n".encode()).hexdigest()
    assert sha256_of("a\ud800b") == hashlib.sha256("a\ufffdb".encode()).hexdigest()
