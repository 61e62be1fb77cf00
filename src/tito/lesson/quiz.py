"""What a quiz is, as data: questions in steps, with a number to find or an answer to choose."""

from __future__ import annotations

import contextlib
import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Number:
    """A number to find. ``mistakes`` says of wrong numbers how one comes to them.

    ``unit`` is what the answer counts where none is typed: ``bytes``, ``ms``, or nothing.
    """

    asks: str
    answer: float
    unit: str = ""
    mistakes: Mapping[float, str] = field(default_factory=dict[float, str])

    def __post_init__(self) -> None:
        if self.answer in self.mistakes:
            raise ValueError(f"{self.answer} is the answer, and a mistake: {self.asks}")


@dataclass(frozen=True)
class Choice:
    """One of several answers to choose; ``options`` says of each what to tell who chose it."""

    asks: str
    options: Mapping[str, str]
    answer: str

    def __post_init__(self) -> None:
        if self.answer not in self.options:
            raise ValueError(f"{self.answer!r} is none of the options: {self.asks}")


Step = Number | Choice


@dataclass(frozen=True)
class Question:
    """A question of the lesson's text, in steps.

    ``name`` is that of its sections ``question-NAME`` and ``answer-NAME``; ``section`` is where
    the lesson speaks of it. Where it can be asked with other numbers, ``text`` and ``why`` are
    what those sections say with these.
    """

    name: str
    section: str
    steps: tuple[Step, ...]
    text: str = ""
    why: str = ""


def questions(lesson: str, seed: int | None = None) -> tuple[Question, ...]:
    """The lesson's questions, as in its text; by a seed with fresh numbers where it has such.

    A lesson's ``FRESH`` makes a question by its name of what is drawn; numbers with which a
    mistake would be right are drawn again.
    """
    quiz = importlib.import_module(f"tito.lessons.{lesson}.quiz")
    fresh: Mapping[str, Callable[[Random], Question]] = quiz.FRESH
    if seed is None:
        return quiz.QUESTIONS
    return tuple(
        _drawn(fresh[question.name], Random(f"{seed} {question.name}"))
        if question.name in fresh
        else question
        for question in quiz.QUESTIONS
    )


def _drawn(make: Callable[[Random], Question], chance: Random) -> Question:
    while True:
        with contextlib.suppress(ValueError):
            return make(chance)


_TYPED = re.compile(r"(?:about|ca\.?|~|=)?\s*([+-]?\d[\d.,_' \u00a0\u202f]*)(.*)", re.DOTALL)
_GROUPS = {mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+") for mark in ",."}
_SCALES = {
    **dict.fromkeys(("", "byte", "bytes", "b", "number", "numbers", "x", "times", "ms"), 1.0),
    **dict.fromkeys(("parameter", "parameters", "params", "milliseconds", "unit", "units"), 1.0),
    **dict.fromkeys(("k", "kb", "thousand", "s", "second", "seconds"), 1e3),
    **dict.fromkeys(("m", "mb", "million"), 1e6),
    **dict.fromkeys(("kib",), 2.0**10),
    **dict.fromkeys(("mib",), 2.0**20),
    **dict.fromkeys(("us", "µs", "μs", "microseconds"), 1e-3),
}
_LONGEST = 40


@dataclass(frozen=True)
class Reading:
    """What typed text can mean: a value, and how far it may be off if it is a rounded one."""

    value: float
    room: float
    scaled: bool


def readings(text: str) -> list[Reading]:
    """All that the text can mean as a number; nothing if it is none.

    A comma can set thousands apart or begin the decimals, and so can a point: both are kept.
    Times are in milliseconds: ``1 s`` is 1000.
    """
    found = _TYPED.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    scale = _SCALES.get(found[2].strip().rstrip(".").casefold()) if found else None
    if found is None or scale is None:
        return []
    digits = re.sub(r"[_' \u00a0\u202f]", "", found[1])
    read: list[Reading] = []
    for plain in dict.fromkeys(_plain(digits)):
        decimals = len(plain.partition(".")[2])
        room = 0.5 * 10**-decimals * scale
        read.append(Reading(float(plain) * scale, room, scaled=decimals > 0 or scale != 1))
    return read


def shown(value: float, unit: str = "") -> str:
    """The value as it is written here: ``200,960``, ``1.25 ms``."""
    text = f"{value:,.0f}" if value == round(value) else f"{value:g}"
    return f"{text} {unit}".rstrip()


def _plain(digits: str) -> list[str]:
    """The digits as Python reads them, in each way in which commas and points can be meant."""
    for thousands, point in ((",", "."), (".", ",")):
        if thousands in digits and point in digits:
            whole, _, rest = digits.rpartition(point)
            if _GROUPS[thousands].fullmatch(whole) and rest.isdigit():
                return [f"{whole.replace(thousands, '')}.{rest}"]
    if "," in digits and "." in digits:
        return []
    mark = "," if "," in digits else "."
    decimal = [digits.replace(mark, ".").rstrip(".")] if digits.count(mark) <= 1 else []
    return decimal + ([digits.replace(mark, "")] if _GROUPS[mark].fullmatch(digits) else [])


#: A rounded number that is further off than this says too little.
_ROUGH = 0.05
_SAME = 1e-9


@dataclass(frozen=True)
class Verdict:
    """``right`` is None where the text is no answer: then ``says`` asks for one.

    Where it is wrong, ``says`` names the mistake, if it is known, and ``answer`` gives the answer.
    """

    right: bool | None
    says: str
    answer: str = ""


def judge(step: Step, text: str) -> Verdict:
    """What the text that was typed is worth as the answer to a step."""
    return _of_choice(step, text) if isinstance(step, Choice) else _of_number(step, text)


def _of_choice(step: Choice, text: str) -> Verdict:
    typed, options = text.strip().casefold().rstrip(".)"), list(step.options)
    places = {name: n for n in range(len(options)) for name in (str(n + 1), "abcdefgh"[n])}
    begun = [n for n, option in enumerate(options) if option.casefold().startswith(typed)]
    place = places.get(typed, begun[0] if len(begun) == 1 and len(typed) > 2 else None)
    if place is None:
        return Verdict(None, f"Type the number of an answer, 1 to {len(options)}.")
    if options[place] == step.answer:
        return Verdict(True, "Right.")
    answer = options.index(step.answer) + 1
    return Verdict(False, step.options[options[place]], f"The answer is {answer}: {step.answer}")


def _of_number(step: Number, text: str) -> Verdict:
    read = readings(text)
    exact = shown(step.answer, step.unit)
    if not read:
        return Verdict(None, "Type a number, such as 1250, 1,250 or 1.25.")
    if any(_same(reading.value, step.answer) for reading in read):
        return Verdict(True, "Right.")
    pairs = [(reading, value) for value in step.mistakes for reading in read]
    made = [value for reading, value in pairs if _same(reading.value, value)]
    near = [reading for reading in read if not made and _rounds(reading, step, step.answer)]
    if any(_clear(reading, step) for reading in near):
        return Verdict(True, f"Right, rounded. Exactly: {exact}")
    if near:
        return Verdict(None, "That is close, but too rounded to be sure. Type more of its digits.")
    made += [value for reading, value in pairs if _rounds(reading, step, value)]
    says = step.mistakes[made[0]] if made else "No."
    return Verdict(False, says, f"The answer is {exact}.")


def _same(value: float, other: float) -> bool:
    return abs(value - other) <= _SAME * max(abs(other), 1.0)


def _rounds(reading: Reading, step: Number, value: float) -> bool:
    """Whether the reading can be ``value``, rounded; a whole number is not rounded to digits."""
    whole = step.answer == round(step.answer)
    if whole and not reading.scaled:
        return False
    return abs(reading.value - value) <= reading.room * (1 + _SAME)


def _clear(reading: Reading, step: Number) -> bool:
    """Whether a rounded answer can be told from every known mistake, and is near enough."""
    others = any(_rounds(reading, step, value) for value in step.mistakes)
    return not others and abs(reading.value - step.answer) <= _ROUGH * abs(step.answer)
