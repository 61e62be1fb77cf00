"""Names by habit: PyTorch's, JAX's or TensorFlow's where it is Tensor and NumPy here; no import.

What they mean to a person is the same in every exercise, so no variant of one stands for them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Set
from typing import Any

from tito.engine.crash import named
from tito.engine.frames import Trace
from tito.engine.seen import Raised, words
from tito.engine.source import Source
from tito.engine.written import Slip
from tito.lesson.probes import OTHERS

_FOREIGN = {
    **dict.fromkeys(("torch", "torchvision", "nn", "F", "optim"), "PyTorch"),
    **dict.fromkeys(("jax", "jnp"), "JAX"),
    **dict.fromkeys(("tf", "tensorflow"), "TensorFlow"),
    "keras": "Keras",
}
_OURS = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "math": "import math",
    "random": "import random",
    "Tensor": "from tinytorch.core.tensor import Tensor",
}
_UNDEFINED = re.compile(r"name '(\w+)' is not defined|No module named '(\w+)[\w.]*'")
_ARRAYS = (
    "abs arange array ceil clip concatenate cos empty exp eye floor full linspace log maximum "
    "mean minimum ones prod sign sin sqrt stack sum tanh tril triu where zeros"
)
_INSTEAD = {
    **{name: f"np.{name}(…)" for name in _ARRAYS.split()},
    **dict.fromkeys(("randn", "randn_like", "normal", "normal_"), "np.random.randn(…)"),
    **dict.fromkeys(("rand", "rand_like", "uniform", "uniform_"), "np.random.uniform(…)"),
    **dict.fromkeys(("bernoulli", "dropout", "Dropout"), "np.random.random(…) < keep"),
    **dict.fromkeys(("xavier_uniform_", "xavier_normal_", "kaiming_uniform_"), "np.random"),
    **dict.fromkeys(("tensor", "as_tensor", "from_numpy"), "Tensor(…)"),
    **dict.fromkeys(("Parameter", "parameter"), "Tensor(…, requires_grad=True)"),
    **dict.fromkeys(("matmul", "mm", "dot", "linear"), "x @ self.weight"),
    **dict.fromkeys(("Module", "Model"), "Layer"),
    "manual_seed": "np.random.seed(…)",
}


def habit_of(source: Source, error: Raised) -> Slip | None:
    """The habit that an error came from, as its text or the line that it arose in tells."""
    code = source.line(error.trace[-1].line if error.trace else error.line)
    if error.type in ("NameError", "ModuleNotFoundError", "ImportError"):
        found = _UNDEFINED.search(error.text)
        name = (found[1] or found[2]) if found else ""
        if name in _OURS and error.type == "NameError":
            says = f"`{name}` is not imported. Write at the top of the file: {_OURS[name]}"
            return Slip("import-missing", says)
        return _foreign(name, code) if name in _FOREIGN else None
    for name, library in _taken(source).items():
        if re.search(rf"(?<![.\w]){name}\b", code):
            return _foreign(name, code, library)
    return None


def remark(source: Source, error: Raised) -> str:
    """What to say of an error by which the file cannot be imported, on lines of their own."""
    if slip := habit_of(source, error):
        return f"\n{slip.says}"
    if error.type == "ModuleNotFoundError":
        return "\nIs its name right, and is it installed? The lesson needs only NumPy."
    return cannot_answer(source, error.type, error.trace)


def habit(source: Source, method: str, seen: Any, methods: Set[str]) -> Slip | None:
    """The habit behind what was seen of a method, if it arose there and in none of ``methods``."""
    if method not in source.methods:
        return None
    if isinstance(seen, Raised):
        frames = (frame.name for frame in reversed(named(seen.trace, source)))
        innermost = next((name for name in frames if name in methods), None)
        return habit_of(source, seen) if innermost == method else None
    return _handed_out(source, source.methods[method], words(seen))


def _handed_out(source: Source, method: ast.FunctionDef, said: str) -> Slip | None:
    """The habit of a method that works, and what comes of it is another library's."""
    library = next((library for library in OTHERS.values() if f" of {library}" in said), None)
    for node in ast.walk(method) if library else ():
        if isinstance(node, ast.Name) and node.id in _taken(source):
            return _foreign(node.id, source.line(node.lineno), library)
    return None


def _foreign(name: str, code: str, library: str | None = None) -> Slip:
    library = library or _FOREIGN[name]
    says = (
        f"`{name}` is {library}. Here you work with Tensor and NumPy: arrays come from NumPy, and "
        "Tensor(array, requires_grad=True) keeps one that is to be learned."
    )
    attribute = re.search(rf"\b{name}(?:\.\w+)*\.(\w+)", code)
    instead = _INSTEAD.get(attribute[1]) if attribute else None
    more = f" In place of {attribute[0]}: {instead}" if attribute and instead else ""
    return Slip("torch-by-habit", says + more)


def _taken(source: Source) -> dict[str, str]:
    """The names that a file takes from other libraries, with the library."""
    origins = ((name, what.partition(".")[0]) for _, what, name in source.imports)
    return {name: OTHERS[origin] for name, origin in origins if origin in OTHERS}


_WAYS = "breakpoint input pdb.set_trace ipdb.set_trace IPython.embed code.interact"
_ASKS = frozenset(name for way in _WAYS.split() for name in (way, way.rpartition(".")[2]))
_ENDS = frozenset(["exit", "quit", "sys.exit", "os._exit", "os.abort"])
_STOPS = frozenset({"EOFError", "Exception", "SystemExit", "exit"})  # BdbQuit is an Exception
#: What can be done in a terminal alone.
ELSEWHERE = " To stop there, call the layer in a script of your own: tito run script.py"
_NO_KEYBOARD = (
    "\n`{call}()` waits for a keyboard, but the process that tests your file has none. Print "
    f"what you want to see: it is shown with the verdict.{ELSEWHERE}"
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
