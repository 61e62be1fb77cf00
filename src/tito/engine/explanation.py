"""The facts that explain the first failure at length, or the network of one who is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from tito.engine.bench import Bench, Sight
from tito.engine.compare import measured, parting
from tito.engine.conduct import Conductor
from tito.engine.frames import short
from tito.engine.report import CheckResult, first_to_mend
from tito.lesson.model import Check

_MOST = 60
_HUGE = 1 << 62
_TRIED = ("failed", "error", "timeout")

Fields = dict[str, Any]


def explained(
    conductor: Conductor,
    bench: Bench,
    results: Sequence[tuple[Check, CheckResult]],
    sights: Mapping[Check, Sight],
) -> Fields:
    """What a page of explanation needs, as data that JSON can hold.

    ``about`` says what is explained: a failure, an exercise that is not written yet, or nothing
    but the network (all is right). ``flow`` are the legs of the way through the layers, ``steps``
    the lines of the method under test, ``parting`` the first number that differs, ``measured`` the
    statistics beside theory.
    """
    wrong = [pair for pair in results if pair[1].status != "passed"]
    if not wrong:
        network = bench.lesson.network
        noted = conductor.look_closely(network, endless=False) if network else None
        return {"about": "network", **decode_record(noted)}
    first = first_to_mend(result for _, result in wrong)
    check, result = next(pair for pair in wrong if pair[1] is first)
    found: Fields = {"about": result.status, "exercise": check.exercise, "check": check.name}
    if result.status in _TRIED and not (result.status == "error" and check not in sights):
        noted = conductor.look_closely(check, endless=result.status == "timeout")
        found |= decode_record(noted)
        for leg in found.get("flow", ()):  # what an error left open, it broke
            leg["broke"] = leg["broke"] or (result.status == "error" and not leg["out"])
    if check in sights:
        expected, sight = bench.facts(check), sights[check]
        found["measured"] = measured(expected, sight.facts) if check.measure else []
        found["parting"] = parting(bench.expected(check), sight.seen) if not check.measure else None
    return found


_WAY = {"layer": str, "in": str, "out": str, "broke": bool, "joined": bool, "ends": bool}
_LEG = {**_WAY, "parameters": int, "multiply_adds": int}
_STEP = {"line": int, "in": str, "names": dict, "returns": str, "broke": bool}
_RECORD = {"flow": [_LEG], "steps": [_STEP], "calls": int, "method": str, "repeats": bool}


def decode_record(noted: Any) -> Fields:
    """What a worker noted, with only what is known and no text that is long."""
    try:
        (record,) = noted
        return _taken(record, _RECORD)
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
        return {}


def _taken(value: Any, form: Any) -> Any:
    """A value of that form. ValueError for a number that is neither a count nor a line."""
    if isinstance(form, dict):
        return {name: _taken(value[name], inner) for name, inner in cast("Fields", form).items()}
    if isinstance(form, list):
        return [_taken(each, form[0]) for each in list(value)[:_MOST]]
    if form is dict:
        return {short(name): short(words) for name, words in list(value.items())[:_MOST]}
    if form is int:
        if not 0 <= value < _HUGE:
            raise ValueError(value)
        return int(value)
    return short(value) if form is str else value is True
