"""`tito train digits --anyway`: layers that cannot be trained end in a sentence of ours."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.choosing import chosen
from tito.cli.train import train_network
from tito.engine.seam import processes_marked
from tito.engine.source import Source


@pytest.fixture(autouse=True)
def _no_search(monkeypatch: pytest.MonkeyPatch):
    """These tests are of what is said first; the class at fault is looked for after it."""
    monkeypatch.setattr("tito.cli.train.look_for_the_fault", lambda *_: None)


PLAIN = (Path(__file__).parent / "plain_layers.py").read_text(encoding="utf-8")


def plain(folder: Path, old: str = "", new: str = "") -> Source:
    """The plain layers in a file, with one piece of code replaced."""
    assert old in PLAIN
    path = folder / "layers_dev.py"
    path.write_text(PLAIN.replace(old, new) if old else PLAIN, encoding="utf-8")
    return Source(path, path.read_bytes(), 0.0)


BROKEN = {
    "wrong order": (
        "x.matmul(self.weight)",
        "self.weight.matmul(x)",
        ["first step", "Cannot perform matrix multiplication", "layers_dev.py, line 15: return"],
    ),
    "no parameters": (
        "[parameter for layer in self.layers for parameter in layer.parameters()]",
        "[]",
        ["returned none"],
    ),
    "arrays as parameters": (
        "[self.weight, self.bias]",
        "[self.weight.data, self.bias.data]",
        ["of type ndarray"],
    ),
    "not a number": ("* scale", "* float('nan')", ["must be a number", "nan"]),
    "an array returned": (
        "return x.matmul(self.weight) + self.bias",
        "return x.data @ self.weight.data + self.bias.data",
        ["Training stopped", "layers_dev.py, line 47: x = layer(x)"],
    ),
    "an array at the end": (
        "        return x\n\n    def parameters(self):\n        return [parameter",
        "        return x.data\n\n    def parameters(self):\n        return [parameter",
        ["should return a Tensor, but it returned ndarray"],
    ),
    "a graph that is cut": (
        "return x.matmul(self.weight) + self.bias",
        "return Tensor(x.data @ self.weight.data + self.bias.data)",
        ["should lead back to its parameters"],
    ),
    "a missing class": ("class Dropout", "class Drop", ["needs a class Dropout"]),
    "an end of the process": (
        "        for layer in self.layers:\n",
        "        __import__('os')._exit(3)\n        for layer in self.layers:\n",
        ["ended the process", "code 3"],
    ),
    "an exit": (
        "        for layer in self.layers:\n",
        "        raise SystemExit\n        for layer in self.layers:\n",
        ["SystemExit", "layers_dev.py, line 46: raise SystemExit"],
    ),
    "endless recursion": (
        "        for layer in self.layers:\n",
        "        self.forward(x)\n        for layer in self.layers:\n",
        ["RecursionError", "layers_dev.py, line 46"],
    ),
    "a flood": (
        "        for layer in self.layers:\n",
        "        while True: print('x' * 1000)\n        for layer in self.layers:\n",
        ["more than 1 MiB"],
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_layers_that_cannot_be_trained_end_in_a_sentence(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Otherwise a learner reads our traceback in place of their line."""
    old, new, words = BROKEN[what]
    output = tmp_path / "digits.png"
    assert train_network([chosen(plain(tmp_path, old, new))], output=output) == 1
    said = capsys.readouterr()
    for word in words:
        assert word in said.out
    assert "Traceback" not in said.out + said.err
    assert "Held out:" not in said.out
    assert not output.exists()


def test_a_step_that_never_ends_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """Otherwise the command hangs with the learner's code, and does not say where."""
    monkeypatch.setattr("tito.lab.apart.STEP_LIMIT_S", 1.0)
    loop = "        for layer in self.layers:\n"
    source = plain(tmp_path, loop, "        while True: pass\n" + loop)
    assert train_network([chosen(source)], output=tmp_path / "digits.png") == 1
    said = capsys.readouterr().out
    assert "did not come back" in said
    assert "layers_dev.py, line 46: while True: pass" in said


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path):
    """Otherwise an impatient person has a process that goes on, or half a picture."""
    loop = "        for layer in self.layers:\n"
    source = plain(tmp_path, loop, "        __import__('time').sleep(0.05)\n" + loop)
    script = (
        "import sys; from pathlib import Path; from tito.engine.source import Source;"
        f"sys.path.append({str(Path(__file__).parents[1])!r}); from tests.choosing import chosen;"
        "from tito.cli.train import train_network; path = Path(sys.argv[1]);"
        "layers = chosen(Source(path, path.read_bytes(), 0.0));"
        "sys.exit(train_network([layers], output=Path('digits.png')))"
    )
    mark = f"marked-{tmp_path.name}-{os.getpid()}"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(source.path)],
        cwd=tmp_path,
        env={**os.environ, "MARK": mark},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("Training"):
            continue
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
    assert process.returncode == 130
    assert "Stopped by Ctrl-C" in said
    assert sorted(os.listdir(tmp_path)) == ["digits.checkpoint", "layers_dev.py"]
    assert processes_marked(mark) == []
