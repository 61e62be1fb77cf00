"""Numbers and names as a picture says them."""

from __future__ import annotations

from typing import Any

from tinytorch.core.checks import came

#: Longer names are cut.
LONGEST = 12


def names_of(owner: str, names: Any, classes: int) -> list[str]:
    """A name for each class, its number where None are given. TypeError or ValueError otherwise.

    >>> names_of("confusion", None, 3), names_of("confusion", ["a cat", "a dog"], 2)
    (['0', '1', '2'], ['a cat', 'a dog'])
    """
    if names is None:
        return [str(place) for place in range(classes)]
    if isinstance(names, str) or not hasattr(names, "__len__"):
        raise TypeError(
            f"{owner} expects names as a list of strings, got {came(names)}. Leave names out to "
            "number the classes."
        )
    if len(names) != classes:
        raise ValueError(
            f"{owner} expects a name for each of {classes} classes, got {len(names)}. "
            "Leave names out to number them."
        )
    texts = [str(name) for name in names]
    cut = [text if len(text) <= LONGEST else text[: LONGEST - 1] + "…" for text in texts]
    return [as_it_is(text) for text in cut]


def as_it_is(text: str) -> str:
    r"""A person's words as matplotlib draws them sign by sign: no formula between two dollars.

    >>> as_it_is("from $5 to $10")
    'from \\$5 to \\$10'
    """
    return text.replace("$", r"\$")


def percent(share: float) -> str:
    """A share in whole percent; what is not quite all, or not quite nothing, does not look so.

    >>> percent(0.5), percent(0.9991), percent(0.0001)
    ('50%', '>99%', '<1%')
    """
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"
