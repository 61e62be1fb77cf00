"""Fields as HTML: for a page, whose style sheet knows their classes, or with other attributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from tito.say.explanation import Command, Section, network_rows, ways
from tito.say.terminal import Screen
from tito.say.view import Field

_MOST, _WIDE = 4000, 100
_CODE = re.compile(r"`([^`\n]+)`")
_CLASSES = ("field", "label", "line", "mistake", "names", "printed", "values", "where")
#: What one presses on a page in place of a command; no other command has a place there.
BUTTONS = {"hint": "Hint", "restore": "Versions"}

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


def explanation(found: Iterable[Section]) -> Iterator[str]:
    """The explanation for a page, which has the lesson's text beside it, and buttons."""
    yield '<section class="explanation">'
    for place, each in enumerate(found):
        if each.title:
            level = "h4" if place else "h3"
            yield f"<{level}>{escaped(each.title)}</{level}>"
        for way in ways(each.flow):
            pieces = " ".join(f"<span>{escaped(piece)}</span>" for piece in way)
            yield f'<p class="way">{pieces}</p>'
        if each.network:
            yield from _table(network_rows(each.network))
        if each.fields:
            yield from fields(each.fields)
        if each.text:
            right = ' class="right"' if each.right else ""
            yield f"<p{right}>{prose(each.text)}</p>"
        if each.command:
            yield from _instead(each.command)
    yield "</section>"


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield '<div class="wide" tabindex="0" role="group" aria-label="The layers"><table>'
    for place, row in enumerate(rows):
        cell = "td" if place else "th"
        yield f"<tr>{''.join(f'<{cell}>{escaped(each)}</{cell}>' for each in row)}</tr>"
    yield "</table></div>"


def _instead(command: Command) -> Iterator[str]:
    """What a page has in the place of a command."""
    if command.verb == "read":
        link = f'<a href="#{escaped(command.name)}">{prose(command.title)}</a>'
        yield f"<p>{command.label}: {link}</p>"
    elif command.verb in BUTTONS:
        yield f"<p>{command.label}: {BUTTONS[command.verb]}</p>"


def prose(text: str) -> str:
    """The text, what stands in backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escaped(text)).replace("\n", "<br>")


def escaped(text: str, most: int = _MOST) -> str:
    """The text as HTML shows it: no markup, no control characters, of a bounded length."""
    clean = Screen().clean(text)
    if len(clean) > most:
        clean = f"{clean[:most]}… and {len(clean) - most:,} more characters"
    return escape(clean)
