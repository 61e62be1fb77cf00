"""The six questions of the lesson, each in steps, with what wrong numbers come from."""

from __future__ import annotations

import math

from tito.lesson.quiz import Choice, Number, Question

ONE, TWO = 784 * 10 + 10, 784 * 256 + 256 + 256 * 10 + 10
LINEAR = Question(
    "linear",
    "why",
    (
        Choice(
            "Which single layer computes what Linear(784, 256) and Linear(256, 10) do together?",
            {
                "Linear(784, 10).": "",
                "Linear(784, 256).": "The outputs are the ten of the second layer.",
                "None: two layers can do more than one.": "Not without a bend between them: a "
                "weighted sum of weighted sums is a weighted sum.",
            },
            "Linear(784, 10).",
        ),
        Number(
            "How many parameters does it have?",
            ONE,
            "",
            {
                784 * 10: "Those are the weights alone. Each of the ten outputs has a bias, too.",
                784 * 10 + 784: "That has a bias for each input. It belongs to the outputs.",
                784 * 10 + 256 + 10: "The first bias goes through the second layer, and becomes a "
                "part of the second: ten numbers are left.",
                TWO: "That is what the two layers have.",
            },
        ),
        Number(
            "And the two layers together?",
            TWO,
            "",
            {
                784 * 256 + 256 * 10: "Those are the weights alone. The biases are missing: "
                "256 + 10.",
                784 * 256 + 256: "That is the first layer alone.",
                256 * 10 + 10: "That is the second layer alone.",
                ONE: "That is the single layer.",
            },
        ),
    ),
)

STEEPEST = 0.25
SLOPES = Question(
    "slopes",
    "saturation",
    (
        Number(
            "How large is the sigmoid's slope at most?",
            STEEPEST,
            "",
            {
                1: "That is the slope of tanh at zero, and of ReLU.",
                0.5: "That is the sigmoid's value at zero. Its slope is y (1 - y).",
            },
        ),
        Number(
            "At which number is it so large?",
            0,
            "",
            {
                0.5: "That is the value there, not the place.",
                1: "There it is 0.197 already.",
            },
        ),
        Number(
            "What is at most left of a gradient of 1 after three sigmoids?",
            STEEPEST**3,
            "",
            {
                3 * STEEPEST: "That adds the slopes. Each multiplies what is left by the ones "
                "before.",
                STEEPEST: "That is after one.",
                STEEPEST**2: "That is after two.",
                0.5**3: "That multiplies the values at zero. A gradient is multiplied by slopes.",
            },
        ),
        Number(
            "And after three ReLUs whose inputs are positive?",
            1,
            "",
            {
                0: "That is what is left where an input is negative.",
                STEEPEST**3: "That is for sigmoids. The slope of ReLU above zero is 1.",
                3: "Slopes are multiplied, not added.",
            },
        ),
    ),
)

DEAD = Question(
    "dead",
    "dead-units",
    (
        Number(
            "w = 2, b = -10, inputs from 0 to 1: what is the unit's largest output, after ReLU?",
            0,
            "",
            {
                -8: "That is its largest sum. ReLU comes after it.",
                -10: "That is its smallest sum, before ReLU.",
                2: "That leaves the bias out.",
                12: "The bias is negative.",
            },
        ),
        Choice(
            "What gradient does w get?",
            {
                "None: it is 0 for every input.": "",
                "A small one.": "Below zero the slope of ReLU is exactly 0, and so is the product.",
                "The input itself.": "That is what it would get if the sum were positive.",
            },
            "None: it is 0 for every input.",
        ),
        Choice(
            "What would be different with a sigmoid?",
            {
                "Nothing: it is flat there, too.": "Nearly flat. A small gradient moves a weight, "
                "and no gradient never does.",
                "A small gradient would come back, and the unit could recover.": "",
                "The unit would learn as fast as any other.": "At -8 the slope of a sigmoid is "
                "0.0003, and at zero it is 0.25.",
            },
            "A small gradient would come back, and the unit could recover.",
        ),
    ),
)

SOFTMAX = Question(
    "softmax",
    "softmax",
    (
        Number(
            "The scores are 0, 0, 0 and 0. What is each probability?",
            0.25,
            "",
            {
                0: "exp(0) is 1, not 0.",
                1: "That is exp(0). It is still to be divided by the sum.",
                0.5: "That is the sigmoid of 0. Here four share the 1.",
            },
        ),
        Number(
            "And if 5 is added to all scores?",
            0.25,
            "",
            {
                5.25: "That adds to the probabilities. They still have to add up to 1.",
                1.25: "That is 5 / 4. Above and below the line, exp(5) cancels.",
                math.exp(5) / 4: "The sum grows by the same factor. Both cancel.",
            },
        ),
        Number(
            "By what factor are two probabilities apart whose scores differ by 2?",
            math.exp(2),
            "",
            {
                2: "That is the difference of the scores. exp makes a factor of it.",
                4: "That is 2 squared. It is e that is squared.",
                math.e: "That is for a difference of 1.",
                2 * math.e: "exp(2) is e times e, not 2 times e.",
                math.exp(-2): "That is the ratio the other way round.",
            },
        ),
    ),
)

OVERFLOW = Question(
    "overflow",
    "overflow",
    (
        Choice(
            "What does the plain formula give for the scores 1000 and 1000, in float32?",
            {
                "NaN: infinity divided by infinity.": "",
                "Infinity.": "exp(1000) is infinite, but so is the sum that it is divided by.",
                "0.5 and 0.5.": "That is the truth. But exp(1000) is infinite in float32.",
                "0 and 0.": "That would come of a finite number divided by infinity.",
            },
            "NaN: infinity divided by infinity.",
        ),
        Number(
            "And what is the first of the two in truth?",
            0.5,
            "",
            {
                1: "That would leave nothing for the other score, which is as large.",
                0: "They add up to 1, and are equal.",
                1000: "That is the score.",
            },
        ),
        Number(
            "What is the smallest whole number whose exp is infinite in float32?",
            89,
            "",
            {
                88: "exp(88) is 1.7e38, and float32 goes to 3.4e38.",
                710: "That is for float64.",
                709: "That is the largest that float64 can take.",
                128: "That is the power of 2 at which float32 ends. e is larger than 2.",
                39: "That is about the power of 10 at which float32 ends. e is smaller than 10.",
                100: "Infinite it is, but not the smallest.",
            },
        ),
    ),
)

CHOOSE = Question(
    "choose",
    "production",
    tuple(
        Choice(
            asks,
            options,
            next(option for option, said in options.items() if not said),
        )
        for asks, options in (
            (
                "At the output of a network that says with which probability an e-mail is spam?",
                {
                    "Sigmoid.": "",
                    "ReLU.": "It gives numbers above 1, and exactly 0 for half of the mails.",
                    "Tanh.": "It goes from -1 to 1. A probability is never negative.",
                    "Softmax over the one score.": "Of a single score it makes 1, always.",
                },
            ),
            (
                "Of one that tells ten digits apart?",
                {
                    "Ten sigmoids.": "Each would be a probability of its own, and together they "
                    "would not add up to 1. A picture shows one digit.",
                    "Softmax over ten scores.": "",
                    "GELU.": "It does not give probabilities.",
                },
            ),
            (
                "Of one that predicts a temperature in °C?",
                {
                    "ReLU.": "It would never freeze.",
                    "Tanh.": "Nor be warmer than 1 degree, unless all is scaled.",
                    "None.": "",
                },
            ),
        )
    ),
)

QUESTIONS = (LINEAR, SLOPES, DEAD, SOFTMAX, OVERFLOW, CHOOSE)
