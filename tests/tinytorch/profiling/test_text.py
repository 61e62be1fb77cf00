"""A summary as text: every number in place, whatever the width, whatever the layers print."""

import numpy as np
import pytest

from tinytorch import Dropout, Layer, Linear, ReLU, Sequential, Tanh
from tinytorch.profiling import summary
from tinytorch.profiling.table import columns_taken

PAGE = Sequential(Linear(784, 256), ReLU(), Linear(256, 128), ReLU(), Linear(128, 10))
NESTED = Sequential(Linear(9, 9), Sequential(Dropout(0.5), Tanh(), lambda x: x * 2), Linear(9, 2))
BROKEN = Sequential(Linear(784, 256), ReLU(), Linear(128, 10))

WIDE = """\
Sequential with input (32, 784)

                                               parameter  activation     kept  multiply-
path  layer             output     parameters      bytes       bytes    bytes       adds   share
----  ----------------  ---------  ----------  ---------  ----------  -------  ---------  ------
      input             (32, 784)                            100,352
0     Linear(784, 256)  (32, 256)     200,960    803,840      32,768  100,352  6,422,528   85.5%
1     ReLU()            (32, 256)           0          0      32,768   32,768          0
2     Linear(256, 128)  (32, 128)      32,896    131,584      16,384        0  1,048,576   14.0%
3     ReLU()            (32, 128)           0          0      16,384   16,384          0
4     Linear(128, 10)   (32, 10)        1,290      5,160       1,280        0     40,960    0.5%
----  ----------------  ---------  ----------  ---------  ----------  -------  ---------  ------
      total                           235,146    940,584     199,936  149,504  7,512,064  100.0%

parameters     235,146 numbers, 940,584 bytes
activations    150,784 bytes by formula: the input (100,352) and the outputs of layers that
               multiply matrices
               149,504 bytes measured: what the graph keeps until backward()
multiply-adds  7,512,064 in products of matrices, or 15,024,128 FLOPs"""

NARROW = """\
Sequential with input (32, 784)

                                               activation  multiply-
path  layer             output     parameters       bytes       adds   share
----  ----------------  ---------  ----------  ----------  ---------  ------
      input             (32, 784)                 100,352
0     Linear(784, 256)  (32, 256)     200,960      32,768  6,422,528  100.0%
1     ReLU()            (32, 256)           0      32,768          0
2     Linear(128, 10)   failed          1,290           0          0
----  ----------------  ---------  ----------  ----------  ---------  ------
      total                           202,250     165,888  6,422,528  100.0%

failed         layer 2, given (32, 256). ValueError: Cannot perform matrix
               multiplication: (32, 256) @ (128, 10). Inner dimensions must
               match: 256 ≠ 128
parameters     202,250 numbers, 809,000 bytes up to there
activations    133,120 bytes by formula: the input (100,352) and the outputs of
               layers that multiply matrices up to there
multiply-adds  6,422,528 in products of matrices up to there, or 12,845,056
               FLOPs"""


def test_the_table_of_the_page():
    """This is what a person sees, with the page's numbers in it."""
    assert summary(PAGE, (32, 784)).text(96) == WIDE


def test_a_failure_in_80_columns():
    """The usual terminal has room for what matters, and says in words what went wrong."""
    assert summary(BROKEN, (32, 784)).text(80) == NARROW


@pytest.mark.parametrize("width", [20, 31, 40, 57, 64, 72, 80, 93, 100, 120, 300])
@pytest.mark.parametrize(("model", "size"), [(PAGE, 784), (NESTED, 9), (BROKEN, 784)])
def test_no_line_is_too_long(model, size, width):
    """A line that the terminal breaks tears the columns apart."""
    costs = summary(model, (32, size))
    lines = costs.text(width).split("\n")
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)
    text = " ".join(costs.text(width).split())
    if width >= 40:
        assert f"{costs.parameters:,}" in text
        assert f"{2 * costs.multiply_adds:,}" in text
        assert f"{costs.formula_bytes:,} bytes by formula" in text


def test_the_terminals_width_is_the_default(monkeypatch):
    """`print(summary(...))` fits where it is printed."""
    costs = summary(PAGE, (32, 784))
    monkeypatch.setenv("COLUMNS", "96")
    assert str(costs) == costs.text() == repr(costs) == WIDE
    monkeypatch.setenv("COLUMNS", "5")
    assert str(costs) == costs.text(20)


def test_it_needs_only_ascii_of_its_own():
    """A terminal without Unicode prints it."""
    assert summary(NESTED, (3, 9)).text(100).isascii()


def test_a_path_that_is_not_the_index_stands_beside_it():
    """Rows are counted through, and named as in a state dict."""
    lines = summary(NESTED, (3, 9)).text(120).split("\n")
    assert lines[3].split()[:3] == ["index", "path", "layer"]
    assert [line.split()[:2] for line in lines[6:11]] == [
        ["0", "0"],
        ["1", "1.0"],
        ["2", "1.1"],
        ["3", "1.2"],
        ["4", "2"],
    ]


class Says(Layer):
    """A layer that prints what it was told to."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    def forward(self, x):
        return x


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred\x1b[0m",
        "two\nlines\r\n\tand a tab",
        "x" * 5000,
        "",
        "线性层 " * 40,
        "e\u0301" * 80,
    ],
    ids=["escape", "lines", "long", "empty", "wide", "combining"],
)
@pytest.mark.parametrize("width", [40, 80, 120])
def test_whatever_a_layer_prints(text, width):
    """A class of one's own may print anything; the table keeps its form."""
    shown = summary(Sequential(Says(text), Linear(4, 2)), (5, 4)).text(width)
    assert max(map(columns_taken, shown.split("\n"))) <= width
    assert "\x1b" not in shown
    assert "\t" not in shown
    assert len(shown) < 3000


def test_many_outputs_are_broken_into_lines():
    """A model may give ten tensors."""
    shown = summary(lambda x: [x * number for number in range(10)], (5, 4)).text(100)
    assert shown.count("(5, 4)") >= 10
    assert max(map(len, shown.split("\n"))) <= 100


def test_a_width_that_is_none():
    """A slip in a number is said before anything is printed."""
    costs = summary(Linear(4, 2), (5, 4))
    for wrong, error in ((19, ValueError), ("80", TypeError), (80.0, TypeError), (True, TypeError)):
        with pytest.raises(error, match="text expects width as a whole number of at least 20"):
            costs.text(wrong)
    assert costs.text(np.int64(80)) == costs.text(80)
