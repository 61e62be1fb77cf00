"""Mistakes in the base class's forward, which should refuse, and parameters, which should not."""

from __future__ import annotations

from typing import Any

from tito.lesson.model import Misconception, misconception


@misconception(
    "base-forward-returns-none",
    "Layer.forward",
    says=(
        "Your base class answers None where it should refuse. A layer whose author forgot "
        "forward would pass None on, and the error would show up far from its cause."
    ),
)
def forward_returns_none(self: Any, x: Any) -> Any:
    return None


@misconception(
    "base-forward-returns-input",
    "Layer.forward",
    says=(
        "Your base class hands x back. A layer whose author forgot forward would "
        "then seem to work, and do nothing."
    ),
)
def forward_returns_input(self: Any, x: Any) -> Any:
    return x


@misconception(
    "base-forward-returns-the-error",
    "Layer.forward",
    says="Your base class returns the error as if it were a result. An error has to be raised.",
)
def forward_returns_error(self: Any, x: Any) -> Any:
    return NotImplementedError


@misconception(
    "base-forward-returns-the-error",
    "Layer.forward",
    says="Your base class returns the error as if it were a result. An error has to be raised.",
)
def forward_returns_instance(self: Any, x: Any) -> Any:
    return NotImplementedError("forward is missing")


_CONSTANT = (
    "NotImplemented is a value for comparisons, not an error, so it cannot be raised. The error "
    "has a longer name."
)


@misconception("base-forward-raises-not-implemented", "Layer.forward", says=_CONSTANT)
def forward_raises_constant(self: Any, x: Any) -> Any:
    raise NotImplemented  # type: ignore[misc]  # noqa: F901


@misconception("base-forward-raises-not-implemented", "Layer.forward", says=_CONSTANT)
def forward_calls_constant(self: Any, x: Any) -> Any:
    raise NotImplemented("forward is missing")  # type: ignore[operator]  # noqa: F901


_ANOTHER = (
    "Your base class refuses, but with an error of another kind. NotImplementedError is the "
    "one that says: this method is for subclasses to write."
)


def _raises_another(kind: type[Exception]) -> tuple[Misconception, ...]:
    """A forward of the base that refuses with an error of this kind."""

    def forward(self: Any, x: Any) -> Any:
        raise kind("forward is missing")

    return misconception("base-forward-raises-another-error", "Layer.forward", says=_ANOTHER)(
        forward
    )


# An error class of a person's own counts as the one of Python's that it is made from.
raises_another = tuple(
    variant
    for kind in (
        Exception,
        ValueError,
        TypeError,
        RuntimeError,
        AssertionError,
        AttributeError,
        ArithmeticError,
        ZeroDivisionError,
        LookupError,
        KeyError,
        IndexError,
        OSError,
        SyntaxError,
        UserWarning,
    )
    for variant in _raises_another(kind)
)


@misconception("base-forward-raises-another-error", "Layer.forward", says=_ANOTHER)
def asks_above(self: Any, x: Any) -> Any:
    raise AttributeError("'super' object has no attribute 'forward'")


@misconception("base-forward-raises-another-error", "Layer.forward", says=_ANOTHER)
def asks_for_what_there_is_not(self: Any, x: Any) -> Any:
    return self.compute(x)


@misconception(
    "base-parameters-returns-none",
    "Layer.parameters",
    says=(
        "A layer without anything to learn answers None to parameters(). A network that joins the "
        "lists of its layers would fail on it: a list may be empty."
    ),
)
def parameters_return_none(self: Any) -> Any:
    return None


_FAILS = (
    "Your base class fails in parameters(), with an error that does not mean a refusal. A "
    "layer with nothing to learn has an empty list; a base that leaves it to each class says "
    "so with NotImplementedError."
)


@misconception("base-parameters-raises-another-error", "Layer.parameters", says=_FAILS)
def parameters_fail(self: Any) -> Any:
    raise ValueError("parameters is missing")


@misconception("base-parameters-raises-another-error", "Layer.parameters", says=_FAILS)
def parameters_fail_by_type(self: Any) -> Any:
    raise TypeError("parameters is missing")


@misconception("base-parameters-raises-another-error", "Layer.parameters", says=_FAILS)
def parameters_fail_plainly(self: Any) -> Any:
    raise Exception("parameters is missing")


@misconception(
    "base-forward-returns-not-implemented",
    "Layer.forward",
    says=(
        "NotImplemented is a value for comparisons, and you return it as if it were a result. "
        "The error that is meant has a longer name, and an error has to be raised."
    ),
)
def forward_returns_constant(self: Any, x: Any) -> Any:
    return NotImplemented
