"""Lesson 03, layers: its parts, its exercises in the page's order, and its checks."""

from tito.lesson.model import Exercise, Lesson
from tito.lessons.layers.advice import ADVICE
from tito.lessons.layers.checks import CHECKS, NETWORK

EXERCISES = (
    Exercise(
        "Layer.__call__",
        "Let layer(x) do what layer.forward(x) does, with every further argument.\n"
        "One line of code.",
    ),
    Exercise(
        "Layer.forward",
        "The base class computes nothing: make it refuse with NotImplementedError,\n"
        "so that a layer whose author forgot forward says so.",
    ),
    Exercise(
        "Linear.__init__",
        "Keep both sizes, and make the two Tensors that learn: a random weight with\n"
        "standard deviation sqrt(1 / in_features), and a bias of zeros (or None).",
    ),
    Exercise("Linear.forward", "Compute y = xW + b for an x of any number of axes."),
    Exercise("Linear.parameters", "Return the list of the Tensors that training changes."),
    Exercise(
        "Dense.__init__",
        "As Linear, under the names input_size and output_size, with weights drawn\n"
        "evenly between minus and plus sqrt(6 / (input_size + output_size)).",
    ),
    Exercise("Dropout.__init__", "Keep p, after making sure that it is a probability."),
    Exercise(
        "Dropout.forward",
        "In training, set each number to zero with probability p and scale the\n"
        "others so that the expected value is kept; otherwise hand x on.",
    ),
    Exercise("Dropout.parameters", "Return the Tensors of this layer that training changes."),
    Exercise(
        "Sequential.__init__",
        "Keep the layers, in a list, in order: from Sequential(a, b) and from\nSequential([a, b]).",
    ),
    Exercise("Sequential.forward", "Give x to the first layer, its output to the next, and so on."),
    Exercise("Sequential.parameters", "Return the parameters of all layers in one list, in order."),
)

LESSON = Lesson(
    name="layers",
    target="tinytorch.core.layers",
    parts=("Layer", "Linear", "Dense", "Dropout", "Sequential"),
    exercises=EXERCISES,
    checks=CHECKS,
    advice=ADVICE,
    network=NETWORK,
)
