"""A notebook's JSON as any program may have written it: the text of the cells is what counts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

_LINE_END = re.compile(r"\r\n|\r")


class NoNotebook(Exception):
    """What was read holds no notebook; says why, to be read after "it" or "its"."""


def from_json(content: bytes) -> dict[str, Any]:
    """The notebook in the bytes of an .ipynb file. NoNotebook with what is wrong."""
    if not content.strip(b"\0 \t\r\n"):
        raise NoNotebook("it is empty.")
    try:
        return plain(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise NoNotebook(_why(content, error)) from error


def plain(found: object) -> dict[str, Any]:
    """A notebook of any version as cells with type, text, name and notes, and no more.

    Whatever else is there, or is not, is no part of a learner's file. NoNotebook where there are
    no cells.
    """
    notebook = _mapping(found)
    sheets = [_mapping(sheet) for sheet in _sequence(notebook.get("worksheets"))]  # nbformat 3
    lists = [holder["cells"] for holder in (notebook, *sheets) if "cells" in holder]
    if not lists or not all(isinstance(each, list) for each in lists):
        raise NoNotebook("it is JSON, but has no list of cells.")
    cells = [_mapping(cell) for each in lists for cell in each]
    return {
        "cells": [_cell(cell) for cell in cells],
        "metadata": {"tito": _mapping(_mapping(notebook.get("metadata")).get("tito"))},
    }


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    notes = _mapping(_mapping(cell.get("metadata")).get("tito"))
    return {
        "cell_type": cell.get("cell_type"),
        "id": cell.get("id") if isinstance(cell.get("id"), str) else None,
        "metadata": {"tito": {k: v for k, v in notes.items() if isinstance(v, str)}},
        "source": _text(cell.get("source", cell.get("input"))),
    }


def _text(source: object) -> str:
    """The text of a cell, which is written as one string, or as a list of lines."""
    if isinstance(source, str):
        return _LINE_END.sub("\n", source)
    lines = [line for line in _sequence(source) if isinstance(line, str)]
    return "".join(_with_ends([_LINE_END.sub("\n", line) for line in lines]))


def _with_ends(lines: list[str]) -> Iterator[str]:
    """The lines, each with its end, which some programs leave out."""
    for number, line in enumerate(lines, 1):
        yield line if number == len(lines) or line.endswith("\n") else f"{line}\n"


def _mapping(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _sequence(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _why(content: bytes, error: Exception) -> str:
    """What a person sees in a text that is no JSON."""
    text = content.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if conflict := re.search(r"^<{7}", text, re.MULTILINE):
        line = text.count("\n", 0, conflict.start()) + 1
        return f"it has a merge conflict that is not resolved, on line {line} (<<<<<<<)."
    if text.startswith("<"):
        return "it is a web page. Where it came from, download the file itself (often called raw)."
    if isinstance(error, json.JSONDecodeError):
        if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
            return f"it breaks off on line {error.lineno}."
        return f"its JSON has an error on line {error.lineno}, column {error.colno}: {error.msg}."
    return "it is not text."
