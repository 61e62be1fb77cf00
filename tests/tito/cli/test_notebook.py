"""``tito notebook`` as a person types it: what is written, what is kept, what is refused."""

import os
import subprocess
import sys

import nbformat
import pytest

WORK = "class Layer:\r\n    pass\r\n"


def test_it_writes_a_notebook_of_the_learners_file(tito, begun):
    """Lost otherwise: the notebook begins with the stub, and the work so far is not in it."""
    (begun / "layers_dev.py").write_bytes(WORK.encode())
    result = tito("notebook", "layers")
    assert result.returncode == 0, result.stderr
    assert "Wrote my-tinytorch" in result.stdout
    assert f"--to-py {os.path.join('my-tinytorch', 'layers.ipynb')}" in result.stdout
    made = nbformat.read(begun / "layers.ipynb", as_version=4)
    nbformat.validate(made)
    assert "%%exercise Layer\nclass Layer:\n    pass" in [cell.source for cell in made.cells]


def test_it_begins_the_lesson_where_that_was_not_done(tito, learner):
    """Lost otherwise: a notebook in no folder of a lesson, where no version is kept."""
    assert tito("notebook").returncode == 0
    folder = learner / "my-tinytorch"
    assert {"layers.ipynb", "layers_dev.py", ".tito"} <= set(os.listdir(folder))


def test_a_notebook_that_is_there_stays(tito, begun):
    """Lost otherwise: everything that was written in the notebook."""
    (begun / "layers.ipynb").write_text("mine")
    result = tito("notebook")
    assert result.returncode == 1
    assert "stays as it is" in result.stdout
    assert "tito notebook layers --force" in result.stdout
    assert (begun / "layers.ipynb").read_text() == "mine"
    assert "is now my-tinytorch" in tito("notebook", "--force").stdout
    assert (begun / "layers.1.ipynb").read_text() == "mine"


@pytest.mark.parametrize("name", ["layers.ipynb", "with space.ipynb"])
def test_there_and_back(tito, begun, name):
    """Lost otherwise: the file, for having been a notebook once."""
    before = (begun / "layers_dev.py").read_bytes()
    assert tito("notebook", "--output", begun / name).returncode == 0
    (begun / "layers_dev.py").write_bytes(WORK.encode())
    result = tito("notebook", "--to-py", begun / name)
    assert result.returncode == 0, result.stderr
    assert (begun / "layers_dev.py").read_bytes() == before
    assert "kept: tito restore" in result.stdout
    again = tito("notebook", "--to-py", begun / name)
    assert "already holds exactly this" in again.stdout


def test_what_the_file_held_before_is_kept(tito, begun):
    """Lost otherwise: an hour's work in the file, for a notebook that is older."""
    from tito.learner.versions import Versions

    tito("notebook")
    (begun / "layers_dev.py").write_bytes(WORK.encode())
    tito("notebook", "--to-py", begun / "layers.ipynb")
    versions = Versions(begun)
    texts = [versions.content(version) for version in versions.list("layers_dev.py")]
    assert WORK.encode() in texts


def test_a_file_whose_text_cannot_be_kept_is_not_replaced(tito, learner):
    """Lost otherwise: the only copy of a file that lies in no folder of a lesson."""
    tito("notebook", "--output", "layers.ipynb")
    (learner / "layers_dev.py").write_text("mine")
    result = tito("notebook", "--to-py", "layers.ipynb")
    assert result.returncode == 1
    assert "stays as it is" in result.stderr
    assert (learner / "layers_dev.py").read_text() == "mine"
    assert tito("notebook", "--to-py", "layers.ipynb", "--output", "new.py").returncode == 0


def test_a_file_that_is_no_python(tito, begun):
    """Lost otherwise: a traceback, or a notebook without the learner's classes."""
    (begun / "layers_dev.py").write_text("class Layer:\n  def f(\n")
    result = tito("notebook")
    assert result.returncode == 1
    assert "syntax error on line 2" in result.stderr
    assert "tito notebook layers" in result.stderr
    assert not (begun / "layers.ipynb").exists()


def test_cells_that_stay_in_the_notebook_are_counted(tito, begun):
    """Lost otherwise: code that a learner believes to be in the file."""
    tito("notebook")
    path = begun / "layers.ipynb"
    made = nbformat.read(path, as_version=4)
    made.cells.append(nbformat.v4.new_code_cell("x = 1"))
    nbformat.write(made, path)
    assert "1 cell with code stays only in the notebook" in tito("notebook", "--to-py", path).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "answer"),
    [
        (["--to-py", "none.ipynb"], 1, "cannot be read"),
        (["--to-py", "my-tinytorch/layers_dev.py"], 1, "holds no notebook"),
        (["--output", "layers.txt"], 2, "ends in .ipynb"),
        (["--output", "no/such/folder.ipynb"], 1, "cannot be written"),
        (["layer"], 2, "There is no lesson"),
    ],
)
def test_what_cannot_be_done_is_said(tito, begun, arguments, code, answer):
    """Lost otherwise: a traceback in the place of a sentence."""
    result = tito("notebook", *arguments)
    assert result.returncode == code
    assert answer in result.stderr
    assert "Traceback" not in result.stderr


def test_a_notebook_needs_no_package(tito, begun):
    """Lost otherwise: the work in a notebook, on a machine that cannot install anything."""
    before = (begun / "layers_dev.py").read_bytes()
    for arguments in (["--force"], ["--to-py", "my-tinytorch/layers.ipynb", "--output", "x.py"]):
        hide = (
            "import sys\n"
            "for name in ('nbformat', 'ipykernel', 'IPython'): sys.modules[name] = None\n"
            f"sys.argv = ['tito', 'notebook', *{arguments}]\n"
            "from tito.cli import main; main()"
        )
        result = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
    assert (begun.parent / "x.py").read_bytes() == before
