"""The six questions of the lesson on layers; every number follows from the sizes of layers."""

from __future__ import annotations

from tinytorch import Linear, Tensor
from tito.lesson.quiz import Choice, Number, Question

BATCH = 32
FIRST, DOUBLED = Linear(784, 256), Linear(784, 512)
NETWORK = (FIRST, Linear(256, 128), Linear(128, 10))
WIDTHS = (FIRST.in_features, *(layer.out_features for layer in NETWORK))


def count(*tensors: Tensor | None) -> int:
    """How many numbers the tensors hold."""
    return sum(tensor.size for tensor in tensors if tensor is not None)


def in_bytes(numbers: int, each: int = FIRST.weight.dtype.itemsize) -> int:
    """How many bytes so many numbers take, of 32 bits unless it is said otherwise."""
    return numbers * each


def parameters(*layers: Linear) -> int:
    """How many parameters the layers have together."""
    return count(*(tensor for layer in layers for tensor in layer.parameters()))


def weights(*layers: Linear) -> int:
    """How many of them are weights."""
    return count(*(layer.weight for layer in layers))


# fmt: off
def of_one_layer(layer: Linear) -> dict[float, str]:
    """Mistakes in counting the parameters of one layer."""
    ins, outs = layer.in_features, layer.out_features
    return {
        weights(layer): f"Those are the weights alone. Each of the {outs} outputs has a bias too.",
        weights(layer) + ins:
            f"That has a bias for each of the {ins} inputs. It belongs to the outputs.",
        weights(layer) + 1: "That has a single bias for the whole layer. Each output has its own.",
        ins + outs: "That adds the sizes. Every input is joined to every output: multiply.",
        in_bytes(parameters(layer)): "That is how many bytes they take. How many are they?",
        in_bytes(weights(layer)): "Those are the bytes of the weights alone. How many parameters "
            "are there, with the biases?",
    }


PARAMETERS = Question("parameters", "costs-parameters", (
    Number("Parameters with 256 outputs?", parameters(FIRST), "", of_one_layer(FIRST)),
    Number("Parameters with 512 outputs?", parameters(DOUBLED), "", {
        **of_one_layer(DOUBLED),
        weights(DOUBLED) + count(FIRST.bias): "That doubles the weights and leaves the 256 biases "
            "as they were. There is one for each output.",
        parameters(FIRST): "That is the number for 256 outputs.",
    }),
))

TOTAL = parameters(*NETWORK)
FLOW = tuple(BATCH * width for width in WIDTHS)
MEMORY = Question("memory", "costs-activations", (
    Number("Parameters of all three layers?", TOTAL, "", {
        weights(*NETWORK):
            "Those are the weights alone. The biases are missing: 256 + 128 + 10.",
        weights(*NETWORK) + sum(WIDTHS[:-1]): "That has a bias for each input of a layer. They "
            "belong to the outputs.",
        parameters(*NETWORK[:2]): "That leaves the last layer out.",
        parameters(*NETWORK[:1]): "That is the first layer alone.",
        in_bytes(TOTAL): "That is how many bytes they take. How many are they?",
    }),
    Number("Bytes of these parameters?", in_bytes(TOTAL), "bytes", {
        TOTAL: "That is how many they are. Each takes 4 bytes.",
        in_bytes(TOTAL, 8): "That would be numbers of 64 bits, 8 bytes each.",
        in_bytes(TOTAL, 2): "That would be numbers of 16 bits, 2 bytes each.",
        TOTAL * 32: "Those are the bits. A byte has 8.",
        in_bytes(weights(*NETWORK)):
            "Those are the bytes of the weights. The biases take some too.",
    }),
    Number("Bytes of the activations, with the input, at a batch of 32?", in_bytes(sum(FLOW)),
           "bytes", {
        in_bytes(sum(FLOW[1:])): "That leaves the input out: 32 rows of 784 numbers.",
        in_bytes(sum(FLOW[:-1])): "That leaves the output of the last layer out.",
        in_bytes(sum(FLOW[1:-1])): "That is what lies between the layers. The input and the output "
            "are missing.",
        in_bytes(sum(WIDTHS)): "That is for one example. There are 32.",
        sum(FLOW): "That is how many numbers they are. Each takes 4 bytes.",
        sum(WIDTHS): "That is how many numbers there are for one example.",
        in_bytes(TOTAL): "Those are the bytes of the parameters.",
    }),
))

X, HALF, FIFTH = 6.0, 0.5, 0.2
TWICE = "Each layer behind a dropout gets about twice what it was trained with."
DROPOUT = Question("dropout", "dropout", (
    Number("Without a scale: what is the average of a number 6.0 after dropout with p = 0.5?",
           (1 - HALF) * X, "", {
        X: "That is the average with the scale. Without it, half of the time a 6 comes out, half "
            "of the time a 0.",
        X / (1 - HALF): "That is what comes out with the scale, if the number survives.",
        0.0: "Zero comes out half of the time. The other half counts too.",
    }),
    Number("By what are the survivors multiplied at p = 0.2?", 1 / (1 - FIFTH), "", {
        1 / FIFTH: "That is 1 / p. What is left is the share 1 - p: it has to make up for the "
            "rest.",
        1 - FIFTH: "That is 1 - p, the share that is left. It would make them smaller still.",
        FIFTH: "That is p itself, the share that is lost.",
        1 + FIFTH:
            "That is 1 + p. Four fifths are left, and four fifths of 1.2 are less than 1.",
        1 / (1 - HALF): "That is the scale at p = 0.5.",
        1.0: "Then a fifth of the sum would be missing.",
    }),
    Choice("A network was trained with dropout at p = 0.5 and no scale. What happens at "
           "inference?", {
        "Nothing: at inference no number is dropped.":
            "That no number is dropped is the trouble: in training, half of them were missing.",
        TWICE: "",
        "Each layer behind a dropout gets about half of what it was trained with.": "It is the "
            "other way round: half was missing in training, and at inference everything is there.",
    }, TWICE),
))

OUTPUTS = BATCH * FIRST.out_features
MULTIPLY_ADDS = OUTPUTS * FIRST.in_features
BOTTLENECK = Question("bottleneck", "costs-arithmetic", (
    Choice("Which takes more arithmetic?", {
        "The matrix product.": "",
        "Adding the bias.": "The bias is one addition for each output. How many products does each "
            "output need?",
        "About the same.": "Both fill the same output, but one of them goes through all inputs for "
            "each number of it.",
    }, "The matrix product."),
    Number("How many multiply-adds of the product come to each addition of a bias?",
           MULTIPLY_ADDS / OUTPUTS, "", {
        FIRST.in_features - 1:
            "One too few: every input is multiplied and added, and there are 784 of them.",
        2 * FIRST.in_features: "That counts the multiplication and the addition each for itself: "
            "FLOPs. A multiply-add is both.",
        FIRST.out_features:
            "That is the number of outputs. Each needs a product for every input.",
        BATCH: "That is the batch, which multiplies both sides alike.",
        BATCH * FIRST.in_features:
            "The batch multiplies both sides alike. Leave it out of the ratio.",
        weights(FIRST): "That is the product for one example as a whole. An example has 256 "
            "additions of a bias, too.",
        MULTIPLY_ADDS: "That is the product as a whole. Divide by the additions.",
    }),
))

NEVER = "No weight ever moves: only the last bias gets a gradient."
YES = "Yes: random weights already make the units differ."
INITIALISATION = Question("initialisation", "initialisation-symmetry", (
    Choice("All weights and biases start at zero, with ReLU between the layers. What happens?", {
        "It learns, but slowly at first.":
            "Slow would do. But the gradient of every weight is zero, and it stays so.",
        NEVER: "",
        "Only the first layer learns.": "Its gradient comes back through the weights of the layers "
            "above, and those are zero.",
    }, NEVER),
    Number("All weights start at 0.01. How many different units has the hidden layer of "
           "784→256→10 after a hundred steps?", 1, "", {
        FIRST.out_features: "That would need something to tell them apart. They start alike and "
            "get the same gradient at each step.",
        FIRST.in_features: "That is the number of inputs.",
        100: "Steps cannot tell apart units that get the same gradient in each.",
        10: "The outputs differ, since their labels do. But each of them treats all hidden units "
            "alike.",
        2: "They all start alike and get the same gradient at each step. What would make the "
            "second one different?",
        0: "They do learn something. But all of them learn the same.",
    }),
    Choice("And the biases: may all of them start at zero?", {
        YES: "",
        "No: equal biases keep the units equal.":
            "Units with different weights compute different things, whatever their biases are.",
        "Only in the last layer.":
            "What holds there holds in every layer: the weights make the difference.",
    }, YES),
))

ONE_BY_ONE, IN_BATCHES = 800, 10_000  # examples a second
ALONE_MS, BATCH_MS = 1000 / ONE_BY_ONE, 1000 * BATCH / IN_BATCHES
EACH_MS = BATCH_MS / BATCH
SHARED = "The price of a call and the fetching of the weights are shared by 32."
BATCHES = Question("batches", "costs-batches", (
    Number("How many milliseconds does a pass of one example take?", ALONE_MS, "ms", {
        1 / ALONE_MS: "That is how many passes there are in a millisecond. Turn it over.",
        ONE_BY_ONE: "That is how many there are in a second.",
        ALONE_MS / 1000: "Those are seconds. How many milliseconds?",
        ALONE_MS * BATCH: "That would be for 32 examples, one by one.",
    }),
    Number("And a pass of a batch of 32?", BATCH_MS, "ms", {
        EACH_MS: "That is for one example of the batch. The pass does 32.",
        IN_BATCHES / BATCH: "That is how many passes there are in a second.",
        ALONE_MS * BATCH: "That is 32 times a pass of one: as if batches were of no use.",
        BATCH_MS / 1000: "Those are seconds. How many milliseconds?",
    }),
    Number("Milliseconds for each example in the batch?", EACH_MS, "ms", {
        BATCH_MS: "That is the whole pass, which does 32 examples.",
        1 / EACH_MS: "That is how many there are in a millisecond. Turn it over.",
        ALONE_MS: "That is an example by itself.",
        ALONE_MS / BATCH:
            "That divides the pass of one example by 32. Divide the pass of the batch.",
    }),
    Number("By what factor is that faster than one by one?", ALONE_MS / EACH_MS, "", {
        BATCH: "That is the size of the batch. A pass of 32 does take longer than one of 1.",
        EACH_MS / ALONE_MS: "That is the ratio the wrong way round. Turn it over.",
        BATCH_MS / ALONE_MS:
            "That is how much longer the pass takes. It does 32 times as much.",
    }),
    Choice("Why is the batch faster?", {
        "Each example takes less arithmetic.": "It takes just as many multiply-adds. What is "
            "shared is everything around them.",
        SHARED: "",
        "The batch takes less memory.": "It takes 32 times the activations. The weights are the "
            "same, and fetched once for all.",
    }, SHARED),
))
# fmt: on

QUESTIONS = (PARAMETERS, MEMORY, DROPOUT, BOTTLENECK, INITIALISATION, BATCHES)
