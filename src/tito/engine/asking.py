"""Calls that wait for a person, or end the program: why a test stops there, and what to do."""

from __future__ import annotations

import ast

from tito.engine.crash import Trace
from tito.engine.source import Source

_WAYS = "breakpoint input pdb.set_trace ipdb.set_trace IPython.embed code.interact"
_ASKS = frozenset(name for way in _WAYS.split() for name in (way, way.rpartition(".")[2]))
_ENDS = frozenset(["exit", "quit", "sys.exit", "os._exit", "os.abort"])
_STOPS = frozenset({"EOFError", "Exception", "SystemExit", "exit"})  # BdbQuit is an Exception
_NO_KEYBOARD = (
    "\n`{call}()` waits for a keyboard, but the process that tests your file has none. Print "
    "what you want to see: it is shown with the verdict. To stop there, call the layer in a "
    "script of your own: tito run script.py"
)
_ENDS_ALL = (
    "\n`{call}` ends the whole program, so no test can go on. Take it out; to refuse an argument, "
    "raise an error."
)
_ENDS_FILE = (
    "\n`{call}` ends the whole program. Take it out, or put it at the end of the file, below "
    '`if __name__ == "__main__":`, which no test runs.'
)


def cannot_answer(source: Source, kind: str, trace: Trace) -> str:
    """A sentence on the call that stopped the code, on a line of its own; or nothing.

    ``kind`` is the error's type, or "exit" for a process that ended by itself. Without a trace
    the call is looked for in the whole file.
    """
    if kind not in _STOPS:
        return ""
    name = source.function_at(trace[-1].line) if trace else ""
    last = trace[-1].line if trace else len(source.lines)
    for place, call in sorted(_calls(source.tree), reverse=True):
        if place <= last and (not trace or source.function_at(place) == name):
            if call in _ASKS:
                return _NO_KEYBOARD.format(call=call)
            if kind in ("SystemExit", "exit"):
                return (_ENDS_FILE if name is None else _ENDS_ALL).format(call=call)
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
