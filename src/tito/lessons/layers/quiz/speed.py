"""Questions 4 and 6: where the arithmetic is, and what batches gain."""

from __future__ import annotations

from tito.lesson.quiz import Choice, Number, Question
from tito.lessons.layers.quiz.sizes import BATCH, FIRST, weights

OUTPUTS = BATCH * FIRST.out_features
MULTIPLY_ADDS = OUTPUTS * FIRST.in_features
BOTTLENECK = Question(
    "bottleneck",
    "costs-arithmetic",
    (
        Choice(
            "Which takes more arithmetic?",
            {
                "The matrix product.": "",
                "Adding the bias.": "The bias is one addition for each output. How many products "
                "does each output need?",
                "About the same.": "Both fill the same output, but one of them goes through all "
                "inputs for each number of it.",
            },
            "The matrix product.",
        ),
        Number(
            "How many multiply-adds of the product come to each addition of a bias?",
            MULTIPLY_ADDS / OUTPUTS,
            "",
            {
                FIRST.in_features - 1: "One too few: every input is multiplied and added, and "
                "there are 784 of them.",
                2 * FIRST.in_features: "That counts the multiplication and the addition each for "
                "itself: FLOPs. A multiply-add is both.",
                FIRST.out_features: "That is the number of outputs. Each needs a product for every "
                "input.",
                BATCH: "That is the batch, which multiplies both sides alike.",
                BATCH * FIRST.in_features: "The batch multiplies both sides alike. Leave it out of "
                "the ratio.",
                weights(FIRST): "That is the product for one example as a whole. An example has "
                "256 additions of a bias, too.",
                MULTIPLY_ADDS: "That is the product as a whole. Divide by the additions.",
            },
        ),
    ),
)

ONE_BY_ONE, IN_BATCHES = 800, 10_000  # examples a second
ALONE_MS, BATCH_MS = 1000 / ONE_BY_ONE, 1000 * BATCH / IN_BATCHES
EACH_MS = BATCH_MS / BATCH
BATCHES = Question(
    "batches",
    "costs-batches",
    (
        Number(
            "How many milliseconds does a pass of one example take?",
            ALONE_MS,
            "ms",
            {
                1 / ALONE_MS: "That is how many passes there are in a millisecond. Turn it over.",
                ONE_BY_ONE: "That is how many there are in a second.",
                ALONE_MS / 1000: "Those are seconds. How many milliseconds?",
                ALONE_MS * BATCH: "That would be for 32 examples, one by one.",
            },
        ),
        Number(
            "And a pass of a batch of 32?",
            BATCH_MS,
            "ms",
            {
                EACH_MS: "That is for one example of the batch. The pass does 32.",
                IN_BATCHES / BATCH: "That is how many passes there are in a second.",
                ALONE_MS * BATCH: "That is 32 times a pass of one: as if batches were of no use.",
                BATCH_MS / 1000: "Those are seconds. How many milliseconds?",
            },
        ),
        Number(
            "Milliseconds for each example in the batch?",
            EACH_MS,
            "ms",
            {
                BATCH_MS: "That is the whole pass, which does 32 examples.",
                1 / EACH_MS: "That is how many there are in a millisecond. Turn it over.",
                ALONE_MS: "That is an example by itself.",
                ALONE_MS / BATCH: "That divides the pass of one example by 32. Divide the pass of "
                "the batch.",
            },
        ),
        Number(
            "By what factor is that faster than one by one?",
            ALONE_MS / EACH_MS,
            "",
            {
                BATCH: "That is the size of the batch. A pass of 32 does take longer than one "
                "of 1.",
                EACH_MS / ALONE_MS: "That is the ratio the wrong way round. Turn it over.",
                BATCH_MS / ALONE_MS: "That is how much longer the pass takes. It does 32 times as "
                "much.",
            },
        ),
        Choice(
            "Why is the batch faster?",
            {
                "Each example takes less arithmetic.": "It takes just as many multiply-adds. What "
                "is shared is everything around them.",
                "The price of a call and the fetching of the weights are shared by 32.": "",
                "The batch takes less memory.": "It takes 32 times the activations. The weights "
                "are the same, and fetched once for all.",
            },
            "The price of a call and the fetching of the weights are shared by 32.",
        ),
    ),
)
