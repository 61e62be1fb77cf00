"""Hints for Sequential: keeping the layers, running them, collecting what they learn."""

from __future__ import annotations

from tito.lesson.hints import Ladder

INIT, FORWARD, PARAMETERS = "Sequential.__init__", "Sequential.forward", "Sequential.parameters"

LADDERS = (
    Ladder(
        INIT,
        "keeping the layers",
        checks=(
            "keeps its layers apart from those of others",
            "keeps the layers in order",
            "keeps a layer that is given twice",
            "takes a single layer",
        ),
        think="The star in the signature collects what was given. What kind of thing do you get "
        "for Sequential(a, b), and what for Sequential(a)? What should self.layers be?",
        look="Follow three calls through your lines: with three layers, with one, and with the "
        "same layer twice. Is the list made in here for each object, and does every layer stay, "
        "in its order?",
        line="Make a new list of the layers that were given and keep it as the attribute layers.",
    ),
    Ladder(
        INIT,
        "one list in place of many layers",
        checks=("takes one list of layers",),
        mistakes=("list-kept-in-a-list", "list-only", "first-argument-unpacked"),
        think="Sequential([a, b]) gives one argument that is a list; Sequential(a) gives one "
        "argument that is a layer. How can your code tell which it has?",
        look="What was collected is a tuple in both cases, of length 1. Look at its first item: "
        "what do you ask of it, so that a list is opened and a layer is not?",
        line="If exactly one thing was given and it is a list, take what is in it as the layers; "
        "otherwise take what was given. Make a new list of them and keep it.",
    ),
    Ladder(
        FORWARD,
        "from layer to layer",
        checks=(
            "runs every layer once, in order",
            "gives each layer the output of the one before",
            "runs again as the first time",
            "gives each x an answer of its own",
            "runs its layers anew in each call",
            "answers for its own layers",
            "gives no result of another Sequential",
            "runs a Sequential inside a Sequential",
        ),
        think="Three people in a row each do something to a sheet of paper and pass it on. What is "
        "on the sheet that the second one gets, and what do you get from the last?",
        look="Play your loop with two layers on paper: which value has each name before and "
        "after each turn? Is the result of a layer kept, under which name, and where does "
        "return stand, inside the loop or after it?",
        line="For each layer in order, let x become what the layer gives for x; after the loop, "
        "return x.",
    ),
    Ladder(
        FORWARD,
        "gradients through every layer",
        checks=("lets gradients back through every layer",),
        mistakes=("graph-cut-between-layers",),
        think="The gradient comes back through the layers in the opposite order, along what they "
        "gave each other. What would stop it between two layers?",
        look="Look at what you hand to the next layer: the Tensor that the one before gave, or "
        "its numbers, in .data, .numpy(), .detach() or wrapped in a new Tensor(...)?",
        line="Hand on each layer's result as it is, and return the last one as it is.",
    ),
    Ladder(
        FORWARD,
        "a whole network",
        checks=(
            "carries a batch through Linear, ReLU, Dropout and Linear",
            "works with ReLU, Sigmoid and Tanh in between",
            "chains Dense layers",
        ),
        mistakes=("flag-given-to-every-layer",),
        think="Each layer passes its own checks, but the chain does not. What do they give each "
        "other, and which of them is called in a way that it does not expect?",
        look="Print the type and the shape before and after each layer. Do you call each layer "
        "with x alone? ReLU knows nothing of training, and a layer from elsewhere has only "
        "a call.",
        line="Call each layer with x as a function, in order, with nothing that only some of them "
        "know, and return the last result.",
    ),
    Ladder(
        FORWARD,
        "the same by a call",
        checks=("gives the same when the model is called",),
        think="model(x) and model.forward(x) are two ways to say the same thing. Which method "
        "does Python run for the first, and in which class of yours is it written?",
        look="Is there a __call__ in this class itself? Then that one counts, and not Layer's. "
        "Follow x through it: does it reach forward, and does what forward gives come back?",
        line="Derive Sequential from Layer and leave out its own __call__; or let it return what "
        "forward gives for the same arguments.",
    ),
    Ladder(
        FORWARD,
        "what the layers are told",
        checks=(
            "drops nothing when it is told training=False, if it takes the flag",
            "tells a Sequential inside of it, too",
            "drops nothing when it is called with training=False, if it takes the flag",
            "drops when it is told training=True, if it takes the flag",
            "lets its Dropout drop when nothing is said about training",
            "forgets the flag of the call before, if it takes one",
        ),
        think="Somebody tells the whole network training=False. Who among the layers has to hear "
        "of it, and who would not know what it means?",
        look="Follow the flag from the signature of forward to the calls in the loop. Does it "
        "arrive anywhere? A Sequential inside is a layer that knows it, too; a ReLU is not. And "
        "what do the layers hear when nobody said anything?",
        line="Give the flag, as it came, to each layer whose forward takes it, and to no other; "
        "the stub's self.steps(training) gives the layers in that form. Or take no flag at "
        "all.",
    ),
    Ladder(
        PARAMETERS,
        "one list of all",
        checks=(
            "is a list",
            "has the parameters of every layer, in order",
            "has the tensors themselves, not copies",
            "tells parameters with equal numbers apart",
            "is the same when asked for again",
            "has nothing of another Sequential",
        ),
        think="Each layer can already give a list of its own Tensors. Three lists of two, one "
        "and no Tensors: how many items does the list you want have, and what is each of "
        "them?",
        look="Look at how you add a layer's list to yours: one way puts the list in as an item, "
        "another puts its items in. Is your list made new in each call? Does return stand after "
        "the loop? Is parameters called, with parentheses?",
        line="Begin with an empty list; for each layer in order, add all items of its parameters() "
        "to the list; after the loop return it.",
    ),
    Ladder(
        PARAMETERS,
        "layers inside of layers",
        checks=("has those of a Sequential inside a Sequential",),
        mistakes=("nested-parameters-lost", "weight-and-bias-expected"),
        think="A Sequential inside yours is a layer, too. What can you ask of it that you can "
        "ask of every layer, without knowing what is in it?",
        look="Look for places where you ask for weight and bias, or for a class. Which single "
        "question does every layer answer, the inner Sequential included?",
        line="Ask every layer for its parameters(), whatever it is, and add all items of the "
        "answer.",
    ),
    Ladder(
        PARAMETERS,
        "what training reaches",
        checks=(
            "counts 235,146 numbers in 784-256-128-10",
            "all get their gradient from loss.backward()",
            "all get a gradient, also those before a Dropout",
        ),
        think="Each layer alone is right, but some Tensor of the whole is missing or gets no "
        "gradient. Is it missing in the list, or is the path to it broken?",
        look="Print the shapes of parameters() of a small network, then after backward() which "
        "have a grad. If the list is short, look here; if a gradient is missing, look at the "
        "forward of the layer that comes after that Tensor.",
        line="Return all items that all layers give, the objects themselves; and let every forward "
        "on the way return a Tensor that was computed from x by operations of Tensors.",
    ),
)
