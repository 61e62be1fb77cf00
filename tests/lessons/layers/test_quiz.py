"""The six questions: that their numbers are what the mistakes that they name really give."""

import numpy as np
import pytest

from tinytorch import Adam, CrossEntropyLoss, Dropout, Linear, ReLU, Sequential, Tensor, manual_seed
from tito.lesson.quiz import Choice, Number, judge
from tito.lesson.text import lesson_text
from tito.lessons.layers.quiz import QUESTIONS

TEXT = lesson_text("layers")
STEPS = {
    (question.name, place): step
    for question in QUESTIONS
    for place, step in enumerate(question.steps)
}
# By hand, and independent of the quiz: the answer, then each number that a mistake gives.
BY_HAND = {
    ("parameters", 0): (
        784 * 256 + 256,
        {
            784 * 256: "weights alone",
            784 * 256 + 784: "for each of the 784 inputs",
            784 * 256 + 1: "single bias",
            784 + 256: "adds the sizes",
            (784 * 256 + 256) * 4: "how many bytes",
            784 * 256 * 4: "bytes of the weights",
        },
    ),
    ("parameters", 1): (
        784 * 512 + 512,
        {
            784 * 512: "weights alone",
            784 * 512 + 784: "for each of the 784 inputs",
            784 * 512 + 1: "single bias",
            784 + 512: "adds the sizes",
            (784 * 512 + 512) * 4: "how many bytes",
            784 * 512 * 4: "bytes of the weights",
            784 * 512 + 256: "doubles the weights and leaves",
            784 * 256 + 256: "for 256 outputs",
        },
    ),
    ("memory", 0): (
        785 * 256 + 257 * 128 + 129 * 10,
        {
            784 * 256 + 256 * 128 + 128 * 10: "weights alone",
            784 * 256 + 256 * 128 + 128 * 10 + 784 + 256 + 128: "for each input",
            785 * 256 + 257 * 128: "leaves the last layer out",
            785 * 256: "first layer alone",
            (785 * 256 + 257 * 128 + 129 * 10) * 4: "how many bytes",
        },
    ),
    ("memory", 1): (
        235_146 * 4,
        {
            235_146: "how many they are",
            235_146 * 8: "64 bits",
            235_146 * 2: "16 bits",
            235_146 * 4 * 8: "bits",
            (235_146 - 256 - 128 - 10) * 4: "bytes of the weights",
        },
    ),
    ("memory", 2): (
        32 * (784 + 256 + 128 + 10) * 4,
        {
            32 * (256 + 128 + 10) * 4: "leaves the input out",
            32 * (784 + 256 + 128) * 4: "leaves the output of the last layer out",
            32 * (256 + 128) * 4: "between the layers",
            (784 + 256 + 128 + 10) * 4: "for one example",
            32 * (784 + 256 + 128 + 10): "how many numbers they are",
            784 + 256 + 128 + 10: "numbers there are for one example",
            235_146 * 4: "bytes of the parameters",
        },
    ),
    ("dropout", 0): (3, {6: "with the scale", 12: "if the number survives", 0: "half of the time"}),
    ("dropout", 1): (
        1.25,
        {
            5: "That is 1 / p",
            0.8: "That is 1 - p",
            0.2: "p itself",
            1.2: "1 + p",
            2: "at p = 0.5",
            1: "a fifth",
        },
    ),
    ("bottleneck", 1): (
        784,
        {
            783: "One too few",
            1568: "FLOPs",
            256: "number of outputs",
            32: "the batch",
            32 * 784: "The batch multiplies both",
            784 * 256: "one example as a whole",
            32 * 784 * 256: "Divide by the additions",
        },
    ),
    ("initialisation", 1): (
        1,
        {
            256: "tell them apart",
            784: "number of inputs",
            100: "Steps cannot",
            10: "outputs differ",
            2: "second one",
            0: "do learn",
        },
    ),
    ("batches", 0): (
        1.25,
        {0.8: "in a millisecond", 800: "in a second", 0.00125: "seconds", 40: "one by one"},
    ),
    ("batches", 1): (
        3.2,
        {0.1: "one example", 312.5: "passes", 40: "32 times a pass", 0.0032: "seconds"},
    ),
    ("batches", 2): (
        0.1,
        {
            3.2: "whole pass",
            10: "in a millisecond",
            1.25: "by itself",
            1.25 / 32: "divides the pass of one",
        },
    ),
    ("batches", 3): (
        12.5,
        {32: "size of the batch", 0.08: "other way|way round", 2.56: "how much longer"},
    ),
}


def test_there_is_a_question_for_each_of_the_text():
    """Lost otherwise: the quiz asks what the text does not, or leaves one out."""
    anchors = [s.anchor for s in TEXT.sections if s.anchor.startswith("question-")]
    assert [f"question-{question.name}" for question in QUESTIONS] == anchors
    for question in QUESTIONS:
        assert TEXT.at(f"answer-{question.name}").body
        assert TEXT.at(question.section).body


def test_every_number_is_known_by_hand_too():
    """Lost otherwise: a question with an answer that nobody worked out."""
    assert {key for key, step in STEPS.items() if isinstance(step, Number)} == set(BY_HAND)


@pytest.mark.parametrize("key", BY_HAND, ids=lambda key: f"{key[0]}-{key[1]}")
def test_the_answer_is_right_and_each_mistake_is_named(key):
    """Lost otherwise: a wrong answer is explained by a mistake that does not lead to it."""
    step, (answer, mistakes) = STEPS[key], BY_HAND[key]
    assert step.answer == pytest.approx(answer, rel=1e-12)
    assert judge(step, f"{answer}").right
    assert sorted(step.mistakes) == pytest.approx(sorted(mistakes))
    for value, words in mistakes.items():
        verdict = judge(step, f"{value}")
        assert verdict.right is False
        assert any(part in verdict.says for part in words.split("|")), (value, verdict.says)


@pytest.mark.parametrize("key", STEPS, ids=lambda key: f"{key[0]}-{key[1]}")
def test_every_wrong_choice_says_why(key):
    """Lost otherwise: a person is told no, and not what is wrong with their idea."""
    step = STEPS[key]
    if isinstance(step, Choice):
        assert [option for option, says in step.options.items() if not says] == [step.answer]
        assert judge(step, step.answer).right
    else:
        assert all(len(says) > 15 for says in step.mistakes.values())


def test_dropout_does_what_the_question_says():
    """Lost otherwise: the quiz teaches another law than the library keeps."""
    manual_seed(0)
    numbers = Tensor(np.full(200_000, 6.0))
    dropped = Dropout(0.5)(numbers).data
    assert abs((dropped / 2).mean() - STEPS["dropout", 0].answer) < 0.05
    assert set(np.unique(Dropout(0.2)(numbers).data / 6)) == {
        np.float32(0),
        np.float32(STEPS["dropout", 1].answer),
    }


def test_equal_weights_give_one_unit():
    """Lost otherwise: the quiz claims of training what training does not do."""
    manual_seed(0)
    model = Sequential(Linear(784, 256), ReLU(), Linear(256, 10))
    for parameter in model.parameters():
        parameter.data[...] = 0.01 if parameter.ndim == 2 else 0.0
    optimizer = Adam(model.parameters(), lr=0.01)
    x, labels = Tensor(np.random.rand(8, 784)), list(range(8))
    for _ in range(100):
        optimizer.zero_grad()
        CrossEntropyLoss()(model(x), labels).backward()
        optimizer.step()
    first, _, last, _ = (parameter.data for parameter in model.parameters())
    units = np.concatenate([first, last.T])
    assert not np.allclose(first, 0.01)
    assert np.ptp(units, axis=1).max() < 1e-3 * np.abs(units).max()
    assert len(np.unique(np.round(last[0], 4))) > 1
