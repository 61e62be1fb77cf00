"""Wrong variants of an exercise: made as text from the right one, and put into a module."""

from __future__ import annotations
import __future__

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from textwrap import indent
from types import CodeType, ModuleType
from typing import Any

from tito.lesson.edits import edited
from tito.lesson.reference import VARIANT_FILE
from tito.lesson.source import EditError, Text

#: What is written for a call of the right method; not the dots of an index.
_DOTS = re.compile(r"(?<!\[)\.\.\.")
_NAME = re.compile(r"^def (\w+)", re.MULTILINE)
_MAKER = "_variant"


@dataclass(frozen=True)
class Misconception:
    """A wrong variant with a name: replacements for exercises, and what to say about them."""

    name: str
    exercise: str
    says: str
    replacements: Mapping[str, str] = field(repr=False)

    @property
    def part(self) -> str:
        """The class that the mistake is made in."""
        return self.exercise.partition(".")[0]


def wrong_text(right: str | None, form: str | Sequence[str]) -> str:
    """What a form of a mistake makes of the right text of an exercise.

    ``[old, new, …]`` are edits: each ``old`` stands in the text just once. A string is a statement
    that is put first; with ``...`` in it, it is all that the method does, and ``...`` is what the
    right method gives. A statement may follow edits. A string that begins with ``def`` or a
    decorator is the whole method. EditError where the form does not fit, or changes nothing.
    """
    if isinstance(form, str) and form.startswith(("def ", "@")):
        return form
    if right is None:
        raise EditError("The reference has no such method; all of it has to be written.")
    words = [form] if isinstance(form, str) else list(form)
    pairs = len(words) // 2
    text = edited(right, zip(words[: 2 * pairs : 2], words[1 : 2 * pairs : 2], strict=True))
    text = _with(text, words[-1]) if len(words) % 2 else text
    if text == right:
        raise EditError("It changes nothing.")
    return text


def _with(text: str, statement: str) -> str:
    """The method with a statement put first; or around it, with ``...`` where it is run."""
    head, inner, run = _taken_apart(text)
    if not _DOTS.search(statement):
        return head + indent(statement, "    ") + "\n" + text[len(head) :]
    return head + inner + indent(_DOTS.sub(run, statement), "    ") + "\n"


@lru_cache(maxsize=64)
def _taken_apart(text: str) -> tuple[str, str, str]:
    """The head of a method with its decorators; the method, to stand in itself; its call there."""
    read = Text(text)
    place = next(iter(read.places.values()), None)
    function = place and place.node
    if place is None or not isinstance(function, ast.FunctionDef):
        raise EditError("A statement can be put into a function only.")
    given = function.args
    handed = [each.arg for each in (*given.posonlyargs, *given.args)]
    handed += [f"*{given.vararg.arg}"] if given.vararg else []
    handed += [f"{each.arg}={each.arg}" for each in given.kwonlyargs]
    handed += [f"**{given.kwarg.arg}"] if given.kwarg else []
    inner = indent("".join(read.lines[function.lineno - 1 :]), "    ")
    return "".join(read.lines[: place.body]), inner, f"{function.name}({', '.join(handed)})"


def put(module: ModuleType, name: str, text: str) -> None:
    """Put the text of an exercise into a module, in place of what stands there under its name.

    It is made as if its class had been written with it: ``super()`` works, and errors name it so.
    What is called otherwise in the text is missing under its right name, even where a class above
    has it.
    """
    part, _, inner = name.partition(".")
    place: Any = getattr(module, part)
    if isinstance(place, dict):
        place[inner] = eval(_compiled(text, "eval"), vars(module))
        return
    found = _NAME.search(text)
    assert found is not None
    owner, right = (place, inner) if inner else (module, part)
    source = f"def {_MAKER}(__class__):\n{indent(text, '    ')}\n    return {found[1]}\n"
    scope: dict[str, Any] = {}
    exec(_owned(_compiled(source, "exec"), f"{part}." if inner else ""), vars(module), scope)
    setattr(owner, found[1], scope[_MAKER](place))
    if found[1] != right:
        setattr(owner, right, _Missing(right))


class _Missing:
    """In the place of a method that Python does not find: the error meets whoever asks for it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, thing: object, kind: type | None = None) -> object:
        owner = type(thing).__name__
        if self.name == "__call__":
            raise TypeError(f"'{owner}' object is not callable")
        raise AttributeError(f"'{owner}' object has no attribute '{self.name}'")


@lru_cache(maxsize=1024)
def _compiled(text: str, mode: str) -> CodeType:
    """The code of a text; what one class inherits of another goes wrong in the same words."""
    flags = __future__.annotations.compiler_flag
    return compile(text, VARIANT_FILE, mode, flags, dont_inherit=True)


def _owned(code: CodeType, owner: str) -> CodeType:
    """The code, and all code in it, under the names that it has in its class."""
    return code.replace(
        co_qualname=code.co_qualname.replace(f"{_MAKER}.<locals>.", owner, 1),
        co_consts=tuple(
            _owned(part, owner) if isinstance(part, CodeType) else part for part in code.co_consts
        ),
    )
