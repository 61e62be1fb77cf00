"""A flowchart as SVG: what it says in words, where its boxes stand, and what is refused."""

import re

import pytest

from tito.page.flowchart import read

LINES = (
    "flowchart TD",
    '    a["Layer<br/>forward"] --> b["Linear"]',
    '    a --> c["Dropout"]',
    '    c -. "holds" .-> b',
)


def boxes(svg):
    """Each box as left, top, width and height."""
    found = re.findall(r'class="box" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', svg)
    return [tuple(map(int, box)) for box in found]


def test_it_says_itself_in_words():
    """Who cannot see it would be told that there is a picture, and no more."""
    words = read(LINES).described()
    assert "Layer leads to Linear and Dropout" in words
    assert "Dropout holds Linear" in words
    svg = read(LINES).svg("What you build", "chart")
    assert 'role="img"' in svg
    assert '<title id="chart-title">What you build</title>' in svg
    assert f'<desc id="chart-desc">{words}</desc>' in svg


@pytest.mark.parametrize("way", ["TD", "LR"])
def test_no_two_boxes_lie_on_each_other_and_all_are_within(way):
    """Words that lie on words cannot be read, and what is outside is cut off."""
    svg = read((f"flowchart {way}", *LINES[1:])).svg("It", "chart")
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    placed = boxes(svg)
    assert len(placed) == 3
    for number, (x, y, w, h) in enumerate(placed):
        assert 0 <= x <= x + w <= width
        assert 0 <= y <= y + h <= height
        for x2, y2, w2, h2 in placed[number + 1 :]:
            assert x + w < x2 or x2 + w2 < x or y + h < y2 or y2 + h2 < y


def test_each_arrow_is_drawn():
    """An arrow that is left out takes a sentence out of the picture."""
    svg = read(LINES).svg("It", "chart")
    assert svg.count('class="arrow"') == 2
    assert svg.count('class="arrow dashed"') == 1
    assert ">holds</text>" in svg


def test_a_wide_one_is_a_list_where_there_is_no_room():
    """On a phone half of the picture would be outside of it, or its words too small to read."""
    wide = read((*LINES, f'    b --> d["{50 * "w"}"]'))
    assert wide.outline() == (
        '<ul class="outline"><li><strong>Layer</strong> forward<ul>'
        f"<li><strong>Linear</strong> <ul><li><strong>{50 * 'w'}</strong> </li></ul></li>"
        "<li><strong>Dropout</strong> holds Linear</li></ul></li></ul>"
    )
    assert read(LINES).outline() == ""


@pytest.mark.parametrize(
    "lines",
    [("graph TD",), ("flowchart TD", "a --> b"), ("flowchart TD", '    subgraph "one"')],
)
def test_what_it_does_not_know_is_refused(lines):
    """A chart of which a part is not understood would be drawn wrong, and nobody told."""
    with pytest.raises(ValueError, match="expected"):
        read(lines)
