"""Questions 1 and 2: parameters, and the memory that they and the activations take."""

from __future__ import annotations

from tinytorch import Linear
from tito.lesson.quiz import Number, Question
from tito.lessons.layers.quiz.sizes import (
    BATCH,
    DOUBLED,
    FIRST,
    NETWORK,
    WIDTHS,
    count,
    in_bytes,
    parameters,
    weights,
)


def _of_one_layer(layer: Linear) -> dict[float, str]:
    """Mistakes in counting the parameters of one layer."""
    ins, outs = layer.in_features, layer.out_features
    return {
        weights(layer): f"Those are the weights alone. Each of the {outs} outputs has a bias too.",
        weights(layer) + ins: f"That has a bias for each of the {ins} inputs. It belongs to the "
        "outputs.",
        weights(layer) + 1: "That has a single bias for the whole layer. Each output has its own.",
        ins + outs: "That adds the sizes. Every input is joined to every output: multiply.",
        in_bytes(parameters(layer)): "That is how many bytes they take. How many are they?",
        in_bytes(weights(layer)): "Those are the bytes of the weights alone. How many parameters "
        "are there, with the biases?",
    }


PARAMETERS = Question(
    "parameters",
    "costs-parameters",
    (
        Number("Parameters with 256 outputs?", parameters(FIRST), "", _of_one_layer(FIRST)),
        Number(
            "Parameters with 512 outputs?",
            parameters(DOUBLED),
            "",
            {
                **_of_one_layer(DOUBLED),
                weights(DOUBLED) + count(FIRST.bias): "That doubles the weights and leaves the 256 "
                "biases as they were. There is one for each output.",
                parameters(FIRST): "That is the number for 256 outputs.",
            },
        ),
    ),
)

TOTAL = parameters(*NETWORK)
FLOW = tuple(BATCH * width for width in WIDTHS)
MEMORY = Question(
    "memory",
    "costs-activations",
    (
        Number(
            "Parameters of all three layers?",
            TOTAL,
            "",
            {
                weights(*NETWORK): "Those are the weights alone. The biases are missing: "
                "256 + 128 + 10.",
                weights(*NETWORK) + sum(WIDTHS[:-1]): "That has a bias for each input of a layer. "
                "They belong to the outputs.",
                parameters(*NETWORK[:2]): "That leaves the last layer out.",
                parameters(*NETWORK[:1]): "That is the first layer alone.",
                in_bytes(TOTAL): "That is how many bytes they take. How many are they?",
            },
        ),
        Number(
            "Bytes of these parameters?",
            in_bytes(TOTAL),
            "bytes",
            {
                TOTAL: "That is how many they are. Each takes 4 bytes.",
                in_bytes(TOTAL, 8): "That would be numbers of 64 bits, 8 bytes each.",
                in_bytes(TOTAL, 2): "That would be numbers of 16 bits, 2 bytes each.",
                TOTAL * 32: "Those are the bits. A byte has 8.",
                in_bytes(weights(*NETWORK)): "Those are the bytes of the weights. The biases take "
                "some too.",
            },
        ),
        Number(
            "Bytes of the activations, with the input, at a batch of 32?",
            in_bytes(sum(FLOW)),
            "bytes",
            {
                in_bytes(sum(FLOW[1:])): "That leaves the input out: 32 rows of 784 numbers.",
                in_bytes(sum(FLOW[:-1])): "That leaves the output of the last layer out.",
                in_bytes(sum(FLOW[1:-1])): "That is what lies between the layers. The input and "
                "the output are missing.",
                in_bytes(sum(WIDTHS)): "That is for one example. There are 32.",
                sum(FLOW): "That is how many numbers they are. Each takes 4 bytes.",
                sum(WIDTHS): "That is how many numbers there are for one example.",
                in_bytes(TOTAL): "Those are the bytes of the parameters.",
            },
        ),
    ),
)
