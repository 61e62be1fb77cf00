"""Beside the reference's own lines of each exercise: why they are so, and what goes beyond."""

from __future__ import annotations

from tito.lesson.hints import Why

WHY = {
    "Dropout.__init__": Why(
        "It asks whether p lies in the range, and refuses otherwise: so NaN, for which every "
        "comparison is false, is refused as well.",
        beyond="number refuses what is not a number, such as a string, with a TypeError.",
    ),
    "Dropout.forward": Why(
        "Dividing by the share that stays keeps the expected value, so nothing has to be done at "
        "inference. p = 1 comes before that division, and x * 0 keeps the path of the gradient.",
        beyond="follows_mode fills in training where a call leaves it out (True until eval() is "
        "called). masked(x, mask, scale=s) is x * mask * s, with less memory.",
    ),
    "Dropout.parameters": Why("p is chosen by a person and the mask by chance: nothing learns."),
    "Sequential.__init__": Why(
        "One argument that is a list is opened; anything else is the layers themselves. The list "
        "is made in here, so no other object holds it.",
        beyond="self.append adds to self.layers, and refuses what cannot be called.",
    ),
    "Sequential.forward": Why(
        "x becomes the output of each layer in turn, so an empty Sequential hands x through.",
        beyond="self.steps(training) gives each layer as a function: it hands training to those "
        "that know it, and adds to an error which layer it came from. Without it the loop is: for "
        "layer in self.layers: x = layer(x).",
    ),
    "Sequential.parameters": Why(
        "extend adds the items of a list, append would add the list. Every layer answers for "
        "itself, so a Sequential inside this one needs no special case.",
        beyond="each_once leaves out what comes a second time, with_own adds what a subclass keeps "
        "besides its layers, and hasattr passes over a plain function among the layers.",
    ),
}
