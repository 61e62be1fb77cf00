"""Two observations compared: do they agree, and if not, in which words do they differ?

Structure comes first: kind, dtype, exact shape. NaN and emptiness never agree by accident.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from tinytorch.core.given.checks import with_article
from tito.engine.observe import without_guess
from tito.engine.seen import Array, Near, Raised, number, rows, words

Fields = dict[str, Any]
Items = list[Any] | tuple[Any, ...]

RELATIVE = 1e-4
ABSOLUTE = 1e-5
_FEW = 24


@dataclass(frozen=True)
class Difference:
    """What was expected and what came, in words, and where in the observation."""

    expected: str
    got: str
    place: str = ""

    def within(self, place: str) -> Difference:
        """The same difference, one level further out."""
        inner = f"{place}{self.place}" if self.place.startswith("[") else place
        return Difference(self.expected, self.got, inner if self.place else place)


def compare(expected: Any, got: Any, values: bool = True) -> Difference | None:
    """None where ``got`` agrees with ``expected``; otherwise the first difference.

    A statistic agrees when it lies within its tolerance of what theory says. With
    ``values=False`` the elements of arrays may be any: only their structure is compared.
    """
    match expected:
        case Near():
            return _compare_statistic(expected, got)
        case Array():
            return _compare_arrays(expected, got, values)
        case Raised():
            same = isinstance(got, Raised) and got.type == expected.type
            return None if same else Difference(expected.type, words(got))
        case dict():
            return _compare_fields(cast("Fields", expected), got, values)
        case list() | tuple():
            return _compare_items(cast("Items", expected), got, values)
        case bool() | None | str():
            same = type(got) is type(expected) and got == expected
            return None if same else Difference(words(expected), words(got))
        case int() | float():
            return _compare_numbers(expected, got)
        case _:
            return None if expected == got else Difference(words(expected), words(got))


def agrees(learner: Any, variant: Any) -> bool:
    """Whether a wrong variant did what the learner's code did.

    As ``compare``, except that two statistics agree when chance may explain their distance, and
    that two errors of one type must mean the same.
    """
    match learner, variant:
        case Near(), Near():
            if not (np.isfinite(learner.value) and np.isfinite(variant.value)):
                return np.array_equal(learner.value, variant.value, equal_nan=True)
            scale = max(1.0, abs(variant.value / variant.theory) if variant.theory else 1.0)
            return abs(learner.value - variant.value) <= 1.5 * scale * variant.tolerance
        case Raised(), Raised():
            return _errors_agree(learner, variant)
        case dict(), dict():
            mine, theirs = cast("Fields", learner), cast("Fields", variant)
            return mine.keys() == theirs.keys() and all(
                agrees(mine[key], theirs[key]) for key in mine
            )
        case ((list() | tuple()), (list() | tuple())):
            ours, others = cast("Items", learner), cast("Items", variant)
            return len(ours) == len(others) and all(map(agrees, ours, others))
        case _:
            return compare(variant, learner) is None


# What Python's own TypeErrors say: two of them mean the same if they say the same of these.
_COMPLAINTS = (
    ("positional argument", "keyword argument", "multiple values for argument"),
    ("must derive from BaseException",),
    ("unsupported operand", "can only concatenate", "bad operand"),
    ("not callable",),
    ("not subscriptable",),
    ("not iterable", "cannot unpack"),
    ("has no len()",),
    ("takes no arguments",),
)


# Errors that are evidence only of the method that they arose in.
_OF_THE_METHOD = frozenset({"AttributeError", "NameError", "UnboundLocalError", "TypeError"})
# Errors whose type alone says what happened.
_TELLING = frozenset({"AttributeError", "NameError", "NotImplementedError", "RecursionError"})


def tells(learner: Any, variant: Any, expected: Any) -> bool:
    """Whether the agreement of two observations is more than that of two errors' types.

    Where another error was expected, the type is what the check is about. Of several things, those
    tell that are not as expected.
    """
    match learner, variant:
        case Raised(), Raised():
            other = isinstance(expected, Raised) and expected.type != learner.type
            return other or _said(learner) == _said(variant) or learner.type in _TELLING
        case dict(), dict():
            mine, theirs = cast("Fields", learner), cast("Fields", variant)
            wanted = cast("Fields", expected) if isinstance(expected, dict) else {}
            wrong = [key for key in mine if key not in wanted or compare(wanted[key], mine[key])]
            return not wrong or any(tells(mine[k], theirs.get(k), wanted.get(k)) for k in wrong)
        case _:
            return True


def distance(learner: Any, variant: Any) -> int:
    """How far apart the errors in two observations that agree still are: text and origin."""
    match learner, variant:
        case Raised(), Raised():
            return (_said(learner) != _said(variant)) + (learner.own != variant.own)
        case dict(), dict():
            mine, theirs = cast("Fields", learner), cast("Fields", variant)
            return sum(distance(mine[key], theirs.get(key)) for key in mine)
        case _:
            return 0


def _errors_agree(learner: Raised, variant: Raised) -> bool:
    """Errors of the framework must say the same; those of the code under test mean the same."""
    if learner.type != variant.type or learner.type == "RecursionError":
        return learner.type == variant.type  # where a recursion ends, and how, is an accident
    if learner.type in _OF_THE_METHOD and not _arose_alike(learner, variant):
        return False
    if learner.own or variant.own:
        return _gist(learner) == _gist(variant)
    return _said(learner) == _said(variant)


def _arose_alike(learner: Raised, variant: Raised) -> bool:
    """Whether both came out of a method of that name, or both met the probe before any method."""
    if not learner.inside or not variant.inside:
        return learner.inside == variant.inside
    return not set(variant.inside).isdisjoint(learner.inside)


def _said(error: Raised) -> str:
    """The text without its guess at what was meant, which depends on what else there is."""
    return without_guess(error.text)


def _gist(error: Raised) -> str | int:
    """What two errors of one type must have in common, if they are to mean the same."""
    match error.type:
        case "NameError" | "UnboundLocalError":
            return _said(error)
        case "AttributeError":  # who lacks it, whatever it is called
            who, lacks, _ = error.text.partition(" has no attribute ")
            return who if lacks else ""
        case "TypeError":
            said = (any(words in error.text for words in group) for group in _COMPLAINTS)
            return next((number for number, found in enumerate(said) if found), -1)
        case _:
            return ""


def _compare_statistic(expected: Near, got: Any) -> Difference | None:
    if isinstance(got, Near) and abs(got.value - expected.theory) <= expected.tolerance:
        return None
    return Difference(f"about {number(expected.theory)}", words(got))


def _compare_numbers(expected: float, got: Any) -> Difference | None:
    plain = isinstance(got, int | float) and not isinstance(got, bool)
    if plain and close(np.float64(expected), np.float64(got)):
        return None
    return Difference(words(expected), words(got))


def _compare_fields(expected: Fields, got: Any, values: bool) -> Difference | None:
    if not isinstance(got, dict) or list(cast("Fields", got)) != list(expected):
        return Difference(words(expected), words(got))
    for key, value in expected.items():
        if difference := compare(value, got[key], values):
            return difference.within(key)
    return None


def _compare_items(expected: Items, got: Any, values: bool) -> Difference | None:
    others = cast("Items", got if isinstance(got, list | tuple) else ())
    same_kind = isinstance(got, list if isinstance(expected, list) else tuple)
    if not same_kind or len(others) != len(expected):
        return Difference(_kind_words(expected), _kind_words(got))
    for index, (left, right) in enumerate(zip(expected, others, strict=True)):
        if difference := compare(left, right, values):
            return difference.within(f"[{index}]")
    return None


def _kind_words(seen: Any) -> str:
    if isinstance(seen, list | tuple):
        items = cast("Items", seen)
        noun = "a list" if isinstance(items, list) else "a tuple"
        return f"{noun} of {len(items)}: {words(items)}" if items else f"{noun} of nothing"
    return words(seen)


def _compare_arrays(expected: Array, got: Any, values: bool) -> Difference | None:
    if not isinstance(got, Array):
        return Difference(words(expected), words(got))
    if got.kind != expected.kind:
        return Difference(with_article(expected.kind), with_article(got.kind))
    if got.shape != expected.shape:
        return Difference(f"shape {expected.shape}", f"shape {got.shape}")
    if got.values.dtype != expected.values.dtype:
        return Difference(f"dtype {expected.values.dtype}", f"dtype {got.values.dtype}")
    if got.requires_grad != expected.requires_grad:
        return Difference(
            f"requires_grad={expected.requires_grad}", f"requires_grad={got.requires_grad}"
        )
    if not values:
        return None
    alike = close(expected.values, got.values)
    if np.all(alike):
        return None
    return _value_difference(expected, got, np.argwhere(~alike)[0])


def close(expected: Any, got: Any) -> Any:
    """Element by element; infinities and NaN agree only with themselves."""
    left, right = np.asarray(expected, np.float64), np.asarray(got, np.float64)
    scale = float(np.max(np.abs(left), initial=0.0, where=np.isfinite(left)))
    return np.isclose(right, left, rtol=RELATIVE, atol=ABSOLUTE * max(scale, 1.0), equal_nan=True)


def _value_difference(expected: Array, got: Array, where: Any) -> Difference:
    if expected.values.size <= _FEW:
        return Difference(rows(expected.values), rows(got.values))
    place, right, wrong = _numbers_at(expected, got, where)
    return Difference(f"{right} at {place}", wrong)


def _numbers_at(expected: Array, got: Array, where: Any) -> tuple[str, str, str]:
    """A place in words, and what stands there in both."""
    place = tuple(int(n) for n in where)
    right, wrong = (number(each.values[place].item()) for each in (expected, got))
    return f"[{', '.join(map(str, place))}]", right, wrong


def parting(expected: Any, got: Any, place: str = "") -> dict[str, str] | None:
    """The first number that differs, with its place, and how many do; None where none can be named.

    Arrays of one shape are compared number by number. What is of another kind, shape or dtype is
    the difference itself: there is nothing to add to it.
    """
    match expected, got:
        case Array(), Array():
            return _of_arrays(expected, got, place)
        case dict(), dict():
            ours, theirs = cast("dict[str, Any]", expected), cast("dict[str, Any]", got)
            pairs = [(key, value, theirs.get(key)) for key, value in ours.items()]
        case (list(), list()) | (tuple(), tuple()):
            items, others = cast("list[Any]", expected), cast("list[Any]", got)
            pairs = [(f"[{n}]", *pair) for n, pair in enumerate(zip(items, others, strict=False))]
        case _:
            return None
    found = (parting(value, other, f"{place} {key}".strip()) for key, value, other in pairs)
    return next((one for one in found if one), None)


def _of_arrays(expected: Array, got: Array, place: str) -> dict[str, str] | None:
    if expected.kind != got.kind or expected.shape != got.shape or expected.values.ndim == 0:
        return None
    differ = ~close(expected.values, got.values)
    if not differ.any():
        return None
    at, right, wrong = _numbers_at(expected, got, np.argwhere(differ)[0])
    many = f"{int(differ.sum()):,} of {differ.size:,}"
    return {"place": f"{place} {at}".strip(), "expected": right, "got": wrong, "differ": many}


def measured(right: Any, facts: Any) -> list[dict[str, str]]:
    """Each statistic with what theory says and which numbers chance would have allowed."""
    if not isinstance(right, dict) or not isinstance(facts, dict):
        return []
    found: list[dict[str, str]] = []
    for name, near in cast("dict[str, Any]", right).items():
        value = cast("dict[str, Any]", facts).get(name)
        if isinstance(near, Near) and isinstance(value, Near):
            low, high = near.theory - near.tolerance, near.theory + near.tolerance
            found.append(
                {
                    "what": name,
                    "got": number(value.value),
                    "expected": number(near.theory),
                    "from": number(low),
                    "to": number(high),
                    "fits": "yes" if low <= value.value <= high else "no",
                }
            )
    return found
