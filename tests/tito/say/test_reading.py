"""The text on screens of every width, with and without characters beyond ASCII."""

import re

import pytest

from tito.lesson.text import Code, Paragraph, blocks, lesson_text, lessons_with_text, parse
from tito.say.reading import chapters, every_section, page, render
from tito.say.terminal import Screen, columns

TEXT = lesson_text("layers")
ENCODINGS = ["utf-8", "cp1252", "ascii"]


def words(text):
    return re.sub(r"\W+", "", text)


@pytest.mark.parametrize("width", [40, 41, 59, 79, 100])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_line_is_wider_than_the_screen(width, encoding):
    """Lost otherwise: lines that break where the terminal likes, and columns that do not stand."""
    screen = Screen(width=width, encoding=encoding)
    for lines in (
        page(TEXT, TEXT.sections, screen),
        chapters(TEXT, screen),
        every_section(TEXT, screen),
    ):
        assert [line for line in lines if columns(line) > width] == []
        assert [line for line in lines if line != line.rstrip()] == []
        "\n".join(lines).encode(encoding)


@pytest.mark.parametrize("width", [40, 100])
def test_no_word_is_lost(width):
    """Lost otherwise: a cell, a line of code or the end of a paragraph."""
    for section in TEXT.sections:
        shown = words("".join(render([section], Screen(width=width))))
        for block in blocks(section.body):
            if isinstance(block, Paragraph):
                assert words(block.text.split("](")[0]) in shown
            elif isinstance(block, Code):
                assert words("".join(block.lines)) in shown


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_every_sign_has_a_plain_form(encoding):
    """Lost otherwise: question marks in place of formulas, on Windows or over a serial line."""
    plain = "\n".join(render(TEXT.sections, Screen(width=79, encoding=encoding)))
    rich = "\n".join(render(TEXT.sections, Screen(width=79)))
    assert plain.count("?") == rich.count("?")


def test_colours_are_only_where_they_are_wanted():
    """Lost otherwise: escape codes in a file, or headings that cannot be seen."""
    plain = render(TEXT.sections, Screen(width=79))
    painted = render(TEXT.sections, Screen(width=79, colour=True))
    assert "\033" not in "".join(plain)
    assert "\033[1m" in painted[0]
    assert [re.sub(r"\033\[\d+m", "", line) for line in painted] == plain


def test_commands_are_shown_as_they_are_typed_here():
    """Lost otherwise: a learner with ./tito types what the lesson says, and it is not found."""
    lines = page(TEXT, TEXT.sections, Screen(command="./tito"))
    text = " ".join(" ".join(lines).split())
    assert "`./tito test`" in text
    assert not re.search(r"[^/]tito (test|read|quiz|hint|start)", text)


def shown(body, width=60, **screen):
    return render(parse(f"(a)=\n# A\n\n{body}\n").sections, Screen(width=width, **screen))[3:]


def test_a_table_keeps_its_columns():
    """Lost otherwise: numbers that do not stand below each other."""
    assert shown("| Layer | Bytes |\n|---|---:|\n| one | 5,160 |\n| second | 80 |") == [
        "Layer   Bytes",
        "------  -----",
        "one     5,160",
        "second     80",
    ]


def test_a_table_that_does_not_fit_wraps_its_cells():
    """Lost otherwise: a table runs over the edge."""
    body = "| Layer | What it is |\n|---|---|\n| one | a first layer, of many words that go on |"
    body += "\n| two | x |"
    assert shown(body, width=30) == [
        "Layer  What it is",
        "-----  -----------------------",
        "one    a first layer, of many",
        "       words that go on",
        "",
        "two    x",
    ]


def test_a_table_that_cannot_fit_becomes_records():
    """Lost otherwise: cells of two letters a line."""
    head = "abcdefghijklmno"
    body = f"| {head} | {head[::-1]} | c |\n|---|---|---|\n| one | two | {head} |"
    assert shown(body, width=32) == ["one", f"  {head[::-1]}: two", f"  c: {head}"]


def test_sides_stand_beside_each_other_where_they_fit():
    """Lost otherwise: a comparison that one has to scroll for."""
    code = "```python\n{}\n```"
    body = (
        "::::{tab-set}\n:::{tab-item} Left\n" + code.format("a = 1\nb = 2") + "\n:::\n"
        ":::{tab-item} Right\n" + code.format("c") + "\n:::\n::::"
    )
    assert shown(body) == ["Left     Right", "----     -----", "a = 1    c", "b = 2"]
    stacked = ["Left", "----", "a = 1", "b = 2", "", "Right", "-----", "c"]
    assert shown(body, width=10) == stacked


def test_a_note_stands_apart():
    """Lost otherwise: a remark reads as a part of what it interrupts."""
    assert shown(":::{note} FLOPs\nOne two.\n\n- three\n:::") == [
        "| FLOPs",
        "| One two.",
        "|",
        "| - three",
    ]


def test_the_chapters_fit_on_a_small_screen():
    """Lost otherwise: the list of what there is scrolls away."""
    assert len(chapters(TEXT, Screen(width=79))) <= 22


def test_a_page_ends_with_what_to_type_next():
    """Lost otherwise: a reader at the end of a section has to look for the next."""
    screen = Screen(width=79)
    section = TEXT.at("linear-init")
    assert page(TEXT, [section], screen)[-2:] == [
        "See also: tito read initialisation",
        "Read on: tito read linear-forward",
    ]
    assert page(TEXT, TEXT.sections, screen)[-1] == "Next: tito quiz"


@pytest.mark.parametrize("lesson", lessons_with_text())
def test_every_lesson_can_be_read(lesson):
    """Lost otherwise: a formula that no terminal can show ends `tito read` in a traceback."""
    text = lesson_text(lesson)
    for screen in (Screen(), Screen(width=39, encoding="ascii")):
        assert len(page(text, text.sections, screen)) > 100
