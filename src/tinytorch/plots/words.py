"""Numbers as a picture says them."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share in whole percent; what is not quite all, or not quite nothing, does not look so.

    >>> percent(0.5), percent(0.9991), percent(0.0001)
    ('50%', '>99%', '<1%')
    """
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"
