"""A report as a page has it: the words of ``tito test`` as HTML, and marks for the editor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from tito.engine.habits import ELSEWHERE
from tito.engine.report import CheckResult, Report
from tito.say.explanation import sections
from tito.say.html import BUTTONS, escaped, explanation, fields, prose
from tito.say.terminal import Screen
from tito.say.view import WRONG, Field, View

_MARKS = {"failed": "failed", "error": "error", "timeout": "error", "todo": "todo"}


def verdict(view: View, text: str) -> dict[str, Any]:
    """The verdict on a text that somebody typed; its hash says which text that was."""
    view = replace(view, report=_on_a_page(view.report))
    report, first = view.report, view.report.first
    named = first and {
        "exercise": first.exercise,
        "check": first.name,
        "misconception": first.misconception,
        "sure": first.sure,
    }
    return {
        "sha256": sha256_of(text),
        "seed": report.seed,
        "ok": report.ok,
        "passed": report.passed,
        "total": len(report.checks),
        "standing": view.standing,
        "status": view.status,
        "first": named if report.error is None else None,
        "parts": [
            {
                "name": part.name,
                "state": part.state[0],
                "style": part.state[1],
                "passed": part.passed,
                "total": len(part.checks),
            }
            for part in (view.parts if report.tested else [])
        ],
        "html": "\n".join(html(view)),
        "marks": list(marks(view)),
    }


def pressed(text: str) -> str:
    """A sentence of the engine's for a page, with its buttons in the place of commands."""
    for verb, name in BUTTONS.items():
        text = text.replace(f"`tito {verb}`", name)
    return text.replace(ELSEWHERE, "")


def _on_a_page(report: Report) -> Report:
    checks = [replace(check, got=pressed(check.got)) for check in report.checks]
    return replace(report, checks=checks, error=report.error and pressed(report.error))


def sha256_of(text: str) -> str:
    """The hash by which a browser knows a text: of its UTF-8, half characters as U+FFFD."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return hashlib.sha256(whole.encode()).hexdigest()


def marks(view: View) -> Iterator[dict[str, Any]]:
    """The lines to look at, one mark for each exercise on a line."""
    report, seen = view.report, set[tuple[int, str]]()
    if report.error is not None:
        if report.error_line:
            yield _mark(report.error_line, "file", "", report.error)
        return
    for check in report.checks:
        todo = check.status == "todo"
        place = check.line or 0, "" if todo else check.exercise
        text = view.tasks.get(check.exercise, "") if todo else check.diagnosis or check.name
        if check.line and text and check.status in _MARKS and place not in seen:
            seen.add(place)
            yield _mark(check.line, _MARKS[check.status], check.exercise, text)


def _mark(line: int, kind: str, exercise: str, text: str) -> dict[str, Any]:
    return {
        "line": line,
        "kind": kind,
        "exercise": exercise,
        "text": Screen().clean(text.replace("\n", " ")),
    }


def html(view: View) -> Iterator[str]:
    """The first thing to mend unfolded or explained, the others folded, prints, advice."""
    report, first = view.report, view.report.first
    if report.explanation is not None:
        yield from explanation(sections(view))
    elif report.ok:
        yield f'<p class="right">All {report.passed} checks pass.</p>'
    elif report.error is not None:
        yield from _section(view.title, view.whole(Screen()), says=report.error)
    elif first is not None:
        yield from _section(view.title, view.on(first), first.exercise)
    yield from _others(view, first)
    for where, text in view.printed(first):
        yield from _section("", [Field(where, text.strip("\n"), "as it is")])
    if report.advice:
        advice = "".join(f"<li>{prose(each)}</li>" for each in report.advice)
        yield f"<h3>Beyond the lesson, if you like:</h3><ul>{advice}</ul>"


def _others(view: View, first: CheckResult | None) -> Iterator[str]:
    """What else failed, each folded; then what is to be written, and what waits."""
    if view.report.error is not None:
        return
    checks = view.report.checks
    for check in (c for c in checks if c.status in WRONG and c is not first):
        title = f"{escaped(check.exercise)}: {escaped(check.name)}"
        yield f'<details class="check"><summary>{title}</summary>'
        yield from fields(view.on(check))
        yield "</details>"
    for word, state in (("To write", "todo"), ("Not tried", "blocked")):
        names = dict.fromkeys(c.exercise for c in checks if c.status == state)
        if first is not None:
            names.pop(first.exercise, None)
        if names:
            yield f'<p class="waits">{word}: {escaped(", ".join(names))}</p>'


def _section(
    title: str, found: Iterable[Field], exercise: str = "", says: str = ""
) -> Iterator[str]:
    about = f' data-exercise="{escaped(exercise)}"' if exercise else ""
    yield f'<section class="check"{about}>' + (f"<h3>{escaped(title)}</h3>" if title else "")
    if says:
        yield f"<p>{prose(says)}</p>"
    yield from fields(found)
    yield "</section>"
