"""SVG in the few forms that a diagram needs, its colours in light, dark and print, and its text.

Text comes from anywhere, a learner's `__repr__` too: what XML cannot hold is taken out, and what
XML would read as markup is escaped. Styles are set by classes below one of their own, and no ids
are used, so that several pictures can stand in one page of a notebook.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from html import escape

#: Blue and vermilion of Okabe and Ito (2008): told apart with any colour vision.
_LIGHT = {
    "paper": "#ffffff",
    "ink": "#1b1b1b",
    "faint": "#5f5f5f",
    "box": "#f4f6f8",
    "edge": "#8a949e",
    "track": "#dde2e7",
    "blue": "#0072b2",
    "bad": "#b34700",
    "badbox": "#fff1e8",
}
_DARK = {
    "paper": "#16191d",
    "ink": "#ececec",
    "faint": "#a8adb3",
    "box": "#22272d",
    "edge": "#7c8792",
    "track": "#3b434c",
    "blue": "#56b4e9",
    "bad": "#ff9a4d",
    "badbox": "#3a2418",
}
_RULES = {
    ".paper": "fill:{paper}",
    "text": "fill:{ink};font-family:monospace;font-size:13px",
    ".plain": "font-family:sans-serif",
    ".title": "font-size:17px;font-weight:bold",
    ".name": "font-weight:bold",
    ".faint": "fill:{faint}",
    ".shape": "fill:{blue};font-weight:bold",
    ".wrong": "fill:{bad}",
    ".box": "fill:{box};stroke:{edge};stroke-width:1.2",
    ".failed": "fill:{badbox};stroke:{bad};stroke-width:2.5",
    ".unreached": "fill:none;stroke:{edge};stroke-width:1.2;stroke-dasharray:4 4",
    ".frame": "fill:none;stroke:{edge};stroke-width:1",
    ".line": "fill:none;stroke:{faint};stroke-width:1.6",
    ".loose": "stroke-dasharray:5 4",
    ".head": "fill:{faint}",
    ".track": "fill:{track}",
    ".fill": "fill:{blue}",
}
_ROOT = "tinytorch-layers"


class Canvas:
    """What has been drawn so far; `text` gives all of it as one SVG file."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def words(
        self,
        x: float,
        y: float,
        text: str,
        style: str = "",
        anchor: str = "start",
        length: float = 0,
    ) -> None:
        """A line of text whose base is at (x, y); with a `length`, that long in any font."""
        if text:
            where = f'x="{x:.1f}" y="{y:.1f}"' + (
                f' text-anchor="{anchor}"' if anchor != "start" else ""
            )
            if length:
                where += f' textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs"'
            self._parts.append(f'<text class="{style}" {where}>{escape(text)}</text>')

    def box(
        self, x: float, y: float, width: float, height: float, style: str, corner: float = 6
    ) -> None:
        """A rectangle."""
        size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{corner:g}"'
        self._parts.append(f'<rect class="{style}" {size}/>')

    def line(self, points: Sequence[tuple[float, float]], style: str = "") -> None:
        """A line along these points."""
        path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self._parts.append(f'<path class="{f"line {style}".strip()}" d="{path}"/>')

    def arrow(self, points: Sequence[tuple[float, float]], style: str = "") -> None:
        """A line along these points, whose last part goes down, with a head at its end."""
        x, y = points[-1]
        self.line([*points[:-1], (x, y - 6)], style)
        self._parts.append(f'<path class="head" d="M{x:.1f} {y:.1f} l-5 -9 h10 z"/>')

    def text(
        self, width: float, height: float, title: str, description: str, dark: bool | None
    ) -> str:
        """The file. A program that reads pictures aloud says the title, then the description.

        Light or `dark`; where that is None, as the page is, and light on paper.
        """
        size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" class="{_ROOT}" role="img" {size}>',
                f"<title>{escape(title)}</title>",
                f"<desc>{escape(description)}</desc>",
                f"<style>{_style(dark)}</style>",
                '<rect class="paper" width="100%" height="100%"/>',
                *self._parts,
                "</svg>\n",
            ]
        )


def _style(dark: bool | None) -> str:
    """The rules in light colours, then what differs in the dark, if the page decides."""
    paint = _DARK if dark else _LIGHT
    rules = [f".{_ROOT} {name}{{{rule.format(**paint)}}}" for name, rule in _RULES.items()]
    if dark is None:
        rules.append("@media screen and (prefers-color-scheme: dark){")
        for name, rule in _RULES.items():
            coloured = ";".join(part for part in rule.split(";") if "{" in part)
            if coloured:
                rules.append(f".{_ROOT} {name}{{{coloured.format(**_DARK)}}}")
        rules.append("}")
    return "\n".join(rules)


def clean(text: str) -> str:
    """The text on one line, with only characters that XML can hold and that stay in their place."""
    text = " ".join(text.encode("utf-8", errors="replace").decode().split())
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cn", "Co"))


def wide(text: str) -> int:
    """How many characters wide a text is; some take two."""
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def cut(text: str, width: int) -> str:
    """The text on one line of at most `width` characters, with an ellipsis if there was more."""
    text = clean(text[: 8 * width])
    if wide(text) <= width:
        return text
    while wide(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, width: int, most: int) -> list[str]:
    """The text in at most `most` lines, broken at spaces, or where a word is too long."""
    text, lines = clean(text[: 8 * width * most]), [""]
    longest = width if text.isascii() else width // 2
    for word in re.findall(rf"\S{{1,{longest}}}", text):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        lines[-1:] = [longer] if wide(longer) <= width else [lines[-1], word]
    if len(lines) > most:
        lines = [*lines[: most - 1], cut(lines[most - 1] + "………", width)]
    return [line for line in lines if line]
