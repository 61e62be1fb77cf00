"""Mistakes in the call of a layer: something is lost on the way to forward, or back."""

from __future__ import annotations

from typing import Any

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception


@misconception(
    "call-returns-nothing",
    "Layer.__call__",
    says=(
        "Your call runs forward and then drops its result: a function without a return "
        "statement gives back None."
    ),
)
def returns_nothing(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    self.forward(x, *args, **kwargs)


@misconception(
    "call-returns-the-method",
    "Layer.__call__",
    says="Your call gives back the method forward itself. It was named, but never run.",
)
def returns_method(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward


@misconception(
    "call-returns-the-input",
    "Layer.__call__",
    says="Your call gives back x as it came: the layer's own forward is not part of it.",
)
def returns_input(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    self.forward(x, *args, **kwargs)
    return x


@misconception(
    "call-skips-forward",
    "Layer.__call__",
    says="Your call never runs forward, so no layer would compute anything.",
)
def skips_forward(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return x


@misconception(
    "call-calls-itself",
    "Layer.__call__",
    says=(
        "Your call calls the layer again, which is the same call, and so on without end. "
        "The work is done by another method."
    ),
)
def calls_itself(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self(x, *args, **kwargs)


@misconception(
    "call-runs-the-base",
    "Layer.__call__",
    says=(
        "Your call always runs the forward of the base class, which refuses. Which forward is the "
        "right one depends on the object: leave it to the object to look it up."
    ),
)
def runs_base(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    base: Any = next(cls for cls in type(self).__mro__ if cls.__name__ == "Layer")
    return base.forward(self, x, *args, **kwargs)


@misconception(
    "call-runs-the-base",
    "Layer.__call__",
    says=(
        "Your call always runs the forward of the base class, which refuses. Which forward is the "
        "right one depends on the object: leave it to the object to look it up."
    ),
)
def runs_base_on_x(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    base: Any = next(cls for cls in type(self).__mro__ if cls.__name__ == "Layer")
    return base.forward(self, x)


@misconception(
    "call-runs-forward-twice",
    "Layer.__call__",
    says=(
        "Your call runs forward twice: that takes twice the time, and a layer that uses "
        "chance would show two different results."
    ),
)
def runs_twice(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    self.forward(x, *args, **kwargs)
    return self.forward(x, *args, **kwargs)


@misconception(
    "call-copies-the-input",
    "Layer.__call__",
    says=(
        "Your call hands forward a new Tensor made from x. The copy has no history, "
        "so gradients end there and never reach what came before the layer."
    ),
)
def copies_input(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(Tensor(x.data), *args, **kwargs)


@misconception(
    "call-hands-on-the-array",
    "Layer.__call__",
    says=(
        "Your call takes the array out of x and hands that to forward. An array has no history, "
        "so gradients end there."
    ),
)
def hands_on_array(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(x.data, *args, **kwargs)


@misconception(
    "call-takes-only-x",
    "Layer.__call__",
    says=(
        "Your call accepts x and nothing else, so dropout(x, training=False) fails. "
        "A call has to accept whatever the layer's forward may accept."
    ),
)
def takes_only_x(self: Any, x: Any) -> Any:
    return self.forward(x)


@misconception(
    "call-drops-all-arguments",
    "Layer.__call__",
    says=(
        "Your call accepts further arguments and then leaves them behind: forward gets x alone, "
        "and dropout(x, training=False) would go on dropping."
    ),
)
def drops_all(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(x)


@misconception(
    "call-drops-keywords",
    "Layer.__call__",
    says=(
        "Your call leaves arguments given by name behind: in dropout(x, training=False) "
        "forward never learns of training."
    ),
)
def drops_keywords(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(x, *args)


@misconception(
    "call-takes-no-keywords",
    "Layer.__call__",
    says=(
        "Your call accepts arguments by position only, so dropout(x, training=False) fails: "
        "arguments given by name need a place of their own in its signature."
    ),
)
def takes_no_keywords(self: Any, x: Any, *args: Any) -> Any:
    return self.forward(x, *args)


@misconception(
    "call-drops-positional",
    "Layer.__call__",
    says="Your call hands on arguments given by name, but leaves those given by position behind.",
)
def drops_positional(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(x, **kwargs)


@misconception(
    "call-takes-no-positional",
    "Layer.__call__",
    says="Your call accepts x and arguments given by name, but no others given by position.",
)
def takes_no_positional(self: Any, x: Any, **kwargs: Any) -> Any:
    return self.forward(x, **kwargs)


@misconception(
    "call-hands-on-the-bundles",
    "Layer.__call__",
    says=(
        "Your call hands forward the tuple and the dict themselves, as two more arguments. "
        "They have to be unpacked again on the way."
    ),
)
def hands_on_bundles(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(x, args, kwargs)


@misconception(
    "call-forgets-x",
    "Layer.__call__",
    says="Your call does not hand x on, and forward cannot do without it.",
)
def forgets_x(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(*args, **kwargs)


_FORCED = (
    "Your call hands forward an argument training that nobody gave it. Most layers do not know "
    "it, and a Dropout could never be told otherwise: hand on what the call was given, no more."
)


@misconception("call-forces-training", "Layer.__call__", says=_FORCED)
def forces_flag(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(x, training=True)


@misconception("call-forces-training", "Layer.__call__", says=_FORCED)
def forces_flag_by_default(self: Any, x: Any, training: bool = True) -> Any:
    return self.forward(x, training=training)


@misconception("call-forces-training", "Layer.__call__", says=_FORCED)
def forces_flag_by_place(self: Any, x: Any, training: bool = True) -> Any:
    return self.forward(x, training)


@misconception(
    "call-cuts-the-graph",
    "Layer.__call__",
    says=(
        "Your call makes a new Tensor from the result of forward. The new one does not know what "
        "it was made from, so no gradient finds its way back through the layer."
    ),
)
def cuts_graph(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return Tensor(self.forward(x, *args, **kwargs).data)
