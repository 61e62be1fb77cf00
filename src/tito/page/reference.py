"""The library's reference, from its docstrings: a page for each part of `tinytorch`."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from types import ModuleType

__all__ = ["escaped", "reference_pages"]

#: The parts of the library, each a page, in the order in which one meets them.
_PARTS = {
    "tinytorch": "Tensors, layers, losses, optimizers",
    "tinytorch.training": "Training",
    "tinytorch.data": "Data",
    "tinytorch.profiling": "Profiling",
    "tinytorch.plots": "Pictures",
}
_CODE = re.compile(r"(``?)(.+?)\1", re.DOTALL)
_TYPE = re.compile(r"<class '(?:\w+\.)*(\w+)'>")
_WIDTH = 72
_MARKS = re.compile(r"([\\*_<>\[\]$#])")


def reference_pages() -> dict[str, str]:
    """The source of each page, by its name."""
    pages = {"reference": "\n".join(_overview())}
    for name in _PARTS:
        pages[_page(name)] = "\n".join(_part(name))
    return pages


def escaped(text: str) -> str:
    """Words in which Markdown finds no marks but those of code."""
    pieces: list[str] = []
    end = 0
    for found in _CODE.finditer(text):
        pieces += [_MARKS.sub(r"\\\1", text[end : found.start()]), f"`{found[2]}`"]
        end = found.end()
    return "".join([*pieces, _MARKS.sub(r"\\\1", text[end:])])


def _page(part: str) -> str:
    return "reference-" + part.rpartition(".")[2]


def _overview() -> Iterator[str]:
    yield "# The library\n"
    yield (
        "`tinytorch` is the framework that the lessons build: NumPy, and nothing else. What "
        "follows is made of its docstrings; the examples in them are run by its tests. "
        "`tinytorch.nn` and `tinytorch.optim` hold the same classes under the names of PyTorch.\n"
    )
    for part, title in _PARTS.items():
        module = importlib.import_module(part)
        yield f"## {title}\n\n[`{part}`]({_page(part)}.md): {escaped(_first(module))}\n"
        yield "| name | what it is |\n|---|---|"
        for name in _sorted(module):
            if (value := getattr(module, name)).__doc__ and not isinstance(value, int):
                goal = f"{_page(part)}.md#{_anchor(name, value)}"
                yield f"| [`{name}`]({goal}) | {escaped(_first(value))} |"
        yield ""


def _part(part: str) -> Iterator[str]:
    module = importlib.import_module(part)
    yield f"---\ntocdepth: 2\n---\n# `{part}`\n\n{_prose(module)}\n"
    for name in _sorted(module):
        value = getattr(module, name)
        if inspect.isclass(value):
            yield from _class(part, name, value)
        elif callable(value):
            yield from _function(f"{part}.{name}", name, value, "##", _anchor(name, value))


def _sorted(module: ModuleType) -> list[str]:
    """The public names: classes first, then functions, as one looks them up."""
    return sorted(
        module.__all__, key=lambda name: (not inspect.isclass(getattr(module, name)), name.lower())
    )


def _class(part: str, name: str, value: type) -> Iterator[str]:
    yield f"({_anchor(name, value)})=\n## `{name}`\n"
    yield _signature(f"{part}.{name}", value)
    yield f"{_prose(value)}\n"
    if own := vars(value).get("__init__"):
        yield f"{_prose(own)}\n"
    for member, what in _members(value):
        anchor = f"{_anchor(name, value)}-{_anchor(member, what)}"
        yield from _function(member, f"{name}.{member}", what, "###", anchor)


def _function(full: str, name: str, value: object, level: str, anchor: str) -> Iterator[str]:
    yield f"({anchor})=\n{level} `{name}`\n"
    yield _signature(full, value)
    yield f"{_prose(value)}\n"


def _members(value: type) -> Iterator[tuple[str, object]]:
    """What a class has of its own, or of a base not listed; what all modules have has Layer."""
    seen: set[str] = set()
    for owner in value.__mro__:
        listed = owner.__name__ in importlib.import_module("tinytorch").__all__
        elsewhere = owner.__name__ == "Module" and value.__name__ != "Layer"
        if owner is object or (owner is not value and (listed or elsewhere)):
            return
        for name, what in vars(owner).items():
            inner = getattr(what, "__func__", what)
            known = inspect.isfunction(inner) or isinstance(inner, property)
            if known and inspect.getdoc(inner) and name[0] != "_" and name not in seen:
                seen.add(name)
                yield name, inner


def _signature(name: str, value: object) -> str:
    """How it is called, on one line, or with a line for each parameter."""
    try:
        found = inspect.signature(value)  # pyright: ignore[reportArgumentType]
    except (TypeError, ValueError):
        return ""
    if inspect.isclass(value):
        found = found.replace(return_annotation=inspect.Signature.empty)
    text = f"{name}{found}"
    if len(text) > _WIDTH:
        kinds = [each.kind for each in found.parameters.values()]
        lines = [f"    {each}," for each in found.parameters.values()]
        if (
            inspect.Parameter.KEYWORD_ONLY in kinds
            and inspect.Parameter.VAR_POSITIONAL not in kinds
        ):
            lines.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "    *,")
        result = found.replace(parameters=[])
        text = "\n".join([f"{name}(", *lines, str(result).removeprefix("(")])
    text = _TYPE.sub(r"\1", text)
    for part in ("tinytorch.core.tensor.", "numpy.", "collections.abc.", "'"):
        text = text.replace(part, "")
    return f"```python\n{text}\n```\n"


def _prose(value: object) -> str:
    """A docstring as Markdown: its paragraphs, and its examples as code."""
    blocks: list[str] = []
    for block in re.split(r"\n\s*\n", inspect.getdoc(value) or ""):
        if block.lstrip().startswith(">>>"):
            lines = [line.partition("  # doctest:")[0] for line in block.splitlines()]
            blocks.append("\n".join(["```pycon", *lines, "```"]))
        else:
            blocks.append(escaped(block))
    return "\n\n".join(blocks)


def _first(value: object | ModuleType) -> str:
    """The docstring's first sentence, as one line."""
    text = " ".join((inspect.getdoc(value) or "").partition("\n\n")[0].split())
    return re.split(r"(?<=[.:]) ", text)[0].rstrip(":")


def _anchor(name: str, value: object) -> str:
    """A name in an address, where capitals do not count: that of a function says so."""
    kind = "" if inspect.isclass(value) or not name.islower() else "-function"
    return name.lower().replace("_", "-") + kind
