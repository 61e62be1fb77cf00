"""The six questions of the lesson, each in steps, with what wrong numbers come from."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random

from tito.lesson.quiz import Choice, Number, Question

_WORDS = {4: "four", 5: "five", 8: "eight", 10: "ten"}


def of_linear(ins: int, hidden: int, outs: int) -> Question:
    """What two layers without an activation are."""
    first, second = ins * hidden + hidden, hidden * outs + outs
    one, two = ins * outs + outs, first + second
    return Question(
        "linear",
        "why",
        (
            Choice(
                f"Which single layer computes what Linear({ins}, {hidden}) and "
                f"Linear({hidden}, {outs}) do together?",
                {
                    f"Linear({ins}, {outs}).": "",
                    f"Linear({ins}, {hidden}).": "The outputs are the "
                    f"{_WORDS.get(outs, outs)} of the second layer.",
                    "None: two layers can do more than one.": "Not without a bend between them: a "
                    "weighted sum of weighted sums is a weighted sum.",
                },
                f"Linear({ins}, {outs}).",
            ),
            Number(
                "How many parameters does it have?",
                one,
                "",
                {
                    ins * outs: "Those are the weights alone. Each of the "
                    f"{_WORDS.get(outs, outs)} outputs has a bias, too.",
                    ins * outs + ins: "That has a bias for each input. It belongs to the outputs.",
                    ins * outs + hidden + outs: "The first bias goes through the second layer, and "
                    f"becomes a part of the second: {_WORDS.get(outs, outs)} numbers are left.",
                    two: "That is what the two layers have.",
                },
            ),
            Number(
                "And the two layers together?",
                two,
                "",
                {
                    ins * hidden + hidden * outs: "Those are the weights alone. The biases are "
                    f"missing: {hidden} + {outs}.",
                    first: "That is the first layer alone.",
                    second: "That is the second layer alone.",
                    one: "That is the single layer.",
                },
            ),
        ),
        f"Two layers, `Linear({ins}, {hidden})` and `Linear({hidden}, {outs})`, stand behind each "
        "other without an activation. Which single layer computes the same, and how many "
        "parameters does it have, with its bias? What about the two?",
        f"`Linear({ins}, {outs})`: its weights are the product of the two matrices, and its bias "
        f"is the first bias, sent through the second layer. It has {ins} × {outs} + {outs} = "
        f"{one:,} parameters. The two have {first:,} + {second:,} = {two:,}, and can do no more.",
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


def of_dead(w: int, b: int) -> Question:
    """What becomes of a unit whose sums are all below zero."""
    top = b + w
    slope = f"{math.exp(top) / (1 + math.exp(top)) ** 2:.1g}"
    return Question(
        "dead",
        "dead-units",
        (
            Number(
                f"w = {w}, b = {b}, inputs from 0 to 1: what is the unit's largest output, after "
                "ReLU?",
                0,
                "",
                {
                    top: "That is its largest sum. ReLU comes after it.",
                    b: "That is its smallest sum, before ReLU.",
                    w: "That leaves the bias out.",
                    w - b: "The bias is negative.",
                },
            ),
            Choice(
                "What gradient does w get?",
                {
                    "None: it is 0 for every input.": "",
                    "A small one.": "Below zero the slope of ReLU is exactly 0, and so is the "
                    "product.",
                    "The input itself.": "That is what it would get if the sum were positive.",
                },
                "None: it is 0 for every input.",
            ),
            Choice(
                "What would be different with a sigmoid?",
                {
                    "Nothing: it is flat there, too.": "Nearly flat. A small gradient moves a "
                    "weight, and no gradient never does.",
                    "A small gradient would come back, and the unit could recover.": "",
                    "The unit would learn as fast as any other.": f"At {top} the slope of a "
                    f"sigmoid is {slope}, and at zero it is 0.25.",
                },
                "A small gradient would come back, and the unit could recover.",
            ),
        ),
        f"A unit computes `w x + b` with `w = {w}` and `b = {b}`, and then ReLU. Its inputs lie "
        "between 0 and 1. What is its largest output? What gradient does `w` get? What would be "
        "different with a sigmoid?",
        f"The sum lies between {b} and {top}, so the output is 0 for every input, and so is the "
        f"gradient of `w`: the unit is dead. A sigmoid at {top} has the slope {slope}. That is "
        "little, but it points the right way, and the unit can come back.",
    )


def of_softmax(count: int, shift: int, apart: int) -> Question:
    """What equal scores give, and scores that differ."""
    scores, factor = ", ".join("0" * (count - 1)) + " and 0", math.exp(apart)
    power = {2: "squared", 3: "cubed"}[apart]
    return Question(
        "softmax",
        "softmax",
        (
            Number(
                f"The scores are {scores}. What is each probability?",
                1 / count,
                "",
                {
                    0: "exp(0) is 1, not 0.",
                    1: "That is exp(0). It is still to be divided by the sum.",
                    0.5: f"That is the sigmoid of 0. Here {_WORDS[count]} share the 1.",
                },
            ),
            Number(
                f"And if {shift} is added to all scores?",
                1 / count,
                "",
                {
                    shift + 1 / count: "That adds to the probabilities. They still have to add up "
                    "to 1.",
                    shift / count: f"That is {shift} / {count}. Above and below the line, "
                    f"exp({shift}) cancels.",
                    math.exp(shift) / count: "The sum grows by the same factor. Both cancel.",
                },
            ),
            Number(
                f"By what factor are two probabilities apart whose scores differ by {apart}?",
                factor,
                "",
                {
                    apart: "That is the difference of the scores. exp makes a factor of it.",
                    2**apart: f"That is 2 {power}. It is e that is {power}.",
                    math.e: "That is for a difference of 1.",
                    apart
                    * math.e: f"exp({apart}) is {' times '.join('e' * apart)}, not {apart} times "
                    "e.",
                    1 / factor: "That is the ratio the other way round.",
                },
            ),
        ),
        f"Softmax is given the scores {scores}. What are the probabilities? And if {shift} is "
        "added to all of them? By what factor are two probabilities apart whose scores differ by "
        f"{apart}?",
        f"{1 / count:g} each, and {1 / count:g} each: a shift changes nothing. With a difference "
        f"of {apart} the factor is the exponential of {apart}, which is {factor:.3f}.",
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

QUESTIONS = (
    of_linear(784, 256, 10),
    SLOPES,
    of_dead(2, -10),
    of_softmax(4, 5, 2),
    OVERFLOW,
    CHOOSE,
)
FRESH: Mapping[str, Callable[[Random], Question]] = {
    "linear": lambda chance: of_linear(
        20 * chance.randint(5, 50), 8 * chance.randint(4, 60), chance.randint(2, 30)
    ),
    "dead": lambda chance: of_dead(w := chance.randint(2, 5), -w - chance.randint(4, 8)),
    "softmax": lambda chance: of_softmax(
        chance.choice(list(_WORDS)), chance.choice((3, 7, 10)), chance.choice((2, 3))
    ),
}
