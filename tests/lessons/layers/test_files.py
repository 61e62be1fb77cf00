"""The engine on whole files of learners: right, wrong, and hostile ones."""

import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tito.engine import examine, start_worker
from tito.engine.guard import processes_marked

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


@pytest.fixture(scope="module")
def verdicts():
    """All verdicts, worked out on both cores."""
    paths = [*RIGHT, *WRONG]
    with ProcessPoolExecutor(2) as pool:
        return dict(zip(paths, pool.map(verdict, paths, chunksize=8), strict=True))


def name(path):
    """A readable test id."""
    return path.stem


def test_there_are_enough_files():
    """A folder that was moved must not turn these tests into none."""
    assert len(RIGHT) >= 25
    assert len(WRONG) >= 60
    assert len(HOSTILE) >= 30


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


def mistakes():
    """The table in wrong/INDEX.md: file, class of the mistake."""
    rows = re.findall(r"^\| `(\w+)\.py` \| .* \| `(\w+)[.\w]*`", _index("wrong"), re.MULTILINE)
    return {FILES / "wrong" / f"{stem}.py": part for stem, part in rows}


def _index(kind):
    return (FILES / kind / "INDEX.md").read_text(encoding="utf-8")


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


@pytest.mark.parametrize("path", HOSTILE, ids=name)
def test_a_hostile_file_never_passes(path, tmp_path):
    """Nothing that a file does to the tool may become a pass, a traceback, or a process left."""
    copy = tmp_path / "a folder" / path.name
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    report, left = verdict(copy)
    right = f"| `{path.name}` |" in "".join(
        line for line in _index("hostile").splitlines(True) if "`right`" in line
    )
    assert report.ok is right, report.first
    assert left == []
    assert report.seconds < 12
    shown = str(report.to_dict())
    assert "tito/engine" not in shown
