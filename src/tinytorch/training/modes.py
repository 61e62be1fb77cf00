"""Modes while `fit` or `evaluate` runs: those of this thread, whatever its layers know of modes."""

from __future__ import annotations

import contextlib
import inspect
import threading
from collections.abc import Callable, Generator
from typing import Any

from tinytorch.core.container import names_training
from tinytorch.core.modes import Mode, told
from tinytorch.core.tensor import Tensor
from tinytorch.training.batching import as_function
from tinytorch.training.reaching import parts_of

# Attributes that stand in for a layer's own, for one thread or several: the values by thread, the
# latest last, and what was there before.
standing: dict[tuple[int, str], tuple[list[tuple[int, Any]], Any]] = {}
lock = threading.RLock()


@contextlib.contextmanager
def inference(owner: str, model: Any) -> Generator[Callable[[Tensor], Tensor]]:
    """The model as a function of inputs that neither drops nor learns, inside a `with` block.

    A layer without a mode is called by the model, in a way that nobody else knows: so its forward
    itself is told ``training=False`` meanwhile.
    """
    as_function(owner, model)
    with in_mode(owner, model, training=False):
        yield as_function(owner, model)


@contextlib.contextmanager
def in_mode(owner: str, model: Any, *, training: bool) -> Generator[None]:
    """Every layer that the model works with is in one mode inside a `with` block, in this thread.

    Afterwards each is in its own again. A layer that keeps its mode in an attribute that is not
    Module's has one for all threads: ValueError where another thread needs it in the other mode.
    """
    parts, before = parts_of(model), told.modes
    with contextlib.ExitStack() as after:
        for part in parts:
            if not training and not follows_its_mode(part):
                after.enter_context(stand_in(owner, part, "forward", told_not_to_train))
            if not has_mode_of_module(part) and isinstance(getattr(part, "training", None), bool):
                after.enter_context(stand_in(owner, part, "training", lambda _: training))
        told.modes = before | {id(part): training for part in parts}
        after.callback(setattr, told, "modes", before)
        yield


@contextlib.contextmanager
def stand_in(owner: str, part: Any, name: str, make: Callable[[Any], object]) -> Generator[None]:
    """An attribute of a layer is another inside a `with` block, and afterwards what it was."""
    key, thread = (id(part), name), threading.get_ident()
    attributes: dict[str, Any] = part.__dict__
    with lock:
        values, original = standing.setdefault(key, ([], attributes.get(name, stand_in)))
        shared = name == "forward" and values  # that hears which thread calls it
        value = values[-1][1] if shared else make(part)
        if any(other != thread and kept is not value for other, kept in values):
            raise ValueError(
                f"{owner} expects layers that no other thread has in the other mode, got one of "
                f"the class {type(part).__name__}, which keeps its mode in an attribute that all "
                "threads share. Derive it from Layer, or wait for the other thread."
            )
        values.append((thread, value))
        attributes[name] = value  # also of a frozen dataclass, which refuses it otherwise
    try:
        yield
    finally:
        with lock:
            last = max(place for place, (own, _) in enumerate(values) if own == thread)
            del values[last]
            if values:
                attributes[name] = values[-1][1]
            else:
                del standing[key]
                if original is not stand_in:
                    attributes[name] = original
                else:  # it had that of its class
                    attributes.pop(name, None)


def has_mode_of_module(part: object) -> bool:
    """Whether a layer's `training` is that of Module, which each thread may have for itself."""
    return isinstance(inspect.getattr_static(type(part), "training", None), Mode)


def follows_its_mode(part: object) -> bool:
    """Whether a layer need not be told that this is no training: it has a mode, or never asks."""
    kind: Any = type(part)
    return not names_training(kind) or hasattr(kind.forward, "__wrapped__")  # pyright: ignore[reportUnknownArgumentType]


def told_not_to_train(part: Any) -> Callable[..., Tensor]:
    """A layer's forward that hears, in a thread that evaluates, nothing but that it does."""
    forward = part.forward

    def told_forward(x: Tensor, *given: object, **named: object) -> Tensor:
        if told.modes.get(id(part)) is False:
            return forward(x, training=False)
        return forward(x, *given, **named)

    return told_forward
