"""Kernels that run the cells of a notebook, and what came out of them."""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from proof.learner_files import learner_files
from tito.lesson.model import load_lesson
from tito.notebook.document import split, to_notebook

ANEW = "%reset -f\n%reload_ext tito.notebook\nimport os; os.chdir({!r}); del os"


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


class Kernel:
    """A kernel that runs cells; one that fails stops nothing."""

    def __init__(self, folder):
        self.notebook = nbformat.v4.new_notebook()
        resources = {"metadata": {"path": os.fspath(folder)}}
        self.client = NotebookClient(
            self.notebook,
            timeout=120,
            kernel_name="python3",
            allow_errors=True,
            resources=resources,
        )

    def run(self, folder, cells):
        """Each cell's output: as in a new kernel that was started in this folder."""
        begin = nbformat.v4.new_code_cell(ANEW.format(os.fspath(folder)))
        self.notebook.cells = [begin, *map(nbformat.from_dict, cells)]
        for place, cell in enumerate(self.notebook.cells):
            self.client.execute_cell(cell, place)
        return [Output(cell.outputs) for cell in self.notebook.cells[1:]]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One kernel for all tests that leave NumPy and the library in it as they were."""
    kernel = Kernel(tmp_path_factory.mktemp("kernel"))
    with kernel.client.setup_kernel():
        yield kernel


@pytest.fixture
def run_cells(shared, tmp_path):
    """Runs cells with these texts as in a new kernel, which has the magics; their outputs."""

    def run(*texts, kernel=shared):
        return kernel.run(tmp_path, [nbformat.v4.new_code_cell(text) for text in texts])

    return run


@pytest.fixture
def spoilt(tmp_path):
    """A kernel for one test alone."""
    kernel = Kernel(tmp_path)
    with kernel.client.setup_kernel():
        yield kernel


@pytest.fixture(scope="module")
def run_file(shared, tmp_path_factory):
    """Runs the notebook of a learner's file; the output of each cell by its first line."""

    def run(content):
        lesson, folder = load_lesson("layers"), tmp_path_factory.mktemp("notebook")
        notebook = to_notebook(lesson, content, "layers.ipynb")
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        outputs = shared.run(folder, code)
        return {c["source"].split("\n")[0]: o for c, o in zip(code, outputs, strict=True)}

    return run


@pytest.fixture
def cells_of():
    """The texts of the cells of one of the learners' files: ``page``."""

    def cells(name):
        pieces, _ = split(learner_files("layers").content(name), load_lesson("layers").parts)
        return [f"%%{p.kind} {' '.join(p.names)}".rstrip() + f"\n{p.text}" for p in pieces]

    return cells
