"""The learner's file comes back from a notebook, whatever editors and cleaners did to that."""

import copy
import json
from pathlib import Path

import pytest

from tito.engine import examine
from tito.learner import WorkspaceError
from tito.lesson.model import load_lesson
from tito.notebook.document import to_notebook
from tito.notebook.files import read_notebook, take

PAGE = (
    Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"
).read_bytes()
LESSON = load_lesson("layers")
MADE = to_notebook(LESSON, PAGE, "layers.ipynb")


def back(path, content):
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return take(read_notebook(path), LESSON.parts)


def code(made):
    return [cell for cell in made["cells"] if cell["cell_type"] == "code"]


def starting(made, text):
    return next(cell for cell in code(made) if cell["source"].startswith(text))


def older_minor(made):
    made["nbformat_minor"] = 4


def no_versions(made):
    del made["nbformat"], made["nbformat_minor"]


def stripped(made):
    for cell in code(made):
        del cell["execution_count"], cell["outputs"]


def outputs_on_text(made):
    made["cells"][0]["outputs"] = []


def unknown_keys(made):
    made["cells"][3] |= {"collapsed": True, "attachments": None, "pinned": [1]}
    made["signature"] = "x"


def no_ids(made):
    for cell in made["cells"]:
        cell.pop("id", None)


def one_id_for_all(made):
    for cell in made["cells"]:
        cell["id"] = "same"


def ids_of_no_kind(made):
    for cell in made["cells"]:
        cell["id"] = 7


def lists_of_lines(made):
    for cell in made["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)


def lists_without_ends(made):
    for cell in made["cells"]:
        cell["source"] = cell["source"].splitlines()


def windows_ends(made):
    for cell in made["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n")


def of_colab(made):
    made["metadata"]["colab"] = {"provenance": [], "toc_visible": True}
    for cell in made["cells"]:
        cell["metadata"] |= {"id": "aBc", "colab": {"base_uri": "https://localhost/"}}


def of_vs_code(made):
    for cell in made["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}


def results_are_there(made):
    for cell in code(made):
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "%%exercise"}]


def scratch_cells(made):
    made["cells"].append({"cell_type": "code", "metadata": {}, "source": "%timeit 1\n!ls"})
    made["cells"].insert(4, {"cell_type": "code", "metadata": {}, "source": ""})
    made["cells"].insert(5, {"cell_type": "raw", "source": "raw"})


SAME = [
    older_minor,
    no_versions,
    stripped,
    outputs_on_text,
    unknown_keys,
    no_ids,
    one_id_for_all,
    ids_of_no_kind,
    lists_of_lines,
    lists_without_ends,
    windows_ends,
    of_colab,
    of_vs_code,
    results_are_there,
    scratch_cells,
]


@pytest.mark.parametrize("change", SAME, ids=lambda change: change.__name__)
def test_what_editors_write_gives_the_file_byte_by_byte(change, tmp_path):
    """Lost otherwise: a learner's work, shut up in a notebook that every editor opens."""
    made = copy.deepcopy(MADE)
    change(made)
    assert back(tmp_path / "x.ipynb", made).content == PAGE


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_the_encodings_of_editors(encoding, tmp_path):
    """Lost otherwise: the notebook of somebody whose editor or shell writes another encoding."""
    text = json.dumps(MADE, indent=1, ensure_ascii=False)
    assert back(tmp_path / "x.ipynb", text.encode(encoding)).content == PAGE


def no_metadata(made):
    for holder in (made, *made["cells"]):
        del holder["metadata"]


def metadata_of_other_kinds(made):
    made["metadata"] = {"tito": {"line_ends": ["crlf"], "mark": 3}}
    for cell in made["cells"]:
        cell["metadata"] = {"tito": {"before": 3, "after": None, "as_was": []}}


def metadata_is_null(made):
    for holder in (made, *made["cells"]):
        holder["metadata"] = None


def in_another_order(made):
    no_ids(made)
    cells = code(made)
    for cell in cells:
        made["cells"].remove(cell)
    made["cells"] += reversed(cells)


def moved_below(made):
    linear = starting(made, "%%exercise Linear")
    made["cells"].remove(linear)
    made["cells"].append(linear)


def base_moved_to_the_end(made):
    layer = starting(made, "%%exercise Layer")
    made["cells"].remove(layer)
    made["cells"].append(layer)


def merged(made):
    first, second = starting(made, "%%exercise Linear"), starting(made, "%%exercise Dropout")
    first["source"] += "\n\n" + second["source"]
    made["cells"].remove(second)


def all_merged(made):
    cells = code(made)
    made["cells"] = [{**cells[0], "source": "\n\n".join(cell["source"] for cell in cells)}]


def magics_removed(made):
    for cell in code(made):
        if cell["source"].startswith("%%"):
            cell["source"] = cell["source"].partition("\n")[2]


def one_magic_removed(made):
    no_ids(made)
    cell = starting(made, "%%exercise Linear")
    cell["source"] = cell["source"].partition("\n")[2]


def a_remark_above_the_magic(made):
    cell = starting(made, "%%exercise Linear")
    cell["source"] = "# @title Mine\n" + cell["source"]


def split_in_a_class(made):
    cell = starting(made, "%%exercise Linear")
    head, mark, tail = cell["source"].partition("    def forward")
    place = made["cells"].index(cell)
    cell["source"] = head.rstrip("\n")
    made["cells"].insert(place + 1, {"cell_type": "code", "metadata": {}, "source": mark + tail})


RIGHT = [
    no_metadata,
    metadata_of_other_kinds,
    metadata_is_null,
    in_another_order,
    moved_below,
    base_moved_to_the_end,
    merged,
    all_merged,
    magics_removed,
    one_magic_removed,
    a_remark_above_the_magic,
    split_in_a_class,
]


@pytest.mark.parametrize("change", RIGHT, ids=lambda change: change.__name__)
def test_what_people_do_to_cells_gives_code_that_is_right(change, tmp_path):
    """Lost otherwise: layers that are right in the notebook, and wrong or gone in the file."""
    made = copy.deepcopy(MADE)
    change(made)
    path = tmp_path / "layers_dev.py"
    path.write_bytes(back(tmp_path / "x.ipynb", made).content)
    report = examine(LESSON, path)
    assert report.ok, report.error
    compile(path.read_bytes(), "layers_dev.py", "exec")


def test_a_file_that_ends_without_a_line_end_can_be_rearranged(tmp_path):
    """Lost otherwise: two classes in one line, where the last cell was dragged upwards."""
    content = b"class Layer:\n    x = 1\n\n\nclass Linear:\n    y = 2"
    made = to_notebook(LESSON, content, "layers.ipynb")
    assert back(tmp_path / "x.ipynb", made).content == content
    made["cells"].insert(
        0, made["cells"].pop(made["cells"].index(starting(made, "%%exercise Linear")))
    )
    again = back(tmp_path / "x.ipynb", made).content
    assert again == b"class Linear:\n    y = 2\n\n\nclass Layer:\n    x = 1\n"


def test_a_line_of_text_that_looks_like_a_magic_stays_text(tmp_path):
    """Lost otherwise: a class cut in two at a line of its docstring."""
    content = b'class Layer:\n    """Mine.\n\n%%exercise Linear\n    """\n'
    made = to_notebook(LESSON, content, "layers.ipynb")
    assert back(tmp_path / "x.ipynb", made).content == content


def test_what_was_not_taken_is_told(tmp_path):
    """Lost otherwise: code that a learner believes to be in the file."""
    made = copy.deepcopy(MADE)
    scratch_cells(made)
    made["cells"].append({"cell_type": "markdown", "source": "%%exercise Dense\nclass Dense: ..."})
    found = back(tmp_path / "x.ipynb", made)
    assert (found.left, found.silent) == (["%timeit 1"], ["%%exercise Dense"])
    one_magic_removed(made)
    assert back(tmp_path / "x.ipynb", made).guessed == ["Linear"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"\0\0\0\0", "it is empty"),
        (b"[]", "it is JSON, but has no list of cells"),
        (b'{"cells": 3}', "it is JSON, but has no list of cells"),
        (json.dumps(MADE).encode()[:5000], "its JSON has an error on line 1"),
        (b'{"cells": [\n{"a": 1 "b": 2}]}', "its JSON has an error on line 2, column 9"),
        (b'{"cells": [\n<<<<<<< HEAD\n', "its JSON has an error on line 2"),
        (b"<!DOCTYPE html><p>", "its JSON has an error on line 1, column 1"),
        (b"\x89PNG\r\n\x1a\n", "it is not text"),
        (b"[" * 100_000, "holds no notebook"),
    ],
)
def test_a_refusal_says_what_is_wrong(content, why, tmp_path):
    """Lost otherwise: "holds no notebook", and nobody knows what to mend."""
    with pytest.raises(WorkspaceError, match=why):
        back(tmp_path / "x.ipynb", content)


def test_jupyters_own_copy_is_named(tmp_path):
    """Lost otherwise: the way back that Jupyter keeps, for want of a hint at it."""
    copies = tmp_path / ".ipynb_checkpoints"
    copies.mkdir()
    (copies / "x-checkpoint.ipynb").write_text("{}")
    with pytest.raises(WorkspaceError, match="older copy of it"):
        back(tmp_path / "x.ipynb", b"")
