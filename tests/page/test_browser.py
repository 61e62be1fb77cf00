"""Python in the browser judges as Python on this machine does, and lets nobody out.

It needs Chromium, and a runtime folder: web/runtime.py fills one, and TITO_RUNTIME names it.
"""

import json
import re
import shutil
import time
from functools import cache
from pathlib import Path

import pytest

from proof.learner_files import learner_files
from proof.warm import warm_worker
from tests.page.host import host_of, put_python
from tito.engine.bench import Bench
from tito.engine.conduct import Limits
from tito.engine.run import run
from tito.engine.source import Source
from tito.lesson.model import load_lesson

ROOT = Path(__file__).parents[2]
SEED = 12345
POLICY = (
    "default-src 'none'; connect-src 'self'; worker-src 'self'; "
    "script-src 'self' 'wasm-unsafe-eval'"
)
PAGE = '<!doctype html><html lang="en"><title>Engine</title><body data-lesson="{lesson}">'
BEGIN = """async ([script, lesson]) => {
    const { Engine } = await import(script);
    window.said = [];
    window.engine = new Engine("./", lesson, (words) => window.said.push(words));
}"""
TEST = """async (given) => {
    const verdict = await window.engine.ask("test", given);
    return [verdict, await window.engine.ask("report", {})];
}"""

pytestmark = pytest.mark.slow

HOSTILE = {
    "layers": "sleep_at_import loop_at_import input_at_import recursion_at_import loop_in_forward "
    "loop_in_dropout loop_swallows_exceptions recursion_in_forward recursion_in_sequential "
    "recursion_in_getattr sys_exit_zero_at_import keyboard_interrupt_in_forward "
    "os_exit_zero_in_forward floods_stdout_for_ever prints_control_characters "
    "raises_huge_message untouched_stub syntax_missing_colon syntax_unclosed_bracket "
    "syntax_tabs_and_spaces missing_linear raises_at_import np_missing_in_forward",
    "activations": "prints_at_every_step loop_in_forward recursion_in_forward exit_in_forward",
}
MANY = {"layers": (9, 12), "activations": (5, 7)}  # right and wrong ones, from all over the table


def chosen():
    for lesson, counts in MANY.items():
        files = learner_files(lesson)
        for kind, count in zip(("right", "wrong"), counts, strict=True):
            entries = files.of(kind)
            for number in range(count):
                yield lesson, entries[number * len(entries) // count].name
        for name in HOSTILE[lesson].split():
            yield lesson, name


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the smallest site stands that has the engine in it."""
    out = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "src" / "tito" / "page" / "static", out / "_static")
    for lesson in MANY:
        (out / f"{lesson}.html").write_text(PAGE.format(lesson=lesson))
    put_python(out)
    with host_of(out, POLICY) as address:
        yield address


@pytest.fixture(scope="module")
def test_in(browser, address):
    """Tests a text of a lesson in the browser: the verdict, and the whole report."""
    pages = {}

    def test(lesson, text):
        if lesson not in pages:
            page = pages[lesson] = browser.new_page()
            page.set_default_timeout(0)
            page.goto(f"{address}{lesson}.html")
            page.evaluate(BEGIN, [f"{address}_static/tito-browser.js", lesson])
        given = {"lesson": lesson, "text": text, "seed": SEED, "explain": False}
        return pages[lesson].evaluate(TEST, given)

    return test


NEAR = 3  # lines: where in its loop a file hangs is chance


def told(report):
    """What a person is told, but for what depends on the machine, and on the Python.

    That is how long a hang had, how much a flood printed, what NumPy warns of, which WebAssembly
    does not know, in which words a recursion ends, and the last digit of a number.
    """
    text = json.dumps({**report, "file": "", "seconds": 0, "printed": ""})
    text = re.sub(
        r"\\nTried once more, it had [\d.]+ s\.|, and [\d.]+ s when tried once more", "", text
    )
    text = re.sub(r"and \d+ more lines", "and more lines", text)
    text = re.sub(r"(recursion depth exceeded)[a-zA-Z ]*", r"\1", text)
    text = re.sub(r"(?:\\n)?RuntimeWarning: [\w ]+ encountered in \w+", "", text)
    text = re.sub(r"\d+\.\d+", lambda number: f"{float(number[0]):.3g}", text)
    return json.loads(text)


def placed(report):
    """The lines that are chance, by the checks; they are taken out of the report."""
    lines = {}
    endless = {(c["exercise"], c["name"]): c for c in report["checks"] if ends_by_chance(c)}
    for name, check in endless.items():
        line, hangs = check.pop("line"), check["status"] == "timeout"
        lines[name] = line if hangs else line is not None  # a recursion ends anywhere in its round
        check.pop("trace")
    if (error := report.get("error")) and ("in time" in error["message"]):
        lines["file"] = error.pop("line")
        error["message"] = re.sub(r"line \d+", "line", error["message"])
        report.pop("trace")
    return lines


def differences(here, there):
    """What is not the same, in few words."""
    yield from (
        (key, here[key], there[key]) for key in here if key != "checks" and here[key] != there[key]
    )
    for mine, other in zip(here["checks"], there["checks"], strict=True):
        name = mine["exercise"], mine["name"]
        yield from ((*name, key, mine[key], other[key]) for key in mine if mine[key] != other[key])


@cache
def bench_of(lesson):
    bench = Bench(load_lesson(lesson), SEED)
    bench.patience_s = 60.0
    return bench


def judged_here(lesson, content):
    """The report of `tito test`, whatever else the machine does."""
    bench = bench_of(lesson)
    bench.looks.clear()  # of the file before: how many one may take is limited
    source = Source(Path(f"{lesson}_dev.py"), content, 0.0)
    worker = warm_worker(lesson)
    try:
        return run(bench, source, worker, time.monotonic(), limits=Limits(run_s=90, longer_s=90))
    finally:
        worker.end()


def ends_by_chance(check):
    return check["status"] == "timeout" or "RecursionError" in check["got"]


@pytest.mark.parametrize(("lesson", "name"), list(chosen()))
def test_the_verdict_is_that_of_tito_test(test_in, lesson, name):
    """Whoever reads in a browser is told something else than at home, or that right is wrong."""
    content = learner_files(lesson).content(name)
    at_home = judged_here(lesson, content)
    verdict, report = test_in(lesson, content.decode())
    here, there = told(report), told(at_home.to_dict())
    lines, expected = placed(here), placed(there)
    assert list(differences(here, there)) == []
    assert lines == {name: pytest.approx(line, abs=NEAR) for name, line in expected.items()}
    assert verdict["sha256"] == report["sha256"] == at_home.sha256


ESCAPES = """
import sys
found = []
for name in ("js", "pyodide_js"):
    try:
        scope = __import__(name)
        found += [f"{name}.{power}" for power in ("fetch", "postMessage", "eval", "Function",
                  "XMLHttpRequest", "importScripts", "_module", "self") if hasattr(scope, power)]
        made = getattr(getattr(scope, "setTimeout", None), "constructor", None)
        found += [f"{name}.constructor"] if made is not None else []
    except ImportError:
        pass
try:
    from pyodide.code import run_js
    found += [f"run_js gave {run_js('1 + 1')}"]
except Exception:
    pass
for root in sys.path:
    for file in ("tinytorch/core/layers.py", "tinytorch/core/layers.pyc",
                 "tito/lessons/layers/Linear.forward.toml", "tito/lessons/layers/lesson.md"):
        try:
            open(f"{root}/{file}", "rb")
            found += [file]
        except OSError:
            pass
if found:
    raise RuntimeError(", ".join(found))
"""


def test_python_reaches_nothing_but_its_own_worker(test_in):
    """A stranger's file reads the solution, forges a verdict, or sends away what the page holds."""
    content = learner_files("layers").content("abc_style").decode()
    future, rest = "from __future__ import annotations\n", content
    if content.startswith(future):
        rest = content.removeprefix(future)
        content = future + ESCAPES + rest
    else:
        content += ESCAPES
    report = test_in("layers", content)[1]
    assert report["error"] is None
    assert report["passed"] == report["total"]


def test_a_script_made_of_text_ends_its_worker_and_no_more(test_in):
    """What Python cannot reach by name, C can."""
    right = learner_files("layers").content("abc_style").decode()
    script = "\nimport ctypes\nctypes.CDLL(None).emscripten_run_script(b'fetch(1)')\n"
    assert (
        "ended the process while imported"
        in test_in("layers", right + script)[1]["error"]["message"]
    )
    assert test_in("layers", right)[0]["ok"]


WORKER = """
import sys
frame = sys._getframe()
while type(frame.f_locals.get("self")).__name__ != "Confined":
    frame = frame.f_back
worker = frame.f_locals["self"]
"""


@pytest.mark.parametrize(
    "says",
    [
        "while True: worker.post('{}')",
        "worker.up_at = float('inf')\nwhile True: worker.post('{}')",
        "worker.post({'is': 'loaded'})",
        "worker.post(7)",
        "worker.post('x' * 10_000_000)",
    ],
    ids=["flood", "without a clock", "an object", "a number", "too long"],
)
def test_what_a_file_says_to_the_judge_is_told_as_its_own_fault(test_in, says):
    """A file that finds the way to the judge breaks it, or the page, or is never done."""
    right = learner_files("layers").content("abc_style").decode()
    error = test_in("layers", f"{right}{WORKER}{says}\n")[1]["error"]
    assert error["message"].startswith("layers_dev.py ")
    assert test_in("layers", right)[0]["ok"]


@pytest.mark.parametrize("text", ["(" * 3000 + "1" + ")" * 3000, "-" * 20_000 + "1"])
def test_a_text_that_is_nested_too_deeply_is_said_to_be(test_in, text):
    """A person reads that the test broke down, for a fault of their text."""
    with pytest.raises(Exception, match="nested too deeply"):
        test_in("layers", f"x = {text}\n")
    assert test_in("layers", learner_files("layers").content("abc_style").decode())[0]["ok"]


OVERTAKEN = """async ([before, text]) => {
    const given = (text) => ({ lesson: "layers", text, seed: null, explain: false });
    const first = window.engine.ask("test", given(before));
    await new Promise((done) => setTimeout(done, 300));
    const both = [text, text].map((text) => window.engine.ask("test", given(text)));
    const [one, two, three] = await Promise.all([first, ...both]);
    return [one, two.ok, two.sha256 === three.sha256 && two.seed === three.seed];
}"""


def test_a_newer_text_ends_the_test_of_the_one_before(browser, address):
    """Whoever has mended an endless loop waits until its time is up, and is shown it once more."""
    page = browser.new_page()
    page.set_default_timeout(0)
    page.goto(f"{address}layers.html")
    page.evaluate(BEGIN, [f"{address}_static/tito-browser.js", "layers"])
    files = learner_files("layers")
    right = files.content("abc_style").decode()
    given = {"lesson": "layers", "text": right, "seed": None, "explain": False}
    assert page.evaluate("async (given) => (await window.engine.ask('test', given)).ok", given)
    endless = files.content("loop_in_forward").decode()
    told = page.evaluate(OVERTAKEN, [endless, right])
    assert told == [{"newer": True}, True, True]
    page.close()


def test_memory_has_an_end(test_in):
    """A file that takes all the memory takes the tab, or the machine, with it."""
    content = learner_files("layers").content("memory_numpy_in_forward").decode()
    report = test_in("layers", content)[1]
    assert report["passed"] < report["total"]
    assert test_in("layers", learner_files("layers").content("abc_style").decode())[0]["ok"]


def test_python_is_kept_for_when_there_is_no_network(browser, address):
    """On the train the page that worked at home says that it cannot be reached."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(0)
    page.goto(f"{address}layers.html")
    text = learner_files("layers").content("abc_style").decode()
    ask = """async ([script, text]) => {
        const { browserTransport } = await import(script);
        const transport = browserTransport("./", () => undefined);
        return (await transport.test("layers", text, null, false)).standing;
    }"""
    script = f"{address}_static/tito-browser.js"
    right = page.evaluate(ask, [script, text])
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    context.set_offline(True)
    page.goto(f"{address}layers.html")
    assert page.evaluate(ask, [script, text]) == right
    context.close()
