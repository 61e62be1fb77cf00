"""The engine on whole files of learners: right, doubtful, wrong, and hostile ones."""

import ast
import itertools
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest

from proof.learner_files import learner_files
from proof.warm import warm_worker
from tito.engine import run
from tito.engine.bench import Bench
from tito.engine.conduct import Limits
from tito.engine.seam import processes_marked
from tito.engine.written import SLIPS
from tito.lesson.model import load_lesson

LESSON = load_lesson("layers")
FILES = learner_files("layers")
RIGHT = [entry.name for entry in FILES.of("right")]
WRONG = [entry.name for entry in FILES.of("wrong")]
HOSTILE = [entry.name for entry in FILES.of("doubtful", "hostile")]
REFERENCE = Path(__file__).parents[3] / "src" / "tinytorch" / "core" / "layers.py"
AT_ONE_SEED = 100

# file, exercise, name, how the line begins
FIRST_TO_FIX = [
    ("base_raises_type_error", "Layer.forward", "base-forward-raises-another-error", "raise Type"),
    ("raises_not_implemented_called", "Layer.forward", "base-forward-raises-not-implemented", "r"),
    ("base_parameters_generator", "Layer.parameters", "parameters-generator", "def parameters"),
    ("base_forward_without_self", "Layer.forward", "no-self-in-def", "def forward(x)"),
    ("call_misspelt", "Layer.__call__", "call-missing", "def "),
    ("call_without_underscores", "Layer.__call__", "call-missing", "def call("),
    ("constructor_misspelt", "Linear.__init__", "constructor-missing", "def _init_("),
    ("constructor_is_int", "Linear.__init__", "constructor-missing", "def __int__("),
    ("constructor_without_self", "Linear.__init__", "no-self-in-def", "def __init__(in_f"),
    ("constructor_without_sizes", "Linear.__init__", "argument-not-taken", "def __init__(self)"),
    ("super_init_forgotten", "Linear.__init__", "super-init-forgotten", "def __init__(self, in_"),
    ("bias_random_where_wanted", "Linear.__init__", "bias-starts-random", "self.bias = Tensor(np"),
    ("forward_without_self", "Linear.forward", "no-self-in-def", "def forward(x)"),
    ("forward_is_static", "Linear.forward", "method-is-static", "def forward(self, x)"),
    ("forward_is_a_property", "Linear.forward", "forward-is-a-property", "def forward(self, x)"),
    ("forward_without_x", "Linear.forward", "argument-not-taken", "def forward(self)"),
    ("forward_indented_into_init", "Linear.forward", "forward-missing", "def forward"),
    ("forward_outside_the_class", "Linear.forward", "forward-missing", "def forward"),
    ("forward_still_refuses", "Linear.forward", "not-written-yet", "raise NotImplementedError"),
    ("parameters_misspelt", "Linear.parameters", "parameters-missing", "def paramters("),
    ("parameters_forgotten", "Linear.parameters", "parameters-missing", "class Linear"),
    ("parameters_takes_x", "Linear.parameters", "argument-not-given", "def parameters(self, x)"),
    ("parameters_in_a_list", "Linear.parameters", "tensors-compared-by-in", "if self.bias"),
    ("p_one_in_the_constructor", "Dropout.__init__", "p-one-divides-by-zero", "self.p, self.sc"),
    ("p_is_a_local_variable", "Dropout.__init__", "p-not-kept", "p = p"),
    ("dropout_forward_misspelt", "Dropout.forward", "forward-missing", "def forwrad("),
    ("dropout_forward_without_self", "Dropout.forward", "no-self-in-def", "def forward(x, tr"),
    ("sequential_list_or_none", "Sequential.__init__", "list-only", "def __init__"),
    (
        "sequential_list_of_star",
        "Sequential.__init__",
        "layers-spread-into-list",
        "self.layers = l",
    ),
    ("sequential_forward_misspelt", "Sequential.forward", "forward-missing", "def forwards("),
    (
        "sequential_misnamed_in_the_stub",
        "Sequential.forward",
        "attribute-of-another-name",
        "for step in self.items",
    ),
    ("sequential_parameters_misspelt", "Sequential.parameters", "parameters-missing", "def para"),
    ("sequential_parameters_forgotten", "Sequential.parameters", "parameters-missing", "class Se"),
    ("sequential_parameters_inside_forward", "Sequential.parameters", "parameters-missing", "def"),
    ("sequential_parameters_compared", "Sequential.parameters", "tensors-compared-by-in", "if p"),
    ("sequential_parameters_chained", "Sequential.parameters", "parameters-generator", "return"),
]

benches = (
    bench for _ in itertools.count() for bench in itertools.repeat(Bench(LESSON), AT_ONE_SEED)
)


def verdict(path):
    """The report on a file, and the processes that the run left behind."""
    worker, bench = warm_worker("layers"), next(benches)
    bench.looks.clear()  # of the run before: how many one may take is limited
    try:
        report = run.run(bench, path, worker, time.monotonic())
    finally:
        worker.end()
    return report, processes_marked(worker.mark)


def verdict_on_a_copy(name):
    """The verdict on a learner file, in a folder with a space in its name.

    What hangs is waited for half as long as a person's file.
    """
    limits = partial(Limits, probe_s=1.0, again_s=1.5)
    with (
        tempfile.TemporaryDirectory(prefix="a folder ", ignore_cleanup_errors=True) as folder,
        patch.object(run, "Limits", limits),
    ):
        return verdict(FILES.put(name, Path(folder)))


@pytest.fixture(scope="module")
def verdicts(request):
    """What becomes of each file that the chosen tests ask for, worked out side by side.

    The hostile ones mostly wait, so they have processes of their own beside the others.
    """
    own = [item for item in request.session.items if item.path == request.path]
    items = [item for item in own if "verdicts" in item.fixturenames]
    asked = [getattr(item, "callspec", None) and item.callspec.params.get("name") for item in items]
    names = set(asked) if all(asked) else {*RIGHT, *WRONG, *HOSTILE}
    with ProcessPoolExecutor(2) as some, ProcessPoolExecutor(3) as others:
        runs = {
            name: pool.submit(verdict_on_a_copy, name)
            for pool, kind in ((some, [*RIGHT, *WRONG]), (others, HOSTILE))
            for name in kind
            if name in names
        }
        return {name: run.result() for name, run in runs.items()}


def test_there_are_enough_files():
    """A folder that was moved must not turn these tests into none."""
    assert len(RIGHT) >= 80
    assert len(WRONG) >= 60
    assert len(HOSTILE) >= 30


def program(name):
    """What a file says to Python, without its docstrings."""
    tree = ast.parse(FILES.content(name))
    for node in ast.walk(tree):
        match node:
            case ast.Module() | ast.ClassDef() | ast.FunctionDef() if ast.get_docstring(node):
                del node.body[0]
    return ast.dump(tree)


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_right_solutions_are_different_programs():
    """Lost otherwise: one style of writing, counted many times, stands for all that is right."""
    assert len({program(name) for name in RIGHT}) >= 70


def test_the_reference_passes():
    """The library's own layers are a right solution, though they may not be borrowed."""
    report, _ = verdict(REFERENCE)
    assert report.ok, report.first
    assert report.advice == []


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_solution_passes(name, verdicts):
    """A learner who is right must be told so, however they wrote it."""
    report, left = verdicts[name]
    assert report.error is None
    assert report.ok, report.first
    assert left == []


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_noticed(name, verdicts):
    """A mistake that passes is the worst that this tool can do."""
    report, left = verdicts[name]
    assert not report.ok
    assert report.passed < len(report.checks)
    assert left == []


def test_nine_in_ten_mistakes_are_named(verdicts):
    """A person wants to know what they misunderstood, in whatever style they wrote it."""
    named = [name for name in WRONG if (first := verdicts[name][0].first) and first.misconception]
    assert len(named) >= 0.9 * len(WRONG)


def named_mistakes():
    """Files of one mistake whose name is one of the tool's."""
    names = {wrong.name for wrong in LESSON.misconceptions} | set(SLIPS)
    return [(entry.name, entry.gets) for entry in FILES.of("wrong") if entry.gets in names]


@pytest.mark.parametrize(("name", "mistake"), named_mistakes())
def test_a_sure_name_is_the_right_one(name, mistake, verdicts):
    """A wrong explanation told for sure sends a person the wrong way; none at all does not."""
    first = verdicts[name][0].first
    assert first.misconception == mistake or not first.sure


@pytest.mark.parametrize(("name", "exercise", "mistake", "begins"), FIRST_TO_FIX)
def test_the_first_to_fix_is_named_and_shown(name, exercise, mistake, begins, verdicts):
    """Lost otherwise: a person at night looks at a line that never ran, under another's name."""
    first = verdicts[name][0].first
    line = FILES.content(name).decode().split("\n")[first.line - 1].strip()
    assert (first.exercise, first.misconception, first.sure) == (exercise, mistake, True)
    assert line.startswith(begins)
    if mistake.endswith("-missing") and begins.endswith("("):
        near = begins.removeprefix("def ").removesuffix("(")
        assert f"{near}, on line {first.line}, is close to it" in first.diagnosis


@pytest.mark.parametrize("name", ["raises_control_characters", "raises_nested_causes"])
def test_an_error_of_ones_own_is_no_evidence(name, verdicts):
    """A person whose code raises something unrelated is told of a mistake they did not make."""
    report, _ = verdicts[name]
    assert not any(result.sure for result in report.checks)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_what_it_deserves(name, verdicts):
    """Nothing that a file does to the tool may become a pass, a traceback, or a process left."""
    report, left = verdicts[name]
    assert left == []
    assert report.seconds < 30  # two tries of what hangs, on a machine that may be busy
    assert "tito/engine" not in str(report.to_dict())
    failing = {check.part for check in report.checks if check.status != "passed"}
    match FILES.entries[name].gets:
        case "either":
            assert report.ok or report.first
        case "right":
            assert report.ok, report.first
        case "error":
            assert report.error is not None
        case parts:
            assert report.error is not None or set(parts.split(", ")) <= failing
