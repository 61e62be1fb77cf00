"""Hints for Linear.forward: product, bias, gradients, axes."""

from __future__ import annotations

from tito.lesson.hints import Ladder

NAME = "Linear.forward"

LADDERS = (
    Ladder(
        NAME,
        "the whole",
        think="Take one example with three numbers and a layer with two outputs. Write down on "
        "paper how one output comes about. How many products, how many sums, and which "
        "numbers of the layer take part?",
        look="Write the shapes side by side: x is (examples, inputs), weight is (inputs, outputs). "
        "Which operation of Tensor turns these two into (examples, outputs)? And what is still "
        "missing in y = xW + b?",
        line="Take the matrix product of x and the layer's weight, x on the left. If the layer has "
        "a bias, add it. Return the result, which is a Tensor all the way.",
    ),
    Ladder(
        NAME,
        "the product",
        checks=("multiplies x by the weight", "keeps the weight that the layer has"),
        think="x is (2, 3) and the weight is (3, 2). Both orders of the product exist here, but "
        "only one gives a row for each example. Which, and what would each of its numbers be?",
        look="Python has two signs that look like products: one multiplies number by number, the "
        "other is the matrix product. Look at which you have, at the order of the two, and at "
        "whether anything is transposed, averaged or drawn anew on the way.",
        line="The matrix product with x on the left and the layer's own weight on the right, "
        "neither of them transposed, nothing scaled; the weight stays the one made in __init__.",
    ),
    Ladder(
        NAME,
        "the bias",
        checks=("adds the bias to every row", "works without a bias"),
        mistakes=("bias-none-not-expected", "bias-asked-for-truth"),
        think="The product has a row for each example, the bias one number for each output. Where "
        "must each of its numbers arrive? And what can the layer hold in place of a bias?",
        look="Let x be all zeros: the output should then be the bias in every row. Follow your "
        "lines with that x. Then follow them for a layer whose bias is None: how do you ask "
        "whether it is there, without asking a Tensor whether it is true?",
        line="If the bias is not None, the result is the product plus the bias: one plus sign, "
        "broadcasting copies it to all rows. Otherwise it is the product alone.",
    ),
    Ladder(
        NAME,
        "a result that knows where it came from",
        checks=(
            "returns a Tensor",
            "lets gradients reach the weight",
            "lets gradients reach the bias",
            "lets gradients reach x",
        ),
        think="When backward() runs, the gradient walks from the result back to weight, bias and "
        "x. What does it walk along, and which of your steps could break that path?",
        look="Look for .data, .numpy(), .detach(), Tensor(...) and for NumPy functions in your "
        "forward. Each of them takes numbers out of the path, and wrapping them again makes a new "
        "Tensor without a past.",
        line="Do the product and the sum with the Tensors themselves, by their own operators or "
        "methods, and return what comes out, without wrapping or unwrapping anything.",
    ),
    Ladder(
        NAME,
        "any number of axes",
        checks=(
            "takes one example, with one axis",
            "takes three axes",
            "takes four axes",
            "takes an empty batch",
        ),
        think="The layer only mixes the numbers along one axis of x. Which one? Does it have to "
        "know how many other axes there are, or how long they are?",
        look="Look for what assumes two axes: x.shape[0], a loop over rows, a reshape, a transpose "
        "of x, an index. What does the matrix product itself do with more axes, or with one?",
        line="Leave the shape of x alone: the matrix product works along its last axis whatever "
        "is in front, and adding the bias does too. No loop and no reshape.",
    ),
    Ladder(
        NAME,
        "a call leaves no traces",
        checks=(
            "leaves x as it was",
            "gives the same for the same x",
            "gives each x an answer of its own",
            "uses the weight and bias that it has now",
            "uses the weight and bias of its own layer",
            "gives no result of another layer",
        ),
        think="If the same x comes twice, the same answer is expected. What could your forward "
        "have changed or kept in the first call, that the second call then meets?",
        look="Look for += and other signs that change in place, for [...] on the left of =, for "
        "assignments to self. Each changes something that others hold too.",
        line="Compute new Tensors from x, weight and bias and return the last. Assign neither to "
        "an attribute nor into an array; write the sum with a plain plus.",
    ),
    Ladder(
        NAME,
        "an x of the wrong width",
        checks=("refuses x of another width",),
        think="x has 6 numbers for each example, the layer was made for 3. Should it guess, cut, "
        "reshape, or say so? And who finds out earliest?",
        look="The matrix product of Tensors says so already, with both shapes in its text. Look at "
        "what in your forward keeps it from getting there: a reshape, a slice, an assert, a try.",
        line="Give x, as it came, to the matrix product and let its ValueError through.",
    ),
    Ladder(
        NAME,
        "the same by a call",
        checks=("gives the same when the layer is called",),
        think="layer(x) and layer.forward(x) are two ways to say the same thing. Which method "
        "does Python run for the first, and in which class of yours is it written?",
        look="Is there a __call__ in this class itself? Then that one counts, and not Layer's. "
        "Follow x through it: does it reach forward, and does what forward gives come back?",
        line="Leave out the class's own __call__, for Layer has one; or let it return what the "
        "object's forward gives for the same arguments.",
    ),
)
