"""A report as text: it fits the screen whatever is in it, and says the first thing to mend."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from tito.engine.report import CheckResult, Report
from tito.say.report import HEIGHT, Page
from tito.say.terminal import Screen, columns, listed
from tito.say.view import View

STATUSES = ["passed", "failed", "error", "timeout", "blocked", "todo"]
TEXT = st.text(max_size=60) | st.text(alphabet="ab \n[1, ]日", min_size=100, max_size=4000)
CHECKS = st.builds(
    CheckResult,
    exercise=st.sampled_from(["Layer.forward", "Linear.__init__", "Dense.__init__"]),
    name=TEXT,
    status=st.sampled_from(STATUSES),
    expected=TEXT,
    got=TEXT,
    line=st.none() | st.integers(1, 10**6),
    misconception=st.just("bias-forgotten"),
    diagnosis=st.none() | TEXT,
    sure=st.booleans(),
    printed=TEXT,
    tried=TEXT,
    given=st.dictionaries(TEXT, TEXT, max_size=5),
)
REPORTS = st.builds(
    Report,
    module=st.just("layers"),
    file=st.just("/nowhere/layers_dev.py") | st.text(alphabet="/ab日", min_size=1, max_size=300),
    sha256=st.just("0"),
    saved_at=st.floats(0, 2e9),
    seed=st.integers(0, 2**32 - 1),
    checks=st.lists(CHECKS, max_size=60),
    error=st.none() | TEXT,
    error_line=st.none() | st.integers(1, 10**6),
    advice=st.lists(TEXT, max_size=6),
)
SCREENS = st.builds(
    Screen,
    st.integers(79, 100),
    st.just(False),
    st.sampled_from(["utf-8", "ascii"]),
    st.just("./tito"),
)


@given(REPORTS, SCREENS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_fits_the_screen(report, screen):
    """Lost otherwise: the first line of the answer scrolls away, or lines break in the middle."""
    lines = Page(report, screen).verdict().split("\n")
    assert len(lines) <= HEIGHT
    assert max(columns(line) for line in lines) <= screen.width


@given(REPORTS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_control_characters(report):
    """Lost otherwise: what a learner's code says can clear the screen or forge a verdict."""
    text = Page(report, Screen()).verdict(every=True).replace("\n", "")
    assert text.isprintable() or all(c.isprintable() or c.isspace() for c in text)
    assert "\033" not in text


def test_everything_of_the_first_failure(make_report, make_check):
    """Lost otherwise: a person is told that something is wrong, but not what."""
    failed = make_check(
        line=2,
        misconception="bias-forgotten",
        diagnosis="Your output equals xW.",
        sure=True,
        printed="hello",
    )
    report = make_report(make_check("Layer.forward", "passed"), failed)
    text = Page(report, Screen(), {}).verdict()
    for part in (
        "layers_dev.py, saved",
        "First to fix: Linear.forward",
        "adds the bias",
        "layer(x)",
        "x = Tensor [[1, 2]]",
        "expected   Tensor [[5]]",
        "got        Tensor [[3]]",
        "mistake    bias-forgotten",
        "Your output equals xW.",
        "line 2     return x @ self.weight",
        "printed    hello",
        "1 of 2 checks pass",
        "seed 1234",
    ):
        assert part in text


def test_what_is_not_sure_is_hedged(make_report, make_check):
    """Lost otherwise: a guess is told as a fact, and a learner mends what is not broken."""
    report = make_report(make_check(misconception="guess", diagnosis="It looks so."))
    text = Page(report, Screen()).verdict()
    assert "perhaps    guess" in text
    assert "mistake" not in text


def test_only_the_first_in_full_unless_all_are_asked_for(make_report, make_check):
    """Lost otherwise: one cause fills the screen with all its effects."""
    checks = [make_check(name=f"fact {n}", got=f"wrong {n}") for n in range(3)]
    page = Page(make_report(*checks, make_check("Dense.__init__", "todo")), Screen())
    assert "wrong 0" in page.verdict()
    assert "wrong 1" not in page.verdict()
    assert "3 fail, and --all shows each" in page.verdict()
    assert all(f"wrong {n}" in page.verdict(every=True) for n in range(3))
    assert "To write: Dense.__init__" in page.verdict(every=True)


def test_an_unwritten_exercise_comes_with_its_task(make_report, make_check):
    """Lost otherwise: a beginner does not know what to write next."""
    report = make_report(make_check("Linear.forward", "todo", line=2))
    text = Page(report, Screen(), {"Linear.forward": "Compute\nxW + b."}).verdict()
    assert "Next to write: Linear.forward" in text
    assert "Compute xW + b." in text


def test_a_file_that_cannot_be_used_comes_first(make_report, make_check):
    """Lost otherwise: the effects of a syntax error are shown in place of it."""
    blocked = make_check("Linear.forward", "blocked", got="the file cannot be tested")
    report = make_report(blocked, error="It has a syntax error on line 2.", error_line=2)
    text = Page(report, Screen()).verdict()
    assert "It has a syntax error on line 2." in text
    assert "return x @ self.weight" in text
    assert "the file cannot be tested" not in text


def test_everything_right_gives_advice_and_the_next_command(make_report, make_check):
    """Lost otherwise: a person who is done does not learn what comes next."""
    report = make_report(make_check(status="passed"), advice=["Sizes could be checked."])
    text = Page(report, Screen(command="./tito")).verdict()
    assert "All 1 checks pass." in text
    assert "- Sizes could be checked." in text
    assert text.endswith("Next: ./tito train digits")


def test_what_cannot_be_read_is_marked_in_its_place(make_report, make_check, tmp_path):
    """Lost otherwise: an indentation error is shown without the indentation."""
    content = b"class A:\n    def f(self):\n\n      x = 'a\n"
    (tmp_path / "layers_dev.py").write_bytes(content)
    where = {"error": "It has no closing quote.", "error_line": 4, "error_column": 11}
    check = make_check(status="blocked", got="")
    report = make_report(check, **where, content=content)
    text = Page(report, Screen()).verdict()
    rows = "  line 2         def f(self):\n  line 4           x = 'a\n" + " " * 23 + "^\n"
    assert rows in text
    assert "not tested." in text
    assert "0 of 1" not in text


@pytest.mark.parametrize("place", [0, 50, 2500, 4990])
def test_a_long_line_is_cut_around_what_matters(place):
    """Lost otherwise: the end of a line of which one needs to see the middle."""
    text = "x" * place + "HERE" + "y" * (5000 - place)
    row, column = Screen().window(text, 60, (place, place + 4))
    assert len(row) <= 60
    assert row[column : column + 4] == "HERE"
    assert row in Screen().code(text, 60, 3, (place, place + 4))


def test_a_line_that_is_a_little_long_is_broken_at_spaces():
    """Lost otherwise: the end of a line of code, where there is room for it."""
    text = "return self.first.matmul(x) + self.second.matmul(y) if self.bias else None"
    rows = Screen().code(text, 40, 3)
    assert " ".join(row.strip() for row in rows) == text
    assert all(len(row) <= 40 for row in rows)


def test_what_passing_code_prints_is_shown(make_report, make_check):
    """Lost otherwise: whoever prints to see what their code does sees nothing."""
    passed = [make_check(status="passed", name=f"fact {n}", printed=f"x {n}") for n in range(3)]
    report = make_report(*passed, printed="hello")
    lines = [line.strip() for line in Page(report, Screen()).verdict().split("\n")]
    begin = lines.index("Printed")
    assert lines[begin + 1 : begin + 6] == [
        "while the file is imported",
        "hello",
        "Linear.forward: fact 0",
        "x 0",
        "… and in 2 more checks",
    ]


def test_no_checks_are_no_success(make_report):
    """Lost otherwise: a run that tested nothing looks like a pass."""
    text = Page(make_report(), Screen()).verdict()
    assert "0 of 0 checks pass" in text
    assert "train digits" not in text


def test_no_line_of_another_file(make_report, make_check, tmp_path):
    """Lost otherwise: after a save during the test, a line is shown that was never tested."""
    report = make_report(make_check(line=1))
    (tmp_path / "layers_dev.py").write_text("other = 1\n")
    assert "class Linear:" in Page(report, Screen()).verdict()


def test_colour_only_on_request(make_report, make_check):
    """Lost otherwise: a log file full of escape codes, or a terminal without colours."""
    report = make_report(make_check(), make_check(status="passed"))
    assert "\033[" not in Page(report, Screen(colour=False)).verdict()
    assert "\033[31m" in Page(report, Screen(colour=True)).verdict()


def test_ascii_terminals_get_ascii(make_report, make_check):
    """Lost otherwise: UnicodeEncodeError, or question marks for the marks."""
    report = make_report(make_check(), make_check(status="passed"), make_check("A.b", "todo"))
    text = Page(report, Screen(encoding="ascii")).verdict()
    assert text.isascii()
    assert "x+" in text


def test_lines_are_those_that_python_counts(make_report):
    """Lost otherwise: in a file with form feeds, another line is shown than the one meant."""
    content = b"a = 1\r\n\x0c\nb = '\xe2\x80\xa8'\rc = 3\n"
    report = make_report(content=content)
    assert [View(report).lines[number - 1] for number in (1, 4)] == ["a = 1", "c = 3"]


def test_names_read_as_in_a_sentence():
    """Lost otherwise: a message that reads like a list in Python."""
    assert [listed(list("ABC"[:n])) for n in (1, 2, 3)] == ["A", "A and B", "A, B and C"]
