"""Edits of Python text: in a named method, words that stand there once become other words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from tito.lesson.source import EditError, Text

Change = str | Sequence[str | tuple[str, str]]

_read = lru_cache(maxsize=256)(Text)


def edited(text: str, edits: Iterable[tuple[str, str]]) -> str:
    """The text after each (old, new) in turn. EditError unless ``old`` stands there just once."""
    for old, new in edits:
        times = text.count(old)
        if times != 1 or not old:
            raise EditError(f"{old!r} stands {times} times in the text; an edit needs it once.")
        text = text.replace(old, new)
    return text


def changed(text: str, changes: Mapping[str, Change]) -> str:
    """The text with a change at each of these methods, functions or classes, all found in ``text``.

    A change is a list of edits, (old, new), before which there may be strings: lines put first in
    the body, indented as that is. Or it is a string: the new text, indented as the old one; nothing
    at all where that is empty; added to the end of its class where there is none yet.
    """
    read = _read(text)
    return read.with_pieces(_piece(read, *each) for each in changes.items())


def _piece(text: Text, name: str, change: Change) -> tuple[int, int, str]:
    """The lines that go, and what comes in their place."""
    holder, lines = name.rpartition(".")[0], text.lines
    if isinstance(change, str) and holder in text.places and name not in text.places:
        place = text.places[holder]
        return place.end, place.end, "\n" + _indented(change, like=lines[place.body])
    place = text.place(name)
    first, body, end = place.first, place.body, place.end
    if change == "":
        while first and not lines[first - 1].strip():
            first -= 1
        return first, end, ""
    if isinstance(change, str):
        return first, end, _indented(change, like=lines[first])
    begin = [each for each in change if isinstance(each, str)]
    if begin and body == first:
        raise EditError(f"{name} is one line: nothing can be put first in it.")
    put = [_indented(each, like=lines[min(body, end - 1)]) for each in begin]
    start = "".join([*lines[first:body], *put, *lines[body:end]])
    return first, end, edited(start, [each for each in change if not isinstance(each, str)])


def _indented(lines: str, like: str) -> str:
    return textwrap.indent(lines + "\n", like[: len(like) - len(like.lstrip())])
