"""Edits of Python text: in a named method, words that stand there once become other words."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

WHOLE = ""  # in place of a method's name: the whole text
LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")

Change = str | Sequence[str | tuple[str, str]]


class EditError(ValueError):
    """An edit does not fit the text: the words are not there, or more than once."""


class Place(NamedTuple):
    """Where a method, function or class stands, in lines that count from 0."""

    first: int  # its decorators are part of it
    body: int  # the first statement after its docstring
    end: int  # the line after it


def lines_of(text: str) -> list[str]:
    """The lines with their ends, as Python counts them: a form feed ends none."""
    return LINES.findall(text)


@lru_cache(maxsize=256)
def places(text: str) -> Mapping[str, Place]:
    """Where each class and function of the text stands, and each method as ``Linear.forward``.

    The last of two of one name counts, as in Python.
    """
    found: dict[str, Place] = {}

    def walk(body: Sequence[ast.stmt], before: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                start = _after_docstring(node)
                end = node.end_lineno or node.lineno
                found[before + node.name] = Place(first - 1, start - 1, end)
                walk(node.body, f"{before}{node.name}.")

    walk(ast.parse(text.removeprefix("\ufeff")).body, "")
    return found


def _after_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    if ast.get_docstring(node, clean=False) is None:
        return node.body[0].lineno
    return node.body[1].lineno if node.body[1:] else (node.end_lineno or node.lineno) + 1


def place(text: str, name: str) -> Place:
    """Where ``Linear.forward``, ``relu`` or ``Linear`` stands; EditError where there is none."""
    found = places(text)
    if name not in found:
        raise EditError(f"There is no {name} in the text.")
    return found[name]


def span(text: str, name: str) -> tuple[int, int]:
    """Where a method, function or class stands: its first line and the one after it."""
    first, _, end = place(text, name)
    return first, end


def text_of(text: str, name: str) -> str:
    """The lines of a method, function or class, with its decorators."""
    first, end = span(text, name)
    return "".join(lines_of(text)[first:end])


def replaced(text: str, name: str, new: str) -> str:
    """The text with ``new`` in place of the lines of a method, function or class."""
    first, end = span(text, name)
    lines = lines_of(text)
    return "".join([*lines[:first], new, *lines[end:]])


def edited(text: str, edits: Iterable[tuple[str, str]]) -> str:
    """The text after each (old, new) in turn. EditError unless ``old`` stands there just once."""
    for old, new in edits:
        times = text.count(old)
        if times != 1 or not old:
            raise EditError(f"{old!r} stands {times} times in the text; an edit needs it once.")
        text = text.replace(old, new)
    return text


def edited_in(text: str, name: str, edits: Iterable[tuple[str, str]]) -> str:
    """The text with these edits in one method, function or class; in all of it for `WHOLE`."""
    if name == WHOLE:
        return edited(text, edits)
    return replaced(text, name, edited(text_of(text, name), edits))


def changed(text: str, changes: Mapping[str, Change]) -> str:
    """The text with a change at each of these methods, functions or classes, all found in ``text``.

    A change is a list of edits, (old, new), before which there may be strings: lines put first in
    the body, indented as that is. Or it is a string: the new text, indented as the old one; nothing
    at all where that is empty; added to the end of its class where there is none yet.
    """
    lines = lines_of(text)
    pieces = sorted((_piece(text, lines, *each) for each in changes.items()), reverse=True)
    for first, end, new in pieces:
        lines[first:end] = [new]
    return "".join(lines)


def _piece(text: str, lines: list[str], name: str, change: Change) -> tuple[int, int, str]:
    """The lines that go, and what comes in their place."""
    holder = name.rpartition(".")[0]
    if isinstance(change, str) and holder in places(text) and name not in places(text):
        _, body, end = place(text, holder)
        return end, end, "\n" + _indented(change, like=lines[body])
    first, body, end = place(text, name)
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
