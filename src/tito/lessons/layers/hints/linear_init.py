"""Hints for Linear.__init__: what is kept, the weights, their size, the bias."""

from __future__ import annotations

from tito.lesson.hints import Ladder

NAME = "Linear.__init__"

LADDERS = (
    Ladder(
        NAME,
        "the whole",
        think="When forward runs later, it has x and self, and nothing else. So what does a Linear "
        "have to know by then, and which of it changes in training?",
        look="Go through the docstring: four things are to be kept, two of them Tensors. For each "
        "Tensor ask: which shape, which first numbers, and does it learn?",
        line="Keep the two sizes. Then keep weight: a Tensor that asks for its gradient, made "
        "from normal random numbers times the root of (1 / inputs). Then keep bias: such a "
        "Tensor of zeros, or None where it is not wanted.",
    ),
    Ladder(
        NAME,
        "the sizes",
        checks=(
            "keeps in_features",
            "keeps out_features",
            "keeps its own when another layer is made",
        ),
        think="A name that you use inside a method is gone when the method ends. What makes a "
        "number stay with the object?",
        look="Compare the names in the docstring with those after self in your method, letter by "
        "letter. Does each size go to the name that it has in the signature?",
        line="Two assignments: to the object's attribute of the same name, in_features the first "
        "size and out_features the second, unchanged.",
    ),
    Ladder(
        NAME,
        "the weight as a Tensor",
        checks=(
            "makes weight a Tensor",
            "gives weight the shape (in_features, out_features)",
            "asks for the gradient of weight",
            "lets gradients arrive at weight",
        ),
        think="x has one number for each input and stands on the left of the product. How many "
        "rows must the weight have for that, and how many columns must it have for the output? "
        "And who will want its gradient?",
        look="Look at three things in the line that sets weight: the order of the two sizes, what "
        "kind of object comes out, and what is done to it last. Whatever is computed from a Tensor "
        "is a result, and no longer the one that learns.",
        line="Do the arithmetic on a plain array of shape (inputs, outputs) first; then wrap it "
        "once in a Tensor that requires its gradient, and keep that very Tensor as weight.",
    ),
    Ladder(
        NAME,
        "random first weights",
        checks=(
            "draws a row of its own for each input",
            "draws a column of its own for each output",
            "centres the weights on zero",
            "draws weights of many sizes",
            "draws new weights for each layer",
        ),
        think="Two outputs that begin with equal weights get equal gradients in every step. Can "
        "they ever come to differ? So what must hold for any two numbers in the weight?",
        look="Look at the function that draws: does it give one number or a whole array, evenly "
        "spread or bell-shaped numbers, around zero or around something else? And is it "
        "asked anew for each layer, without a seed in here?",
        line="Draw one normal number with mean 0 for each place of an array of shape (inputs, "
        "outputs), in one call, each time a layer is made; then multiply by the scale.",
    ),
    Ladder(
        NAME,
        "the size of the weights",
        checks=(
            "makes weights small where inputs are many",
            "makes weights larger where inputs are few",
        ),
        mistakes=(
            "scale-missing",
            "scale-a-fixed-number",
            "scale-without-root",
            "scale-divided-by",
            "scale-by-outputs",
            "scale-of-he",
            "scale-by-both-sizes",
        ),
        think="An output is a sum with one term for each input. Let the inputs be about 1. How "
        "large does a sum of 1,000 random terms become, and how large one of 10? What would keep "
        "both at about 1?",
        look="Variances add up: n terms of variance v give n times v. Solve for a sum of variance "
        "1, and mind that a normal draw is multiplied by a standard deviation, which is the root "
        "of the variance. Which of the two sizes counts the terms?",
        line="The scale is the square root of XAVIER_SCALE_FACTOR divided by the number of inputs. "
        "For 1,000 inputs it is 0.0316, for 10 it is 0.316. Multiply the normal numbers by it.",
    ),
    Ladder(
        NAME,
        "the bias as a Tensor",
        checks=(
            "makes bias a Tensor",
            "gives bias the shape (out_features,)",
            "starts bias at zero",
            "asks for the gradient of bias",
        ),
        think="The bias moves every output by a number of its own. How many numbers is that, does "
        "it depend on how many examples come in, and should an untrained layer move anything?",
        look="Look at the shape: one axis only, no row and no column. Look at the kind: is it a "
        "Tensor or a bare array? And does it learn, as the weight does?",
        line="Keep as bias a Tensor that requires its gradient, made from an array of zeros with "
        "one number for each output.",
    ),
    Ladder(
        NAME,
        "a layer without a bias",
        checks=("has no bias where bias=False",),
        mistakes=(
            "bias-is-the-flag",
            "bias-false-kept",
            "bias-flag-inverted",
            "bias-despite-false",
            "bias-missing-when-false",
            "no-choice-of-bias",
            "no-bias-by-default",
        ),
        think="The argument bias is a wish, yes or no; the attribute bias is what the layer has. "
        "What should another method find there when the wish was no?",
        look="Try both: Linear(3, 2) and Linear(3, 2, bias=False). In each case follow your code "
        "to the attribute. Is it set both times, and to which kind of thing? False is not nothing.",
        line="Where the argument is true, keep the Tensor of zeros as bias; otherwise keep None. "
        "The attribute is there in both cases.",
    ),
)
