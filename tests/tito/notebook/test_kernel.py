"""Notebooks that are run: what a learner sees below each cell."""

import contextlib
import os
import re
import time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from proof.learner_files import learner_files
from tito.engine.seam import MARK
from tito.learner import stub_of
from tito.lesson.model import load_lesson

LESSON = load_lesson("layers")
FILES = learner_files("layers")
TOTAL = len(LESSON.checks)
LOOP = "%%exercise Layer\nclass Layer:\n    while True:\n        pass"


class Elements(HTMLParser):
    """The elements of a page, and whether each that was opened was closed."""

    def __init__(self, text):
        super().__init__()
        self.found, self.open = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def checks_in(html):
    """Word and name of each check that a report lists."""
    lines = re.findall(r"<li [^>]*><span [^>]*>(.*?)</span> <span>(.*?)</span></li>", html)
    return [(word, unescape(name)) for word, name in lines]


@pytest.fixture(scope="module")
def right(run_file):
    return run_file(FILES.content("page"))


@pytest.fixture(scope="module")
def wrong(run_file):
    return run_file(FILES.content("bias_forgotten"))


@pytest.fixture(scope="module")
def untouched(run_file):
    return run_file(stub_of(LESSON).encode())


@pytest.mark.parametrize("part", LESSON.parts)
def test_a_right_solution_passes(right, part):
    """Lost otherwise: a right class is refused in the notebook alone."""
    output = right[f"%%exercise {part}"]
    names = [check.name for check in LESSON.checks if check.part == part]
    assert sorted(checks_in(output.html)) == sorted(("passed", name) for name in names)
    assert f"{part}: all {len(names)} checks pass" in output.text
    assert "fix" not in output.html
    assert output.kinds == ["display_data"]


def test_a_right_notebook_says_so_at_its_end(right):
    """Lost otherwise: the learner does not know that the lesson is done."""
    assert f"All {TOTAL} checks of the lesson pass." in right["%%exercise Sequential"].html
    assert "checks of the lesson pass" in right["%%exercise Layer"].html
    assert "All" not in right["%%exercise Layer"].html


def test_setup_shows_nothing(right):
    """Lost otherwise: a report where there is nothing to report."""
    assert right["%%setup"].kinds == []


def test_a_mistake_is_named_with_its_line(wrong):
    """Lost otherwise: `failed`, and the learner has to guess what, where and why."""
    output = wrong["%%exercise Linear"]
    assert "First to fix: Linear.forward" in output.html
    assert "<strong>bias-forgotten</strong>" in output.html
    assert ("failed", "adds the bias to every row") in checks_in(output.html)
    assert "mistake    bias-forgotten" in output.text
    number = int(re.search(r"line (\d+)\s+return output", output.text)[1])
    cell = FILES.content("bias_forgotten").decode().partition("class Linear")[2].split("\n")
    assert cell[number - 2].strip() == "return output"
    assert "all" not in output.html.partition("checks pass")[0][-40:]


def test_what_is_right_beside_a_mistake_passes(wrong):
    """Lost otherwise: one wrong class makes all others look wrong."""
    assert "all 29 checks pass" in wrong["%%exercise Dropout"].text
    assert "waits for Linear" in wrong["%%exercise Sequential"].text


@pytest.mark.parametrize("part", LESSON.parts)
def test_an_untouched_stub_never_passes(untouched, part):
    """Lost otherwise: a learner who has written nothing is told to be done."""
    output = untouched[f"%%exercise {part}"]
    found = checks_in(output.html)
    assert found
    assert {word for word, _ in found} <= {"to write", "waits"}
    assert f"{part}: 0 of {len(found)} checks pass" in output.text
    assert f"Next to write: {part}." in output.text


def test_the_end_of_the_file_does_not_run(untouched):
    """Lost otherwise: the stub's footer ends the kernel, or raises in it."""
    output = untouched["%%file_only"]
    assert output.kinds == ["stream"]
    assert "only there" in output.printed


def test_the_html_stands_alone(right, wrong, untouched):
    """Lost otherwise: a report that is broken, or that loads something from elsewhere."""
    for output in [*right.values(), *wrong.values(), *untouched.values()]:
        page = Elements(output.html)
        assert page.open == []
        assert not {tag for tag, _ in page.found} & {"script", "style", "link", "img", "iframe"}
        assert not any({"src", "href", "onclick"} & set(attrs) for _, attrs in page.found)


def test_a_class_can_be_used_after_its_cell(run_cells, cells_of):
    """Lost otherwise: a cell is tested, and its class is not there to try out."""
    *cells, _, _, _ = cells_of("page")
    *_, used = run_cells(*cells, "Linear(3, 2)(Tensor([[1.0, 2, 3]])).shape")
    assert used.kinds == ["execute_result"]


def test_cells_run_out_of_order(run_cells, cells_of):
    """Lost otherwise: a class that is right fails because the one below it was run first."""
    setup, layer, linear, *_ = cells_of("page")
    first, *_, again = run_cells(linear, setup, layer, linear)
    assert "NameError" in first.text  # Tensor, which the setup imports
    assert "%%setup" in first.text
    assert "all 45 checks pass" in again.text


def test_a_class_run_again_replaces_itself(run_cells, cells_of):
    """Lost otherwise: the mistake that was mended is reported for ever."""
    setup, layer, right, *_ = cells_of("page")
    wrong = cells_of("bias_forgotten")[2]
    *_, first, second, third = run_cells(setup, layer, wrong, right, wrong)
    assert "bias-forgotten" in first.text
    assert "all 45 checks pass" in second.text
    assert "bias-forgotten" in third.text


def test_one_exercise_alone_and_two_classes_in_one_cell(run_cells, cells_of):
    """Lost otherwise: a report on forty checks where one method was asked about."""
    setup, layer, linear, dense, *_ = cells_of("page")
    alone = linear.replace("%%exercise Linear", "%%exercise linear.INIT")
    both = linear.replace("Linear", "Linear Dense", 1) + dense.replace("%%exercise Dense", "")
    *_, one, two = run_cells(setup, layer, alone, both)
    assert "Linear.__init__: all 19 checks pass" in one.text
    assert "Linear, Dense: all 77 checks pass" in two.text


@pytest.mark.parametrize(
    ("line", "answer"),
    [("Linaer", "Did you mean Linear?"), ("Linear.forwrad", "Linear.forward"), ("", "Which")],
)
def test_a_name_that_is_none(run_cells, line, answer):
    """Lost otherwise: a typing error ends in a traceback of ours."""
    (output,) = run_cells(f"%%exercise {line}\nx = 1")
    assert answer in output.traceback
    assert "Traceback" not in output.traceback
    assert "magic.py" not in output.traceback


@pytest.mark.slow
def test_a_cell_that_cannot_be_loaded(run_cells):
    """Lost otherwise: the line of an error, or the kernel, to a loop in a class body."""
    broken, empty, other, raising, loop, after = run_cells(
        "\n\n%%exercise Layer\nclass Layer:\n    def f(self)\n        pass",
        "%%exercise Layer\n\n",
        "%%exercise Layer\nclass layer:\n    pass",
        "%%exercise Layer\nclass Layer:\n    x = 1 / 0",
        LOOP,
        "'Layer' in globals()",
    )
    assert "This cell has a syntax error on line 5" in broken.text
    assert "line 5         def f(self)\n" in broken.text
    assert "not tested" in broken.text
    assert "empty" in empty.text + empty.traceback
    assert "This cell has no class `Layer`" in other.text
    assert "line 2     class layer:" in other.text
    said = "This cell fails at line 3, while Python imports it: ZeroDivisionError"
    assert said in raising.text
    assert "line 3     x = 1 / 0" in raising.text
    assert re.search(r"did not finish importing in time: it was on line [34]\.", loop.text)
    assert "not run in the kernel" in loop.text
    assert after.kinds == ["execute_result"]


def test_text_that_looks_like_html_is_shown_as_it_is(run_cells):
    """Lost otherwise: a learner's text changes the page, or runs in the browser."""
    evil = '</div></pre></section><script>alert(1)</script><img src=x onerror="y">\x1b[31m'
    cell = (
        "%%exercise Layer.__call__\nclass Layer:\n"
        f"    def __call__(self, x): print({evil!r}); raise ValueError({evil!r})  # <b>\n"
        "    def forward(self, x): pass"
    )
    (output,) = run_cells(cell)
    assert "&lt;script&gt;alert(1)" in output.html
    assert "\x1b" not in output.html
    page = Elements(output.html)
    assert page.open == []
    assert not {tag for tag, _ in page.found} & {"script", "img", "b"}


def test_a_flood_of_output_is_cut(run_cells):
    """Lost otherwise: a page of megabytes that the browser cannot show."""
    flood = "print('x' * 100 * 1024 * 1024)"
    cell = f"%%exercise Layer\nclass Layer:\n    def __call__(self, x): {flood}\n"
    (output,) = run_cells(cell)
    assert "printed more than 1 MiB" in output.text
    assert len(output.html) < 50_000


def test_an_error_in_the_kernel_alone_is_their_own(run_cells, cells_of):
    """Lost otherwise: our own frames above the learner's line."""
    setup, layer, *_ = cells_of("page")
    only_here = "import sys\nif 'ipykernel' in sys.modules:\n    raise KeyError('mine')\n"
    cell = layer.replace("\n", f"\n{only_here}", 1)
    *_, output = run_cells(setup, cell)
    assert "all 11 checks pass" in output.text
    assert "line 4" in output.traceback
    assert "KeyError" in output.traceback
    assert "magic.py" not in output.traceback


def test_what_the_kernel_patches_changes_no_verdict(run_cells, spoilt, cells_of):
    """Lost otherwise: a cell that patches NumPy or the library makes wrong code pass."""
    patches = (
        "import numpy as np, tinytorch.core.layers as reference, tito.engine.judge as judge\n"
        "np.array_equal = np.allclose = lambda *a, **k: True\n"
        "reference.Linear.forward = lambda self, x: x.matmul(self.weight)\n"
        "judge.Judge._settle_sight = lambda self, check, sight: self._settle(check, 'passed')"
    )
    *_, linear = run_cells(patches, *cells_of("bias_forgotten")[:3], kernel=spoilt)
    assert "bias-forgotten" in linear.text


def test_magics_in_setup_are_said_to_be_no_part_of_the_file(run_cells):
    """Lost otherwise: a helper that the tests do not know, and nobody says why."""
    magic, broken = run_cells("%%setup\n%time x = 1", "%%setup\ndef f(:")
    assert "Put lines that begin with % or ! into a cell of their own" in magic.printed
    assert [error.ename for error in broken.errors] == ["SyntaxError"]


def marked_processes():
    """The workers that are there now, of any test: each has a mark in its environment."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"{MARK}=".encode() in entry.read_bytes():
                found.add(entry.parent.name)
    return found


@pytest.fixture
def kernel(tmp_path):
    """A kernel whose cells are run without waiting for them; and the workers that are its own."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=os.fspath(tmp_path))
    client.execute_interactive("%load_ext tito.notebook", timeout=60)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def wait_until(condition):
    give_up = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_no_worker_outlives_an_interrupt_or_the_kernel(kernel):
    """Lost otherwise: a loop that heats the machine after the notebook was closed."""
    manager, client = kernel
    before = marked_processes()
    client.execute(LOOP)
    wait_until(lambda: len(marked_processes() - before) > 1)
    time.sleep(0.3)
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=30)
    assert reply["content"]["status"] == "error"
    assert reply["content"]["traceback"] == ["Stopped. This cell was neither tested nor run."]
    wait_until(lambda: not marked_processes() - before)
    client.execute(LOOP)
    wait_until(lambda: len(marked_processes() - before) > 1)
    manager.shutdown_kernel(now=True)
    wait_until(lambda: not marked_processes() - before)


def test_the_way_to_a_crash_in_lines_of_cells(run_cells, cells_of):
    """Lost otherwise: a line number that no cell has, or one of another cell without its name."""
    setup, layer, linear, *_ = cells_of("page")
    helper = "%%setup\ndef product(a, b):\n    return a.matmul(b).nonsense"
    crash = linear.replace("x.matmul(self.weight)", "product(x, self.weight)")
    assert crash != linear
    *_, output = run_cells(setup, helper, layer, crash)
    assert "First to fix: Linear.forward" in output.text
    here = crash.split("\n").index("        output = product(x, self.weight)") + 1
    assert re.search(rf"line {here}\s+output = product\(x, self.weight\)", output.text)
    assert re.search(r"line 3 of %%setup\s+return a.matmul\(b\).nonsense", output.text)


@pytest.mark.slow
def test_a_loop_and_a_recursion_in_lines_of_the_cell(run_cells, cells_of):
    """Lost otherwise: the line of a hang is counted from the top of another cell."""
    setup, *_ = cells_of("page")
    head = "%%exercise Layer.__call__\nclass Layer:\n    def __call__(self, x):\n        "
    loop, recursion = head + "while True:\n            pass", head + "return self(x)"
    _, hung, deep = run_cells(setup, loop, recursion)
    assert "did not come back" in hung.text
    assert "the loop on line 4" in hung.text
    assert "Layer.__call__ (line 4) calls itself again" in " ".join(deep.text.split())


def test_hints_by_degrees(run_cells, cells_of):
    """Lost otherwise: who works in a notebook is left alone with a failed check."""
    setup, layer, linear = cells_of("bias_forgotten")[:3]
    none, *_, first, second, other, typo = run_cells(
        "%hint", setup, layer, linear, "%hint", "%hint", "%hint Dropout", "%hint Drpout"
    )
    assert "%%exercise" in none.traceback
    assert "Linear.forward" in first.printed
    assert "1 of 3" in first.printed
    assert "2 of 3" in second.printed
    assert "Dropout.__init__" in other.printed
    assert "Did you mean Dropout?" in typo.traceback
