"""Parameters and buffers: the tensors that layers keep, found, filled, and forgotten about."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.given.base import numbers_from
from tinytorch.core.given.checks import came, check_flag, shortened
from tinytorch.core.given.graph import is_parameter, set_gradient
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array


class AnyParameter(type(Tensor)):
    """Makes `isinstance(tensor, Parameter)` true of every tensor that is to be learned."""

    def __instancecheck__(cls, instance: object) -> bool:
        return super().__instancecheck__(instance) or (
            cls is Parameter and isinstance(instance, Tensor) and is_parameter(instance)
        )


class Parameter(Tensor, metaclass=AnyParameter):
    """A tensor to learn: what `Tensor(data, requires_grad=True)` gives, too, is one.

    The numbers are copied, a floating-point Tensor in its own dtype, others as float32, unless
    `dtype` says otherwise. With `requires_grad=False` it is frozen: it is saved with its layer, and
    no optimizer moves it. What is calculated from it are plain Tensors. Raises as Tensor does.

    >>> from tinytorch import Layer
    >>> class Scale(Layer):
    ...     def __init__(self):
    ...         self.factor = Parameter([2.0])
    >>> Scale().parameters()
    [Parameter([2.], shape=(1,), requires_grad=True)]
    >>> Parameter([2.0]) * 3
    Tensor([6.], shape=(1,), requires_grad=True)
    """

    __slots__ = ()

    def __init__(
        self,
        data: Tensor | npt.ArrayLike,
        requires_grad: bool = True,
        *,
        dtype: npt.DTypeLike | None = None,
    ) -> None:
        """Copy numbers into a new parameter."""
        own = data.dtype if isinstance(data, Tensor) and data.dtype.kind == "f" else np.float32
        super().__init__(data, True, dtype=own if dtype is None else dtype)
        self.requires_grad = requires_grad

    # A result is a tensor like any other, so it is wrapped as one.
    recorded = Tensor.recorded  # pyright: ignore[reportAssignmentType]


def walk(layer: object, saved: bool = True) -> Iterator[tuple[str, Any]]:
    """The parameters, buffers and layers inside a layer with their names, at any depth, in order.

    Of the buffers only those that are saved, unless `saved` is False. No two things have one name.
    What is shared has a name for each place. Where layers know each other in a circle, there would
    be a name for each way through it, factorially many: then a layer is looked into again only
    below those that the search in it has met.
    """
    return _Search(saved).inside(layer, "", ())


class _Search:
    """One walk: of each layer that it met, those above that it leads to; and whose a name is."""

    def __init__(self, saved: bool) -> None:
        self.saved = saved
        self.met: dict[int, set[int]] = {}
        self.names: dict[str, int] = {}

    def inside(
        self, layer: object, prefix: str, above: tuple[int, ...]
    ) -> Iterator[tuple[str, Any]]:
        """What is inside a layer that stands below others."""
        above = (*above, id(layer))
        ours = self.met[id(layer)] = set()
        named_parts = getattr(type(layer), "named_parts", None)
        held = named_parts(layer) if named_parts else plain_parts(layer)
        buffers = buffers_of(layer).items()
        kept = {name for name, saved in buffers if saved is not False or not self.saved}
        for own, part in parts(held, kept):
            if id(part) in above:  # a layer may know the layer that holds it
                ours.add(id(part))
                continue
            name = self.name(prefix + own, part)
            yield name, part
            if not isinstance(part, Tensor) and self.met.get(id(part), set()).issubset(above):
                yield from self.inside(part, f"{name}.", above)
                ours |= self.met[id(part)]
        ours.discard(id(layer))

    def name(self, wanted: str, part: object) -> str:
        """The name, or with a number behind it where it is another part's already."""
        name, number = wanted, 1
        while self.names.setdefault(name, id(part)) != id(part):
            number += 1
            name = f"{wanted}#{number}"
        return name


def buffers_of(layer: object) -> dict[str, bool | None]:
    """The names of a layer's buffers, each with whether it is saved; None where nobody said."""
    return getattr(layer, "__dict__", {}).get("_buffers", {})


def plain_parts(layer: object) -> Iterator[tuple[str, object]]:
    """What a layer without `named_parts` holds; a Sequential's layers by their numbers, as ever."""
    in_order = type(layer).__name__ == "Sequential"
    for name, value in getattr(layer, "__dict__", {}).items():
        if in_order and name == "layers" and isinstance(value, list | tuple):
            yield from (
                (str(place), part) for place, part in enumerate(cast("list[object]", value))
            )
        else:
            yield name, value


def parts(
    held: Iterable[tuple[str, object]], kept: Collection[str] = ()
) -> Iterator[tuple[str, object]]:
    """The parameters and layers among some values, also those in lists, tuples and dicts.

    Under the names that are `kept`, every tensor is among them.
    """
    for name, value in held:
        if isinstance(value, Tensor):
            if is_parameter(value) or name in kept:
                yield name, value
        elif isinstance(value, dict | list | tuple):
            entries = list(named_entries(name, cast("Any", value)))
            yield from parts(entries, {each for each, _ in entries} if name in kept else ())
        elif hasattr(value, "__dict__") and callable(getattr(value, "parameters", None)):
            yield name, value


def named_entries(
    name: str, entries: dict[object, object] | list[object] | tuple[object, ...]
) -> Iterator[tuple[str, object]]:
    """What is in a list, tuple or dict, by name; the text "1" beside the number 1 in quotes."""
    if isinstance(entries, dict):
        others = {str(key) for key in entries if not isinstance(key, str)}
        for key, entry in entries.items():
            # In quotes, too, is what has some of its own: so order decides nothing.
            quoted = isinstance(key, str) and (key in others or key[:1] in ("'", '"'))
            yield f"{name}.{key!r}" if quoted else f"{name}.{key}", entry
    else:
        yield from ((f"{name}.{place}", entry) for place, entry in enumerate(entries))


class Parameters(list[Tensor]):
    """A list that `next` goes through, too: PyTorch's `parameters()` is an iterator."""

    def __next__(self) -> Tensor:
        self._rest = getattr(self, "_rest", None) or iter(self)
        return next(self._rest)


def each_once(tensors: Iterable[Tensor]) -> Parameters:
    """The tensors in their order, without those that came before (the very same object)."""
    return Parameters({id(tensor): tensor for tensor in tensors}.values())


def forget_gradients(params: Iterable[Tensor], set_to_none: bool = True) -> None:
    """Each `.grad` is None again; with `set_to_none=False`, zeros where there was one."""
    for parameter in params:
        if set_to_none:
            set_gradient(parameter, None)
        elif parameter.grad is not None:
            zeros = np.zeros_like(parameter.grad.data)
            set_gradient(parameter, Tensor.recorded("gradient", zeros))


def fitting(layer: object, own: dict[str, Tensor], state: Any) -> list[tuple[Tensor, Array]]:
    """Each tensor of a layer with its new numbers; ValueError or TypeError if they do not fit."""
    if not isinstance(state, Mapping):
        raise TypeError(
            "load_state_dict expects what state_dict() gave, names with arrays, got "
            f"{came(state)}. Save model.state_dict() first, and load that."
        )
    given = cast("Mapping[Any, Any]", state)
    refuse_pytorch(given)
    names = [name if isinstance(name, str) else shortened(name) for name in given]
    problems = [f"{name} is unknown" for name in names if name not in own]
    new: dict[int, tuple[str, Array]] = {}
    for name in (name for name in own if name in given):
        tensor, array = own[name], numbers_of(name, given[name], own[name])
        first, before = new.setdefault(id(tensor), (name, array))
        if array.shape != tensor.shape:
            problems.append(wrong_shape(name, array.shape, tensor.shape))
        elif not np.array_equal(array, before, equal_nan=True):
            problems.append(f"{first} and {name} are one tensor here and differ there")
    problems += [f"{name} is missing" for name in own if id(own[name]) not in new]
    if problems:
        raise ValueError(
            f"load_state_dict expects the names and shapes of this {type(layer).__name__}'s "
            f"state_dict(), got: {'; '.join(sorted(problems))}. Build the same network first."
        )
    tensors = {id(tensor): tensor for tensor in own.values()}
    return [(tensors[key], array) for key, (_, array) in new.items()]


def refuse_pytorch(state: Mapping[Any, Any]) -> None:
    """TypeError for tensors of PyTorch's: a square weight that lies the other way would fit."""
    for name, value in state.items():
        if type(value).__module__.partition(".")[0] == "torch":
            raise TypeError(
                "load_state_dict expects arrays or tensors of TinyTorch's, got one of PyTorch's "
                f"for {shortened(name)}. Use tinytorch.torch.from_torch(state, into=model): it "
                "turns the weights of Linear round, which PyTorch keeps as (out, in)."
            )


def numbers_of(name: str, value: Any, tensor: Tensor) -> Array:
    """The new numbers of a tensor; TypeError for what has none."""
    try:
        return numbers_from(value, tensor.dtype)
    except (TypeError, ValueError) as error:
        error.add_note(f"in {name!r}, one of the names in the state")
        raise


def wrong_shape(name: str, theirs: tuple[int, ...], ours: tuple[int, ...]) -> str:
    """What is wrong with a shape, in words; one that is turned round may be PyTorch's."""
    turned = len(ours) == 2 and theirs == ours[::-1]
    hint = " (turned round: PyTorch's goes through tinytorch.torch.from_torch)" if turned else ""
    return f"{name} has shape {theirs} in place of {ours}{hint}"


# What a layer puts aside while one of these runs is of that call alone: an input, an activation.
RUNS = ("forward", "backward", "__call__")
DEEPEST = 20  # that lists and dicts are looked into
HOLDERS = (Tensor, dict, list, tuple)
NONE: dict[str, bool | None] = {}


class Buffers:
    """Notes which attributes of a layer are buffers: state that no optimizer changes.

    A Tensor without `requires_grad` is one where it is assigned, by itself or in a list, tuple or
    dict: in the constructor, or from outside. What the layer's `forward` assigns under a new name
    is not. From then on the name is a buffer, whatever tensor stands there.

    >>> from tinytorch import Layer
    >>> class Centre(Layer):
    ...     def __init__(self):
    ...         self.mean = Tensor([5.0])
    ...     def forward(self, x):
    ...         self.seen = x
    ...         return x - self.mean
    >>> layer = Centre()
    >>> layer(Tensor([6.0])).numpy()
    array([1.], dtype=float32)
    >>> list(layer.state_dict())
    ['mean']
    """

    if not TYPE_CHECKING:  # with it, every attribute would be right for a type checker

        def __setattr__(self, name: str, value: Any) -> None:
            buffers = self.__dict__.get("_buffers", NONE)
            if name in buffers:
                if buffers[name] is not None and not isinstance(value, Tensor | None):
                    raise not_a_buffer(name, value)
            elif isinstance(value, HOLDERS) and has_constants(value) and not is_running(self):
                self.__dict__["_buffers"] = {**buffers, name: None}
            super().__setattr__(name, value)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Keep a tensor, under a name, that is saved with the layer and not trained.

        It is the attribute of that name, which may be given another Tensor, or None, at any time,
        also in `forward`. With `persistent=False` it changes its dtype with the layer, and stands
        in no state dict and no file. TypeError for what is no Tensor, ValueError for a name that
        is empty, has a dot in it, or is another attribute's.

        >>> from tinytorch import Layer
        >>> layer = Layer()
        >>> layer.register_buffer("running_mean", Tensor([0.0, 0.0]))
        >>> layer.running_mean.shape, list(layer.state_dict())
        ((2,), ['running_mean'])
        """
        check_flag("register_buffer", persistent=persistent)
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"register_buffer expects a name as text, got {came(name)}. "
                "Write it like register_buffer('mean', Tensor(...))."
            )
        taken = name not in buffers_of(self) and hasattr(self, name)
        if not name or "." in name or taken:
            why = "which is another attribute already" if taken else "which cannot be an attribute"
            raise ValueError(
                f"register_buffer expects a name of its own, without a dot, got "
                f"{shortened(name)}, {why}. Choose another one."
            )
        if not isinstance(tensor, Tensor | None):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise not_a_buffer(name, tensor)
        vars(self)["_buffers"] = {**buffers_of(self), name: persistent}
        setattr(self, name, tensor)

    def named_buffers(self) -> list[tuple[str, Tensor]]:
        """All buffers with their names, each once, also those that are not saved.

        >>> from tinytorch import Layer, Sequential
        >>> layer = Layer()
        >>> layer.register_buffer("steps", Tensor(0, dtype=int))
        >>> Sequential(layer).named_buffers()
        [('0.steps', Tensor(0, shape=(), dtype=int64, requires_grad=False))]
        """
        found: dict[int, tuple[str, Tensor]] = {}
        for name, part in walk(self, saved=False):
            if isinstance(part, Tensor) and not is_parameter(part):
                found.setdefault(id(part), (name, part))
        return list(found.values())

    def buffers(self) -> list[Tensor]:
        """All tensors that are kept and not trained, each once, in the order of definition.

        >>> from tinytorch import Layer
        >>> layer = Layer()
        >>> layer.register_buffer("mean", Tensor([0.0]))
        >>> layer.buffers()
        [Tensor([0.], shape=(1,), requires_grad=False)]
        """
        return [tensor for _, tensor in self.named_buffers()]


def has_constants(value: object, depth: int = 0) -> bool:
    """Whether a value is, or holds, a tensor that is not trained, nor leads back to one that is."""
    if isinstance(value, Tensor):
        return value.node is None and not is_parameter(value)
    if isinstance(value, dict):
        value = list(cast("dict[object, object]", value).values())
    if isinstance(value, list | tuple) and depth < DEEPEST:
        return any(has_constants(each, depth + 1) for each in cast("list[object]", value))
    return False


def is_running(layer: object) -> bool:
    """Whether one of the layer's own runs is going on."""
    return any(
        frame.f_code.co_name in RUNS
        and frame.f_code.co_argcount
        and frame.f_locals.get(frame.f_code.co_varnames[0]) is layer
        for frame in callers()
    )


def callers() -> Iterator[Any]:
    """The calls that are going on, the innermost first."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame := frame.f_back:
        yield frame


def not_a_buffer(name: str, value: object) -> TypeError:
    """The error for what is put where a buffer stands."""
    return TypeError(
        f"The buffer {name} expects a Tensor or None, got {came(value)}. Wrap numbers in "
        "Tensor(...)."
    )
