"""Misconceptions of Sequential: how it runs its layers."""

from __future__ import annotations

from typing import Any

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception

FORWARD = "Sequential.forward"


@misconception(
    "runs-backwards",
    FORWARD,
    says="Your forward runs the layers from the last to the first.",
)
def runs_backwards(self: Any, x: Any) -> Any:
    for layer in reversed(self.layers):
        x = layer.forward(x)
    return x


@misconception("first-layer-skipped", FORWARD, says="Your forward leaves out the first layer.")
def first_layer_skipped(self: Any, x: Any) -> Any:
    for layer in self.layers[1:]:
        x = layer.forward(x)
    return x


@misconception(
    "last-layer-skipped",
    FORWARD,
    says="Your forward leaves out the last layer.",
)
def last_layer_skipped(self: Any, x: Any) -> Any:
    for layer in self.layers[:-1]:
        x = layer.forward(x)
    return x


@misconception(
    "only-last-layer-run",
    FORWARD,
    says="Your forward runs only the last layer.",
)
def only_last_layer_run(self: Any, x: Any) -> Any:
    return self.layers[-1].forward(x)


@misconception(
    "returns-inside-the-loop",
    FORWARD,
    says="Your forward returns after the first layer: the return is inside the loop, so the loop "
    "ends in its first round.",
)
def returns_inside_the_loop(self: Any, x: Any) -> Any:
    for layer in self.layers:
        return layer.forward(x)
    return x


@misconception(
    "restarts-from-the-input",
    FORWARD,
    says="Your forward gives the first input to every layer, so only the last layer's work is "
    "left. Each layer should work on what the one before it made.",
)
def restarts_from_the_input(self: Any, x: Any) -> Any:
    output = x
    for layer in self.layers:
        output = layer.forward(x)
    return output


@misconception(
    "input-returned",
    FORWARD,
    says="Your forward runs the layers, but returns the input it was given.",
)
def input_returned(self: Any, x: Any) -> Any:
    output = x
    for layer in self.layers:
        output = layer.forward(output)
    return x


@misconception(
    "layers-not-run",
    FORWARD,
    says="Your forward returns its input and runs no layer, or only layers of certain classes.",
)
def layers_not_run(self: Any, x: Any) -> Any:
    return x


@misconception(
    "nothing-returned",
    FORWARD,
    says="Your forward returns nothing (None): the result is computed, but never handed to the "
    "caller.",
)
def nothing_returned(self: Any, x: Any) -> Any:
    for layer in self.layers:
        x = layer.forward(x)


@misconception(
    "each-layer-run-twice",
    FORWARD,
    says="Your forward runs each layer twice.",
)
def each_layer_run_twice(self: Any, x: Any) -> Any:
    for layer in self.layers:
        x = layer.forward(layer.forward(x))
    return x


@misconception(
    "all-outputs-returned",
    FORWARD,
    says="Your forward returns a list with the output of every layer. What the network answers is "
    "the output of the last one.",
)
def all_outputs_returned(self: Any, x: Any) -> Any:
    outputs: list[Any] = []
    for layer in self.layers:
        x = layer.forward(x)
        outputs.append(x)
    return outputs


@misconception(
    "outputs-added-up",
    FORWARD,
    says="Your forward gives the same input to every layer and adds up the outputs. Each layer "
    "should work on what the one before it made.",
)
def outputs_added_up(self: Any, x: Any) -> Any:
    total = self.layers[0].forward(x)
    for layer in self.layers[1:]:
        total = total + layer.forward(x)
    return total


@misconception(
    "output-added-to-input",
    FORWARD,
    says="Your forward adds each layer's output to its input. The output should take the place of "
    "the input.",
)
def output_added_to_input(self: Any, x: Any) -> Any:
    for layer in self.layers:
        x = x + layer.forward(x)
    return x


@misconception(
    "flag-given-to-every-layer",
    FORWARD,
    says="Your forward gives the argument training to every layer, but most layers do not know "
    "it: a Linear or a ReLU takes x alone.",
)
def flag_given_to_every_layer(self: Any, x: Any, training: bool = True) -> Any:
    for layer in self.layers:
        x = layer.forward(x, training=training)
    return x


@misconception(
    "fixed-number-of-layers",
    FORWARD,
    says="Your forward counts on exactly two layers. A Sequential may have any number.",
)
def two_layers_only(self: Any, x: Any) -> Any:
    return self.layers[1].forward(self.layers[0].forward(x))


@misconception(
    "index-taken-for-layer",
    FORWARD,
    says="Your loop goes through the numbers of the layers, and then uses such a number as if it "
    "were the layer.",
)
def index_taken_for_layer(self: Any, x: Any) -> Any:
    layer: Any
    for layer in range(len(self.layers)):
        x = layer(x)
    return x


@misconception(
    "first-layer-run-twice",
    FORWARD,
    says="Your forward runs the first layer before the loop, and then once more in the loop.",
)
def first_layer_run_twice(self: Any, x: Any) -> Any:
    x = self.layers[0].forward(x)
    for layer in self.layers:
        x = layer.forward(x)
    return x


@misconception(
    "fixed-number-of-layers",
    FORWARD,
    says="Your forward counts on exactly three layers. A Sequential may have any number.",
)
def three_layers_only(self: Any, x: Any) -> Any:
    return self.layers[2].forward(self.layers[1].forward(self.layers[0].forward(x)))


@misconception(
    "layers-used-up",
    FORWARD,
    says="Your forward takes the layers out of the list as it runs them. The second time there are "
    "none left.",
)
def layers_used_up(self: Any, x: Any) -> Any:
    while self.layers:
        x = self.layers.pop(0).forward(x)
    return x


@misconception(
    "graph-cut-between-layers",
    FORWARD,
    says="Between two layers your forward makes a new Tensor from the numbers alone. It does not "
    "know where they came from, so gradients stop there, and the layers before it learn "
    "nothing.",
)
def graph_cut_between_layers(self: Any, x: Any) -> Any:
    for layer in self.layers:
        x = Tensor(layer.forward(x).data)
    return x
