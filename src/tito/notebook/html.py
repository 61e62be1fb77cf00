"""A cell's report as HTML: one column of words that takes the notebook's own colours.

Nothing is loaded from anywhere, no script runs, and each style stands at its element, for
notebooks drop style sheets that they do not trust. Colour only repeats what a word says.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tito.notebook.view import CellView, shown_text, word_of
from tito.say.terminal import Screen
from tito.say.view import Field, Part

_RIGHT, _WRONG, _OPEN = "#2f9e68", "#d9691e", "#8c8c8c"
_RULE = "rgba(128,128,128,.3)"
_QUIET = "opacity:.72"
_PROSE = ("task", "check", "tried", "mistake", "perhaps", "not tried")
_MOST = 4000
_CODE = (
    "margin:0;padding:0;border:0;background:none;color:inherit;font-family:ui-monospace,"
    "SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;line-height:1.5;"
    "white-space:pre-wrap;overflow-wrap:anywhere"
)


def html(view: CellView) -> str:
    """The report as one element that stands alone."""
    return "\n".join(
        [
            f'<section aria-label="{_text(f"Test of {view.title}: {view.standing}")}"'
            ' style="max-width:48rem;margin:.5rem 0 1rem;line-height:1.5;text-align:left">',
            *_head(view),
            *_first(view),
            *(line for group in view.groups for line in _group(group)),
            *_notes(view),
            "</section>",
        ]
    )


def _head(view: CellView) -> Iterator[str]:
    """Title and standing on one line, above a rule that is coloured as far as it is right."""
    yield (
        '<p style="margin:0;display:flex;justify-content:space-between;gap:1rem;'
        'align-items:baseline;flex-wrap:wrap">'
        f'<strong style="font-size:1.2em">{_text(view.title)}</strong> '
        f"<span>{_text(view.standing)}</span></p>"
    )
    share = 100 * view.passed / view.total if view.total else 0
    yield (
        f'<div aria-hidden="true" style="height:3px;margin:.35rem 0 .9rem;background:{_RULE}">'
        f'<div style="height:3px;width:{share:.1f}%;background:{_colour(view)}"></div></div>'
    )


def _first(view: CellView) -> Iterator[str]:
    if view.heading:
        style = "margin:0 0 .4rem;font-size:1em;font-weight:600"
        yield f'<h4 style="{style}">{_text(view.heading)}</h4>'
    if view.fields:
        yield '<dl style="display:grid;grid-template-columns:6.5em 1fr;gap:.25rem .8rem;margin:0">'
        for each in view.fields:
            yield (
                f'<dt style="float:none;width:auto;margin:0;font-weight:400;{_QUIET}">'
                f"{_text(each.label)}</dt>"
                f'<dd style="margin:0;min-width:0">{_field(each)}</dd>'
            )
        yield "</dl>"


def _field(each: Field) -> str:
    """A field's text; that of a mistake is its name, and below it the explanation."""
    text = shown_text(each)
    if each.label in ("mistake", "perhaps"):
        name, _, says = text.partition("\n")
        return f"<strong>{_text(name)}</strong><br>{_text(says)}"
    if each.kind == "prose":
        return _text(text)
    if each.frame:
        code, _, where = text.partition("\n")
        scope = f'<span style="{_QUIET}">{_text(where)}</span>' if where else ""
        return f'<pre style="{_CODE}">{_text(code)}</pre>{scope}'
    return f'<pre style="{_CODE}">{_text(text)}</pre>'


def _group(group: Part) -> Iterator[str]:
    """The checks of one exercise, a line each; folded where there is nothing to see."""
    found = [(word_of(check), check.name) for check in group.checks]
    words = {word for word, _ in found}
    opened = " open" if "failed" in words else ""
    state = "" if len(words) > 1 else f", {words.pop()}"
    yield (
        f'<details{opened} style="margin:.7rem 0 0"><summary style="cursor:pointer">'
        f'{_text(group.name)} <span style="{_QUIET}">'
        f"{group.passed} of {len(found)}{state}</span></summary>"
    )
    yield '<ul style="list-style:none;margin:.3rem 0 0 1.1em;padding:0">'
    for word, name in found:
        strong = "font-weight:600" if word == "failed" else _QUIET
        yield (
            '<li style="display:grid;grid-template-columns:5em 1fr;gap:.8rem;margin:0">'
            f'<span style="{strong}">{_text(word)}</span> <span>{_text(name)}</span></li>'
        )
    yield "</ul></details>"


def _notes(view: CellView) -> Iterator[str]:
    if view.notes:
        notes = "".join(f'<p style="margin:.25rem 0 0">{_text(note)}</p>' for note in view.notes)
        yield f'<div style="margin-top:.9rem;font-size:.92em;{_QUIET}">{notes}</div>'


def _colour(view: CellView) -> str:
    if view.right:
        return _RIGHT
    failed = any(word_of(check) == "failed" for group in view.groups for check in group.checks)
    return _WRONG if failed else _OPEN


def _text(text: str) -> str:
    """The text as HTML shows it: no markup, no control characters, of a bounded length."""
    clean = Screen().clean(text)
    if len(clean) > _MOST:
        clean = f"{clean[:_MOST]}… and {len(clean) - _MOST:,} more characters"
    return escape(clean)
