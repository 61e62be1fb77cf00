"""Hints for Layer: the call that hands on, and the base that refuses."""

from __future__ import annotations

from tito.lesson.hints import Ladder

LADDERS = (
    Ladder(
        "Layer.__call__",
        "what a call does",
        checks=(
            "returns what forward returns",
            "hands x itself to forward",
            "hands back the result of forward itself",
            "calls forward once",
            "runs forward anew for each x and for each layer",
            "runs the forward of each layer's own class",
        ),
        think="Somebody writes layer(x). Who knows what this particular layer computes: the class "
        "Layer, in which you are writing, or the object that was called?",
        look="Look at what you have in the method: self is the object that was called, whatever "
        "its class is. One of its methods does all the work. What should the caller hold at the "
        "end, and does your method give it to them?",
        line="One line: return what the object's own forward gives for x, with the further "
        "arguments handed on as they came. Nothing before it, nothing after it, no copy.",
    ),
    Ladder(
        "Layer.__call__",
        "the further arguments",
        checks=("hands on further positional arguments", "hands on keyword arguments"),
        think="Dropout can be called with x and with training=False. Layer does not know Dropout. "
        "How can its call let an argument through that it has never heard of?",
        look="Look at the signature of __call__: one name collects what came without a keyword, "
        "another what came with one. Follow both through your line. Where do they end?",
        line="In the call of forward, after x, spread out both collections again: the tuple with "
        "one star in front of its name, the dict with two.",
    ),
    Ladder(
        "Layer.forward",
        "a base that refuses",
        think="A friend makes a layer of their own, forgets to write forward, and calls it. What "
        "would you want to happen in that moment, so that they find their mistake in a minute?",
        look="Look at what your base does now: does it give something back, or go on silently? "
        "Python has a built-in exception for a method that a subclass has to write; the docstring "
        "names it.",
        line="One statement: raise that exception, with a sentence that names the class of self "
        "and says that this class needs a forward of its own. Raise it; do not return it.",
    ),
    Ladder(
        "Layer.parameters",
        "a layer with nothing to learn",
        think="ReLU has nothing to learn. A loop over its parameters should simply do nothing. "
        "What has to come back, so that such a loop needs no special case?",
        look="This method is given: your Layer inherits it from Module. If the file has one of its "
        "own in Layer, that one counts. Look at what it returns for a layer without Tensors.",
        line="Take your own parameters out of Layer, and the inherited one finds the Tensors; or "
        "let it return a list with nothing in it. None is not a list.",
    ),
)
