"""How work that broke off is told to the learner: what happened, and where."""

from __future__ import annotations

import textwrap
from typing import Any

from tito.engine.aftermath import Death, tidy
from tito.engine.crash import Trace, decode_asides, decode_trace, trace_lines
from tito.engine.loops import without_end
from tito.engine.source import Source
from tito.terminal import short_path
from tito.trace_words import trace_fields

PRINTED_LINES = 5
_ROOM = 60  # columns for what was in scope


def broke(last: dict[str, Any], source: Source | None) -> str:
    """The learner's code raised, or what it gave is of no use."""
    trace = decode_trace(last.get("trace"))
    what = last["text"] if last["plain"] else f"{last['type']}: {last['text']}"
    what = "\n".join((what, decode_asides(trace, last.get("more"))))
    words = tidy(what, PRINTED_LINES)
    if last["line"] is None and not last["plain"]:
        words += "\nNo line of yours raised this: TinyTorch did, with what your layers handed on."
    return words + _where(trace, source)


def cut_short(death: Death, source: Source | None, limit_s: float) -> str:
    """The process ended without a last word."""
    match death.kind:
        case "timeout":
            why = f"It did not come back within {limit_s:g} s."
        case "flood":
            why = "Your code printed more than 1 MiB. Take the print out of forward."
        case _:
            why = f"Your code ended the process: {death.detail}."
    if source:
        why += without_end(death.trace, source, death.kind == "timeout")
    return why + _where(death.trace, source)


def printed_words(printed: str) -> str:
    """What the learner's code printed, cut to a few lines; empty where it printed nothing."""
    if not printed.strip():
        return ""
    return f"Your code printed:\n{textwrap.indent(tidy(printed, PRINTED_LINES), '    ')}"


def _where(trace: Trace, source: Source | None) -> str:
    """The learner's lines on the way there, the innermost last, with what was in scope."""
    if not trace or source is None:
        return ""
    lines: list[str] = []
    for label, code, where in trace_fields(trace_lines(trace, source), _ROOM):
        lines.append(f"    {short_path(source.path)}, {label}: {code}")
        lines += [f"        {line}" for line in where.split("\n")]
    return "\n" + "\n".join(lines)
