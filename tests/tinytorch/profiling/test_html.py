"""A summary in a notebook: well-formed, escaped, in the notebook's own colours."""

from html.parser import HTMLParser

import pytest

from tinytorch import Layer, Linear, ReLU, Sequential
from tinytorch.profiling import summary

EMPTY = {"br", "img", "hr"}


class Reader(HTMLParser):
    """Reads elements and text, and sees to it that every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.attributes, self.tags = [], [], [], set()
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        self.open += [tag] if tag not in EMPTY else []
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["section"] and {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def test_the_table_has_the_same_cells_as_the_text():
    """What is read in a notebook is what is read in a terminal."""
    costs = summary(Sequential(Linear(784, 256), ReLU()), (32, 784))
    rows = Reader(costs._repr_html_()).rows
    assert rows[0][:4] == ["path", "layer", "output", "parameters"]
    assert rows[1][1:3] == ["input", "(32, 784)"]
    first = ["0", "Linear(784, 256)", "(32, 256)", "200,960", "803,840", "32,768"]
    assert rows[2] == [*first, "100,352", "6,422,528", "100.0%"]
    assert rows[-1][1] == "total"
    assert {len(row) for row in rows} == {9}


def test_a_failure_is_a_word_too():
    """Who does not see the colour reads it."""
    html = summary(Sequential(Linear(4, 3), Linear(4, 2)), (5, 4))._repr_html_()
    assert "<strong>failed</strong>" in html
    assert "Inner dimensions must match: 3 ≠ 4" in html


class Says(Layer):
    """A layer whose repr, name and error are markup."""

    def __repr__(self):
        return "<script>alert(1)</script>\" onmouseover='x'"

    def forward(self, x):
        raise ValueError("<img src=x onerror=alert(1)>")


@pytest.mark.parametrize("name", ['<b onclick="x">', "&amp;"])
def test_markup_is_shown_and_not_run(name):
    """A notebook that comes from someone else runs no script of theirs by being printed."""
    kind = type(name, (Says,), {})
    html = summary(Sequential(Linear(4, 4), kind()), (5, 4))._repr_html_()
    reader = Reader(html)
    known = {"section", "p", "strong", "div", "table", "thead", "tbody", "tfoot", "tr", "th", "td"}
    assert reader.tags <= known | {"code", "dl", "dt", "dd"}
    assert {attribute for attribute, _ in reader.attributes} <= {"style", "scope", "title"}
    assert any("<script>alert(1)</script>" in cell for row in reader.rows for cell in row)


def test_it_takes_the_notebooks_colours():
    """Text that is black in a dark notebook cannot be read."""
    styles = [
        value
        for attribute, value in Reader(summary(Linear(4, 2), (5, 4))._repr_html_()).attributes
        if attribute == "style"
    ]
    for style in styles:
        for rule in style.split(";"):
            if rule.startswith(("color:", "background-color:")):
                assert rule == "color:inherit"
    assert "http" not in "".join(styles)
