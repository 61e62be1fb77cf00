"""A flowchart, as the lessons' texts write it for mermaid, as an SVG that words can stand for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Flowchart", "read"]

_NODE = r'(\w+)(?:\["([^"]+)"\])?'
_EDGE = re.compile(rf' *{_NODE}(?: (-->|-\. "([^"]+)" \.->) {_NODE})?')
#: A chart of this width can be read on a phone.
_SLIM = 330
_LETTER, _LINE, _PAD, _GAP, _WORDS, _RANK = 7.4, 19, 14, 34, 58, 54


@dataclass(frozen=True)
class Edge:
    """An arrow; one with words is dashed."""

    source: str
    target: str
    words: str = ""


@dataclass(frozen=True)
class Box:
    """Where a node stands: its middle, its size, and its lines of text."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Flowchart:
    """Nodes by their names, each with its lines, and what leads from one to another."""

    down: bool
    nodes: Mapping[str, tuple[str, ...]]
    edges: tuple[Edge, ...]

    def described(self) -> str:
        """The chart in sentences, for those who cannot see it."""
        said = [", ".join(lines) for lines in self.nodes.values()]
        led: dict[tuple[str, str], list[str]] = {}
        for edge in self.edges:
            words = edge.words or "leads to"
            led.setdefault((self._name(edge.source), words), []).append(self._name(edge.target))
        said += [f"{source} {words} {_listed(goals)}" for (source, words), goals in led.items()]
        return ". ".join(said) + "."

    def outline(self) -> str:
        """The chart as lists within a list, where there is no room to draw it; "" if it is slim."""
        goals = {edge.target for edge in self.edges if not edge.words}
        boxes = self._boxes().values()
        if max(box.x + box.width / 2 for box in boxes) <= _SLIM:
            return ""
        return _list((self._branch(node) for node in self.nodes if node not in goals), "outline")

    def _branch(self, node: str) -> str:
        name, *remarks = map(escape, self.nodes[node])
        led: dict[str, list[str]] = {}
        for edge in self.edges:
            if edge.source == node and edge.words:
                led.setdefault(edge.words, []).append(self._name(edge.target))
        remarks += [escape(f"{words} {_listed(goals)}") for words, goals in led.items()]
        own = [e.target for e in self.edges if e.source == node and not e.words]
        below = _list(map(self._branch, own)) if own else ""
        return f"<strong>{name}</strong> {'; '.join(remarks)}{below}"

    def svg(self, title: str, name: str) -> str:
        """The drawing; ``name`` begins its ids. Colours and type are the style sheet's."""
        boxes = self._boxes()
        width = max(box.x + box.width / 2 for box in boxes.values()) + 2
        height = max(box.y + box.height / 2 for box in boxes.values()) + 2
        parts = [
            f'<svg class="flowchart" role="img" aria-labelledby="{name}-title {name}-desc" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">',
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-desc">{escape(self.described())}</desc>',
            f'<marker id="{name}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            'markerHeight="8" orient="auto">'
            '<path class="tip" d="M0 0.5 L7.5 4 L0 7.5 z"/></marker>',
            *(part for edge in self.edges for part in self._arrow(edge, boxes, f"{name}-tip")),
            *(part for box in boxes.values() for part in _drawn(box)),
            "</svg>",
        ]
        return "\n".join(parts)

    def _name(self, node: str) -> str:
        return self.nodes[node][0]

    def _ranks(self) -> list[list[str]]:
        """The nodes by their distance from the beginning; those that dashes join side by side."""
        rank = dict.fromkeys(self.nodes, 0)
        for _ in self.nodes:
            for edge in self.edges:
                if not edge.words:
                    rank[edge.target] = max(rank[edge.target], rank[edge.source] + 1)
        ranks = [
            [node for node in self.nodes if rank[node] == n] for n in range(max(rank.values()) + 1)
        ]
        orders = itertools.product(*(itertools.permutations(each) for each in ranks))
        return [list(each) for each in min(orders, key=self._length)]

    def _length(self, ranks: Sequence[Sequence[str]]) -> float:
        place = {n: i - len(rank) / 2 for rank in ranks for i, n in enumerate(rank)}
        return sum(abs(place[edge.source] - place[edge.target]) ** 2 for edge in self.edges)

    def _boxes(self) -> dict[str, Box]:
        """Each rank is a row, or a column where the chart goes to the right, around its parents."""
        size = {node: _size(lines) for node, lines in self.nodes.items()}
        across, along = (0, 1) if self.down else (1, 0)
        gap = (_WORDS if any(edge.words for edge in self.edges) else _GAP) if self.down else _PAD
        middles: dict[str, float] = {}
        starts: dict[str, tuple[float, float]] = {}
        start = 2.0
        for rank in self._ranks():
            depth = max(size[node][along] for node in rank)
            place = 0.0
            for node in rank:
                middles[node] = place + size[node][across] / 2
                place += size[node][across] + gap
                starts[node] = start, depth
            parents = [
                middles[edge.source] - middles[edge.target]
                for edge in self.edges
                if edge.target in rank and edge.source not in rank
            ]
            shift = sum(parents) / len(parents) if parents else 0
            middles |= {node: middles[node] + shift for node in rank}
            start += depth + _RANK
        least = min(middles[node] - size[node][across] / 2 for node in self.nodes) - 2
        boxes: dict[str, Box] = {}
        for node, lines in self.nodes.items():
            begin, depth = starts[node]
            middle = middles[node] - least, begin + depth / 2
            x, y = middle if self.down else middle[::-1]
            boxes[node] = Box(x, y, size[node][0] if self.down else depth, size[node][1], lines)
        return boxes

    def _arrow(self, edge: Edge, boxes: Mapping[str, Box], tip: str) -> Iterator[str]:
        a, b = boxes[edge.source], boxes[edge.target]
        if (a.y == b.y) if self.down else (a.x != b.x):  # sideways
            side = 1 if b.x > a.x else -1
            x1, x2, y1, y2 = a.x + side * a.width / 2, b.x - side * b.width / 2, a.y, b.y
            middle = (x1 + x2) / 2
            path = f"M{x1:.0f} {y1:.0f} C{middle:.0f} {y1:.0f} {middle:.0f} {y2:.0f}"
        else:
            x1, x2, y1, y2 = a.x, b.x, a.y + a.height / 2, b.y - b.height / 2
            middle = (y1 + y2) / 2
            path = f"M{x1:.0f} {y1:.0f} C{x1:.0f} {middle:.0f} {x2:.0f} {middle:.0f}"
        kind = "arrow dashed" if edge.words else "arrow"
        yield f'<path class="{kind}" marker-end="url(#{tip})" d="{path} {x2:.0f} {y2:.0f}"/>'
        if edge.words:
            yield (
                f'<text class="words" x="{(x1 + x2) / 2:.0f}" y="{(y1 + y2) / 2 - 8:.0f}">'
                f"{escape(edge.words)}</text>"
            )


def read(source: Sequence[str]) -> Flowchart:
    """The chart that the lines describe. ValueError for a line that is none of a flowchart's."""
    head, *lines = [line for line in source if line.strip()]
    if head not in ("flowchart TD", "flowchart LR"):
        raise ValueError(f"expected flowchart TD or flowchart LR, got {head}")
    nodes: dict[str, tuple[str, ...]] = {}
    edges: list[Edge] = []
    for line in lines:
        found = _EDGE.fullmatch(line)
        if found is None:
            raise ValueError(f"expected a node, or an arrow from one to another, got {line}")
        for name, text in (found.group(1, 2), found.group(5, 6)):
            if text:
                nodes[name] = tuple(text.split("<br/>"))
            elif name and name not in nodes:
                raise ValueError(f"expected the words of {name} where it is first named: {line}")
        if found[3]:
            edges.append(Edge(found[1], found[5], found[4] or ""))
    return Flowchart(head.endswith("TD"), nodes, tuple(edges))


def _size(lines: Sequence[str]) -> tuple[float, float]:
    return max(map(len, lines)) * _LETTER + 2 * _PAD, len(lines) * _LINE + _PAD


def _drawn(box: Box) -> Iterator[str]:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    size = f'width="{box.width:.0f}" height="{box.height:.0f}" rx="5"'
    yield f'<rect class="box" x="{left:.0f}" y="{top:.0f}" {size}/>'
    first = box.y - (len(box.lines) - 1) * _LINE / 2 + 5
    for number, line in enumerate(box.lines):
        kind = "remark" if number else "name"
        yield (
            f'<text class="{kind}" x="{box.x:.0f}" y="{first + number * _LINE:.0f}">'
            f"{escape(line)}</text>"
        )


def _list(items: Iterable[str], kind: str = "") -> str:
    html = f' class="{kind}"' if kind else ""
    return f"<ul{html}>{''.join(f'<li>{each}</li>' for each in items)}</ul>"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
