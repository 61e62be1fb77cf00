"""What an answer is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tito.lesson.quiz import Choice, Number, judge

SIZE = Number("?", 200_960, "bytes", {200_704: "Without the bias.", 803_840: "Bytes."})
TIME = Number("?", 3.2, "ms", {0.1: "For one."})
WHICH = Choice(
    "?", {"The product.": "", "The bias.": "One each.", "Both.": "No, one."}, "The product."
)


@pytest.mark.parametrize(
    ("step", "typed", "right", "says"),
    [
        (SIZE, "200,960", True, "Right."),
        (SIZE, "200.960", True, "Right."),
        (SIZE, "200.96 kB", True, "Right."),
        (SIZE, "200704", False, "Without the bias. The answer is 200,960 bytes."),
        (SIZE, "200.704", False, "Without the bias. The answer is 200,960 bytes."),
        (SIZE, "804 kB", False, "Bytes. The answer is 200,960 bytes."),
        (SIZE, "200961", False, "No. The answer is 200,960 bytes."),
        (SIZE, "-200960", False, "No. The answer is 200,960 bytes."),
        (SIZE, "0", False, "No. The answer is 200,960 bytes."),
        (
            SIZE,
            "201 k",
            None,
            ("That is close, but too rounded to be sure. Type more of its digits."),
        ),
        (SIZE, "0 k", False, "No. The answer is 200,960 bytes."),
        (SIZE, "lots", None, "Type a number, such as 1250, 1,250 or 1.25."),
        (TIME, "3.2", True, "Right."),
        (TIME, "3,20 ms", True, "Right."),
        (TIME, "0.0032 s", True, "Right."),
        (TIME, "3", None, "That is close, but too rounded to be sure. Type more of its digits."),
        (TIME, "0.1", False, "For one. The answer is 3.2 ms."),
        (WHICH, "1", True, "Right."),
        (WHICH, "a", True, "Right."),
        (WHICH, "A)", True, "Right."),
        (WHICH, "the product", True, "Right."),
        (WHICH, "2.", False, "One each. The answer is 1: The product."),
        (WHICH, "the", None, "Type the number of an answer, 1 to 3."),
        (WHICH, "4", None, "Type the number of an answer, 1 to 3."),
        (WHICH, "0", None, "Type the number of an answer, 1 to 3."),
    ],
)
def test_answers(step, typed, right, says):
    """Lost otherwise: a right answer is refused, or a mistake is not named."""
    verdict = judge(step, typed)
    assert (verdict.right, f"{verdict.says} {verdict.answer}".strip()) == (right, says)


def test_a_round_answer_that_no_mistake_gives_is_right():
    """Lost otherwise: pedantry about digits."""
    step = Number("?", 940_584, "bytes", {939_008: "No biases."})
    assert judge(step, "941 kB").says == "Right, rounded. Exactly: 940,584 bytes"
    assert judge(step, "0.94 MB").right is None


@given(st.text(max_size=60))
def test_whatever_is_typed_gets_a_sentence(typed):
    """Lost otherwise: a traceback in the middle of a quiz."""
    for step in (SIZE, TIME, WHICH):
        assert judge(step, typed).says


@given(st.integers(0, 10**12))
def test_only_the_answer_is_right(value):
    """Lost otherwise: a wrong number is called right."""
    assert judge(SIZE, f"{value:,}").right is (value == 200_960)


def test_a_question_cannot_contradict_itself():
    """Lost otherwise: the right answer is called a mistake."""
    with pytest.raises(ValueError, match="and a mistake"):
        Number("?", 1, "", {1: "Wrong."})
    with pytest.raises(ValueError, match="none of the options"):
        Choice("?", {"a": ""}, "b")
