"""``tito read`` as a person types it, and the screens that they see."""

import pytest

from tests.screens import Terminal, keep


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_the_chapters_on_one_screen(begun, columns, rows):
    """Lost otherwise: a person who asks what there is to read sees the end of it alone."""
    with Terminal("read", cwd=begun, columns=columns, rows=rows) as terminal:
        assert terminal.finish() == 0
        keep(f"read_{columns}x{rows}", terminal.screen())
        assert "Layers: the lesson" in terminal.screen()


@pytest.mark.parametrize("colour", [True, False])
def test_a_section(begun, colour):
    """Lost otherwise: the one paragraph that a message points at cannot be read."""
    environment = {} if colour else {"NO_COLOR": "1"}
    with Terminal("read", "linear.INIT", cwd=begun, rows=40, **environment) as terminal:
        assert terminal.finish() == 0
        assert terminal.screen(styled=True).startswith("<bold>") is colour
        if not colour:
            keep("read_section_80x40", terminal.screen())


def test_columns_side_by_side(begun):
    """Lost otherwise: tables and comparisons that nobody can follow."""
    with Terminal("read", "11", cwd=begun, columns=120, rows=90) as terminal:
        assert terminal.finish() == 0
        keep("read_pytorch_120x90", terminal.screen())


def test_a_narrow_terminal(begun):
    """Lost otherwise: lines broken by the terminal, in the middle of words."""
    with Terminal("read", "costs-parameters", cwd=begun, columns=41, rows=60) as terminal:
        assert terminal.finish() == 0
        keep("read_costs_41x60", terminal.screen())


def test_what_is_long_comes_page_by_page(begun):
    """Lost otherwise: a chapter rushes past, and only its end is to be seen."""
    with Terminal("read", "5", cwd=begun, PAGER="less", LESS="-R") as terminal:
        terminal.wait_for("5 Part 2: the linear layer")
        assert "5.4" not in terminal.settle()
        terminal.type("q")
        assert terminal.finish() == 0


def test_a_pager_that_is_not_there_is_no_obstacle(begun):
    """Lost otherwise: nothing to read, for a wrong setting."""
    with Terminal("read", "5", cwd=begun, rows=300, PAGER="no-such-pager") as terminal:
        assert terminal.finish() == 0
        assert "5.4 Dense.__init__" in terminal.screen()


def test_nothing_need_be_begun(tito, learner):
    """Lost otherwise: who looks before they begin is sent away."""
    result = tito("read", "Linear.forward")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("5.2 Linear.forward\n------------------\n")
    assert result.stdout.endswith("Read on: tito read linear-parameters\n")
    assert list(learner.iterdir()) == []


def test_words_of_a_title_need_no_quotes(tito, learner):
    """Lost otherwise: a usage error for what was plainly said."""
    assert tito("read", "what", "differs").stdout.startswith("11.1 What differs\n")


def test_all_of_it(tito, learner):
    """Lost otherwise: a person cannot print the lesson."""
    result = tito("read", "--all")
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) > 600
    assert "16.6 Answer 6" in result.stdout


def test_a_plain_terminal_gets_plain_signs(tito, learner):
    """Lost otherwise: an error, or question marks, where an encoding has no arrows."""
    result = tito("read", "--all", PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert result.returncode == 0
    assert "784->256->128->10" in result.stdout
    assert result.stdout.isascii()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["forward"], "'forward' can be any of these:\n\n  tito read layer-forward\n"),
        (
            ["lineer-forward"],
            "no section 'lineer-forward'. Near it:\n\n  tito read linear-forward\n",
        ),
        (["qqqq"], "no section 'qqqq'. What there is: tito read --contents"),
        ([""], "no section ''. What there is: tito read --contents"),
        (["x" * 10_000], "What there is: tito read --contents"),
        (["\x1b[31mred"], "no section"),
        (["5", "--all"], "Give a SECTION or an option, not both."),
    ],
)
def test_what_cannot_be_shown_is_said(tito, learner, arguments, says):
    """Lost otherwise: silence, the wrong section, or a traceback."""
    result = tito("read", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert says in result.stderr
    assert "\x1b" not in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("typed", ["Dense", "dense", "Linear.forward(self, x)", "Sequential"])
def test_a_class_or_a_signature_is_a_name_too(tito, learner, typed):
    """Lost otherwise: what is copied from the file is no name here."""
    result = tito("read", typed)
    assert result.returncode == 0, result.stderr


def test_the_contents_list_every_section(tito, learner):
    """Lost otherwise: sections that nobody knows how to type."""
    lines = tito("read", "--contents").stdout.splitlines()
    assert "  5.2   linear-forward           Linear.forward" in lines
    assert len(lines) > 50


def test_another_lesson_is_read_by_its_name(learner, tito):
    """Lost otherwise: in the middle of one lesson nobody can look something up in another."""
    tito("start", "layers")
    chapters = tito("read", "activations").stdout
    assert chapters.startswith("Activations: the lesson")
    assert "tito read activations 2, or by name: tito read activations why" in chapters
    assert tito("read", "activations", "costs").stdout.startswith("9 Memory and time")
    assert "ReLU.forward" in tito("read", "relu-forward").stdout
