"""``tito test --explain``: the first failure at length, on one page, or the network that works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from tito.engine.report import CheckResult, Report
from tito.lesson.tex import plain
from tito.lesson.text import first_paragraph, lesson_text
from tito.say.terminal import Screen, columns
from tito.say.view import Field, View, lines_of, reasons

#: What a page has at the most; less where that is enough.
HEIGHT = 60
#: As many lines as one thing has at the most, until the page is short enough.
_MOST = (14, 10, 8, 6, 4, 3, 2)
_LAST_STEPS = 3

Fields = dict[str, Any]
Leg = dict[str, Any]


def reading_of(module: str, exercise: str) -> dict[str, str]:
    """The section of the lesson's text on an exercise: its anchor, title and first paragraph.

    For a method that a class only inherits, and has no section, it is the class's first.
    """
    text = lesson_text(module)
    try:
        section = text.of_exercise(exercise)
    except KeyError:
        part = exercise.partition(".")[0].lower()
        section = next(each for each in text.sections if each.anchor.startswith(f"{part}-"))
    paragraph = plain(first_paragraph(section)).rstrip()
    if paragraph[-1:] not in (".", "!", "?"):  # a formula follows there, and does not here
        paragraph = paragraph.rstrip(":,;") + "…"
    return {"section": section.anchor, "title": plain(section.title), "paragraph": paragraph}


def with_reading(report: Report) -> None:
    """Put what is to be read, and the next command, beside the facts of the explanation."""
    found = report.explanation
    if found is not None and (exercise := found.get("exercise")):
        found["read"] = reading_of(report.module, exercise)
        found["next"] = f"tito hint {exercise}"


class Command(NamedTuple):
    """What to type next: a label, and the words after ``tito``; ``title`` is what one sees then."""

    label: str
    verb: str
    name: str
    title: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the explanation: a title, and below it what else there is, in this order.

    ``flow`` and ``network`` are the legs of a way through layers: as a way, or as a table. With
    ``right`` the text says that all is right.
    """

    title: str = ""
    flow: Sequence[Leg] = ()
    network: Sequence[Leg] = ()
    fields: Sequence[Field] = ()
    text: str = ""
    right: bool = False
    command: Command | None = None


def sections(view: View, most: int = _MOST[0]) -> Iterator[Section]:
    """The explanation in the view's report, for every face of it; of steps and lines ``most``."""
    found = view.report.explanation or {}
    if found.get("about") == "network":
        yield from _network(view.report, found)
        return
    wanted = found.get("exercise"), found.get("check")
    check = next(c for c in view.report.checks if (c.exercise, c.name) == wanted)
    if check.status == "todo":
        task = view.tasks.get(check.exercise, "").replace("\n", " ")
        yield Section(f"{check.exercise}: not written yet")
        yield Section(fields=[Field("task", task), *_code(view, check.line)])
    else:
        yield Section(f"{check.exercise}: {check.name}")
        if legs := found.get("flow"):
            broke = any(leg["broke"] for leg in legs)
            why = [Field("✗", check.got.partition("\n")[0])] if broke else []
            yield Section("The shapes on their way", flow=legs, fields=why)
        yield Section("A worked example", fields=list(_example(view, found, check, most)))
        meaning = [each for each in reasons(check) if each.label in ("mistake", "perhaps")]
        if meaning:
            yield Section("What that means", fields=meaning)
    read = reading_of(view.report.module, check.exercise)
    more = Command("More", "read", read["section"], read["title"])
    yield Section("The lesson says", text=read["paragraph"], command=more)
    counts = f"{view.report.passed} of {len(view.report.checks)} checks pass"
    said = f"{counts} (seed {view.report.seed})."
    yield Section(text=said, command=Command("Next", "hint", check.exercise))


def _network(report: Report, found: Fields) -> Iterator[Section]:
    """All is right: the network of the lesson, built from their layers, in numbers."""
    right = f"All {report.passed} checks pass: there is nothing to explain."
    yield Section(text=right, right=True)
    if legs := found.get("flow"):
        said = "Instead, 32 images on their way through 784-256-128-10, built from your layers:"
        yield Section(text=said)
        yield Section(network=legs)
    yield Section(command=Command("Next", "train", "digits"))


def _example(view: View, found: Fields, check: CheckResult, most: int) -> Iterator[Field]:
    """What was tried with which numbers, what each line made of them, and where it parts."""
    why = {each.label: each for each in reasons(check)}
    yield from (why[label] for label in ("tried", "with", "not tried") if label in why)
    yield from _steps(view, found, check, most)
    yield from lines_of(check.trace, max(most // 2, 1))
    yield from (why[label] for label in ("expected", "got") if label in why)
    yield from (Field("measured", _fact(fact)) for fact in found.get("measured") or ())
    if part := found.get("parting"):
        yield Field("they part", _parting(part))
    yield Field("printed", check.printed.strip("\n"), "as it is")


def _steps(view: View, found: Fields, check: CheckResult, most: int) -> Iterator[Field]:
    """The lines of their method in order, with what each of them changed."""
    steps: list[Fields] = found.get("steps") or []
    if check.trace:  # which ends in the same lines, and says more of them
        steps = [step for step in steps if not step["broke"]]
    if found.get("calls", 0) > 1:
        times = f"{check.exercise} ran {found['calls']} times; these are the lines of the last."
        yield Field("", times)
    cut = len(steps) - most if len(steps) > most + 1 else 0
    for place, step in enumerate(steps):
        if cut and place == most - _LAST_STEPS:
            yield Field("", f"… {cut} more steps")
        if not cut or not most - _LAST_STEPS <= place < len(steps) - _LAST_STEPS:
            yield from _code(view, step["line"])
            yield Field("", _changed(step, found["method"]), "names")
    if found.get("repeats"):
        yield Field("", "Of lines that ran more often, only the first times are shown.")


def _changed(step: Fields, method: str) -> str:
    changed = [f"{name} is {words}" for name, words in step["names"].items()]
    if step["returns"]:
        changed.append(f"comes back with {step['returns']}")
    if step["broke"]:
        changed.append("the error came here")
    if step["in"] != method:
        changed.insert(0, f"(in {step['in']})")
    return "\n".join(changed)


def _code(view: View, number: int | None) -> Iterator[Field]:
    """A line of the file that was tested."""
    if number is not None and 0 < number <= len(view.lines):
        yield Field(f"line {number}", view.lines[number - 1].strip(), "line", number)


@dataclass(frozen=True)
class ExplanationPage:
    """The explanation in a report, for one screen; ``tasks`` says what is to be written."""

    report: Report
    screen: Screen
    tasks: Mapping[str, str] = field(default_factory=dict[str, str])

    def text(self) -> str:
        """The whole page, in at most ``HEIGHT`` lines."""
        lines: list[str] = []
        for most in _MOST:
            lines = self._lines(most)
            if len(lines) <= HEIGHT:
                break
        return "\n".join(lines[:HEIGHT])

    def _lines(self, most: int) -> list[str]:
        found = sections(View(self.report, self.tasks), most)
        parts = [list(self._section(each, most)) for each in found]
        return [line for part in parts if part for line in (*part, "")][:-1]

    def _section(self, section: Section, most: int) -> Iterator[str]:
        screen, indent = self.screen, "  " if section.title else ""
        if section.title:
            yield screen.heading(section.title)
        ways = flow_lines(section.flow, screen, screen.width - 2)
        more = [screen.clean("…")] if len(ways) > most + 2 else []
        yield from (f"  {line}" for line in ways[: most + 2] + more)
        if section.network:
            yield from (f"  {line}" for line in network_lines(section.network, screen))
        for each in section.fields:
            yield from self._field(each, most)
        if section.text:
            for line in screen.wrap(section.text, screen.width - len(indent), most):
                yield indent + (screen.paint(line, "green") if section.right else line)
        if command := section.command:
            yield f"{indent}{command.label}: {screen.command} {command.verb} {command.name}"

    def _field(self, each: Field, most: int) -> Iterator[str]:
        screen = self.screen
        if each.kind == "line":
            yield from screen.beside(each.label, [screen.cut(each.text, screen.room)])
            yield from screen.field("", each.where(screen.room), 3)
            return
        rows = {"names": 4}.get(each.kind, 2 if each.label == "✗" else most)
        yield from screen.field(screen.clean(each.label), each.text, rows)


def _fact(fact: Mapping[str, str]) -> str:
    words = f"{fact['what']}: {fact['got']}, expected {fact['expected']}"
    span = f"{fact['from']} to {fact['to']}"
    return words + ("; that fits" if fact["fits"] == "yes" else f" (chance allows {span})")


def _parting(part: Mapping[str, str]) -> str:
    return (
        f"at {part['place']}: {part['expected']} expected, {part['got']} came; "
        f"{part['differ']} numbers differ"
    )


_TABLE = 74


def flow_lines(legs: Sequence[Leg], screen: Screen, width: int) -> list[str]:
    """The ways in lines that fit."""
    return [line for way in ways(legs) for line in _packed(way, screen, width)]


def ways(legs: Sequence[Leg]) -> Iterator[list[str]]:
    """Each way from an input as far as outputs are handed on; one that repeats is said once."""
    for way, same in groupby(_ways(legs)):
        times = len(list(same))
        yield way if times == 1 else [*way, f"({times} times)"]


def _ways(legs: Iterable[Leg]) -> list[list[str]]:
    """The pieces of each way; a piece is never broken over two lines."""
    ways: list[list[str]] = []
    for leg in legs:
        if leg["ends"]:
            gave = "✗" if leg["broke"] else f"gives {leg['out']}"
            ways.append([f"{leg['layer']} {gave}"])
            continue
        if not (leg["joined"] and ways):
            ways.append([leg["in"]])
        ways[-1].append(f"→ {leg['layer']} ✗" if leg["broke"] else f"→ {leg['layer']}")
        if not leg["broke"]:
            ways[-1].append(f"→ {leg['out']}" if leg["out"] else "(did not come back)")
    return ways


def _packed(pieces: Sequence[str], screen: Screen, width: int) -> list[str]:
    lines = [screen.cut(pieces[0], width)]
    for piece in (screen.cut(piece, width - 2) for piece in pieces[1:]):
        longer = f"{lines[-1]} {piece}"
        if columns(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(f"  {piece}")
    return lines


def network_rows(legs: Sequence[Leg]) -> Iterator[tuple[str, ...]]:
    """A table of the layers: shapes, numbers to learn, multiply-adds; the sums below."""
    yield "layer", "in", "out", "to learn", "multiply-adds"
    for leg in legs:
        counts = f"{leg['parameters']:,}", f"{leg['multiply_adds']:,}"
        yield leg["layer"], leg["in"], leg["out"], *counts
    sums = (sum(leg[name] for leg in legs) for name in ("parameters", "multiply_adds"))
    yield "together", "", "", *(f"{each:,}" for each in sums)


def network_lines(legs: Sequence[Leg], screen: Screen) -> list[str]:
    """The table in lines; on a narrow screen, the same in words."""
    rows = list(network_rows(legs))
    if screen.width >= _TABLE:
        return [screen.clean(f"{a:<18}{b:<12}{c:<12}{d:>11}{e:>16}") for a, b, c, d, e in rows]
    lines: list[str] = []
    for layer, _, out, learn, work in rows[1:-1]:
        lines.append(f"{layer} → {out}")
        if learn != "0":
            lines.append(f"  {learn} to learn, {work} multiply-adds")
    *_, learn, work = rows[-1]
    lines += [f"Together: {learn} to learn,", f"{work} multiply-adds"]
    return [screen.cut(line, screen.width - 2) for line in lines]
