"""`tito run SCRIPT`: the learner's layers in a program of theirs, and everything else as Python."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

FILES = Path(__file__).parents[2] / "lessons" / "layers" / "files"
PAGE = (FILES / "right" / "page.py").read_text()
WRONG = PAGE.replace("output = output + self.bias", "output = output - self.bias", 1)
REST = "tensor, activations, losses, autograd, optimizers: the reference"


@pytest.fixture
def right(begun):
    """A folder with a right file in it."""
    (begun / "layers_dev.py").write_text(PAGE)
    return begun


def script(text, path="script.py"):
    Path(path).write_text(text, encoding="utf-8")
    return path


def test_every_name_is_the_learners_one_module(tito, right):
    """Lost otherwise: a script trains the reference's Linear and its author believes it theirs."""
    told = """
import json, sys
from layers_dev import Linear
from tinytorch import Dropout, Linear as B
from tinytorch.core.layers import Linear as C
import layers_dev, tinytorch.core.layers as core
from activations_dev import ReLU
same = Linear is B is C and layers_dev is core is sys.modules["tinytorch.core.layers"]
print(json.dumps([same, core.__file__, ReLU.__module__, Linear.__module__, core.__spec__.name]))
"""
    result = tito("run", script(told))
    assert result.returncode == 0, result.stderr
    core = "tinytorch.core."
    file = os.fspath(right / "layers_dev.py")
    assert json.loads(result.stdout) == [True, file, f"{core}activations", *[f"{core}layers"] * 2]
    assert result.stderr.splitlines() == ["layers: yours (my-tinytorch/layers_dev.py)", REST]


def test_the_library_works_on_the_learners_layers(tito, right):
    """Lost otherwise: what is given with every layer is missing once the layers are one's own."""
    given = PAGE.replace("class Layer:", "class Layer(Module):")
    given = given.replace("class Sequential:", "class Sequential(Module):")
    (right / "layers_dev.py").write_text(f"from tinytorch.core.given.module import Module\n{given}")
    result = tito(
        "run",
        script("""
from tinytorch import Dropout, Linear, ReLU, Sequential
model = Sequential(Linear(3, 4), ReLU(), Dropout(0.5), Linear(4, 2)).eval()
assert not model.layers[2].training
assert len(model.state_dict()) == 4
model.load_state_dict(model.train().state_dict())
"""),
    )
    assert result.returncode == 0, result.stderr


def test_a_script_is_run_as_python_runs_it(tito, learner, tmp_path):
    """Lost otherwise: a script that works with python does not work with tito run."""
    (tmp_path / "place").mkdir()
    path = script(
        "import json, os, sys\n"
        "print(json.dumps([__name__, __file__, sys.argv, sys.path[0], os.getcwd(), input()]))\n",
        tmp_path / "place" / "a script.py",
    )
    arguments = [str(path), "-x", "--anyway", "--help", "a b"]
    answers = []
    for command in ([], ["-m", "tito.cli", "run"]):
        ran = subprocess.run(
            [sys.executable, *command, *arguments], input="line\n", capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr
        answers.append(json.loads(ran.stdout))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("form", ["-", "-m"])
def test_from_standard_input_and_as_a_module(right, tmp_path, form):
    """Lost otherwise: two ways to start a program that everybody knows from Python."""
    text = "import layers_dev; print(layers_dev.Linear.__module__, __name__)"
    script(text, tmp_path / "mine.py")
    command = [sys.executable, "-m", "tito.cli", "run", form, *(["mine"] if form == "-m" else [])]
    ran = subprocess.run(command, input=text, capture_output=True, text=True)
    assert ran.stdout.split() == ["tinytorch.core.layers", "__main__"], ran.stderr


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("raise SystemExit(7)", 7),
        ("import sys; sys.exit('no')", 1),
        ("pass", 0),
        ("1 / 0", 1),
        pytest.param(
            "import os; os.kill(os.getpid(), 9)",
            137,
            marks=pytest.mark.skipif(os.name == "nt", reason="POSIX signals"),
        ),
    ],
)
def test_the_exit_code_is_the_scripts(tito, learner, text, code):
    """Lost otherwise: a shell script or a Makefile goes on after a failure, or stops without."""
    assert tito("run", script(text)).returncode == code


@pytest.mark.parametrize("name", ["layers_dev", "tinytorch.core.layers", "tinytorch"])
def test_a_traceback_shows_the_persons_own_lines_only(tito, right, name):
    """Lost otherwise: a beginner reads frames of ours before the line that is theirs."""
    uses = f"from {name} import Linear\nLinear(2, 3)(1)\n"
    lines = tito("run", script(uses)).stderr.splitlines()
    frames = [line.split('"')[1] for line in lines if line.startswith("  File ")]
    mine = [os.path.abspath("script.py"), *[os.fspath(right / "layers_dev.py")] * 2]
    assert [os.path.abspath(frame) for frame in frames] == mine
    (right / "layers_dev.py").write_text(f"{PAGE}\n1 / 0\n")
    lines = tito("run", "--anyway", "script.py").stderr.splitlines()
    frames = [line.split('"')[1] for line in lines if line.startswith("  File ")]
    assert frames[-1] == os.fspath(right / "layers_dev.py")
    assert not any("tito" in Path(frame).parts for frame in frames)
    assert name == "tinytorch" or len(frames) == 2
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_layers_that_do_not_pass_are_not_run(tito, begun):
    """Lost otherwise: hours with a script whose fault is in a layer that was known to be wrong."""
    (begun / "layers_dev.py").write_text(WRONG)
    result = tito("run", script("print('it ran')"))
    assert result.returncode == 1
    assert result.stdout == ""
    assert "is not right yet, so the script was not run" in result.stderr
    assert "First to fix: Linear.forward" in result.stderr
    assert result.stderr.endswith(
        "To see more: tito test\nAdd --anyway to go ahead with these layers.\n"
    )
    anyway = tito("run", "--anyway", "script.py")
    assert (anyway.returncode, anyway.stdout) == (0, "it ran\n")
    first = anyway.stderr.splitlines()[0]
    assert re.fullmatch(r"layers: yours \(.*\.py\), \d+ of \d+ checks pass", first)


def test_an_untouched_stub_is_named_as_what_it_is(tito, begun):
    """Lost otherwise: "yours" is said of a file in which nothing is written yet."""
    result = tito("run", "--anyway", script("import layers_dev"))
    assert "), 0 of " in result.stderr
    assert tito("run", "script.py").returncode == 1


def test_without_a_file_the_reference_is_used_and_said(tito, learner):
    """Lost otherwise: no way to try a script before the lesson, or a false "yours"."""
    result = tito("run", script("from tinytorch import Linear; print(Linear(2, 3))"))
    assert result.stdout.startswith("Linear(in_features=2")
    assert result.stderr.startswith("layers: the reference (you have none yet: tito start)")


def test_another_file_can_be_named(tito, begun):
    """Lost otherwise: no way to compare two versions in one script."""
    script(PAGE + "\nMARK = 'other'\n", "other layers.py")
    used = tito("run", "--file", "other layers.py", script("import layers_dev as l; print(l.MARK)"))
    assert used.stdout == "other\n"
    assert "yours (other layers.py)" in used.stderr
    missing = tito("run", "--file", "mistyped.py", "script.py")
    assert missing.returncode == 1
    assert "mistyped.py" in missing.stderr


def test_a_script_that_is_not_there(tito, learner):
    """Lost otherwise: half a second of tests, and then Python's own words with a wrong path."""
    result = tito("run", "mistyped.py")
    assert result.returncode == 2
    assert "There is no file mistyped.py" in result.stderr


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_that_the_script_starts_have_the_layers_too(tito, right, method):
    """Lost otherwise: a parallel training runs the reference's layers, without a word."""
    if method == "forkserver" and os.name == "nt":
        pytest.skip("Windows has no forkserver")
    text = f"""
import multiprocessing
def where(_):
    import tinytorch
    return tinytorch.Linear.forward.__code__.co_filename
if __name__ == "__main__":
    with multiprocessing.get_context({method!r}).Pool(1) as pool:
        print(pool.map(where, [1])[0])
"""
    result = tito("run", script(text))
    assert result.stdout.strip() == os.fspath(right / "layers_dev.py"), result.stderr


def test_a_test_below_a_run_has_the_reference_to_compare_with(tito, right):
    """Lost otherwise: wrong layers are compared with themselves, and pass."""
    below = f"""
import subprocess, sys
open("wrong.py", "w").write({WRONG!r})
for module in ("tito.cli", "tito.inline"):
    test = ["test", "--file"] if module == "tito.cli" else []
    ran = subprocess.run([sys.executable, "-m", module, *test, "wrong.py"])
    print("code", ran.returncode, flush=True)
"""
    result = tito("run", script(below))
    assert result.stdout.count("code 1") == 2
    assert result.stdout.count("bias-subtracted") == 2


def test_a_test_within_a_run_refuses(tito, right):
    """Lost otherwise: layers are compared with themselves, and pass."""
    within = """
from pathlib import Path
import layers_dev
from tito.engine import examine
report = examine("layers", Path(layers_dev.__file__))
print(report.ok, report.passed, report.error)
"""
    result = tito("run", script(within))
    assert result.stdout.startswith("False 0 This program runs with your own layers"), result.stderr


def test_the_environments_own_startup_still_runs(right, tmp_path):
    """Lost otherwise: coverage, or a system's own hook, is gone below tito run."""
    script("print('site')", tmp_path / "sitecustomize.py")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path[1:]])}
    command = [sys.executable, "-m", "tito.cli", "run", script("import layers_dev")]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ran.stdout.splitlines() == ["site"] * 2, ran.stderr  # tito's own, and the script's


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_script_is_ended_with_the_command(learner, number, code):
    """Lost otherwise: a training that goes on after Ctrl-C, or a temporary folder for each run."""
    hang = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
    temporary = learner / "temporary"
    temporary.mkdir()
    child = subprocess.Popen(
        [sys.executable, "-m", "tito.cli", "run", script(hang)],
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while not (Path("pid").exists() and Path("pid").read_text()):
        assert child.poll() is None
        time.sleep(0.05)
    (os.killpg if number == signal.SIGINT else os.kill)(child.pid, number)
    child.communicate(timeout=20)
    assert child.returncode == code
    with pytest.raises(ProcessLookupError):
        os.kill(int(Path("pid").read_text()), 0)
    assert list(temporary.iterdir()) == []
