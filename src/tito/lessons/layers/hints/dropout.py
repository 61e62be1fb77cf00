"""Hints for Dropout: p, the flag, the mask, the scale, both ends."""

from __future__ import annotations

from tito.lesson.hints import Ladder

INIT, FORWARD = "Dropout.__init__", "Dropout.forward"

LADDERS = (
    Ladder(
        INIT,
        "the whole",
        think="Which numbers can be a probability? And when should someone learn that theirs is "
        "not one: when they make the layer, or an hour into training?",
        look="Look at the two constants at the top of the file, and at the error that the "
        "docstring asks for. Are the two ends allowed? What is a comparison with NaN worth?",
        line="Unless p lies between the two constants, both included, raise a ValueError that says "
        "what came. Then keep p as an attribute.",
    ),
    Ladder(
        INIT,
        "keeping p",
        checks=(
            "keeps p",
            "keeps its own p when another layer is made",
            "takes p = 0.5 when none is given",
        ),
        think="forward needs p later, and somebody may write Dropout() without any. Where does "
        "each of these have to be written?",
        look="Look at the signature for the default and at the attribute for the name and the "
        "value: is it p itself, or something computed from it, such as the share that stays?",
        line="Let the argument p have the default one half, and keep it unchanged as the attribute "
        "p.",
    ),
    Ladder(
        INIT,
        "which p is allowed",
        checks=(
            "refuses p below 0",
            "refuses p above 1",
            "accepts p = 0",
            "accepts p = 1",
        ),
        think="Go through five values: -0.1, 0, 1, 1.1 and NaN. Which two are fine? What do your "
        "comparisons say to each of them?",
        look="Every comparison with NaN is false. So ask whether p is in the range, and refuse "
        "if that is not so; asking whether p is out of the range lets NaN through. And is "
        "the error raised, as a ValueError, or only made, printed or asserted?",
        line="If it is not true that p is at least the smallest and at most the largest allowed "
        "probability, raise a ValueError with p in its text.",
    ),
    Ladder(
        FORWARD,
        "the whole",
        think="What should a network do with Dropout while it learns, and what when it is asked "
        "for an answer? And if half of the numbers vanish, what happens to a sum over them?",
        look="There are four cases: not training, p = 0, p = 1, and the rest. Three are easy and "
        "come first. For the rest you need: a random yes or no for each number, and one factor "
        "that makes up for what is gone.",
        line="Not training, or p = 0: return x. p = 1: return x times zero. Otherwise draw for "
        "each number whether it stays, with probability 1 - p, and return x times these yes-or-no "
        "numbers, divided by 1 - p, by operations of Tensors.",
    ),
    Ladder(
        FORWARD,
        "when it drops",
        checks=(
            "changes no value when training=False",
            "drops when nothing is said about training",
            "forgets the flag of the call before",
            "works on the x that it is given",
            "takes the flag through a call",
            "drops when the layer is called",
            "changes no value when training=False, even with p = 1",
        ),
        mistakes=(
            "drops-at-inference",
            "flag-turned-round",
            "rests-by-default",
            "flag-not-taken",
            "flag-without-default",
            "inference-returns-nothing",
            "zeros-at-inference",
            "array-at-inference",
            "scaled-at-inference",
            "p-one-before-the-flag",
        ),
        think="The argument training says what is going on. What does each of training=True, "
        "training=False and no word at all have to lead to?",
        look="Follow your first lines with training=False, also for p = 1: is this question asked "
        "before all others, the right way round, and does x come out as it went in, as a Tensor? "
        "Does the signature give training a value that means: drop?",
        line="As the first thing in the method: if it is not training, return x, nothing "
        "multiplied, nothing converted.",
    ),
    Ladder(
        FORWARD,
        "which numbers vanish",
        checks=(
            "zeroes elements with probability p",
            "draws anew in each call",
            "draws for each row by itself",
            "draws for each column by itself",
            "leaves to chance how many are zero",
            "draws for each layer by itself",
            "drops by its own p, whatever other layers have",
        ),
        think="Imagine a coin for every single number of x, thrown anew in each call, which says "
        "vanish with probability p. How many coins does an x of shape (32, 128) need?",
        look="Look at your random numbers: drawn evenly between 0 and 1 or otherwise, in the "
        "full shape of x or in one that is copied along an axis, now or at some earlier "
        "time, with a fixed seed or without? Then at the comparison: with p = 0.2, how many "
        "should stay?",
        line="Draw a number evenly from 0 to 1 for each place of x, in this call; a place stays "
        "where its number is not below p. That share is 1 - p.",
    ),
    Ladder(
        FORWARD,
        "what becomes of the others",
        checks=("multiplies the others by 1 / (1 - p)",),
        mistakes=(
            "survivors-not-scaled",
            "scaled-by-inverse-p",
            "scaled-by-keep",
            "scaled-by-p",
            "scaled-by-one-plus-p",
            "scaled-by-the-square",
            "scaled-by-actual-share",
            "scaled-but-not-dropped",
            "scaled-twice",
            "scaled-always",
            "scaled-at-inference-only",
        ),
        think="Ten numbers of 1, p = 0.2: about eight stay. The sum was 10. By which factor must "
        "the eight be multiplied so that it is 10 again, on average?",
        look="Work it out for p = 0.5 as well: the factor there is 2. Find one expression in p "
        "that gives both. Look at whether yours divides or multiplies, by p or by the share that "
        "stays, and how often.",
        line="Divide what stays by (1 - p), once, only while training, and by this number itself, "
        "not by the share that happened to stay.",
    ),
    Ladder(
        FORWARD,
        "a result beside x",
        checks=("gives a Tensor of the input's shape", "leaves the input as it was"),
        think="The layer before still holds x, and backward will ask for it. What happens there if "
        "you write into it? And what does the next layer expect to be given?",
        look="Look for an assignment into x or into its array, for signs such as *=, for a reshape "
        "or x.shape[1], and at the last line: is what you return a Tensor, and is it alone?",
        line="Multiply x by an array of zeros and factors that has the shape of x, and return "
        "the new Tensor that this gives.",
    ),
    Ladder(
        FORWARD,
        "p = 0 and p = 1",
        checks=("changes no value when p = 0", "makes everything zero when p = 1"),
        think="What is 1 / (1 - p) for p = 1? And what is left to multiply by it? What would you "
        "answer without any formula?",
        look="Follow your lines with both ends. For p = 1, where is something divided by zero? For "
        "p = 0, does each number really stay, and stay the same? A question that comes first "
        "saves you from the formula.",
        line="Before the mask: if p is 0, return x; if p is 1, return x times zero, which keeps "
        "shape, kind and gradient.",
    ),
    Ladder(
        FORWARD,
        "the gradient goes through the mask",
        checks=("hands the gradient back through the mask",),
        mistakes=("graph-cut", "new-leaf", "scale-not-in-gradient", "array-returned"),
        think="A number that was set to zero had no part in the result, the others had a larger "
        "one. What should the gradient of each be? Who computes that, if you let it?",
        look="Look for .data, .numpy() and Tensor(...) around x or around the result. Numbers that "
        "are taken out of a Tensor leave their past behind. The mask may be a plain array; x may "
        "not.",
        line="Multiply x itself, the Tensor, by mask and factor, and return what comes out; take "
        "no array out of x and wrap nothing anew.",
    ),
    Ladder(
        "Dropout.parameters",
        "nothing to learn",
        think="What does training change in a Dropout? Does p move, or the mask?",
        look="p is chosen by a person, and the mask is thrown away after each call. What does the "
        "code that goes through all parameters of a network expect to get from such a layer?",
        line="Return a list with nothing in it: a list, not None, and without p.",
    ),
)
