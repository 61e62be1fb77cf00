"""What `tito show dropout` says is what was measured, also of a dropout that is wrong."""

from dataclasses import replace

import pytest

from tinytorch.plots import measure_dropout
from tinytorch.plots.words import dropout as say


@pytest.fixture(scope="module")
def right():
    return measure_dropout(p=0.2, calls=100)


def test_a_right_dropout_is_said_to_be_so(right):
    """Lost otherwise: the law that a picture is there to show."""
    first, mean, inference = say(right)
    assert "where p asks for 20.0%." in first
    assert first.endswith("multiplied by 1.25, which is 1 / (1 - p).")
    assert "off by 0.4" in mean or "off by 0.5" in mean
    assert mean.endswith("leaves about 0.05: that of one call, divided by the square root of 100.")
    assert inference == "With training=False, all numbers came back unchanged."


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"factors": [1.0], "ratio": [0.8]}, "multiplied by 1, but 1 / (1 - p) is 1.25."),
        (
            {"ratio": [0.8]},
            "learn with inputs 0.8 times as large as those that they get at inference.",
        ),
        ({"ratio": [0.8], "unchanged": False}, "is 0.8 of the input, where it should come to 1.\n"),
        ({"dropped": 0.8}, "80.0% of them: far from the 20.0% that p asks for."),
        ({"factors": [1.1, 1.2, 1.3]}, "multiplied by many different numbers."),
        ({"factors": [1.25, 5.0]}, "multiplied by 1.25 or 5, but 1 / (1 - p) is 1.25."),
        ({"factors": []}, "Nothing survived."),
        ({"factors": [float("nan")]}, "The survivors are no longer finite numbers."),
        ({"ratio": [float("nan")]}, "is not a finite number; it should be the input."),
        ({"alike": ["rows"]}, "The mask was the same for all rows: each number should be"),
        ({"unchanged": False}, "should come back unchanged, but they did not."),
        ({"unchanged": None}, "does not know `training`"),
    ],
)
def test_a_wrong_dropout_is_told_from_what_was_measured(right, changed, words):
    """Lost otherwise: the sentence praises what the picture refutes."""
    assert words in "\n".join(say(replace(right, **changed))) + "\n"
