"""Edits of Python text: in a named method, words that stand there once become other words."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

WHOLE = ""  # in place of a method's name: the whole text


class EditError(ValueError):
    """An edit does not fit the text: the words are not there, or more than once."""


def span(text: str, name: str) -> tuple[int, int]:
    """Where ``Linear.forward``, ``relu`` or ``Linear`` stands: its first line and the one after it.

    Lines count from 0; decorators are part of it. The last of two of one name counts, as in Python.
    EditError where there is none.
    """
    body: Sequence[ast.stmt] = ast.parse(text).body
    node: ast.stmt | None = None
    for part in name.split("."):
        found = [
            each
            for each in body
            if isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name == part
        ]
        if not found:
            raise EditError(f"There is no {name} in the text.")
        node, body = found[-1], found[-1].body
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return first - 1, node.end_lineno or node.lineno


def text_of(text: str, name: str) -> str:
    """The lines of a method, function or class, with its decorators."""
    first, end = span(text, name)
    return "".join(text.splitlines(keepends=True)[first:end])


def replaced(text: str, name: str, new: str) -> str:
    """The text with ``new`` in place of the lines of a method, function or class."""
    first, end = span(text, name)
    lines = text.splitlines(keepends=True)
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
