"""What every page is put together from: lines that fit, tables, a line that passes."""

import io

from hypothesis import given
from hypothesis import strategies as st

from tito.say.terminal import PassingLine, Screen, columns, table

WORDS = st.text("ab日 -", max_size=60)


@given(WORDS, st.sampled_from(["  label  ", "1  ", ""]), st.integers(39, 100))
def test_a_text_hangs_beside_its_label(text, label, width):
    """Lost otherwise: lines that a terminal breaks, or words that are gone."""
    lines = Screen(width).hang(label, text)
    assert lines[0].startswith(label)
    assert all(line[: len(label)].strip() == "" for line in lines[1:])
    assert max(map(columns, lines)) <= width
    assert (
        "".join(line[len(label) :] for line in lines).split()
        == "".join(Screen(width).wrap(text, width - len(label))).split()
    )


def test_what_is_indented_stays_as_a_person_wrote_it():
    """Lost otherwise: a command to be typed, or a line of code, is broken in two."""
    command = f"    pip install {'x' * 90}"
    lines = Screen(40).fitting(f"{'word ' * 20}\n\n{command}\nend")
    assert lines[-3:] == ["", command, "end"]
    assert max(map(len, lines[:-3])) <= 40


def test_the_columns_of_a_table_are_as_wide_as_their_cells():
    """Lost otherwise: figures stand under the wrong heads."""
    rows = [["", "here", "there"], ["a title, longer than any cell"], ["  日", "1", "22"]]
    assert list(table([*rows, ["  b: why", "no"]], "<><", Screen())) == [
        "        here  there",
        "  a title, longer than any cell",
        "    日     1  22",
        "    b: why    no",
    ]


def test_the_style_of_a_row_is_that_of_its_last_cell():
    """Lost otherwise: a whole line in red for one word."""
    rows = [["a", "same"], ["b", "DIFFERS"]]
    painted = list(table(rows, "<<", Screen(colour=True), ["", "red"]))
    assert painted == ["  a  same", "  b  \033[31mDIFFERS\033[0m"]


def test_a_passing_line_leaves_nothing_behind(monkeypatch):
    """Lost otherwise: "Waiting ..." stands for ever, or lands in a file."""
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", terminal)
    with PassingLine() as line:
        line.say("in a pipe")
    assert terminal.getvalue() == ""
    monkeypatch.setattr("sys.stdout", terminal)
    with PassingLine() as line:
        line.say("one")
        line.say("two")
    assert terminal.getvalue() == "\r\033[Kone\r\033[Ktwo\r\033[K"
    with PassingLine(shown=False) as line:
        line.say("three")
    assert "three" not in terminal.getvalue()
