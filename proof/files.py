"""A learner's file who holds given misconceptions: what the simulation is held against.

The file is the reference's text with, below it, the text of the wrong methods: a file as anyone
could write it, judged as any other is, by a worker in a process of its own.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import indent
from types import ModuleType
from typing import Any, cast

from tito.engine import examine
from tito.engine.report import Report
from tito.lesson.edits import replaced, text_of
from tito.lesson.model import Lesson, Misconception

_HOLD = """
def _hold(replacements):
    from types import FunctionType
    for exercise, method in replacements.items():
        part, _, name = exercise.partition(".")
        if isinstance(method, FunctionType):
            method.__name__, method.__qualname__ = name, exercise
            method.__code__ = method.__code__.replace(co_name=name)
        setattr(globals()[part], name, method)
"""


def file_with(lesson: Lesson, held: Sequence[Misconception]) -> str:
    """The text of a file with these misconceptions in it."""
    text = lesson.reference.text
    for wrong in held:
        for exercise, method in wrong.replacements.items():
            if isinstance(method, str):
                text = with_method(text, exercise, method)
    beliefs = [
        f"\ndef _belief_{place}():\n{indent(_text_of(lesson, wrong), '    ')}\n"
        f"_hold(_belief_{place}())\n"
        for place, wrong in enumerate(held)
        if not any(isinstance(method, str) for method in wrong.replacements.values())
    ]
    return text + _HOLD + "".join(beliefs)


def with_method(text: str, exercise: str, method: str) -> str:
    """The text with this method in its class, in place of the one that stands there, if any."""
    part, _, name = exercise.partition(".")
    method = indent(method, "    ")
    if f"def {name}(" in text_of(text, part):
        return replaced(text, exercise, method)
    return replaced(text, part, f"{text_of(text, part)}\n{method}")


def examine_with(lesson: Lesson, held: Sequence[Misconception], file: Path, seed: int) -> Report:
    """The engine's verdict on such a file, written to ``file``."""
    file.write_text(file_with(lesson, held), encoding="utf-8")
    return examine(lesson, file, seed=seed)


def _text_of(lesson: Lesson, wrong: Misconception) -> str:
    """The text of the module that defines a misconception, and a return of its methods."""
    for module in _modules(lesson):
        for name, value in vars(module).items():
            items = cast("tuple[Any, ...]", value if isinstance(value, tuple) else ())
            if any(item is wrong for item in items):
                assert module.__file__ is not None
                text = Path(module.__file__).read_text(encoding="utf-8")
                text = re.sub(r"^from __future__ .*$", "", text, flags=re.MULTILINE)
                place = [item is wrong for item in items].index(True)
                return f"{text}\nreturn {name}[{place}].replacements"
    raise LookupError(f"no module defines {wrong.name}")


def _modules(lesson: Lesson) -> Iterator[ModuleType]:
    package = importlib.import_module(f"tito.lessons.{lesson.name}.misconceptions")
    for found in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{found.name}")
