"""``tito test --explain``: the first failure at length, on one page, or the network that works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from tito.engine.report import CheckResult, Report
from tito.lesson.tex import plain
from tito.lesson.text import first_paragraph, lesson_text
from tito.say.terminal import Screen, columns
from tito.say.view import View, lines_of, reasons

#: What a page has at the most; less where that is enough.
HEIGHT = 60
_LAST_STEPS = 3

Fields = dict[str, Any]


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


@dataclass(frozen=True)
class ExplanationPage:
    """The explanation in a report, for one screen; ``tasks`` says what is to be written."""

    report: Report
    screen: Screen
    tasks: Mapping[str, str] = field(default_factory=dict[str, str])

    def text(self) -> str:
        """The whole page, in at most ``HEIGHT`` lines."""
        lines: list[str] = []
        for most in (14, 10, 8, 6, 4, 3, 2):
            lines = self._lines(most)
            if len(lines) <= HEIGHT:
                break
        return "\n".join(lines[:HEIGHT])

    def _lines(self, most: int) -> list[str]:
        found = self.report.explanation or {}
        if found.get("about") == "network":
            return self._network(found)
        check = self._check(found)
        parts = [[self.screen.heading(f"{check.exercise}: {check.name}")]]
        if check.status == "todo":
            head = self.screen.heading(f"{check.exercise}: not written yet")
            parts = [[head], self._task(check, most)]
        else:
            parts += [self._flow(found, check, most), self._example(found, check, most)]
            parts.append(self._meaning(check, most))
        parts += [self._reading(check.exercise, most), self._end(check)]
        return [line for part in parts if part for line in (*part, "")][:-1]

    def _check(self, found: Fields) -> CheckResult:
        wanted = found.get("exercise"), found.get("check")
        return next(c for c in self.report.checks if (c.exercise, c.name) == wanted)

    def _network(self, found: Fields) -> list[str]:
        """All is right: the network of the lesson, built from their layers, in numbers."""
        screen, report = self.screen, self.report
        first = f"All {report.passed} checks pass: there is nothing to explain."
        lines = [screen.paint(line, "green") for line in screen.wrap(first, screen.width)]
        if legs := found.get("flow"):
            said = "Instead, 32 images on their way through 784-256-128-10, built from your layers:"
            lines += ["", *screen.wrap(said, screen.width), ""]
            lines += [f"  {line}" for line in network_lines(legs, screen)]
        return [*lines, "", f"Next: {screen.command} train digits"]

    def _task(self, check: CheckResult, most: int) -> list[str]:
        task = self.tasks.get(check.exercise, "").replace("\n", " ")
        return [*self.screen.field("task", task, most), *self._code(check.line)]

    def _flow(self, found: Fields, check: CheckResult, most: int) -> list[str]:
        if not found.get("flow"):
            return []
        lines = flow_lines(found["flow"], self.screen, self.screen.width - 2)
        kept = lines[: most + 2]
        more = [self.screen.clean("…")] if len(lines) > len(kept) else []
        lines = [
            self.screen.heading("The shapes on their way"),
            *(f"  {line}" for line in kept + more),
        ]
        if any(leg["broke"] for leg in found["flow"]):
            lines += self.screen.field(self.screen.clean("✗"), check.got.partition("\n")[0], 2)
        return lines

    def _example(self, found: Fields, check: CheckResult, most: int) -> list[str]:
        """What was tried with which numbers, what each line made of them, and where it parts."""
        lines = [self.screen.heading("A worked example")]
        why = {each.label: each.text for each in reasons(check)}
        for label in ("tried", "with", "not tried"):
            lines += self.screen.field(label, why.get(label, ""), most)
        lines += self._steps(found, check, most)
        lines += self._trace(check, most)
        for label in ("expected", "got"):
            lines += self.screen.field(label, why.get(label, ""), most)
        for fact in found.get("measured") or ():
            lines += self.screen.field("measured", _fact(fact), most)
        if part := found.get("parting"):
            lines += self.screen.field("they part", _parting(part), most)
        return [*lines, *self.screen.field("printed", check.printed, most)]

    def _steps(self, found: Fields, check: CheckResult, most: int) -> list[str]:
        """The lines of their method in order, with what each of them changed."""
        steps: list[Fields] = found.get("steps") or []
        if check.trace:  # which ends in the same lines, and says more of them
            steps = [step for step in steps if not step["broke"]]
        lines: list[str] = []
        if found.get("calls", 0) > 1:
            times = f"{check.exercise} ran {found['calls']} times; these are the lines of the last."
            lines += self.screen.field("", times, most)
        cut = len(steps) - most if len(steps) > most + 1 else 0
        for place, step in enumerate(steps):
            if cut and place == most - _LAST_STEPS:
                lines += self.screen.field("", f"… {cut} more steps", 1)
            if not cut or not most - _LAST_STEPS <= place < len(steps) - _LAST_STEPS:
                lines += self._step(step, found["method"])
        repeats = "Of lines that ran more often, only the first times are shown."
        return lines + self.screen.field("", repeats if found.get("repeats") else "", most)

    def _step(self, step: Fields, method: str) -> list[str]:
        changed = [f"{name} is {words}" for name, words in step["names"].items()]
        if step["returns"]:
            changed.append(f"comes back with {step['returns']}")
        if step["broke"]:
            changed.append("the error came here")
        if step["in"] != method:
            changed.insert(0, f"(in {step['in']})")
        return [*self._code(step["line"]), *self.screen.field("", "\n".join(changed), 4)]

    def _trace(self, check: CheckResult, most: int) -> list[str]:
        lines, room = list[str](), self.screen.room
        for line in lines_of(check.trace, max(most // 2, 1)):
            lines += self.screen.beside(line.label, [self.screen.cut(line.text, room)])
            lines += self.screen.field("", line.where(room), 3)
        return lines

    def _meaning(self, check: CheckResult, most: int) -> list[str]:
        if not check.diagnosis:
            return []
        label = "mistake" if check.sure else "perhaps"
        text = f"{check.misconception}\n{check.diagnosis}"
        return [self.screen.heading("What that means"), *self.screen.field(label, text, most)]

    def _reading(self, exercise: str, most: int) -> list[str]:
        found = reading_of(self.report.module, exercise)
        lines = self.screen.wrap(found["paragraph"], self.screen.width - 2, most)
        lines.append(f"More: {self.screen.command} read {found['section']}")
        return [self.screen.heading("The lesson says"), *(f"  {line}" for line in lines)]

    def _end(self, check: CheckResult) -> list[str]:
        how = f"seed {self.report.seed}"
        counts = f"{self.report.passed} of {len(self.report.checks)} checks pass ({how})."
        hint = f"Next: {self.screen.command} hint {check.exercise}"
        return [*self.screen.wrap(counts, self.screen.width), hint]

    def _code(self, number: int | None) -> list[str]:
        """A line of the file that was tested."""
        lines = View(self.report).lines
        if number is None or not 0 < number <= len(lines):
            return []
        row = self.screen.cut(lines[number - 1].strip(), self.screen.room)
        return self.screen.beside(f"line {number}", [row])


def _fact(fact: Mapping[str, str]) -> str:
    words = f"{fact['what']}: {fact['got']}, expected {fact['expected']}"
    span = f"{fact['from']} to {fact['to']}"
    return words + ("; that fits" if fact["fits"] == "yes" else f" (chance allows {span})")


def _parting(part: Mapping[str, str]) -> str:
    return (
        f"at {part['place']}: {part['expected']} expected, {part['got']} came; "
        f"{part['differ']} numbers differ"
    )


Leg = dict[str, Any]
_TABLE = 74


def flow_lines(legs: Sequence[Leg], screen: Screen, width: int) -> list[str]:
    """Each way from an input as far as outputs are handed on; one that repeats is said once."""
    lines: list[str] = []
    for way, times in ((way, len(list(same))) for way, same in groupby(map(tuple, _ways(legs)))):
        pieces = list(way) if times == 1 else [*way, f"({times} times)"]
        lines += _packed(pieces, screen, width)
    return lines


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


def network_lines(legs: Sequence[Leg], screen: Screen) -> list[str]:
    """A table of the layers: shapes, numbers to learn, multiply-adds; the sums below."""
    learn = f"{sum(leg['parameters'] for leg in legs):,}"
    work = f"{sum(leg['multiply_adds'] for leg in legs):,}"
    rows = [("layer", "in", "out", "to learn", "multiply-adds")]
    lines: list[str] = []
    for leg in legs:
        counts = f"{leg['parameters']:,}", f"{leg['multiply_adds']:,}"
        rows.append((leg["layer"], leg["in"], leg["out"], *counts))
        lines.append(f"{leg['layer']} → {leg['out']}")
        if leg["parameters"]:
            lines.append(f"  {counts[0]} to learn, {counts[1]} multiply-adds")
    rows.append(("together", "", "", learn, work))
    if screen.width < _TABLE:
        lines += [f"Together: {learn} to learn,", f"{work} multiply-adds"]
        return [screen.cut(line, screen.width - 2) for line in lines]
    return [screen.clean(f"{a:<18}{b:<12}{c:<12}{d:>11}{e:>16}") for a, b, c, d, e in rows]
