"""Notebooks on disk: read, written as .ipynb or as jupytext's percent format, never lost."""

from __future__ import annotations

import importlib
import json
import os
import re
from pathlib import Path
from typing import Any

from tinytorch.writing import write_whole
from tito.notebook.cells import NoNotebook, from_json, plain
from tito.notebook.document import Notebook
from tito.terminal import short_path
from tito.workspace import WorkspaceError
from tito.workspace.writing import explain


def as_text(notebook: Notebook, suffix: str) -> str:
    """The notebook as the text of a file: JSON, or the percent format for ``.py``.

    WorkspaceError where the percent format would lose or split a cell.
    """
    jupytext, nbformat = _libraries()
    node = nbformat.from_dict(notebook)
    nbformat.validate(node)
    if suffix != ".py":
        return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    text: str = jupytext.writes(node, "py:percent")
    again = jupytext.reads(text, "py:percent")
    if _contents(again) != _contents(node):
        raise WorkspaceError(
            "This file would not come back whole from the percent format: a cell holds a line "
            "that begins with `# %%`, or blank lines at its end. Write an .ipynb file."
        )
    return text


def read_notebook(path: Path) -> Notebook:
    """The notebook in a file, of either format. WorkspaceError where there is none.

    Only the text of its cells is looked at, and what tito noted there: editors and cleaners write
    many notebooks that are not valid, and hold a learner's work all the same.
    """
    try:
        content = path.read_bytes()
        return _from_percent(content) if path.suffix == ".py" else from_json(content)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise WorkspaceError(f"{path} cannot be read: {why}. Check the name.") from error
    except NoNotebook as error:
        if path.suffix not in (".py", ".ipynb"):
            raise WorkspaceError(
                f"{short_path(path)} is neither a notebook, .ipynb, nor its cells as text, .py."
            ) from error
        copy = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint{path.suffix}"
        more = f"\nJupyter has an older copy of it: {short_path(copy)}" if copy.is_file() else ""
        raise WorkspaceError(f"{short_path(path)} holds no notebook: {error}{more}") from error


def _from_percent(content: bytes) -> Notebook:
    jupytext, _ = _libraries()
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        percent = re.search(r"^# *%%(?:[ \t]|$)", text, re.MULTILINE)
        return plain(jupytext.reads(text, "py:percent" if percent else "py"))
    except Exception as error:  # jupytext raises what it likes for what is no notebook
        words = str(error).partition("\n")[0]
        raise NoNotebook(f"jupytext cannot read it ({type(error).__name__}: {words}).") from error


def write_anew(path: Path, text: str, *, force: bool) -> Path | None:
    """Write a notebook where none is; with ``force`` one that is there gets another name first.

    The other name, if one was needed. WorkspaceError where there is one and no ``force``, or
    where it cannot be written.
    """
    try:
        if not os.path.lexists(path):
            write_whole(path, text)
            return None
        if not force:
            raise WorkspaceError(f"{path} is there already, and stays as it is.")
        aside = _free_name(path)
        os.rename(path, aside)
        write_whole(path, text)
        return aside
    except OSError as error:
        raise WorkspaceError(explain(error, path.parent)) from error


def _libraries() -> tuple[Any, Any]:
    """jupytext and nbformat, which are there with the extra ``notebook``."""
    return importlib.import_module("jupytext"), importlib.import_module("nbformat")


def _free_name(path: Path) -> Path:
    """A name beside ``path`` that no file has: layers.1.ipynb."""
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.stem}.{number}{path.suffix}")):
        number += 1
    return aside


def _contents(notebook: Any) -> list[tuple[str, str, Any]]:
    """What of each cell has to come back."""
    return [(c.cell_type, c.source, c.metadata.get("tito")) for c in notebook.cells]
