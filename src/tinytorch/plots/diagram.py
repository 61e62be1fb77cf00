"""A chain of layers as a picture: boxes, frames around them, and arrows with shapes on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tinytorch.plots.svg import Canvas, cut, wide, wrapped

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
