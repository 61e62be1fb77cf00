"""A MyST text as the Markdown that Jupyter and GitHub show: nothing in it is MyST's alone."""

from __future__ import annotations

import re

from tito.reading.blocks import Block, Code, Diagram, Items, Math, Note, Paragraph, Table, blocks

_INNER_LINK = re.compile(r"\[([^]]+)\]\(#[^)]+\)")
_KINDS = {"note": "Note", "tip": "Tip", "warning": "Mind"}


def to_markdown(myst: str) -> str:
    """The same text: admonitions as quotations, a drawing in its text form, links out kept."""
    return "\n\n".join(_block(block) for block in blocks(myst)) + "\n"


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return _inline(text)
        case Items(items, numbered):
            marks = [f"{n}. " if numbered else "- " for n in range(1, len(items) + 1)]
            return "\n".join(m + _inline(item) for m, item in zip(marks, items, strict=True))
        case Table(rows, right):
            rule = ["---:" if place in right else "---" for place in range(len(rows[0]))]
            lines = [rows[0], rule, *rows[1:]]
            return "\n".join("| " + " | ".join(map(_inline, line)) + " |" for line in lines)
        case Code(language, lines):
            return _fenced(language, lines)
        case Math(tex):
            return f"$$\n{tex}\n$$"
        case Diagram(_, text):
            return _fenced("text", text)
        case Note(kind, title, inner):
            return _quoted(title or _KINDS[kind], inner)
        case _:
            return "\n\n".join(_titled(title, inner) for title, inner in block.tabs)


def _quoted(title: str, inner: tuple[Block, ...]) -> str:
    lines = _titled(title, inner).split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _titled(title: str, inner: tuple[Block, ...]) -> str:
    return "\n\n".join([f"**{title}**", *map(_block, inner)])


def _fenced(language: str, lines: tuple[str, ...]) -> str:
    return "\n".join([f"```{language}", *lines, "```"])


def _inline(text: str) -> str:
    return _INNER_LINK.sub(r"\1", text)
