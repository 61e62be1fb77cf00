"""What a person reads when their code crashes, hangs or calls itself: kept in tests/screens/."""

import os
from pathlib import Path

import pytest

pytest.importorskip("pexpect")

import tinytorch
from proof.warm import warm_worker
from tests.screens import keep
from tito.engine import examine
from tito.lesson.model import load_lesson
from tito.say.report import Page
from tito.say.terminal import Screen

PAGE = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"
FORWARD = "        output = x.matmul(self.weight)\n"
INIT = "        scale = np.sqrt(XAVIER_SCALE_FACTOR / in_features)\n"
CHAIN = "            x = layer.forward(x)\n        return x\n"
CALL = "        return self.forward(x, *args, **kwargs)\n"
TOP = "class Layer:\n"

# For each screen: a line of the page, and what stands in its place.
CRASHES = {
    "wrong_order_in_matmul": (FORWARD, "        output = self.weight.matmul(x)\n"),
    "through_a_helper": (
        FORWARD,
        "        output = self.product(x, self.weight)\n\n"
        "    def product(self, left, right):\n"
        "        sizes = (left.shape, right.shape)\n"
        "        return right.matmul(left)\n",
    ),
    "misspelt_name": (FORWARD, "        output = x.matmul(self.weigth)\n"),
    "in_init": (INIT, "        scale = np.sqrt(XAVIER_SCALE_FACTOR / in_feature)\n"),
    "in_a_comprehension": (FORWARD, "        output = [row @ self.bias @ 2 for row in x][0]\n"),
    "several_lines_long": (
        FORWARD,
        "        output = x.matmul(\n            self.weight.reshape(\n"
        "                self.out_features, -1,\n            )\n        )\n",
    ),
    "raised_from": (
        FORWARD,
        "        try:\n            output = x.data[5]\n        except IndexError as error:\n"
        "            raise ValueError('no such row') from error\n",
    ),
    "group": (
        FORWARD,
        "        raise ExceptionGroup('two at once', [ValueError('a'), TypeError('b')])\n",
    ),
    "with_a_note": (
        FORWARD,
        "        error = ValueError('no')\n        error.add_note('look at the weight')\n"
        "        raise error\n",
    ),
    "leaves_the_program": (FORWARD, "        raise SystemExit(0)\n"),
    "interrupts": (FORWARD, "        raise KeyboardInterrupt\n"),
    "hostile_text": (
        FORWARD,
        "        class Evil(Exception):\n            def __str__(self):\n"
        "                raise SystemExit(0)\n        raise Evil\n",
    ),
    "hostile_scope": (
        FORWARD,
        "        class Trap:\n            def __repr__(self):\n"
        "                raise SystemExit(0)\n"
        "            __str__ = __len__ = __bool__ = __repr__\n"
        "            __class__ = shape = data = property(__repr__)\n"
        "            def __getattribute__(self, name):\n                raise SystemExit(0)\n"
        "        trap, text = Trap(), 'a\\x1b[2J\\nb' * 99\n"
        "        raise ValueError(id(trap) < 0, text == '')\n",
    ),
    "many_names": (
        FORWARD,
        "        a = b = c = d = e = f = g = h = i = j = x\n"
        "        raise ValueError(id((a, b, c, d, e, f, g, h, i, j)) < 0)\n",
    ),
    "recursion_in_forward": (FORWARD, "        output = self(x)\n"),
    "recursion_of_three": (
        FORWARD,
        "        output = self.once(x)\n\n    def once(self, x):\n        return self.twice(x)\n\n"
        "    def twice(self, x):\n        return self.forward(x)\n",
    ),
    "recursion_in_init": (INIT, "        self.inner = Linear(in_features, out_features)\n"),
    "recursion_in_getattr": (
        INIT,
        "        self.wrapped = None\n\n    def __getattr__(self, name):\n"
        "        return getattr(self, name)\n\n    def unused(self, in_features):\n",
    ),
    "recursion_through_the_library": (
        FORWARD,
        "        from tinytorch.core.given.container import Container\n        box = Container()\n"
        "        box.layers = [self]\n        for step in box.steps():\n"
        "            output = step(x)\n",
    ),
    "recursion_at_import": (
        TOP,
        "def again(n):\n    return again(n + 1)\n\n\nagain(0)\n\n\n" + TOP,
    ),
    "raises_at_import": (
        TOP,
        "def table(size):\n    rows = np.zeros((2, size))\n    return rows.reshape(3, 3)\n\n\n"
        "TABLE = table(4)\n\n\n" + TOP,
    ),
    "memory": (FORWARD, "        output = np.ones((1 << 31, 4))\n"),
    "prints_first": (
        FORWARD,
        "        print('x is', x.shape)\n        output = x @ self.bias @ x\n",
    ),
}
# Each of these takes several seconds; a loop of one line stands at that line.
HANGS = {
    "hang_in_a_helper": (
        FORWARD,
        "        output = self.fill(x)\n\n    def fill(self, x):\n        n = 0\n"
        "        while n < len(x): row = x[n]\n        return row\n",
    ),
    "hang_at_import": (TOP, "while True: pass\n\n\n" + TOP),
    "stack_overflow": (
        FORWARD,
        "        import sys\n        sys.setrecursionlimit(10**9)\n        output = self(x)\n",
    ),
    "segfault": (FORWARD, "        import ctypes\n        ctypes.string_at(0)\n"),
}


def spoiled(tmp_path, old, new):
    """The page's file with a line replaced."""
    text = PAGE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "layers_dev.py"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def screen_of(name, path, monkeypatch):
    """The report, and the first thing to fix as a terminal of 80 columns shows it."""
    monkeypatch.chdir(path.parent)
    worker = None if "recursion" in name else warm_worker("layers")  # its stack is another one
    report = examine("layers", path, seed=1, worker=worker)
    return report, Page(report, Screen(), load_lesson("layers").tasks).first()


def nothing_of_ours(text):
    """Whether no file and no function of the tool's own is named."""
    folders = {str(Path(tinytorch.__file__).parents[1]), str(Path(os.__file__).parent)}
    names = ("tito/engine", "checks/", "worker.py", "probe", "Traceback", "site-packages")
    return not any(part in text for part in (*folders, *names))


@pytest.mark.parametrize("name", CRASHES)
def test_a_crash_shows_the_learners_own_lines(name, tmp_path, monkeypatch):
    """Lost otherwise: a wall of frames that are not theirs, or an error without its place."""
    report, text = screen_of(name, spoiled(tmp_path, *CRASHES[name]), monkeypatch)
    assert not report.ok
    assert nothing_of_ours(text)
    keep(f"crash_{name}", text)


@pytest.mark.parametrize("name", HANGS)
def test_a_hang_shows_where_it_stood(name, tmp_path, monkeypatch):
    """Lost otherwise: "it took too long", and a person looks for the loop in a whole file."""
    report, text = screen_of(name, spoiled(tmp_path, *HANGS[name]), monkeypatch)
    assert not report.ok
    assert nothing_of_ours(text)
    keep(f"crash_{name}", text)
