"""What a quiz is, as data: questions in steps, with a number to find or an answer to choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
    the lesson speaks of it.
    """

    name: str
    section: str
    steps: tuple[Step, ...]
