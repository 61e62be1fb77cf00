"""Questions 3 and 5: what dropout scales, and what equal weights come to."""

from __future__ import annotations

from tito.lesson.quiz import Choice, Number, Question
from tito.lessons.layers.quiz.sizes import FIRST

_X, _HALF, _FIFTH = 6.0, 0.5, 0.2
DROPOUT = Question(
    "dropout",
    "dropout",
    (
        Number(
            "Without a scale: what is the average of a number 6.0 after dropout with p = 0.5?",
            (1 - _HALF) * _X,
            "",
            {
                _X: "That is the average with the scale. Without it, half of the time a 6 comes "
                "out, half of the time a 0.",
                _X / (1 - _HALF): "That is what comes out with the scale, if the number survives.",
                0.0: "Zero comes out half of the time. The other half counts too.",
            },
        ),
        Number(
            "By what are the survivors multiplied at p = 0.2?",
            1 / (1 - _FIFTH),
            "",
            {
                1 / _FIFTH: "That is 1 / p. What is left is the share 1 - p: it has to make up for "
                "the rest.",
                1 - _FIFTH: "That is 1 - p, the share that is left. It would make them smaller "
                "still.",
                _FIFTH: "That is p itself, the share that is lost.",
                1 + _FIFTH: "That is 1 + p. Four fifths are left, and four fifths of 1.2 are less "
                "than 1.",
                1 / (1 - _HALF): "That is the scale at p = 0.5.",
                1.0: "Then a fifth of the sum would be missing.",
            },
        ),
        Choice(
            "A network was trained with dropout at p = 0.5 and no scale. What happens at "
            "inference?",
            {
                "Nothing: at inference no number is dropped.": "That no number is dropped is the "
                "trouble: in training, half of them were missing.",
                "Each layer behind a dropout gets about twice what it was trained with.": "",
                "Each layer behind a dropout gets about half of what it was trained with.": "It "
                "is "
                "the "
                "other "
                "way "
                "round: "
                "half "
                "was "
                "missing "
                "in "
                "training, "
                "and "
                "at "
                "inference "
                "everything "
                "is "
                "there.",
            },
            "Each layer behind a dropout gets about twice what it was trained with.",
        ),
    ),
)

INITIALISATION = Question(
    "initialisation",
    "initialisation-symmetry",
    (
        Choice(
            "All weights and biases start at zero, with ReLU between the layers. What happens?",
            {
                "It learns, but slowly at first.": "Slow would do. But the gradient of every "
                "weight is zero, and it stays so.",
                "No weight ever moves: only the last bias gets a gradient.": "",
                "Only the first layer learns.": "Its gradient comes back through the weights of "
                "the layers above, and those are zero.",
            },
            "No weight ever moves: only the last bias gets a gradient.",
        ),
        Number(
            "All weights start at 0.01. How many different units has the hidden layer of "
            "784→256→10 after a hundred steps?",
            1,
            "",
            {
                FIRST.out_features: "That would need something to tell them apart. They start "
                "alike and get the same gradient at each step.",
                FIRST.in_features: "That is the number of inputs.",
                100: "Steps cannot tell apart units that get the same gradient in each.",
                10: "The outputs differ, since their labels do. But each of them treats all hidden "
                "units alike.",
                2: "They all start alike and get the same gradient at each step. What would make "
                "the second one different?",
                0: "They do learn something. But all of them learn the same.",
            },
        ),
        Choice(
            "And the biases: may all of them start at zero?",
            {
                "Yes: random weights already make the units differ.": "",
                "No: equal biases keep the units equal.": "Units with different weights compute "
                "different things, whatever their biases are.",
                "Only in the last layer.": "What holds there holds in every layer: the weights "
                "make the difference.",
            },
            "Yes: random weights already make the units differ.",
        ),
    ),
)
