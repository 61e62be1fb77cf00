"""Which section a person means by what they typed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from tito.reading.text import Section, anchor_of


def find(sections: Sequence[Section], text: str) -> list[Section]:
    """The one that ``text`` names exactly, otherwise all that it is a part of."""
    number = text.strip().rstrip(".")
    wanted = anchor_of(text)
    if not wanted:
        return []
    for names in (_numbers, _anchors, _titles):
        exact = [s for s in sections if (number if names is _numbers else wanted) in names(s)]
        if exact:
            return exact
    pattern = re.compile(rf"(?:^|-){re.escape(wanted)}(?:-|$)")
    for found in (
        [s for s in sections if pattern.search(s.anchor)],
        [s for s in sections if pattern.search(anchor_of(s.plain_title))],
        [s for s in sections if wanted in anchor_of(s.plain_title)],
    ):
        if found:
            return found
    return []


def near(sections: Sequence[Section], text: str) -> list[Section]:
    """At most three sections whose anchor or title looks like ``text``, the likeliest first."""
    wanted = anchor_of(text)
    likeness = {s.anchor: max(_alike(wanted, n) for n in _names(s)) for s in sections}
    ranked = sorted(sections, key=lambda section: -likeness[section.anchor])
    return [section for section in ranked if likeness[section.anchor] >= 0.6][:3]


def _alike(wanted: str, name: str) -> float:
    return difflib.SequenceMatcher(None, wanted, name).ratio()


def _numbers(section: Section) -> set[str]:
    return {section.number} - {""}


def _anchors(section: Section) -> set[str]:
    return {section.anchor, section.anchor.replace("-", "")}


def _titles(section: Section) -> set[str]:
    return {anchor_of(section.plain_title)}


def _names(section: Section) -> set[str]:
    return _anchors(section) | _titles(section)
