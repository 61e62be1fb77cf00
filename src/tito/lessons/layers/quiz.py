"""The six questions of the lesson on layers; every number follows from the sizes of layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from random import Random

from tinytorch import Linear, Tensor
from tito.lesson.quiz import Choice, Number, Question

#: What is drawn for fresh numbers.
BATCHES = (8, 16, 40, 50, 64, 100)


def inputs(chance: Random) -> int:
    """A layer's inputs."""
    return 20 * chance.randint(5, 50)


def outputs(chance: Random) -> int:
    """A layer's outputs."""
    return 8 * chance.randint(13, 60)


def count(*tensors: Tensor | None) -> int:
    """How many numbers the tensors hold."""
    return sum(tensor.size for tensor in tensors if tensor is not None)


def in_bytes(numbers: int, each: int = 4) -> int:
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


def of_parameters(ins: int, outs: int) -> Question:
    """How many parameters a layer has, and one with twice the outputs."""
    once, twice = Linear(ins, outs), Linear(ins, 2 * outs)
    return Question("parameters", "costs-parameters", (
        Number(f"Parameters with {outs} outputs?", parameters(once), "", of_one_layer(once)),
        Number(f"Parameters with {2 * outs} outputs?", parameters(twice), "", {
            **of_one_layer(twice),
            weights(twice) + outs: f"That doubles the weights and leaves the {outs} biases "
                "as they were. There is one for each output.",
            parameters(once): f"That is the number for {outs} outputs.",
        }),
    ), text=f"A linear layer has {ins} inputs and {outs} outputs. How many parameters does it "
        f"have? And how many with {2 * outs} outputs?",
       why="There is a weight for every pair, and a bias for every output: "
        f"{ins} × {outs} + {outs} = {parameters(once):,}. With {2 * outs} outputs it is "
        f"{ins} × {2 * outs} + {2 * outs} = {parameters(twice):,}, exactly twice as many, since "
        f"each output brings its own {ins} weights and its own bias. The weights alone are "
        f"{weights(once):,} and {weights(twice):,}.")


def of_memory(widths: tuple[int, int, int, int], batch: int) -> Question:
    """How many parameters a network has, their bytes, and those of its activations."""
    network = [Linear(*sizes) for sizes in pairwise(widths)]
    total, flow = parameters(*network), [batch * width for width in widths]
    ins, *outs = widths
    each = [f"{parameters(layer):,}" for layer in network]
    return Question("memory", "costs-activations", (
        Number("Parameters of all three layers?", total, "", {
            weights(*network): "Those are the weights alone. The biases are missing: "
                f"{outs[0]} + {outs[1]} + {outs[2]}.",
            weights(*network) + sum(widths[:-1]): "That has a bias for each input of a layer. They "
                "belong to the outputs.",
            parameters(*network[:2]): "That leaves the last layer out.",
            parameters(*network[:1]): "That is the first layer alone.",
            in_bytes(total): "That is how many bytes they take. How many are they?",
        }),
        Number("Bytes of these parameters?", in_bytes(total), "bytes", {
            total: "That is how many they are. Each takes 4 bytes.",
            in_bytes(total, 8): "That would be numbers of 64 bits, 8 bytes each.",
            in_bytes(total, 2): "That would be numbers of 16 bits, 2 bytes each.",
            total * 32: "Those are the bits. A byte has 8.",
            in_bytes(weights(*network)):
                "Those are the bytes of the weights. The biases take some too.",
        }),
        Number(f"Bytes of the activations, with the input, at a batch of {batch}?",
               in_bytes(sum(flow)), "bytes", {
            in_bytes(sum(flow[1:])): f"That leaves the input out: {batch} rows of {ins} numbers.",
            in_bytes(sum(flow[:-1])): "That leaves the output of the last layer out.",
            in_bytes(sum(flow[1:-1])): "That is what lies between the layers. The input and the "
                "output are missing.",
            in_bytes(sum(widths)): f"That is for one example. There are {batch}.",
            sum(flow): "That is how many numbers they are. Each takes 4 bytes.",
            sum(widths): "That is how many numbers there are for one example.",
            in_bytes(total): "Those are the bytes of the parameters.",
        }),
    ), text=f"A network of three linear layers goes {'→'.join(map(str, widths))}. How many "
        "parameters does it have, and how many bytes do they take as 32-bit numbers? How many "
        f"bytes do its activations take at a batch of {batch}: the input, and the output of each "
        "of the three layers?",
       why=f"{' + '.join(each)} = {total:,} parameters, at 4 bytes each {in_bytes(total):,} bytes, "
        f"or {in_bytes(total) / 1e6:.2f} MB. The activations at a batch of {batch} are {batch} × "
        f"({' + '.join(map(str, widths))}) numbers: {in_bytes(sum(flow)):,} bytes with the input, "
        f"{in_bytes(sum(flow[1:])):,} without.")


HALF, FIFTH = 0.5, 0.2
TWICE = "Each layer behind a dropout gets about twice what it was trained with."
def of_dropout(x: float) -> Question:
    """What the scale is for."""
    return Question("dropout", "dropout", (
        Number(f"Without a scale: what is the average of a number {x} after dropout with p = 0.5?",
               (1 - HALF) * x, "", {
            x: f"That is the average with the scale. Without it, half of the time a {x:g} comes "
                "out, half of the time a 0.",
            x / (1 - HALF): "That is what comes out with the scale, if the number survives.",
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
            "Each layer behind a dropout gets about half of what it was trained with.":
                "It is the other way round: half was missing in training, and at inference "
                "everything is there.",
        }, TWICE),
    ))


def of_bottleneck(ins: int, outs: int, batch: int) -> Question:
    """Which part of a layer takes more arithmetic."""
    biases = batch * outs
    multiply_adds = biases * ins
    return Question("bottleneck", "costs-arithmetic", (
        Choice("Which takes more arithmetic?", {
            "The matrix product.": "",
            "Adding the bias.": "The bias is one addition for each output. How many products does "
                "each output need?",
            "About the same.": "Both fill the same output, but one of them goes through all inputs "
                "for each number of it.",
        }, "The matrix product."),
        Number("How many multiply-adds of the product come to each addition of a bias?",
               multiply_adds / biases, "", {
            ins - 1:
                f"One too few: every input is multiplied and added, and there are {ins} of them.",
            2 * ins: "That counts the multiplication and the addition each for itself: "
                "FLOPs. A multiply-add is both.",
            outs: "That is the number of outputs. Each needs a product for every input.",
            batch: "That is the batch, which multiplies both sides alike.",
            batch * ins: "The batch multiplies both sides alike. Leave it out of the ratio.",
            ins * outs: f"That is the product for one example as a whole. An example has {outs} "
                "additions of a bias, too.",
            multiply_adds: "That is the product as a whole. Divide by the additions.",
        }),
    ), text=f"`Linear({ins}, {outs})` gets a batch of {batch}. Which takes more arithmetic, the "
        "matrix product or the bias? By what factor?",
       why=f"The product, by far: {batch} × {ins} × {outs} = {multiply_adds:,} multiply-adds "
        f"against {batch} × {outs} = {biases:,} additions. The factor is {ins}, the number of "
        "inputs, whatever the batch and the outputs are.")


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
        256: "That would need something to tell them apart. They start alike and "
            "get the same gradient at each step.",
        784: "That is the number of inputs.",
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

def of_batches(one_by_one: int, in_batches: int, batch: int) -> Question:
    """What a batch costs and gains; examples a second, one by one and in batches."""
    alone_ms, batch_ms = 1000 / one_by_one, 1000 * batch / in_batches
    each_ms = batch_ms / batch
    shared = f"The price of a call and the fetching of the weights are shared by {batch}."
    return Question("batches", "costs-batches", (
        Number("How many milliseconds does a pass of one example take?", alone_ms, "ms", {
            1 / alone_ms: "That is how many passes there are in a millisecond. Turn it over.",
            one_by_one: "That is how many there are in a second.",
            alone_ms / 1000: "Those are seconds. How many milliseconds?",
            alone_ms * batch: f"That would be for {batch} examples, one by one.",
        }),
        Number(f"And a pass of a batch of {batch}?", batch_ms, "ms", {
            each_ms: f"That is for one example of the batch. The pass does {batch}.",
            in_batches / batch: "That is how many passes there are in a second.",
            alone_ms * batch:
                f"That is {batch} times a pass of one: as if batches were of no use.",
            batch_ms / 1000: "Those are seconds. How many milliseconds?",
        }),
        Number("Milliseconds for each example in the batch?", each_ms, "ms", {
            batch_ms: f"That is the whole pass, which does {batch} examples.",
            1 / each_ms: "That is how many there are in a millisecond. Turn it over.",
            alone_ms: "That is an example by itself.",
            alone_ms / batch: f"That divides the pass of one example by {batch}. Divide the pass "
                "of the batch.",
        }),
        Number("By what factor is that faster than one by one?", alone_ms / each_ms, "", {
            batch: f"That is the size of the batch. A pass of {batch} does take longer than one of "
                "1.",
            each_ms / alone_ms: "That is the ratio the wrong way round. Turn it over.",
            batch_ms / alone_ms: "That is how much longer the pass takes. It does "
                f"{batch} times as much.",
        }),
        Choice("Why is the batch faster?", {
            "Each example takes less arithmetic.": "It takes just as many multiply-adds. What is "
                "shared is everything around them.",
            shared: "",
            "The batch takes less memory.": f"It takes {batch} times the activations. The weights "
                "are the same, and fetched once for all.",
        }, shared),
    ), text=f"A network handles {one_by_one} examples a second one by one, and {in_batches:,} a "
        f"second in batches of {batch}. How long does a pass take in each case, and how long is "
        "that per example? Why is the batch faster?",
       why=f"At {one_by_one} a second, a pass of one example takes {alone_ms:g} ms. At "
        f"{in_batches:,} a second, a pass of {batch} takes {batch_ms:g} ms, which is {each_ms:g} "
        f"ms for each: {alone_ms / each_ms:g} times less. The price of a call is paid once for all "
        f"{batch}, the weights are fetched once, and the processor's wide units are full. But "
        f"whoever sent the first example waits {batch_ms:g} ms, not {alone_ms:g}.")
# fmt: on


QUESTIONS = (
    of_parameters(784, 256),
    of_memory((784, 256, 128, 10), 32),
    of_dropout(6.0),
    of_bottleneck(784, 256, 32),
    INITIALISATION,
    of_batches(800, 10_000, 32),
)
FRESH: Mapping[str, Callable[[Random], Question]] = {
    "parameters": lambda chance: of_parameters(inputs(chance), outputs(chance)),
    "memory": lambda chance: of_memory(
        (inputs(chance), outputs(chance), 8 * chance.randint(3, 12), chance.randint(5, 20)),
        chance.choice(BATCHES),
    ),
    "dropout": lambda chance: of_dropout(2.0 * chance.choice((2, 4, 5, 7, 9))),
    "bottleneck": lambda chance: of_bottleneck(
        inputs(chance), outputs(chance), chance.choice(BATCHES)
    ),
    "batches": lambda chance: of_batches(
        chance.choice((200, 400, 500, 1000)),
        chance.choice((4000, 8000, 16_000, 20_000)),
        chance.choice(BATCHES),
    ),
}
