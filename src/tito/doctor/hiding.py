"""Files that hide a module: a ``random.py`` beside a script is what `import random` finds there."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from tito.say.terminal import short_path

#: What a learner's file, the framework and the tools import from other places.
DEPENDENCIES = frozenset(
    ("click", "matplotlib", "numpy", "pooch", "pytest", "safetensors", "tinytorch", "tito")
)
#: Names of Python's own that it has loaded before it looks at any folder, or that nobody imports.
_SAFE = {
    *("abc", "antigravity", "codecs", "genericpath", "idlelib", "importlib", "io", "lib2to3"),
    *("ntpath", "os", "posixpath", "runpy", "site", "stat", "test", "this", "turtledemo"),
    *("zipimport", *sys.builtin_module_names),
}
_OURS = Path(__file__).resolve().parents[2]  # where tito and tinytorch themselves are


def hiding(folder: Path) -> list[Path]:
    """The files and packages in a folder that hide Python's own modules, or those of tito's."""
    try:
        entries = [] if folder.resolve() == _OURS else sorted(folder.iterdir())
    except OSError:
        return []
    return [entry for entry in entries if _hides(entry)]


def _hides(entry: Path) -> bool:
    package = (entry / "__init__.py").is_file()
    if entry.suffix != ".py" and not package:
        return False
    name = entry.name if package else entry.stem
    return name in DEPENDENCIES or (name in sys.stdlib_module_names and name not in _SAFE)


def sentence(entry: Path) -> str:
    """What such a file does, and what to do."""
    whose = "the package" if entry.stem in DEPENDENCIES else "Python's own module"
    return f"{short_path(entry)} hides {whose} {entry.stem} from what runs there. Rename it."


def warning(folder: Path) -> str:
    """What to say of the files in a folder that hide a module, each with its command."""
    lines = [f"Note: {sentence(entry)}\n    {renaming(entry)}" for entry in hiding(folder)]
    return "\n".join(lines)


def renaming(entry: Path) -> str:
    """The command that renames it."""
    target = entry.with_name(f"my_{entry.name}")
    verb = "move" if os.name == "nt" else "mv"
    return f"{verb} {shlex.quote(short_path(entry))} {shlex.quote(short_path(target))}"
