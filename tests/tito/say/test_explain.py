"""``tito test --explain``: true facts, on one page, whatever the failure and the screen."""

import json
import re
from html import unescape

import pytest

pytest.importorskip("pexpect")

from proof.learner_files import learner_files
from proof.warm import warm_worker
from tests.screens import keep
from tests.tito.say.test_crash_screens import CRASHES, FORWARD, nothing_of_ours, spoiled
from tito.engine import examine
from tito.engine.explanation import decode_record
from tito.learner import stub_of
from tito.lesson.model import load_lesson
from tito.say.explanation import (
    HEIGHT,
    ExplanationPage,
    flow_lines,
    network_lines,
    reading_of,
    sections,
    with_reading,
)
from tito.say.html import explanation
from tito.say.terminal import Screen, columns
from tito.say.view import View

FILES = learner_files("layers")
LESSON = load_lesson("layers")
SHOWN = {
    "bias_forgotten": "bias_forgotten",
    "product_reversed": "product_reversed",
    "scale_missing": "scale_missing",
    "weights_transposed": "weights_transposed",
    "mask_inverted": "mask_inverted",
    "sequential_restarts": "sequential_restarts",
    "sequential_result_ignored": "sequential_result_ignored",
    "all_right": "page",
    "untouched": "stub",
}


def explained(path):
    """The report with an explanation."""
    report = examine("layers", path, seed=1, explain=True, worker=warm_worker("layers"))
    with_reading(report)
    return report


def without_counts(text):
    """The page as it stays when the lesson gets another check."""
    return re.sub(r"(\d+ of )?\d+ checks pass", "## checks pass", text)


def copy_of(name, tmp_path):
    """A learner's file of that name from the tests' files, or the stub."""
    path = tmp_path / "layers_dev.py"
    text = stub_of(LESSON).encode() if name == "stub" else FILES.content(name)
    path.write_bytes(text)
    return path


@pytest.mark.parametrize("name", SHOWN)
def test_an_explanation_as_a_person_reads_it(name, tmp_path):
    """Lost otherwise: the page that is to help says too much, too little, or what is not so."""
    report = explained(copy_of(SHOWN[name], tmp_path))
    text = ExplanationPage(report, Screen(), LESSON.tasks).text()
    assert nothing_of_ours(text)
    keep(f"explain_{name}", without_counts(text))
    for width in (39, 60, 100):
        for encoding in ("utf-8", "ascii"):
            page = ExplanationPage(report, Screen(width, encoding=encoding), LESSON.tasks)
            lines = page.text().split("\n")
            assert len(lines) <= HEIGHT
            assert max(columns(line) for line in lines) <= width
            assert encoding == "utf-8" or page.text().isascii()


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_explains_in_the_same_words(name, tmp_path):
    """Lost otherwise: who reads the page is told less than who reads the terminal, or other."""
    report = explained(copy_of(SHOWN[name], tmp_path))
    text = ExplanationPage(report, Screen(2000), LESSON.tasks).text().replace("`", "")
    typed = set(re.findall(r"\S+", " ".join(re.findall(r"tito .*", text)))) | {"Next:"}
    page = "".join(explanation(sections(View(report, LESSON.tasks))))
    words = set(unescape(re.sub(r"<[^>]+>", " ", re.sub("</?code>", "", page))).split())
    assert set(text.split()) - words <= typed
    assert "tito" not in words
    title = reading_of("layers", report.explanation.get("exercise") or "Linear.forward")["title"]
    added = {"More:", "Next:", "Hint", *title.split()}
    assert words - set(text.split()) <= added


@pytest.mark.parametrize(
    "name", ["through_a_helper", "hostile_scope", "recursion_of_three", "leaves_the_program"]
)
def test_a_crash_at_length(name, tmp_path):
    """Lost otherwise: asking for more about a crash ends in a traceback of ours."""
    report = explained(spoiled(tmp_path, *CRASHES[name]))
    text = ExplanationPage(report, Screen(), LESSON.tasks).text()
    assert nothing_of_ours(text)
    assert len(text.split("\n")) <= HEIGHT
    assert "Linear(3→2) ✗" in text
    if name == "through_a_helper":
        keep("explain_crash", without_counts(text))


def test_a_loop_without_end_is_shown_as_it_begins(tmp_path):
    """Lost otherwise: of what hangs one learns nothing but that it hangs."""
    loop = "        n = 0\n        while n >= 0:\n            n += 1\n"
    text = FILES.content("page").decode()
    path = tmp_path / "layers_dev.py"
    path.write_text(text.replace(FORWARD, loop + FORWARD, 1), encoding="utf-8")
    page = ExplanationPage(explained(path), Screen(), LESSON.tasks).text()
    for part in ("(did not come back)", "n is 2", "Of lines that ran more often", "while n >= 0"):
        assert part in page


def test_expected_and_own_numbers_part_where_it_is_said(tmp_path):
    """Lost otherwise: a person looks at a number that is right."""
    found = explained(copy_of("bias_forgotten", tmp_path)).explanation
    last = found["steps"][-1]["returns"]
    assert found["parting"]["got"] in last
    assert found["parting"]["expected"] != found["parting"]["got"]


def test_the_network_of_the_lesson_in_the_pages_numbers(tmp_path):
    """Lost otherwise: the numbers that the lesson is about are other ones than the tool's."""
    legs = explained(copy_of("page", tmp_path)).explanation["flow"]
    assert [leg["in"] for leg in legs[1:]] == [leg["out"] for leg in legs[:-1]]
    assert sum(leg["parameters"] for leg in legs) == 235_146
    assert sum(leg["multiply_adds"] for leg in legs) == 7_512_064


@pytest.mark.parametrize("exercise", sorted({check.exercise for check in LESSON.checks}))
def test_every_exercise_has_something_to_read(exercise):
    """Lost otherwise: the explanation of one exercise ends in an error."""
    found = reading_of("layers", exercise)
    assert len(found["paragraph"]) > 40
    assert found["paragraph"][-1] in ".!?…"


LEG = {"layer": "ReLU", "in": "(1,)", "out": "(1,)", "broke": False, "joined": False, "ends": False}
RECORD = {"steps": [], "calls": 1, "method": "Linear.forward", "repeats": False}


@pytest.mark.parametrize("value", [float("inf"), float("nan"), -1, 10**4000, True, None, "x"])
@pytest.mark.parametrize("field", ["parameters", "multiply_adds", "joined", "out"])
def test_a_way_that_no_worker_saw_breaks_no_page(field, value):
    """Lost otherwise: for code that writes into the worker's channel a traceback of ours."""
    leg = {**LEG, "parameters": 0, "multiply_adds": 0, field: value}
    legs = decode_record([{**RECORD, "flow": [leg] * 40}]).get("flow", [])
    assert len(network_lines(legs, Screen())) == 2 + len(legs)
    assert bool(flow_lines(legs, Screen(), 79)) == bool(legs)


def test_nothing_more_is_run_or_said_unless_it_is_asked_for(tmp_path):
    """Lost otherwise: each save waits for an explanation that nobody reads."""
    report = examine("layers", copy_of("bias_forgotten", tmp_path), seed=1)
    assert report.explanation is None
    assert "explanation" not in report.to_dict()


def test_the_verdict_is_the_same_with_an_explanation(tmp_path):
    """Lost otherwise: being watched changes what is said to be wrong."""
    path = copy_of("mask_inverted", tmp_path)
    plain = examine("layers", path, seed=1).to_dict()
    assert explained(path).to_dict()["checks"] == plain["checks"]


def test_the_command(begun, tito):
    """Lost otherwise: --explain or its JSON, as people and editors call them."""
    (begun / "layers_dev.py").write_bytes(FILES.content("bias_forgotten"))
    run = tito("test", "--explain", "--seed", "1")
    assert run.returncode == 1
    assert "Next: tito hint Linear.forward" in run.stdout
    found = json.loads(tito("test", "--explain", "--json").stdout)["explanation"]
    assert found["read"]["section"] == "linear-forward"
    assert found["flow"][0]["layer"] == "Linear(3→2)"
    both = tito("test", "--explain", "--all")
    assert both.returncode == 2
    assert "Give one" in both.stderr
    (begun / "layers_dev.py").write_text("def", encoding="utf-8")
    broken = tito("test", "--explain")
    assert broken.returncode == 1
    assert "syntax error" in broken.stdout
