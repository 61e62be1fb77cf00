"""Marks and formulas as words."""

import re

import pytest

from tito.lesson.tex import goals, plain, readable
from tito.lesson.text import Math, blocks, lesson_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`a_b` and *one* **two**", "`a_b` and one two"),
        ("`x * y * z`", "`x * y * z`"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("[First weights](#initialisation), [out](https://a.b/c_d)", None),
        ("**`x`**: [`y`](#z)", "`x`: `y`"),
        (r"of $\sqrt{n}$, $n_\text{in}$", "of sqrt(n), n_in"),
        ("", ""),
    ],
)
def test_marks_become_words(text, expected):
    """Lost otherwise: stars and brackets on a learner's screen, or a star of theirs taken away."""
    assert plain(text) == (
        expected if expected is not None else "First weights, out (https://a.b/c_d)"
    )


def test_links_inside_lead_to_anchors():
    """Lost otherwise: a text says where to read on, and not how."""
    assert list(goals("[a](#b) [c](https://d) `[e](#f)` [g](#h)")) == ["b", "h"]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\sigma = \sqrt{\frac{1}{n_\text{in}}}", "σ = sqrt(1 / n_in)"),
        (r"a = \sqrt{\frac{6}{n_\text{in} + n_\text{out}}}", "a = sqrt(6 / (n_in + n_out))"),
        (r"y = \frac{m \cdot x}{1 - p}, \qquad m = 0", "y = m · x / (1 - p),\nm = 0"),
        (r"\mathrm{E}[y] = (1 - p) \cdot \frac{x}{1 - p}", "E[y] = (1 - p) · x / (1 - p)"),
        (r"\frac{a + b}{c}", "(a + b) / c"),
        (r"x_k = f_k(x_{k-1})", "x_k = f_k(x_(k-1))"),
        (r"n\times m\le 3", "n × m ≤ 3"),
        ("s^2", "s^2"),
        ("s^{a + b}", "s^(a + b)"),
    ],
)
def test_a_formula_can_be_read(tex, expected):
    """Lost otherwise: a learner at a terminal reads TeX, or a formula that says another thing."""
    assert readable(tex) == expected


def test_an_unknown_command_is_refused():
    """Lost otherwise: half a formula on a screen."""
    with pytest.raises(ValueError, match="oint"):
        readable(r"\oint x")


@pytest.mark.parametrize("section", lesson_text("layers").sections, ids=lambda s: s.anchor)
def test_every_formula_of_the_text_can_be_read(section):
    """Lost otherwise: a section that cannot be shown."""
    for block in blocks(section.body):
        if isinstance(block, Math):
            assert not re.search(r"[\\{}$]", readable(block.tex))
