"""The facts that explain the first failure at length, or the network of one who is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tito.engine.bench import Bench, Sight
from tito.engine.compare import measured, parting
from tito.engine.conduct import Conductor
from tito.engine.report import CheckResult, first_to_mend
from tito.lesson.model import Check

_MOST = 60
_LONG = 200
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
        return {"about": "network", **_whole_network(conductor, bench)}
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


def _whole_network(conductor: Conductor, bench: Bench) -> Fields:
    network = bench.lesson.network
    return {} if network is None else decode_record(conductor.look_closely(network, endless=False))


def decode_record(noted: Any) -> Fields:
    """What a worker noted, with only what is known and no text that is long."""
    try:
        (record,) = noted
        return {
            "flow": [_leg(leg) for leg in list(record["flow"])[:_MOST]],
            "steps": [_step(step) for step in list(record["steps"])[:_MOST]],
            "calls": _whole(record["calls"]),
            "method": _short(record["method"]),
            "repeats": record["repeats"] is True,
        }
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
        return {}


def _whole(value: Any) -> int:
    """A count or a line. ValueError for a number that neither can be."""
    if not 0 <= value < _HUGE:
        raise ValueError(value)
    return int(value)


def _leg(leg: Fields) -> Fields:
    texts = {name: _short(leg[name]) for name in ("layer", "in", "out")}
    flags = {name: leg[name] is True for name in ("broke", "joined", "ends")}
    return {**texts, **flags, **{n: _whole(leg[n]) for n in ("parameters", "multiply_adds")}}


def _step(step: Fields) -> Fields:
    names = {_short(name): _short(words) for name, words in list(step["names"].items())[:_MOST]}
    return {
        "line": _whole(step["line"]),
        "in": _short(step["in"]),
        "names": names,
        "returns": _short(step["returns"]),
        "broke": step["broke"] is True,
    }


def _short(text: Any) -> str:
    shown = "".join(c if c.isprintable() else " " for c in str(text)[:_LONG])
    return " ".join(shown.split())
