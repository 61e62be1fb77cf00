"""A chain of layers as a picture: boxes, frames around them, and arrows with shapes on them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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


#: In units of the picture, which are pixels at full size; a character is CHARACTER wide.
CHARACTER, LINE, GAP, PAD, MARGIN = 7.85, 18, 42, 12, 24
START, GUTTER = 98, 64
FRAME_TOP, FRAME_SIDE, FRAME_BOTTOM = 28, 14, 12
NARROWEST, WIDEST, MOST_LINES = 34, 50, 6
#: More boxes than this stand in two columns, which fit a screen or a printed page sooner.
ONE_COLUMN = 8
#: Frames further in than this are not drawn.
DEEPEST = 5


@dataclass(frozen=True)
class Frame:
    """A layer that holds others: its path, and its class."""

    path: str
    name: str


@dataclass(frozen=True)
class Box:
    """What is said of one layer; `follows` if it is given the last one's output, `alone` or not."""

    path: str
    name: str
    details: str = ""
    parameters: str = ""
    share: float = 0.0
    input_shape: str = ""
    output_shape: str = ""
    error: str = ""
    frames: tuple[Frame, ...] = ()
    remarks: tuple[str, ...] = ()
    reached: bool = True
    follows: bool = True
    alone: bool = True

    @cached_property
    def lines(self) -> list[tuple[str, str]]:
        """What stands below the name, in lines that fit the widest box, each with its style."""
        lines = [(self.details, "faint")] if self.details else []
        for remark in self.remarks:
            lines += [(line, "plain faint") for line in wrapped(remark, WIDEST, MOST_LINES)]
        return lines + [(line, "wrong") for line in wrapped(self.error, WIDEST, MOST_LINES)]

    @property
    def height(self) -> float:
        """How high the box has to be for its text and the bar of its share."""
        return 14 + LINE * (1 + len(self.lines)) + (10 if self.share else 0)


def draw(
    title: tuple[str, str],
    description: str,
    boxes: Sequence[Box],
    shapes: tuple[str, str],
    dark: bool | None = None,
) -> str:
    """The picture of these layers, as the text of an SVG file.

    `title` is two lines; `shapes` are those of what goes in and of what comes out, "" where
    nothing does. Light or `dark`, or as the page is.
    """
    half = -(-len(boxes) // 2)
    columns = [boxes[:half], boxes[half:]] if len(boxes) > ONE_COLUMN else [boxes]
    drawing = _Drawing(boxes)
    bottoms = [drawing.column(place, column) for place, column in enumerate(columns)]
    drawing.ends(len(columns) - 1, bottoms[-1], shapes)
    across = max(
        drawing.pitch * len(columns) - GUTTER,
        max(wide(title[0]) * 1.35, wide(title[1])) * CHARACTER,
    )
    drawing.canvas.words(MARGIN, 34, title[0], "plain title")
    drawing.canvas.words(MARGIN, 57, title[1], "plain faint")
    height = max(bottoms) + GAP + LINE + MARGIN
    return drawing.canvas.text(across + 2 * MARGIN, height, ", ".join(title), description, dark)


class _Drawing:
    """Puts boxes, and the frames and arrows between them, on a canvas, column after column."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        longest = [wide(box.path + box.name + box.parameters) + 5 for box in boxes]
        longest += [wide(line) for box in boxes for line, _ in box.lines]
        self.canvas = Canvas()
        self.width = min(max([*longest, NARROWEST]), WIDEST) * CHARACTER + 2 * PAD
        self.depth = min(max((len(box.frames) for box in boxes), default=0), DEEPEST)
        self.pitch = self.width + 2 * self.depth * FRAME_SIDE + GUTTER
        #: Where the next arrow comes from, and past which corners.
        self.way: list[tuple[float, float]] = [(self.middle(0), START)]
        self.last: Box | None = None

    def middle(self, place: int) -> float:
        """Where the arrows of a column go down."""
        return MARGIN + self.depth * FRAME_SIDE + self.width / 2 + place * self.pitch

    def column(self, place: int, boxes: Sequence[Box]) -> float:
        """Draw the boxes of a column; how far down it goes."""
        middle, y = self.middle(place), float(START)
        opened: list[tuple[Frame, float]] = []
        if place:
            self._turn(place)
        for box in boxes:
            frames = box.frames[:DEEPEST]
            same = _common([frame for frame, _ in opened], frames)
            y = self._close(middle, opened, same, y)
            self.canvas.words(middle + 10, y + GAP / 2 + 4, self._shape(box), "shape")
            y += GAP
            for frame in frames[same:]:
                opened.append((frame, y))
                y += FRAME_TOP
            if box.reached:
                self.canvas.arrow([*self.way, (middle, y)], "" if box.follows else "loose")
            self._box(middle - self.width / 2, y, box)
            y += box.height
            self.way, self.last = [(middle, y)], box
        return self._close(middle, opened, 0, y)

    def ends(self, place: int, bottom: float, shapes: tuple[str, str]) -> None:
        """Draw what goes into the first layer, and what comes out of the last."""
        middle, end = self.middle(place), bottom + GAP
        self.canvas.words(self.middle(0), START - 8, "input", "plain faint", "middle")
        if shapes[1]:
            self.canvas.arrow([*self.way, (middle, end)])
            self.canvas.words(middle + 10, bottom + GAP / 2 + 4, cut(shapes[1], 24), "shape")
            self.canvas.words(middle, end + LINE, "output", "plain faint", "middle")

    def _turn(self, place: int) -> None:
        """Lead the way from the foot of the column before to the head of this one."""
        x, y = self.way[-1]
        low, between = y + GAP, self.middle(place) - self.pitch / 2
        self.way += [(x, low), (between, low), (between, START), (self.middle(place), START)]

    def _shape(self, box: Box) -> str:
        """What stands on the arrow to a layer: its input, after what came before, if it differs."""
        most = int(self.width / 2 / CHARACTER)
        before = self.last.output_shape if self.last and box.follows and box.alone else ""
        both = f"{before} becomes {box.input_shape}"
        if before and box.input_shape and before != box.input_shape and wide(both) <= most:
            return both
        return cut(box.input_shape, most)

    def _close(
        self, middle: float, opened: list[tuple[Frame, float]], keep: int, y: float
    ) -> float:
        """Draw the frames that end here, from the inmost to the one at `keep`."""
        while len(opened) > keep:
            frame, top = opened.pop()
            y += FRAME_BOTTOM
            side = (self.depth - len(opened)) * FRAME_SIDE
            left, width = middle - self.width / 2 - side, self.width + 2 * side
            self.canvas.box(left, top, width, y - top, "frame", 10)
            words = f"{frame.path}  {cut(frame.name, 22)}"
            self.canvas.words(left + 10, top + 18, words, "faint")
        return y

    def _box(self, left: float, top: float, box: Box) -> None:
        """Draw one layer: where it stands and what it is, its parameters, and what went wrong."""
        style = "failed" if box.error else "box" if box.reached else "unreached"
        faint = "" if box.reached else " faint"
        self.canvas.box(left, top, self.width, box.height, style)
        x, right, y = left + PAD, left + self.width - PAD, top + LINE + 2
        self.canvas.words(x, y, box.path, "faint")
        indent = (wide(box.path) + 2) * CHARACTER if box.path else 0
        self.canvas.words(x + indent, y, box.name, "name" + faint)
        self.canvas.words(right, y, box.parameters, "plain faint", "end")
        for line, look in box.lines:
            y += LINE
            sure = (
                0 if "plain" in look else wide(line) * CHARACTER
            )  # the reader's font may be wider
            self.canvas.words(x, y, line, look, length=sure)
        if box.share:
            self.canvas.box(x, y + 9, self.width - 2 * PAD, 5, "track", 2.5)
            self.canvas.box(x, y + 9, max(box.share * (self.width - 2 * PAD), 5), 5, "fill", 2.5)


def _common(one: Sequence[Frame], other: Sequence[Frame]) -> int:
    """How many frames two layers stand in together."""
    same = 0
    for here, there in zip(one, other, strict=False):
        if here != there:
            break
        same += 1
    return same
