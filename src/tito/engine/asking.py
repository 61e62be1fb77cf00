"""Calls that wait for a person, or end the program: why a test stops there, and what to do."""

from __future__ import annotations

import ast

from tito.engine.crash import Trace
from tito.engine.source import Source

_ASKS = frozenset(
    [
        "breakpoint",
        "input",
        "set_trace",
        "pdb.set_trace",
        "ipdb.set_trace",
        "embed",
        "IPython.embed",
        "interact",
        "code.interact",
    ]
)
_ENDS = frozenset(["exit", "quit", "sys.exit", "os._exit", "os.abort"])
_STOPS = frozenset({"EOFError", "Exception", "SystemExit", "crash"})  # BdbQuit is an Exception
_NO_KEYBOARD = (
    "\n`{call}()` waits for a keyboard, and the process that tests your file has none. "
    "Print what you want to see: it is shown with the verdict. To stop there, call the layer in "
    "a script of your own: tito run script.py"
)
_ENDS_ALL = (
    "\n`{call}` ends the whole program, so no test can go on. Take it out; to refuse an argument, "
    "raise an error."
)
_ENDS_FILE = (
    "\n`{call}` ends the whole program. Take it out, or put it at the end of the file, below "
    '`if __name__ == "__main__":`, where no test comes by.'
)


def cannot_answer(source: Source, kind: str, trace: Trace, method: str | None = None) -> str:
    """A sentence on the call that stopped the code, on a line of its own; or nothing.

    ``kind`` is the error's type, or "crash" for a process that ended. Without a trace the call is
    looked for in the ``method``.
    """
    if kind not in _STOPS:
        return ""
    name = source.function_at(trace[-1].line) if trace else method
    last = trace[-1].line if trace else len(source.lines)
    for place, call in sorted(_calls(source.tree), reverse=True):
        if place <= last and source.function_at(place) == name:
            if call in _ASKS:
                return _NO_KEYBOARD.format(call=call)
            if kind in ("SystemExit", "crash"):
                return (_ENDS_ALL if name else _ENDS_FILE).format(call=call)
    return ""


def _calls(tree: ast.Module) -> list[tuple[int, str]]:
    """Where such calls stand, and how they are written."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name() | ast.Attribute()):
                name = ast.unparse(node.func)
                if name in _ASKS or name in _ENDS:
                    found.append((node.lineno, name if name in _ASKS else f"{name}()"))
            case ast.Raise(
                exc=ast.Name(id="SystemExit") | ast.Call(func=ast.Name(id="SystemExit"))
            ):
                found.append((node.lineno, "raise SystemExit"))
            case _:
                continue
    return found
