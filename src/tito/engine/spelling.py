"""What a name that Python did not find was probably meant to be, as its own tracebacks say it."""

from __future__ import annotations

import builtins
import difflib
from collections.abc import Iterable
from types import FrameType, ModuleType

_CUTOFF = 0.75


MEANT = ". Did you mean "
NEAR = ". Close to it is "


def did_you_mean(error: BaseException, *, typed: bool = True) -> str:
    """A sentence for a NameError or an AttributeError; nothing where no name is near.

    Where the learner has not ``typed`` the name, it is the near one that they may have misspelt.
    """
    try:
        name = _meant(error)
    except BaseException:  # a learner's object may break whatever is asked of it
        return ""
    said = f"{MEANT}{name}?" if typed else f"{NEAR}{name}."
    return said if name else ""


def without_guess(text: str) -> str:
    """The text of an error without the sentence that was added, which depends on what there is."""
    return text.split(MEANT)[0].split(NEAR)[0]


def _meant(error: BaseException) -> str | None:
    if type(error) is AttributeError and error.name:
        names = dir(error.obj)
        return _nearest(error.name, [n for n in names if n[0] != "_" or error.name[0] == "_"])
    trace = error.__traceback__
    if type(error) is not NameError or not error.name or trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return _in_frame(error.name, trace.tb_frame)


def _in_frame(name: str, frame: FrameType) -> str | None:
    """The near name in reach; or the same one behind `self.` or the name of a module."""
    known = {**vars(builtins), **frame.f_globals, **frame.f_locals}
    for owner, value in known.items():
        if (owner == "self" or isinstance(value, ModuleType)) and hasattr(value, name):
            if isinstance(getattr(value, name), ModuleType):
                continue  # np behind another module is nobody's meaning
            return f"{owner}.{name}"
    return _nearest(name, known)


def _nearest(name: str, names: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, names, 1, _CUTOFF)), None)
