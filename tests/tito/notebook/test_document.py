"""The notebook that is written: valid, complete, and the file again on the way back."""

import json
from pathlib import Path

import nbformat
import pytest

from tito.learner import WorkspaceError, stub_of
from tito.lesson.model import load_lesson
from tito.lesson.text import lesson_text
from tito.notebook.document import to_notebook
from tito.notebook.files import read_notebook, take, write_anew

RIGHT = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right"
LESSON = load_lesson("layers")
STUB = stub_of(LESSON).encode()


def notebook(content=STUB):
    return to_notebook(LESSON, content, "layers.ipynb")


def to_file(made):
    return take(made, LESSON.parts).content


def through_disk(content, path):
    write_anew(path, notebook(content))
    return read_notebook(path)


def test_it_is_a_valid_notebook_with_an_id_for_each_cell():
    """Lost otherwise: JupyterLab, VS Code or Colab refuse it, or rewrite it on opening."""
    made = notebook()
    nbformat.validate(nbformat.from_dict(made))
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
    assert made["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in made["cells"]]
    assert len(set(ids)) == len(ids)


def test_the_whole_text_of_the_lesson_is_in_it_once():
    """Lost otherwise: a section that the reports point at, or the same one twice."""
    titles = [cell["source"].split("\n")[0] for cell in notebook()["cells"]]
    for section in lesson_text("layers").sections:
        assert titles.count(f"{'#' * section.level} {section.title}") == 1, section.title


def test_each_exercise_stands_below_its_sections():
    """Lost otherwise: a learner writes a class before the text has said what it is."""
    sources = [cell["source"] for cell in notebook()["cells"]]
    places = {text.split("\n")[0]: place for place, text in enumerate(sources)}
    for exercise in LESSON.exercises:
        section = lesson_text("layers").of_exercise(exercise.name)
        cell = places[f"%%exercise {exercise.part}"]
        above = places[f"### {section.title}"]
        assert above < cell
        assert not any(text.startswith("%%exercise") for text in sources[above:cell])


def test_nothing_in_it_is_fetched_from_anywhere():
    """Lost otherwise: a picture or a script that is missing without a network."""
    assert not any("<script" in c["source"] or "![" in c["source"] for c in notebook()["cells"])


@pytest.mark.parametrize("path", sorted(RIGHT.glob("*.py")), ids=lambda path: path.stem)
def test_file_to_notebook_to_file_is_the_identity(path, tmp_path):
    """Lost otherwise: a line, a tab, an encoding or the last line's missing end."""
    again = through_disk(path.read_bytes(), tmp_path / "layers.ipynb")
    assert to_file(again) == path.read_bytes()


def test_an_edited_cell_comes_back_as_it_was_edited():
    """Lost otherwise: what a learner wrote in the notebook."""
    made = notebook()
    cell = next(c for c in made["cells"] if c["source"].startswith("%%exercise Dropout"))
    cell["source"] = "\n  %%exercise Dropout.forward\n# mine\nclass Dropout(Layer):\n\tp = 'ü'\n"
    before, _, after = STUB.partition(b"class Dropout")
    text = to_file(made)
    assert text.startswith(before + "# mine\nclass Dropout(Layer):\n\tp = 'ü'\n".encode())
    assert text.endswith(after[after.index(b"class Sequential") :])


def test_cells_that_lost_their_metadata_make_the_same_code():
    """Lost otherwise: a notebook that an editor has stripped no longer becomes a file."""
    made = notebook()
    made["metadata"] = {}
    for cell in made["cells"]:
        cell["metadata"] = {}
    assert to_file(made).rstrip() == STUB.rstrip()


def test_no_cell_of_the_lesson_is_no_file():
    """Lost otherwise: an empty file in the place of a learner's work."""
    made = notebook()
    made["cells"] = [c for c in made["cells"] if not c["source"].startswith("%%")]
    assert to_file(made) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"cells": 3, "nbformat": 4}', "\xff"])
def test_what_is_no_notebook(text, tmp_path):
    """Lost otherwise: a traceback of a library in the place of a sentence."""
    path = tmp_path / "x.ipynb"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(WorkspaceError, match=r"x\.ipynb holds no notebook"):
        read_notebook(path)


def test_a_notebook_that_is_there_gets_another_name(tmp_path):
    """Lost otherwise: hours of a person's notes, for one --force."""
    path = tmp_path / "layers.ipynb"
    assert write_anew(path, {"a": 1}) is None
    assert write_anew(path, {"a": 2}) == tmp_path / "layers.1.ipynb"
    assert write_anew(path, {"a": 3}) == tmp_path / "layers.2.ipynb"
    found = {path.name: json.loads(path.read_text())["a"] for path in tmp_path.iterdir()}
    assert found == {"layers.1.ipynb": 1, "layers.2.ipynb": 2, "layers.ipynb": 3}
