"""Fields as HTML: for a page, whose style sheet knows their classes, or with other attributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape

from tito.say.terminal import Screen
from tito.say.view import Field

_MOST, _WIDE = 4000, 100
_CODE = re.compile(r"`([^`\n]+)`")
_CLASSES = ("field", "label", "line", "mistake", "printed", "values", "where")

#: The attribute of an element, by what it is: one of those names, or ``fields`` or ``pre``.
Attribute = Callable[[str], str]


def by_class(name: str) -> str:
    """What a style sheet knows an element by; nothing for what it knows by its tag."""
    return f' class="{name}"' if name in _CLASSES else ""


def fields(found: Iterable[Field], attribute: Attribute = by_class) -> Iterator[str]:
    """Labels with their texts; what says nothing is left out."""
    yield f"<dl{attribute('fields')}>"
    for each in found:
        if each.text.strip() or each.number:
            line = f' data-line="{each.number}"' if each.number else ""
            label = f"<dt{attribute('label')}>{escaped(each.label)}</dt>"
            yield f"<div{attribute('field')}{line}>{label}{_said(each, attribute)}</div>"
    yield "</dl>"


def _said(each: Field, attribute: Attribute) -> str:
    """A field's text; that of a mistake is its name, and below it the explanation."""
    if each.label in ("mistake", "perhaps"):
        name, _, says = each.text.partition("\n")
        strong = f"<strong>{escaped(name)}</strong><br>{prose(says)}"
        return f"<dd{attribute('mistake')}>{strong}</dd>"
    if each.kind == "prose":
        return f"<dd{attribute('prose')}>{prose(each.text)}</dd>"
    first, last = each.part
    before, came, after = map(escaped, (each.text[:first], each.text[first:last], each.text[last:]))
    code = f"{before}<mark>{came}</mark>{after}" if came else escaped(each.text)
    where = f"<div{attribute('where')}>{escaped(each.where(_WIDE))}</div>" if each.frame else ""
    kind = "printed" if each.kind == "as it is" else each.kind
    return f"<dd{attribute(kind)}><pre{attribute('pre')}>{code}</pre>{where}</dd>"


def prose(text: str) -> str:
    """The text, what stands in backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escaped(text)).replace("\n", "<br>")


def escaped(text: str, most: int = _MOST) -> str:
    """The text as HTML shows it: no markup, no control characters, of a bounded length."""
    clean = Screen().clean(text)
    if len(clean) > most:
        clean = f"{clean[:most]}… and {len(clean) - most:,} more characters"
    return escape(clean)
