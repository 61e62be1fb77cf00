"""A lesson's text as sections that messages can point at."""

import pytest

from tito.lesson.model import lesson_names, load_lesson
from tito.lesson.text import blocks, first_paragraph, lesson_text, parse

SMALL = """(all)=
# All of it

Words.

(code)=
## Code

```python
# no heading
```

After the *code*, `x`.

(deep)=
### Deeper

- no paragraph

(last)=
## Last
"""


def test_sections_have_anchor_title_level_number_and_body():
    """Lost otherwise: a message points at the wrong paragraph."""
    sections = parse(SMALL).sections
    assert [(s.anchor, s.title, s.level, s.number) for s in sections] == [
        ("all", "All of it", 1, ""),
        ("code", "Code", 2, "1"),
        ("deep", "Deeper", 3, "1.1"),
        ("last", "Last", 2, "2"),
    ]
    assert sections[1].body == "```python\n# no heading\n```\n\nAfter the *code*, `x`."
    assert sections[3].body == ""


def test_the_first_paragraph_is_one_plain_line():
    """Lost otherwise: marks of the text's format in a message."""
    paragraphs = [first_paragraph(section) for section in parse(SMALL).sections]
    assert paragraphs == ["Words.", "After the code, `x`.", "", ""]


def test_a_chapter_comes_with_what_is_below_it():
    """Lost otherwise: half a chapter is shown, or two."""
    text = parse(SMALL)
    found = [[s.anchor for s in text.with_all_below(section)] for section in text.sections]
    assert found == [["all", "code", "deep", "last"], ["code", "deep"], ["deep"], ["last"]]


@pytest.mark.parametrize("wrong", ["# No target\n", "(a)=\n# A\n\n(a)=\n## Again\n"])
def test_every_heading_has_a_target_of_its_own(wrong):
    """Lost otherwise: a section that nothing can point at."""
    with pytest.raises(ValueError, match="expected a target of its own"):
        parse(wrong)


@pytest.mark.parametrize("lesson", lesson_names())
def test_every_exercise_has_its_section(lesson):
    """Lost otherwise: a message says where to read on, and there is nothing."""
    text = lesson_text(lesson)
    for exercise in load_lesson(lesson).exercises:
        section = text.of_exercise(exercise.name)
        assert section.plain_title == exercise.name
        assert len(first_paragraph(section)) > 100


def test_what_is_no_exercise_has_no_section():
    """Lost otherwise: a message sends a person to a section about something else."""
    with pytest.raises(KeyError):
        lesson_text("layers").of_exercise("Linear.backward")


@pytest.mark.parametrize("name", ["convolutions", "..", "", "../layers"])
def test_what_is_no_lesson_has_no_text(name):
    """Lost otherwise: any file of that name is read as a lesson."""
    with pytest.raises(KeyError):
        lesson_text(name)


@pytest.mark.parametrize("section", lesson_text("layers").sections, ids=lambda s: s.anchor)
def test_a_section_is_written_in_what_the_reader_knows(section):
    """Lost otherwise: marks of the text's format on a person's screen."""
    assert blocks(section.body) or section.title
    assert ":::" not in section.markdown()
    assert ")=" not in section.markdown().replace("(x)=", "")
