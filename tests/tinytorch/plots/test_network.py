"""The diagram of a model: each layer with its shapes, whatever its text is, as right SVG."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinytorch import Dropout, Layer, Linear, ReLU, Sequential, plots
from tinytorch.plots.diagram import cut, wide, wrapped
from tinytorch.profiling import summary

SVG = "{http://www.w3.org/2000/svg}"


def texts(diagram):
    """Every text that stands in the picture."""
    return [text.text for text in ET.fromstring(diagram.svg).iter(f"{SVG}text")]


def rectangles(diagram, style):
    """(left, top, right, bottom) of each rectangle of that style."""
    found = []
    for each in ET.fromstring(diagram.svg).iter(f"{SVG}rect"):
        if each.get("class") == style:
            x, y, width, height = (float(each.get(k)) for k in ("x", "y", "width", "height"))
            found.append((x, y, x + width, y + height))
    return found


class Named(Layer):
    """Hands on what it is given, and prints as it is told."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    def forward(self, x):
        return x


class Residual(Layer):
    """Adds what it is given to what its layers make of it."""

    def __init__(self, size):
        self.inner = Sequential(Linear(size, size), ReLU())

    def forward(self, x):
        return x + self.inner(x)


PAGE = Sequential(Linear(784, 256), ReLU(), Linear(256, 128), ReLU(), Linear(128, 10))


def test_the_pages_network_is_there_with_its_shapes_and_parameters():
    """Lost otherwise: the picture shows other numbers than the page."""
    diagram = plots.layers(PAGE, (32, 784))
    told = texts(diagram)
    shapes = [text for text in told if text.startswith("(32")]
    assert shapes == [
        *("(32, 784)", "(32, 256)", "(32, 256)", "(32, 128)", "(32, 128)", "(32, 10)")
    ]
    assert "5 layers, 235,146 parameters" in told
    assert "200,960 parameters, 85%" in told
    assert "in_features=784, out_features=256, bias=True" in told
    assert [told.index(str(place)) for place in range(5)] == sorted(
        told.index(str(place)) for place in range(5)
    )
    fill, track = rectangles(diagram, "fill")[0], rectangles(diagram, "track")[0]
    assert (fill[2] - fill[0]) / (track[2] - track[0]) == pytest.approx(200960 / 235146, abs=0.01)


def test_it_says_what_it_shows_to_one_who_cannot_see_it():
    """Lost otherwise: a screen reader says "image"."""
    root = ET.fromstring(plots.layers(Sequential(Linear(3, 2)), (1, 3)).svg)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Sequential, 1 layer, 8 parameters"
    assert "Linear: (1, 3) to (1, 2)" in root.find(f"{SVG}desc").text


def test_light_dark_and_print():
    """Lost otherwise: black on black in the dark, or a page of black ink on paper."""
    style = ET.fromstring(plots.layers(PAGE, (1, 784)).svg).find(f"{SVG}style").text
    light, dark = style.split("@media screen and (prefers-color-scheme: dark)")
    assert ".paper{fill:#ffffff}" in light
    assert ".paper{fill:#16191d}" in dark
    coloured = {line.split("{")[0] for line in light.splitlines() if "#" in line}
    assert coloured == {line.split("{")[0] for line in dark.splitlines() if "#" in line}
    assert all(line.startswith(".tinytorch-layers ") for line in light.splitlines() if "{" in line)


def test_a_failing_layer_is_marked_with_what_went_in_and_the_error():
    """Lost otherwise: one sees that it failed, and not where and on what."""
    model = Sequential(Linear(784, 256), Sequential(ReLU(), Linear(64, 10)), ReLU())
    diagram = plots.layers(model, (32, 784))
    told = texts(diagram)
    assert len(rectangles(diagram, "failed")) == 1
    assert "1.1" in told
    assert "(32, 256) @ (64, 10)" in " ".join(told)
    assert "up to the failure" in " ".join(told)
    assert "output" not in told


def test_layers_in_layers_stand_in_a_frame():
    """Lost otherwise: nested networks look like a single chain."""
    model = Sequential(Linear(4, 4), Sequential(ReLU(), Residual(4)), Dropout(0.5))
    diagram = plots.layers(model, (2, 4))
    told = texts(diagram)
    for words in ("1  Sequential", "1.1  Residual", "1.1.inner  Sequential"):
        assert words in told
    outer, *_ = sorted(rectangles(diagram, "frame"), key=lambda frame: frame[0])
    inside = [box for box in rectangles(diagram, "box") if outer[1] < box[1] < outer[3]]
    assert len(inside) == 4  # ReLU, the two of the inner Sequential, and the sum
    assert all(outer[0] < box[0] and box[3] < outer[3] for box in inside)
    assert "its own computation, given the output of 1.0" in told


def test_a_layer_that_takes_something_else_says_what():
    """Lost otherwise: a skip over layers is drawn as a chain."""

    class Fork(Layer):
        def __init__(self):
            self.left, self.right = Linear(2, 2), Linear(2, 3)

        def forward(self, x):
            self.left(x)
            return self.right(x)

    assert "takes the input" in texts(plots.layers(Fork(), (1, 2)))


def test_a_shape_that_changes_between_layers_is_shown_before_and_after():
    """Lost otherwise: the shape on the arrow is not the one that came out."""

    class Flat(Layer):
        def __init__(self):
            self.first, self.last = Linear(2, 3), Linear(6, 1)

        def forward(self, x):
            return self.last(self.first(x).reshape(4, 6))

    assert "(8, 3) becomes (4, 6)" in texts(plots.layers(Flat(), (8, 2)))


@pytest.mark.parametrize("count", [1, 2, 8, 9, 30, 50])
def test_nothing_lies_on_anything_else_and_all_lies_within(count):
    """Lost otherwise: of a deep network one sees a heap, or a part."""
    layers = [layer for _ in range(count) for layer in (Linear(4, 4), ReLU())][:count]
    diagram = plots.layers(Sequential(*layers), (1, 4))
    root, boxes = ET.fromstring(diagram.svg), rectangles(diagram, "box")
    assert len(boxes) == count
    for place, one in enumerate(boxes):
        assert 0 < one[0] < one[2] < float(root.get("width")) <= 1000
        assert 0 < one[1] < one[3] < float(root.get("height"))
        for other in boxes[:place]:
            apart = one[0] >= other[2] or other[0] >= one[2]
            assert apart or one[1] >= other[3] or other[1] >= one[3]


def test_what_stands_in_a_box_stays_in_it_with_any_font():
    """Lost otherwise: `bias=True` hangs out of its box where a reader's font is wider."""
    drawn = plots.layers(summary(Sequential(Linear(784, 256), Linear(256, 10)), (32, 784))).svg
    boxes = re.findall(r'<rect class="box" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawn)
    lines = re.findall(r'x="([\d.]+)" [^>]*textLength="([\d.]+)"[^>]*>in_features', drawn)
    assert len(boxes) == len(lines) == 2
    for (left, width), (start, length) in zip(boxes, lines, strict=True):
        assert float(start) + float(length) < float(left) + float(width)


@pytest.mark.parametrize(
    "text",
    [
        "long " * 2000,
        "<script>alert('x')</script>",
        "a\x00b\x1b[31m\u202ec\ud800",
        "\n" * 9,
        "中" * 500,
    ],
    ids=["long", "markup", "control", "empty", "wide"],
)
def test_what_a_layer_prints_cannot_break_the_picture(text):
    """Lost otherwise: a learner's repr runs in a notebook, or the file is no XML."""
    diagram = plots.layers(Sequential(Named(text)), (1, 4))
    assert not list(ET.fromstring(diagram.svg).iter(f"{SVG}script"))
    assert "<script" not in diagram.svg
    assert max(wide(words) for words in texts(diagram)) <= 60
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ud800]", diagram.svg)
    assert float(ET.fromstring(diagram.svg).get("width")) < 600


@settings(max_examples=25)
@given(st.text(max_size=300), st.integers(5, 60))
def test_any_text_is_cut_to_its_width(text, width):
    """Lost otherwise: text runs out of its box."""
    assert wide(cut(text, width)) <= width
    assert all(wide(line) <= width for line in wrapped(text, width, 3))
    assert len(wrapped(text, width, 3)) <= 3
    ET.fromstring(plots.layers(Sequential(Named(text)), (1, 2)).svg)


def test_a_repr_that_fails_and_an_empty_model():
    """Lost otherwise: a layer that is half written has no picture."""

    class Half(Layer):
        def __repr__(self):
            raise ValueError

        def forward(self, x):
            return x

    assert "Half" in texts(plots.layers(Sequential(Half()), (1, 2)))
    assert texts(plots.layers(Sequential(), (3, 4))).count("(3, 4)") == 2


def test_it_shows_itself_and_is_written_whole(tmp_path):
    """Lost otherwise: in a notebook one sees an address, or a full disk leaves half a picture."""
    diagram = plots.layers(summary(PAGE, (1, 784)))
    assert diagram._repr_svg_() == diagram.svg == plots.layers(PAGE, (1, 784)).svg
    diagram.save(tmp_path / "a b.svg")
    assert (tmp_path / "a b.svg").read_bytes() == diagram.svg.encode()
    assert [path.name for path in tmp_path.iterdir()] == ["a b.svg"]


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    """Lost otherwise: a traceback from the system, without a word on what to do."""
    diagram = plots.layers(PAGE, (1, 784))
    with pytest.raises(ValueError, match="cannot be written"):
        diagram.save(tmp_path / "nowhere" / "a.svg")
    with pytest.raises(TypeError):
        diagram.save(None)


def test_several_inputs():
    """Lost otherwise: a model of two inputs cannot be drawn."""

    class Both(Layer):
        def __init__(self):
            self.last = Linear(2, 1)

        def forward(self, x, y):
            return self.last(x * y)

    told = texts(plots.layers(Both(), [(3, 2), (3, 2)]))
    assert "1 layer, 3 parameters" in told or "2 layers, 3 parameters" in told
    assert any("(3, 2)" in words for words in told)


@pytest.mark.parametrize("model", [None, Linear, 3, np.ones(2)])
def test_what_is_no_model_is_refused(model):
    """Lost otherwise: an error from deep inside."""
    with pytest.raises(TypeError, match="expects a model"):
        plots.layers(model, (1, 2))
