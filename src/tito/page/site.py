"""The pages, from the lessons' texts and the project's: what Sphinx is given, and what it makes."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from tito.lesson.model import Lesson, entrance, lesson_names, load_lesson
from tito.lesson.text import anchor_of

__all__ = ["Built", "build"]

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Built:
    """What was written: the names of the pages, and what Sphinx warned of, which is a fault."""

    pages: tuple[str, ...]
    notebooks: tuple[str, ...]
    warnings: str


def build(
    out: Path,
    *,
    only_lessons: bool = False,
    editor: bool = True,
    helps: Mapping[str, str] | None = None,
    repository: str | None = None,
) -> Built:
    """Write the pages into the folder ``out``; files of others in it stay as they are.

    ``only_lessons`` leaves out all but the lessons and the start page: that is what ``tito open``
    needs. Without ``editor`` the pages are to be read alone. ``helps`` is what each command says
    with ``--help``; ``repository`` is the folder on GitHub, as a browser shows it, that holds the
    notebooks, for the buttons of Colab and Binder.
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from tito.page.sources import write_sources

    lessons = sorted(map(load_lesson, lesson_names()), key=lambda lesson: lesson.number)
    warnings = StringIO()
    with tempfile.TemporaryDirectory() as folder:
        source, made, doctrees = (Path(folder, name) for name in ("source", "made", "doctrees"))
        pages = write_sources(source, lessons, helps or {}, only_lessons=only_lessons)
        notebooks = [] if only_lessons else _notebooks(made, lessons)
        config = _config(lessons, pages, notebooks, repository)
        config["tito"]["editor"] = editor
        with patch_docutils(), docutils_namespace():
            Sphinx(
                source, None, made, doctrees, "html", config, None, warnings, freshenv=True
            ).build(force_all=True)
        _tidy(made)
        shutil.copytree(made, out, dirs_exist_ok=True)
    return Built(tuple(pages), tuple(notebooks), warnings.getvalue())


def _config(
    lessons: list[Lesson], pages: list[str], notebooks: list[str], repository: str | None
) -> dict[str, Any]:
    """What `conf.py` would hold."""
    return {
        "project": "TinyTorch",
        "extensions": ["myst_parser", "tito.page.extension"],
        "myst_enable_extensions": ["colon_fence", "dollarmath", "attrs_block"],
        "myst_heading_anchors": 3,
        "suppress_warnings": ["toc.not_included"],
        "html_theme": "tito",
        "html_title": "TinyTorch",
        "html_static_path": [str(path) for path in _static()],
        "html_math_renderer": "mathml",
        "html_permalinks_icon": "#",
        "html_copy_source": False,
        "html_use_index": False,
        "html_show_sphinx": False,
        "html_domain_indices": False,
        "smartquotes_action": "q",
        "pygments_style": "none",
        "tito": {
            "entrance": entrance(),
            "lessons": [
                {"name": each.name, "title": each.title, "number": each.number, "parts": each.parts}
                for each in lessons
            ],
            "exercises": {
                each.name: {anchor_of(name): name for name in each.tasks} for each in lessons
            },
            "notebooks": {name: _launches(name, repository) for name in notebooks},
            "pages": pages,
        },
    }


def _static() -> list[Path]:
    """The folders of what is served as it is."""
    return [path for path in (_HERE / "static",) if path.is_dir()]


def _launches(notebook: str, repository: str | None) -> dict[str, str]:
    """The addresses at which Colab and Binder open a notebook; none without a repository."""
    if repository is None:
        return {}
    owner_and_name, _, place = repository.removeprefix("https://github.com/").partition("/tree/")
    branch, _, folder = (place or "gh-pages").partition("/")
    file = f"{folder}/{notebook}".lstrip("/")
    return {
        "Colab": f"https://colab.research.google.com/github/{owner_and_name}/blob/{branch}/{file}",
        "Binder": f"https://mybinder.org/v2/gh/{owner_and_name}/{branch}?urlpath=lab/tree/{file}",
    }


def _notebooks(made: Path, lessons: list[Lesson]) -> list[str]:
    """Write each lesson's notebook, of its untouched stub."""
    from tito.learner import stub_of
    from tito.notebook.document import to_notebook

    made.mkdir()
    names: list[str] = []
    for lesson in lessons:
        name = f"{lesson.name}.ipynb"
        notebook = to_notebook(lesson, stub_of(lesson).encode(), name)
        (made / name).write_text(
            json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8"
        )
        names.append(name)
    return names


def _tidy(made: Path) -> None:
    """Take away what Sphinx writes and no page uses."""
    for name in (".buildinfo", "objects.inv", "_static/basic.css", "_static/pygments.css"):
        (made / name).unlink(missing_ok=True)
    shutil.rmtree(made / "_sources", ignore_errors=True)
    for picture in made.glob("_static/*.png"):
        picture.unlink()
