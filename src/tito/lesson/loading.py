"""The TOML files of a lesson, read: one an exercise, with its hints and its named mistakes.

CONTRIBUTING.md says what stands in such a file. Nothing is passed over: a key that is not known, a
form that does not fit, ends in a LessonError that names the file, the mistake and the form.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Any, cast

from tito.lesson.hints import Ladder, Why
from tito.lesson.reference import Reference
from tito.lesson.source import EditError
from tito.lesson.variants import Misconception, wrong_text

_COMMON = Path(__file__).with_name("common.toml")

_HEAD = {"also", "rename", "base", "use", "why", "beyond", "wrong", "hint"}
_WRONG = {"name", "says", "forms", "on", "method", "with"}
_USE = {"name", "word", "on", "says", "forms", "with"}
_SAID = ("topic", "think", "look", "line")
_HINT = {*_SAID, "checks", "mistakes"}


class LessonError(ValueError):
    """A file of a lesson cannot be understood; says which, and where."""


def read(name: str, text: str, known: Collection[str]) -> Mapping[str, Any]:
    """A file of that name, parsed. LessonError for what is no TOML, and for keys not known."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LessonError(f"{name}: {error}") from None
    _only(known, found, name)
    return found


def _only(
    known: Collection[str], found: Mapping[str, Any], where: str, needed: Set[str] = frozenset()
) -> None:
    if unknown := found.keys() - known:
        expected = ", ".join(sorted(known))
        raise LessonError(f"{where}: expected {expected}; got {', '.join(sorted(unknown))}.")
    if missing := needed - found.keys():
        raise LessonError(f"{where}: {', '.join(sorted(missing))} is missing.")


@cache
def _common() -> dict[str, Mapping[str, Any]]:
    """The mistakes that any method can make, by name."""
    found = read(_COMMON.name, _COMMON.read_text(encoding="utf-8"), {"wrong"})
    for entry in found["wrong"]:
        _only(_WRONG - {"on"}, entry, f"{_COMMON.name}, {entry['name']}")
    return {entry["name"]: entry for entry in found["wrong"]}


@dataclass(frozen=True)
class ExerciseFile:
    """What a lesson says of one exercise, ``Linear.forward.toml``, or of an inherited method."""

    path: Path
    reference: Reference

    @cached_property
    def _text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def _found(self) -> Mapping[str, Any]:
        return read(self.path.name, self._text, _HEAD)

    @property
    def name(self) -> str:
        """The exercise."""
        return self.path.stem

    @property
    def base(self) -> str | None:
        """A plainer text of the right method, where the reference's is written for speed."""
        return self._found.get("base")

    def ladders(self) -> Iterator[Ladder]:
        """The hints, topic by topic."""
        for hint in self._found.get("hint", ()):
            _only(_HINT, hint, f"{self.path.name}, {hint.get('topic')}", set(_SAID))
            topic, think, look, line = (_line(hint[key]) for key in _SAID)
            checks, mistakes = (tuple(hint.get(key, ())) for key in ("checks", "mistakes"))
            yield Ladder(self.name, topic, think, look, line, checks, mistakes)

    def why(self) -> Why | None:
        """What to say beside the solution."""
        if "why" not in self._found:
            return None
        return Why(_line(self._found["why"]), _line(self._found.get("beyond", "")))

    def misconceptions(self, part: str) -> Iterator[Misconception]:
        """The named mistakes in a class: the file's own, then those that any method can make.

        A file that does not name the class is not even parsed. LessonError for a form that does
        not fit the text of its method.
        """
        if not self.name.startswith(part) and f"{part}." not in self._text:
            return
        said: dict[str, str] = {}
        for found in (*self._found.get("wrong", ()), *self._used()):
            where = f"{self.path.name}, {found.get('name')}"
            before = said.get(found.get("name", ""))  # several of one name often say the same
            entry: dict[str, Any] = {"says": before, **found} if before else dict(found)
            _only(_WRONG, entry, where, {"name", "says"})
            said[entry["name"]] = entry["says"]
            for exercise in self._exercises(entry):
                if exercise.partition(".")[0] == part:
                    for form in entry.get("forms", [[]]):
                        yield self._made(entry, exercise, form)

    def _used(self) -> Iterator[Mapping[str, Any]]:
        """The entries of common.toml that the file uses, with their words put in."""
        for use in self._found.get("use", ()):
            named: Mapping[str, Any] = {"name": use} if isinstance(use, str) else use
            _only(_USE, named, f"{self.path.name}, {named.get('name')}")
            own = {key: named[key] for key in _USE - {"name", "word"} if key in named}
            for name, word in product(_listed(named["name"]), _listed(named.get("word", ""))):
                if name not in _common():
                    raise LessonError(f"{self.path.name}: there is no {name} in {_COMMON.name}.")
                yield _filled({**_common()[name], **own}, {"word": word})

    def _exercises(self, entry: Mapping[str, Any]) -> list[str]:
        return _listed(entry.get("on", [self.name, *self._found.get("also", ())]))

    def _made(self, entry: Mapping[str, Any], exercise: str, form: Any) -> Misconception:
        part, _, inner = exercise.partition(".")
        own = {"part": part, "method": inner or part}
        forms = {entry.get("method", inner): form} if form else {}
        texts: dict[str, str] = {}
        for method, each in {**forms, **entry.get("with", {})}.items():
            name = method if "." in method or not inner else f"{part}.{method}"
            texts[name or part] = self._wrong(entry, name or part, exercise, _filled(each, own))
        if not texts:
            raise LessonError(f"{self.path.name}, {entry['name']}: expected forms, or with.")
        return Misconception(entry["name"], exercise, _line(_filled(entry["says"], own)), texts)

    def _wrong(self, entry: Mapping[str, Any], method: str, exercise: str, form: Any) -> str:
        where = f"{self.path.name}, {entry['name']}"
        names: dict[str, str] = self._found.get("rename", {}) if exercise != self.name else {}
        right, form = self.reference.alone(method), _renamed(form, names)
        if method == exercise and self.base:
            right = _renamed(self.base, names)
        try:
            return wrong_text(right, form)
        except EditError as error:
            raise LessonError(f"{where}, for {exercise}, form {form!r}: {error}") from None


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _line(text: str) -> str:
    """The text on one line, however the file wraps it."""
    return " ".join(text.split())


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    """The value with ``{name}`` replaced in all its texts."""

    def fill(text: str) -> str:
        for name, word in words.items():
            text = text.replace(f"{{{name}}}", word)
        return text

    return _changed(value, fill)


def _renamed(form: Any, names: Mapping[str, str]) -> Any:
    """The form with these names, as whole words, in place of others."""

    def rename(text: str) -> str:
        for old, new in names.items():
            text = re.sub(rf"\b{old}\b", new, text)
        return text

    return _changed(form, rename)


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case list():
            return [_changed(item, change) for item in cast("list[Any]", value)]
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {key: _changed(item, change) for key, item in items}
        case _:
            return value
