"""A report as a card: how far it is, the first thing to mend, each check; as HTML or as lines.

The HTML stands alone: nothing is loaded from anywhere, no script runs, and each style stands at its
element, for notebooks drop style sheets that they do not trust. Colour only repeats what words say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tito.engine.report import CheckResult, Report, first_to_mend
from tito.say.html import escaped, fields
from tito.say.terminal import Screen, columns
from tito.say.view import Field, Part, View, prints

_HEADINGS = {"todo": "Next to write", "blocked": "Not tried yet"}
_WORDS = {"passed": "passed", "todo": "to write", "blocked": "waits"}
_WIDE, _LABEL = 100, 11
_RIGHT, _WRONG, _OPEN = "#2f9e68", "#d9691e", "#8c8c8c"
_RULE, _QUIET = "rgba(128,128,128,.3)", "opacity:.72"
_STYLES = {
    "fields": "display:grid;grid-template-columns:6.5em 1fr;gap:.25rem .8rem;margin:0",
    "field": "display:contents",
    "label": f"float:none;width:auto;margin:0;font-weight:400;{_QUIET}",
    "prose": "margin:0;min-width:0",
    "where": _QUIET,
    "pre": "margin:0;padding:0;border:0;background:none;color:inherit;font-family:ui-monospace,"
    "SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;line-height:1.5;"
    "white-space:pre-wrap;overflow-wrap:anywhere",
}


@dataclass(frozen=True)
class Card:
    """One report: what is to be mended first, the checks by exercise, and what to know."""

    title: str
    heading: str = ""
    fields: tuple[Field, ...] = ()
    groups: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> int:
        """How many checks passed."""
        return sum(group.passed for group in self.groups)

    @property
    def total(self) -> int:
        """How many checks there are; none where nothing could be tested."""
        return sum(len(group.checks) for group in self.groups)

    @property
    def right(self) -> bool:
        """Whether there is nothing left to do for this title."""
        return not self.heading and 0 < self.total == self.passed

    @property
    def standing(self) -> str:
        """How far it is, in words."""
        if self.right:
            return f"all {self.total} checks pass"
        return f"{self.passed} of {self.total} checks pass" if self.total else "not tested"


def card_of(
    report: Report, tasks: Mapping[str, str], title: str, checks: Sequence[CheckResult]
) -> Card:
    """The card of these checks of a report."""
    view, first = View(report, tasks), first_to_mend(checks)
    heading, found = "", list[Field]()
    if report.error is not None:
        heading = report.error
        found += view.code(report.error_line, report.trace)
    elif first is not None:
        heading = f"{_HEADINGS.get(first.status, 'First to fix')}: {first.exercise}"
        found += (each for each in view.on(first) if each.text.strip())
    for where, output in prints(checks, first):
        found.append(Field("printed", f"{where}\n{output}", "as it is"))
    names = dict.fromkeys(check.exercise for check in checks) if report.tested else ()
    groups = (Part(name, tuple(c for c in checks if c.exercise == name)) for name in names)
    return Card(title, heading, tuple(found), tuple(groups))


def _word(check: CheckResult) -> str:
    """How a check stands."""
    return _WORDS.get(check.status, "failed")


def _shown(each: Field) -> str:
    """The text of a field, below a line of code where it stood."""
    return f"{each.text}\n{each.where(_WIDE)}" if each.frame else each.text


def text(card: Card, width: int = 79) -> str:
    """The card line by line."""
    screen = Screen(width=width)
    lines = [screen.clean(f"{card.title}: {card.standing}")]
    if card.heading:
        lines += ["", *screen.wrap(card.heading, width)]
    for each in card.fields:
        lines += _beside(each.label, _shown(each), screen)
    for group in card.groups:
        lines += ["", screen.clean(f"{group.name} {group.passed} of {len(group.checks)}")]
        for check in group.checks:
            lines.append(f"  {_word(check):<{_LABEL - 2}}{screen.cut(check.name, width - _LABEL)}")
    if card.notes:
        lines.append("")
    return "\n".join([*lines, *(line for note in card.notes for line in screen.wrap(note, width))])


def _beside(label: str, value: str, screen: Screen) -> Iterator[str]:
    """A label and its text beside it, or below it where the label is long."""
    room, lines = screen.width - _LABEL - 2, list[str]()
    for part in (screen.clean(line).rstrip() for line in value.split("\n")):
        lines += [part] if columns(part) <= room else screen.wrap(part, room)
    if len(label) >= _LABEL:
        yield f"  {screen.clean(label)}"
        label = ""
    for line in lines:
        yield f"  {screen.clean(label):<{_LABEL}}{line}".rstrip()
        label = ""


def html(card: Card) -> str:
    """The card as one element that stands alone."""
    return "\n".join(
        [
            f'<section aria-label="{escaped(f"Test of {card.title}: {card.standing}")}"'
            ' style="max-width:48rem;margin:.5rem 0 1rem;line-height:1.5;text-align:left">',
            *_head(card),
            *_first(card),
            *(line for group in card.groups for line in _group(group)),
            *_notes(card),
            "</section>",
        ]
    )


def _head(card: Card) -> Iterator[str]:
    """Title and standing on one line, above a rule that is coloured as far as it is right."""
    yield (
        '<p style="margin:0;display:flex;justify-content:space-between;gap:1rem;'
        'align-items:baseline;flex-wrap:wrap">'
        f'<strong style="font-size:1.2em">{escaped(card.title)}</strong> '
        f"<span>{escaped(card.standing)}</span></p>"
    )
    failed = any(_word(check) == "failed" for group in card.groups for check in group.checks)
    colour = _RIGHT if card.right else _WRONG if failed else _OPEN
    share = 100 * card.passed / card.total if card.total else 0
    yield (
        f'<div aria-hidden="true" style="height:3px;margin:.35rem 0 .9rem;background:{_RULE}">'
        f'<div style="height:3px;width:{share:.1f}%;background:{colour}"></div></div>'
    )


def _first(card: Card) -> Iterator[str]:
    if card.heading:
        style = "margin:0 0 .4rem;font-size:1em;font-weight:600"
        yield f'<h4 style="{style}">{escaped(card.heading)}</h4>'
    if card.fields:
        yield from fields(card.fields, _by_style)


def _by_style(name: str) -> str:
    return f' style="{_STYLES.get(name, _STYLES["prose"])}"'


def _group(group: Part) -> Iterator[str]:
    """The checks of one exercise, a line each; folded where there is nothing to see."""
    found = [(_word(check), check.name) for check in group.checks]
    words = {word for word, _ in found}
    opened = " open" if "failed" in words else ""
    state = "" if len(words) > 1 else f", {words.pop()}"
    yield (
        f'<details{opened} style="margin:.7rem 0 0"><summary style="cursor:pointer">'
        f'{escaped(group.name)} <span style="{_QUIET}">'
        f"{group.passed} of {len(found)}{state}</span></summary>"
    )
    yield '<ul style="list-style:none;margin:.3rem 0 0 1.1em;padding:0">'
    for word, name in found:
        strong = "font-weight:600" if word == "failed" else _QUIET
        yield (
            '<li style="display:grid;grid-template-columns:5em 1fr;gap:.8rem;margin:0">'
            f'<span style="{strong}">{escaped(word)}</span> <span>{escaped(name)}</span></li>'
        )
    yield "</ul></details>"


def _notes(card: Card) -> Iterator[str]:
    if card.notes:
        notes = "".join(f'<p style="margin:.25rem 0 0">{escaped(note)}</p>' for note in card.notes)
        yield f'<div style="margin-top:.9rem;font-size:.92em;{_QUIET}">{notes}</div>'
