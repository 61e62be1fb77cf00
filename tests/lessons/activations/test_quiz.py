"""The six questions: that their numbers are what the mistakes that they name really give."""

import math

import numpy as np
import pytest

from tinytorch import Linear, ReLU, Sequential, Sigmoid, Softmax, Tensor
from tito.lesson.quiz import Choice, Number, judge
from tito.lesson.text import lesson_text
from tito.lessons.activations.quiz import QUESTIONS

TEXT = lesson_text("activations")
STEPS = {
    (question.name, place): step
    for question in QUESTIONS
    for place, step in enumerate(question.steps)
}


def parameters(*layers):
    return sum(tensor.size for layer in layers for tensor in layer.parameters())


def sloped(activation, at):
    x = Tensor([at], requires_grad=True)
    activation(x).backward([1.0])
    return x.grad.item()


THREE = Sequential(*[Sigmoid() for _ in range(3)])
# Measured, and independent of the quiz.
ANSWERS = {
    ("linear", 1): parameters(Linear(784, 10)),
    ("linear", 2): parameters(Linear(784, 256), Linear(256, 10)),
    ("slopes", 0): max(sloped(Sigmoid(), x) for x in np.linspace(-2, 2, 81)),
    ("slopes", 1): 0,
    ("slopes", 2): sloped(Sigmoid(), 0.0) ** 3,
    ("slopes", 3): sloped(Sequential(ReLU(), ReLU(), ReLU()), 0.5),
    ("dead", 0): max(ReLU()(Tensor([2 * x - 10])).item() for x in np.linspace(0, 1, 11)),
    ("softmax", 0): Softmax()(Tensor([0.0] * 4)).data[0],
    ("softmax", 1): Softmax()(Tensor([5.0] * 4)).data[0],
    ("softmax", 2): math.exp(2),
    ("overflow", 1): Softmax()(Tensor([1000.0, 1000.0])).data[0],
    ("overflow", 2): math.ceil(math.log(np.finfo(np.float32).max)),
}


def test_there_is_a_question_for_each_of_the_text():
    """Lost otherwise: the quiz asks what the text does not, or leaves one out."""
    anchors = [s.anchor for s in TEXT.sections if s.anchor.startswith("question-")]
    assert [f"question-{question.name}" for question in QUESTIONS] == anchors
    for question in QUESTIONS:
        assert TEXT.at(f"answer-{question.name}").body
        assert TEXT.at(question.section).body


def test_every_number_is_measured_too():
    """Lost otherwise: a question with an answer that nobody worked out."""
    assert {key for key, step in STEPS.items() if isinstance(step, Number)} == set(ANSWERS)


@pytest.mark.parametrize("key", ANSWERS, ids=lambda key: f"{key[0]}-{key[1]}")
def test_the_answer_is_right_and_each_mistake_is_answered_by_its_own_words(key):
    """Lost otherwise: a wrong answer is taken for right, or explained by another mistake."""
    step = STEPS[key]
    assert step.answer == pytest.approx(float(ANSWERS[key]), rel=1e-6)
    assert judge(step, f"{step.answer:.12g}").right
    for value, says in step.mistakes.items():
        verdict = judge(step, f"{value:.12g}")
        assert verdict.right is False
        assert verdict.says == says


@pytest.mark.parametrize("key", STEPS, ids=lambda key: f"{key[0]}-{key[1]}")
def test_every_wrong_answer_says_why(key):
    """Lost otherwise: a person is told no, and not what is wrong with their idea."""
    step = STEPS[key]
    if isinstance(step, Choice):
        assert [option for option, says in step.options.items() if not says] == [step.answer]
        assert judge(step, step.answer).right
    else:
        assert all(len(says) > 15 for says in step.mistakes.values())


def test_three_sigmoids_leave_at_most_what_the_quiz_says():
    """Lost otherwise: the quiz teaches a law that networks do not keep."""
    assert max(sloped(THREE, x) for x in np.linspace(-9, 9, 181)) <= STEPS["slopes", 2].answer
