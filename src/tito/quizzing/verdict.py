"""What an answer is worth: right, wrong by a mistake that can be named, or none at all."""

from __future__ import annotations

from dataclasses import dataclass

from tito.lessons.questions import Choice, Number, Step
from tito.quizzing.numbers import Reading, readings, shown

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
