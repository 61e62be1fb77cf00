"""Marks inside a line as plain text: code keeps its quotes, formulas become readable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tito.reading.tex import readable

_MARKS = re.compile(
    r"(?P<code>`[^`]+`)"
    r"|\$(?P<math>[^$]+)\$"
    r"|\[(?P<words>[^]]+)\]\((?P<goal>[^)\s]+)\)"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|\*(?P<stress>[^*\s][^*]*)\*"
)


def plain(text: str) -> str:
    """The text for a terminal; a link out of the lesson is followed by its address."""
    return _MARKS.sub(_plainly, text)


def goals(text: str) -> Iterator[str]:
    """The anchors that links in the text lead to, in their order."""
    for found in _MARKS.finditer(text):
        if found["goal"] and found["goal"].startswith("#"):
            yield found["goal"][1:]


def _plainly(found: re.Match[str]) -> str:
    if found["code"]:
        return found["code"]
    if found["math"]:
        return readable(found["math"])
    if found["goal"]:
        words = plain(found["words"])
        return words if found["goal"].startswith("#") else f"{words} ({found['goal']})"
    return plain(found["strong"] or found["stress"])
