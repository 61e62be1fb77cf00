"""The blocks of a body, beside a Markdown parser that others wrote."""

import pytest

from tito.lesson.text import (
    Code,
    Diagram,
    Items,
    Math,
    Note,
    Paragraph,
    Table,
    Tabs,
    blocks,
    lesson_text,
)

SECTIONS = lesson_text("layers").sections
BODY = """One,
two.

- a
  b
- c

1. first
2. second

| A | B |
|---|---:|
| `x` | 1 |

```python
x = 1

y = 2
```

$$
a
+ b
$$

:::{tip} Look
Inner.

- item
:::

```{mermaid}
flowchart LR
```
% A -> B
%   C

::::{tab-set}
:::{tab-item} Left
```python
pass
```
:::
:::{tab-item} Right
Words.
:::
::::
"""


def test_every_kind_of_block():
    """Lost otherwise: a list or a table runs together into a paragraph."""
    assert blocks(BODY) == (
        Paragraph("One, two."),
        Items(("a b", "c"), numbered=False),
        Items(("first", "second"), numbered=True),
        Table((("A", "B"), ("`x`", "1")), frozenset({1})),
        Code("python", ("x = 1", "", "y = 2")),
        Math("a + b"),
        Note("tip", "Look", (Paragraph("Inner."), Items(("item",), numbered=False))),
        Diagram(("flowchart LR",), ("A -> B", "  C")),
        Tabs((("Left", (Code("python", ("pass",)),)), ("Right", (Paragraph("Words."),)))),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "```python\nx = 1",
        ":::{note}\nNo end",
        ":::{dropdown} Title\nWords.\n:::",
        "```{mermaid}\nflowchart LR\n```",
        "```{code-cell}\nx\n```",
        "| a | b |\n| 1 | 2 |",
        "::::{tab-set}\nWords.\n::::",
    ],
)
def test_what_the_reader_does_not_know_is_refused(wrong):
    """Lost otherwise: an author's slip shows as marks on a learner's screen."""
    with pytest.raises(ValueError, match=r"."):
        blocks(wrong)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.anchor)
def test_a_markdown_parser_sees_the_same(section):
    """Lost otherwise: a notebook shows another text than the terminal."""
    parser = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    tokens = [token.type for token in parser.parse(section.markdown())]
    expected = {"fence": 0, "table_open": 0, "list_item_open": 0, "blockquote_open": 0, "rows": 0}
    count(blocks(section.body), expected)
    rows = expected.pop("rows")
    assert {kind: tokens.count(kind) for kind in expected} == expected
    assert tokens.count("tr_open") == rows
    assert tokens.count("heading_open") == 1


def count(found, into):
    for block in found:
        match block:
            case Code() | Diagram():
                into["fence"] += 1
            case Table(rows, _):
                into["table_open"] += 1
                into["rows"] += len(rows)
            case Items(items, _):
                into["list_item_open"] += len(items)
            case Note(_, _, inner):
                into["blockquote_open"] += 1
                count(inner, into)
            case Tabs(tabs):
                for _, inner in tabs:
                    count(inner, into)


def test_a_sections_markdown():
    """Lost otherwise: a notebook shows marks that only MyST knows."""
    from tito.lesson.text import to_markdown

    assert to_markdown(BODY + "\n[Words](#there) and [out](https://a.b).") == (
        "One, two.\n\n- a b\n- c\n\n1. first\n2. second\n\n"
        "| A | B |\n| --- | ---: |\n| `x` | 1 |\n\n"
        "```python\nx = 1\n\ny = 2\n```\n\n$$\na + b\n$$\n\n"
        "> **Look**\n>\n> Inner.\n>\n> - item\n\n"
        "```text\nA -> B\n  C\n```\n\n"
        "**Left**\n\n```python\npass\n```\n\n**Right**\n\nWords.\n\n"
        "Words and [out](https://a.b).\n"
    )
