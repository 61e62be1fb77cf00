"""Kernels that run the cells of a notebook, and what came out of them."""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from proof.learner_files import learner_files
from tito.lesson.model import load_lesson
from tito.notebook.document import split, to_notebook

LOAD = "%load_ext tito.notebook"


class Output:
    """What one cell showed, in the forms in which a notebook shows it."""

    def __init__(self, outputs):
        self.kinds = [output.output_type for output in outputs]
        shown = [output.data for output in outputs if output.output_type == "display_data"]
        self.html = "\n".join(data["text/html"] for data in shown)
        self.text = "\n".join(data["text/plain"] for data in shown)
        self.printed = "".join(o.text for o in outputs if o.output_type == "stream")
        self.errors = [o for o in outputs if o.output_type == "error"]
        self.traceback = "\n".join(line for error in self.errors for line in error.traceback)


def run_notebook(notebook, folder):
    """Each code cell's output, in order; a cell that fails stops nothing."""
    node = nbformat.from_dict(notebook)
    resources = {"metadata": {"path": os.fspath(folder)}}
    client = NotebookClient(
        node, timeout=120, kernel_name="python3", allow_errors=True, resources=resources
    )
    client.execute()
    return [Output(cell.outputs) for cell in node.cells if cell.cell_type == "code"]


@pytest.fixture
def run_cells(tmp_path):
    """Runs cells with these texts in a new kernel, which has the magics; their outputs."""

    def run(*texts):
        cells = [nbformat.v4.new_code_cell(text) for text in (LOAD, *texts)]
        return run_notebook(nbformat.v4.new_notebook(cells=cells), tmp_path)[1:]

    return run


@pytest.fixture(scope="module")
def run_file(tmp_path_factory):
    """Runs the notebook of a learner's file; the output of each cell by its first line."""

    def run(content):
        lesson, folder = load_lesson("layers"), tmp_path_factory.mktemp("notebook")
        notebook = to_notebook(lesson, content, "layers.ipynb")
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        outputs = run_notebook(notebook, folder)
        return {c["source"].split("\n")[0]: o for c, o in zip(code, outputs, strict=True)}

    return run


@pytest.fixture
def cells_of():
    """The texts of the cells of one of the learners' files: ``page``."""

    def cells(name):
        pieces, _ = split(learner_files("layers").content(name), load_lesson("layers").parts)
        return [f"%%{p.kind} {' '.join(p.names)}".rstrip() + f"\n{p.text}" for p in pieces]

    return cells
