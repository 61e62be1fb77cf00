"""The engine on whole files of learners: right, wrong, and hostile ones."""

import ast
import re
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tito.engine import examine, start_worker
from tito.engine.seam import processes_marked
from tito.engine.written import SLIPS
from tito.lesson.model import load_lesson

FILES = Path(__file__).parent / "files"
RIGHT = sorted((FILES / "right").glob("*.py"))
WRONG = sorted((FILES / "wrong").glob("*.py"))
HOSTILE = sorted((FILES / "hostile").glob("*.py"))
REFERENCE = FILES.parents[3] / "src" / "tinytorch" / "core" / "layers.py"


def verdict(path):
    """The report on a file, and the processes that the run left behind."""
    worker = start_worker()
    report = examine("layers", path, worker=worker)
    return report, processes_marked(worker.mark)


def hostile_verdict(path):
    """The verdict on a copy of a hostile file, in a folder with a space in its name."""
    with tempfile.TemporaryDirectory(prefix="a folder ", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(path.read_bytes())
        return verdict(copy)


def all_verdicts(work, paths, processes):
    """What becomes of each file, worked out side by side."""
    with ProcessPoolExecutor(processes) as pool:
        return dict(zip(paths, pool.map(work, paths, chunksize=4), strict=True))


def selected(request, fixture, every):
    """The files of those tests that will run; all, where one of them asks about all."""
    items = [item for item in request.session.items if fixture in item.fixturenames]
    paths = [getattr(item, "callspec", None) and item.callspec.params.get("path") for item in items]
    return list(dict.fromkeys(paths)) if all(paths) else every


@pytest.fixture(scope="module")
def verdicts(request):
    """The verdicts on right and wrong files."""
    return all_verdicts(verdict, selected(request, "verdicts", [*RIGHT, *WRONG]), 2)


@pytest.fixture(scope="module")
def hostile_verdicts(request):
    """The verdicts on hostile files: they mostly wait, so more of them at once."""
    return all_verdicts(hostile_verdict, selected(request, "hostile_verdicts", HOSTILE), 4)


def name(path):
    """A readable test id."""
    return path.stem


def test_there_are_enough_files():
    """A folder that was moved must not turn these tests into none."""
    assert len(RIGHT) >= 80
    assert len(WRONG) >= 60
    assert len(HOSTILE) >= 30


def program(path):
    """What a file says to Python, without its docstrings."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        match node:
            case ast.Module() | ast.ClassDef() | ast.FunctionDef() if ast.get_docstring(node):
                del node.body[0]
    return ast.dump(tree)


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_right_solutions_are_different_programs():
    """Lost otherwise: one style of writing, counted many times, stands for all that is right."""
    assert len({program(path) for path in RIGHT}) >= 70


def test_the_reference_passes():
    """The library's own layers are a right solution, though they may not be borrowed."""
    report, _ = verdict(REFERENCE)
    assert report.ok, report.first
    assert report.advice == []


@pytest.mark.parametrize("path", RIGHT, ids=name)
def test_a_right_solution_passes(path, verdicts):
    """A learner who is right must be told so, however they wrote it."""
    report, left = verdicts[path]
    assert report.error is None
    assert report.ok, report.first
    assert left == []


@pytest.mark.parametrize("path", WRONG, ids=name)
def test_a_mistake_is_noticed(path, verdicts):
    """A mistake that passes is the worst that this tool can do."""
    report, left = verdicts[path]
    assert not report.ok
    assert report.passed < len(report.checks)
    assert left == []


def test_nine_in_ten_mistakes_are_named(verdicts):
    """A person wants to know what they misunderstood, in whatever style they wrote it."""
    named = [path for path in WRONG if (first := verdicts[path][0].first) and first.misconception]
    assert len(named) >= 0.9 * len(WRONG)


def named_mistakes():
    """Files of one mistake in wrong/INDEX.md whose name there is one of the tool's."""
    names = {wrong.name for wrong in load_lesson("layers").misconceptions} | set(SLIPS)
    index = (FILES / "wrong" / "INDEX.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)\.py` \| .* \| `([\w-]+)` \|$", index, re.MULTILINE)
    return [(f"{stem}.py", mistake) for stem, mistake in rows if mistake in names]


@pytest.mark.parametrize(("file", "mistake"), named_mistakes())
def test_a_sure_name_is_the_right_one(file, mistake, verdicts):
    """A wrong explanation told for sure sends a person the wrong way; none at all does not."""
    first = verdicts[FILES / "wrong" / file][0].first
    assert first.misconception == mistake or not first.sure


def outcomes():
    """The table in hostile/INDEX.md: for each file, what may come of it."""
    index = (FILES / "hostile" / "INDEX.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| .* \| `([^`|]*)` \|$", index, re.MULTILINE)
    return {FILES / "hostile" / file: outcome for file, outcome in rows}


OUTCOMES = outcomes()


def test_every_hostile_file_is_in_the_table():
    """A file without an expected outcome would be tested for nothing."""
    assert set(OUTCOMES) == set(HOSTILE)


@pytest.mark.parametrize("stem", ["raises_control_characters", "raises_nested_causes"])
def test_an_error_of_ones_own_is_no_evidence(stem, hostile_verdicts):
    """A person whose code raises something unrelated is told of a mistake they did not make."""
    report, _ = hostile_verdicts[FILES / "hostile" / f"{stem}.py"]
    assert not any(result.sure for result in report.checks)


@pytest.mark.parametrize("path", HOSTILE, ids=name)
def test_a_hostile_file_gets_what_it_deserves(path, hostile_verdicts):
    """Nothing that a file does to the tool may become a pass, a traceback, or a process left."""
    report, left = hostile_verdicts[path]
    assert left == []
    assert report.seconds < 30  # two tries of what hangs, on a machine that may be busy
    assert "tito/engine" not in str(report.to_dict())
    failing = {check.part for check in report.checks if check.status != "passed"}
    match OUTCOMES[path]:
        case "either":
            assert report.ok or report.first
        case "right":
            assert report.ok, report.first
        case "error":
            assert report.error is not None
        case parts:
            assert report.error is not None or set(parts.split(", ")) <= failing
