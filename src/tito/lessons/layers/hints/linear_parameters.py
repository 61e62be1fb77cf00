"""Hints for Linear.parameters: the list, and the layer without a bias."""

from __future__ import annotations

from tito.lesson.hints import Ladder

NAME = "Linear.parameters"

LADDERS = (
    Ladder(
        NAME,
        "what an optimizer gets",
        checks=(
            "returns a list",
            "holds no more when asked again",
            "holds two parameters",
            "holds the weight itself, then the bias itself",
            "holds nothing of another layer",
        ),
        think="An optimizer goes through this list and changes each Tensor in it. What happens to "
        "the layer if the list holds copies? What, if it holds a Tensor twice, or misses one?",
        look="Look at what kind of thing comes back (a list, or None, a tuple, arrays), which "
        "objects are in it and in which order, and whether the list is made new in each call or "
        "lives somewhere and grows.",
        line="Return a new list with the layer's own weight first and its own bias second, the "
        "objects themselves.",
    ),
    Ladder(
        NAME,
        "a layer without a bias",
        checks=("holds only the weight where there is no bias",),
        mistakes=("none-listed", "bias-asked-for-truth"),
        think="What is in the attribute bias of a Linear(3, 2, bias=False)? Could an optimizer do "
        "anything with that?",
        look="Follow your lines for that layer. How do you ask whether there is a bias? A Tensor "
        "of several numbers cannot say whether it is true, but you can ask whether it is None.",
        line="If the bias is None, return a list with the weight alone; otherwise one with weight "
        "and bias.",
    ),
)
