"""What a probe returned, as plain data that can leave the learner's process.

Nothing is compared here: a learner's file may have patched whatever would compare. Types are read
with ``type()``, never by asking the object.
"""

from __future__ import annotations

import base64
import builtins
import difflib
from collections.abc import Iterable
from types import FrameType, ModuleType
from typing import Any, cast

import numpy as np

from tinytorch.core.given.checks import with_article
from tinytorch.core.tensor import Tensor
from tito.lesson.probes import thing_words

MAX_ELEMENTS = 1 << 18
MAX_ITEMS = 1000
MAX_TEXT = 2000
MAX_DEPTH = 6
MAX_NAMES = 12

# Names are bound now: the learner's file may rebind them in their modules later.
_type, _len, _repr, _str, _list, _tuple, _dict = type, len, repr, str, list, tuple, dict
_b64encode, _ascontiguous, _id = base64.b64encode, np.ascontiguousarray, id
_ndarray, _generic, _Tensor, _article = np.ndarray, np.generic, Tensor, with_article
# What an error itself keeps, whatever its class has made of the name.
traceback_of: Any = vars(BaseException)["__traceback__"].__get__
_args_of: Any = vars(BaseException)["args"].__get__
_BUILT_IN = {id(t): name for name, t in vars(builtins).items() if type(t) is type}


def observe(value: Any, own_files: tuple[str, ...] = (), depth: int = 0) -> dict[str, Any]:
    """``value`` as JSON-able data with a tag ``is``; never raises."""
    try:
        return _observe(value, own_files, depth)
    except Exception as error:
        return {"is": "object", "words": f"something that cannot be looked at: {_safe(error)}"}


def _observe(value: Any, own_files: tuple[str, ...], depth: int) -> dict[str, Any]:
    family = _type(value).__mro__
    if value is None:
        return {"is": "none"}
    if _Tensor in family:
        seen = _observe_array(value.data, "Tensor")
        return {**seen, "requires_grad": value.requires_grad is True}
    if _ndarray in family or _generic in family:
        return _observe_array(value, "ndarray")
    if bool in family:
        return {"is": "bool", "value": bool(value)}
    if int in family:
        return {"is": "int", "value": _safe_int(value)}
    if float in family:
        return {"is": "float", "value": float.__repr__(value)}
    if str in family:
        return {"is": "text", "value": str.__str__(value)[:MAX_TEXT]}
    if BaseException in family:
        return observe_error(value, own_files)
    held = next((kind for kind in (_list, _tuple, _dict) if kind in family), None)
    if held is None:
        return {"is": "object", "words": thing_words(value)}
    name = held.__name__
    if _len(value) > MAX_ITEMS or depth > MAX_DEPTH:
        return {"is": "object", "words": f"a {name} of {_len(value)} items"}
    if held is _dict:
        pairs = cast("list[tuple[object, object]]", _list(cast("Any", _dict).items(value)))
        fields = [[_safe(key), observe(item, own_files, depth + 1)] for key, item in pairs]
        return {"is": name, "fields": fields}
    items = [observe(item, own_files, depth + 1) for item in cast("Any", held).__iter__(value)]
    return {"is": name, "items": items}


def _observe_array(value: Any, kind: str) -> dict[str, Any]:
    if _ndarray not in _type(value).__mro__ and _generic not in _type(value).__mro__:
        return {
            "is": "object",
            "words": f"{_article(kind)} that holds {thing_words(value)}",
        }
    if kind == "ndarray" and _ndarray not in _type(value).__mro__:
        return _observe(value.item(), (), 0)
    if value.dtype.kind not in "biuf":
        return {"is": "object", "words": f"{_article(kind)} of dtype {value.dtype}"}
    if value.size > MAX_ELEMENTS:
        return {"is": "object", "words": f"{_article(kind)} of shape {_tuple(value.shape)}"}
    data = _ascontiguous(value).tobytes()
    return {
        "is": "array",
        "kind": kind,
        "dtype": value.dtype.str,
        "shape": [int(n) for n in value.shape],
        "data": _b64encode(data).decode("ascii"),
    }


def observe_error(error: BaseException, own_files: tuple[str, ...]) -> dict[str, Any]:
    """An exception: its built-in type, its text, and its way through ``own_files``.

    That is the last line there, and the names of the functions, outermost first.
    """
    line, own, deepest, inside = None, False, traceback_of(error), dict[str, None]()
    while deepest is not None:
        code = deepest.tb_frame.f_code
        if own := code.co_filename in own_files:
            line = deepest.tb_lineno
            inside[code.co_name] = None
        deepest = deepest.tb_next
    base = next(t for t in _type(error).__mro__ if _id(t) in _BUILT_IN)
    return {
        "is": "raised",
        "type": _BUILT_IN[_id(base)],
        "text": _safe(error) + did_you_mean(error, typed=line is not None),
        "line": line,
        "own": own,
        "inside": _list(inside)[:MAX_NAMES],
    }


def observe_waiting(error: BaseException, own_files: tuple[str, ...]) -> dict[str, Any]:
    """Which exercise a probe waits for, and the error that stood in its way."""
    match _args_of(error):
        case (str(exercise), *causes):
            cause = observe(causes[0] if causes else None, own_files)
            return {"is": "waits", "for": exercise, "error": cause}
        case _:
            return observe_error(error, own_files)


def _safe_int(value: Any) -> str:
    try:
        return int.__repr__(value)
    except ValueError:
        return "0" if value == 0 else ("-" if value < 0 else "") + "9" * 400


def _safe(value: object) -> str:
    try:
        return _str(value)[:MAX_TEXT]
    except BaseException:  # a text of a learner's making may do anything
        return f"<{_type(value).__name__}>"


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
