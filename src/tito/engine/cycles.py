"""The cycle of a recursion: which calls come again and again, said once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

#: A cycle must have come round this often before it is called one.
ROUNDS = 3
_LONGEST = 24  # calls in one round
_LAST = 24  # calls after the last whole round


class Call(NamedTuple):
    """A call on the stack: the function, the line it stands at, and whether others lie between.

    ``through`` says that the library's code lies between the caller and this call.
    """

    name: str
    line: int
    through: bool = False


def find_cycle(calls: Sequence[Hashable]) -> tuple[int, int] | None:
    """Where the first whole round begins, and how many calls it has; None without a cycle.

    ``calls`` are outermost first. The last ones may be no part of it: a recursion ends in the
    middle of a round, or in something else that a round calls.
    """
    for left_out in range(min(_LAST, len(calls)) + 1):
        end = len(calls) - left_out
        for length in range(1, min(_LONGEST, end // ROUNDS) + 1):
            if _repeats(calls, end - ROUNDS * length, end, length):
                return _first_round(calls, end - ROUNDS * length, length), length
    return None


def _repeats(calls: Sequence[Hashable], begin: int, end: int, length: int) -> bool:
    return all(calls[place] == calls[place + length] for place in range(begin, end - length))


def _first_round(calls: Sequence[Hashable], begin: int, length: int) -> int:
    """The cycle followed back to where it was entered."""
    while begin > 0 and calls[begin - 1] == calls[begin - 1 + length]:
        begin -= 1
    return begin


def cycle_words(calls: Sequence[Call]) -> str:
    """One round as a sentence: who calls whom, until the first is called again.

    >>> cycle_words([Call("Linear.forward", 57), Call("Layer.__call__", 40)])
    'Linear.forward (line 57) calls Layer.__call__ (line 40), which calls Linear.forward again.'
    """
    first, *others = calls
    names = [call.name for call in calls]
    words = f"{first.name} (line {first.line}) calls "
    for call in others:
        words += f"{_through(call)}{call.name} (line {call.line}), which calls "
    back = "itself" if len(set(names)) == 1 else first.name
    return f"{words}{_through(first)}{back} again."


def _through(call: Call) -> str:
    return "(through the library) " if call.through else ""
