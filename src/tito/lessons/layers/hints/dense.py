"""Hints for Dense: other names, other first weights; the rest is Linear's."""

from __future__ import annotations

from tito.lesson.hints import Ladder

INIT = "Dense.__init__"

LADDERS = (
    Ladder(
        INIT,
        "the whole",
        think="Dense computes what Linear computes. So what is really different, and which of "
        "Linear's methods does it need to write again?",
        look="Put the two docstrings side by side. Three things differ: the names of the sizes, "
        "the shape of the distribution, and the number that bounds it. What do forward and "
        "parameters look for in self?",
        line="As in Linear: keep both sizes, under their new names; keep weight, a Tensor that "
        "learns, drawn evenly between minus and plus the root of (6 / (inputs + outputs)); keep "
        "bias, zeros or None.",
    ),
    Ladder(
        INIT,
        "the names of the sizes",
        checks=(
            "keeps the right sizes as input_size and output_size",
            "takes its sizes by name",
            "keeps its own when another layer is made",
        ),
        think="Somebody writes Dense(input_size=3, output_size=2), and later reads its input_size. "
        "Which two places in your code have to use exactly these names?",
        look="Look at the signature and at the attributes, letter by letter. If you call Linear's "
        "own __init__, which names does that one set?",
        line="Name the two arguments input_size and output_size, and keep each under the same name "
        "as an attribute.",
    ),
    Ladder(
        INIT,
        "the weight as a Tensor",
        checks=(
            "makes weight a Tensor",
            "gives weight the shape (input_size, output_size)",
            "asks for the gradient of weight",
            "lets gradients arrive at weight",
        ),
        think="forward and parameters come from Linear, and look for two attributes. Which names "
        "and which kinds do they expect, and in which shape?",
        look="Look at the line that sets the weight: its name, the order of the two sizes, and "
        "what happens to the Tensor after it was made. A Tensor that was multiplied is a result, "
        "not the one that learns.",
        line="Draw the plain array first, of shape (inputs, outputs), already within its limits; "
        "then wrap it once in a Tensor that requires its gradient and keep that as weight.",
    ),
    Ladder(
        INIT,
        "how far the weights spread",
        checks=(
            "keeps the weights within Glorot's limit",
            "centres the weights on zero",
            "makes all weights within the limit equally likely",
            "draws new weights for each layer",
        ),
        think="Evenly spread numbers have two ends, and none lies outside. Where are the ends "
        "for 60 inputs and 240 outputs? Work it out by hand: 6 divided by 300, then the "
        "root.",
        look="For those sizes the limit is 0.141. Print the smallest and largest of your weights. "
        "Look at the parentheses in your formula, at the root, at whether both sizes are in it, "
        "and at both ends of the draw.",
        line="The limit is the square root of (6 divided by the sum of both sizes). Draw evenly "
        "from minus the limit to plus the limit, one number for each place, anew for each layer.",
    ),
    Ladder(
        INIT,
        "the bias",
        checks=(
            "makes bias a Tensor",
            "gives bias the shape (output_size,)",
            "starts bias at zero",
            "asks for the gradient of bias",
            "has no bias where bias=False",
        ),
        think="Your Linear has solved this already. What does its bias look like with bias=True, "
        "and what with bias=False? Is there any reason for Dense to differ?",
        look="Compare with your Linear, line by line: one number for each output, a Tensor that "
        "learns, zeros at first; and None, not False, where none is wanted.",
        line="Where the argument bias is true, keep a Tensor of zeros, one for each output, that "
        "requires its gradient; otherwise keep None.",
    ),
    Ladder(
        "Dense.forward",
        "what Dense inherits",
        think="Dense computes y = xW + b, as Linear does. Who should say so in your file: both "
        "classes, or one of them?",
        look="If Dense has a forward of its own, compare it with Linear's. If it has none, look at "
        "the names under which Dense keeps weight and bias: the inherited method looks for those "
        "that Linear uses.",
        line="Let Dense derive from Linear, keep its Tensors as weight and bias, and write no "
        "forward in it: the inherited one does the work.",
    ),
    Ladder(
        "Dense.parameters",
        "what Dense inherits",
        think="An optimizer asks Dense for its Tensors as it asks Linear. What would have to "
        "differ in the answer?",
        look="If Dense has a parameters of its own, does it look up weight and bias when it is "
        "asked, or did it keep a list at some earlier time? If it has none, look at the names of "
        "its Tensors.",
        line="Let Dense derive from Linear, keep its Tensors as weight and bias, and write no "
        "parameters in it.",
    ),
)
