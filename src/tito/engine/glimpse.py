"""What a learner's value is, in a few words, without running any code of theirs.

Types, attributes, shapes and numbers are read with the descriptors of Python and NumPy themselves,
so that no ``__repr__``, ``__getattr__``, ``__class__`` or property of a learner's class has a say.
"""

from __future__ import annotations

import math
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType, ModuleType
from typing import Any, cast

import numpy as np

from tinytorch.core.given.checks import with_article
from tinytorch.core.given.graph import Storage

LONG = 40
_FEW = 4

# Names are bound now: the learner's file may rebind them in their modules later.
_type, _len, _repr, _str = type, len, repr, str
_mro: Any = vars(type)["__mro__"].__get__
_vars: Any = vars(type)["__dict__"].__get__
_name: Any = vars(type)["__name__"].__get__
_shape: Any = vars(np.ndarray)["shape"].__get__
_view: Any = vars(np.ndarray)["view"]
_dtype: Any = vars(np.ndarray)["dtype"].__get__
_item: Any = vars(np.generic)["item"]
_wants: Any = vars(Storage)["requires_grad"].__get__
_node: Any = vars(Storage)["node"].__get__
_data: Any = vars(Storage)["data"].__get__
_ndarray, _generic, _Storage = np.ndarray, np.generic, Storage
_SIZES = (("in_features", "out_features"), ("input_size", "output_size"))


def glimpse(value: object) -> str:
    """The value in at most ``LONG`` characters or so: ``Tensor (32, 784)``, ``0.5``, ``a Linear``.

    Of arrays it says the shape, of containers the length, of what else there is the class.
    """
    kind = _type(value)
    family = _mro(kind)
    if _Storage in family:
        array = array_of(value)
        return "Tensor" if array is None else f"Tensor {shape_words(array)}"
    if _ndarray in family:
        return f"array {shape_words(value)}"
    if _generic in family:
        plain = _item(value)
        known = _type(plain) in (int, float, bool)
        return f"{type_name(value)} {glimpse(plain)}" if known else with_article(type_name(value))
    if value is None or kind is bool:
        return _repr(value)
    if kind is int or kind is float:
        return _number(value)
    if kind is str:
        return text_words(value)  # pyright: ignore[reportArgumentType]
    if kind is tuple or kind is list:
        return _items(value)
    return _thing(value, family)


def text_words(text: str) -> str:
    """A string in quotes, on one line, cut where it is long."""
    shown = _repr(text[:LONG])
    return shown if _len(text) < LONG >= _len(shown) else f"{shown[: LONG - 1]}…"


def array_of(tensor: object) -> Any:
    """The array inside a tensor, whatever its class has made of ``data``; None if there is none."""
    try:
        array = _data(tensor)
    except AttributeError:
        return None
    return array if _ndarray in _mro(_type(array)) else None


def shape_of(value: object) -> tuple[int, ...] | None:
    """The shape of a tensor or array; None for anything else."""
    family = _mro(_type(value))
    array = array_of(value) if _Storage in family else value
    return _shape(array) if _ndarray in _mro(_type(array)) else None


def shape_words(array: Any) -> str:
    """The shape of an array, and its dtype where it is not one of the usual two."""
    dtype = _dtype(array)
    usual = dtype.kind == "f" and dtype.itemsize in (4, 8)
    return _repr(_shape(array)) if usual else f"{_repr(_shape(array))} {_str(dtype)[:LONG]}"


def attribute(thing: object, name: str) -> tuple[bool, Any]:
    """Whether the instance itself holds a value under that name, and the value.

    Only what was stored counts: no property runs, and nothing of the class is found.
    """
    for base in _mro(_type(thing)):
        slot = _vars(base).get(name)
        if _type(slot) is MemberDescriptorType:
            try:
                return True, slot.__get__(thing)
            except AttributeError:
                continue
    kept = held(thing)
    return name in kept, kept.get(name)


def layer_words(layer: object) -> str:
    """A layer by its class and its sizes, which are read as data: ``Linear(784→128)``.

    A layer that has a name of its own, as the probes' little ones have, goes by that.
    """
    own = attribute(layer, "name")[1]
    if _type(own) is str and own.isidentifier():
        return own[:LONG]
    name = type_name(layer)
    for pair in _SIZES:
        sizes = [attribute(layer, size)[1] for size in pair]
        if all(_type(size) is int for size in sizes):
            return f"{name}({_number(sizes[0])}→{_number(sizes[1])})"
    shape = shape_of(attribute(layer, "weight")[1])
    if shape is not None and _len(shape) == 2:
        return f"{name}({shape[0]}→{shape[1]})"
    p = attribute(layer, "p")[1]
    return f"{name}({_number(p)})" if _type(p) in (int, float) else name


def type_name(value: object) -> str:
    """The name of the value's class, cut where it is long."""
    return _clean(_name(_type(value)))


def _thing(value: object, family: tuple[type, ...]) -> str:
    kind = _type(value)
    if type in family:
        return f"class {_clean(_name(value))}"
    if kind is FunctionType or kind is MethodType:
        return "a function"
    if kind is ModuleType:
        return "a module"
    if kind is dict or kind is set:
        return f"{kind.__name__} of {_len(value)}"  # pyright: ignore[reportArgumentType]
    words = layer_words(value)
    if "(" in words:
        return words
    if words != type_name(value):
        return f"the layer {words}"
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"


def _items(value: Any) -> str:
    """A short tuple or list of plain values as it is, a longer one by its length."""
    kind = cast("Any", _type(value))
    plain = all(map(_is_plain, value[:_FEW]))
    if 0 < _len(value) <= _FEW and plain:
        inner = ", ".join(glimpse(item) for item in value)
        comma = "," if _len(value) == 1 and kind is tuple else ""
        shown = f"({inner}{comma})" if kind is tuple else f"[{inner}]"
        if _len(shown) <= LONG:
            return shown
    return f"{kind.__name__} of {_len(value)}"


def _is_plain(value: Any) -> bool:
    if _type(value) is tuple:
        inside = cast("tuple[object, ...]", value)
        return _len(inside) <= _FEW and all(_type(item) is int for item in inside)
    return _type(value) in (int, float, bool, str) or value is None


def _number(value: Any) -> str:
    if _type(value) is int:
        big = value.bit_length() > 40
        return "an integer of more than 12 digits" if big else _repr(value)
    return f"{value:.6g}"


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:LONG])


def held(thing: object) -> dict[str, Any]:
    """What the instance keeps in its ``__dict__``, by name; nothing where it has none."""
    for base in _mro(_type(thing)):
        kept = _vars(base).get("__dict__")
        if _type(kept) is GetSetDescriptorType:
            inner = kept.__get__(thing)
            return cast("dict[str, Any]", inner) if _type(inner) is dict else {}
    return {}


def learned(value: object) -> int:
    """How many numbers of a parameter there are to learn; 0 for what is no parameter."""
    if _Storage not in _mro(_type(value)) or _wants(value) is not True:
        return 0
    shape = shape_of(value) if _node(value) is None else None
    return 0 if shape is None else math.prod(shape)


def plain_array(value: object) -> Any:
    """The numbers of a tensor or array as an array of NumPy's own class; None without any."""
    array = array_of(value) if _Storage in _mro(_type(value)) else value
    if _ndarray not in _mro(_type(array)) or _dtype(array).kind not in "biuf":
        return None
    return _view(array, _ndarray)
