"""The desk: nothing that a learner wrote is lost, whatever is asked and whoever else writes."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.page.desks import LAYERS, RIGHT, STUB, Elements, judged, with_sum
from tito.engine.report import Report
from tito.learner import Workspace
from tito.learner.versions import Versions
from tito.page.desk import CannotDo, Desk, Newer, UnknownFunction, as_file, as_text

OTHER = with_sum("output = self.bias + output")


def untested(lesson, source, seed, explain):
    """A verdict that costs nothing."""
    return Report(
        lesson.name, str(source.path), source.sha256, 0.0, seed or 1, [], content=source.content
    )


@pytest.fixture
def desk(tmp_path):
    found = Desk(untested, Workspace(tmp_path))
    found.begin(LAYERS)
    return found


@pytest.fixture
def path(desk, tmp_path):
    return tmp_path / "layers_dev.py"


def save(desk, text, base):
    return desk.ask("save", {"lesson": "layers", "text": text, "base": base})


def file(desk):
    return desk.ask("file", {"lesson": "layers"})


def kept(tmp_path):
    """All texts of the file that are kept."""
    versions = Versions(tmp_path)
    return [versions.content(each) for each in versions.list("layers_dev.py")]


def test_what_is_saved_is_in_the_file_and_what_was_there_is_kept(desk, path, tmp_path):
    """Otherwise a learner's work is gone with the next key."""
    first = save(desk, RIGHT, file(desk)["sha256"])
    save(desk, OTHER, first["sha256"])
    assert path.read_text() == OTHER
    assert {STUB.encode(), RIGHT.encode(), OTHER.encode()} <= set(kept(tmp_path))
    assert file(desk)["text"] == OTHER


def test_a_file_that_another_editor_changed_is_not_overwritten(desk, path):
    """Otherwise the page destroys what was written elsewhere, or the other way round."""
    base = file(desk)["sha256"]
    path.write_text(OTHER)
    answer = save(desk, RIGHT, base)
    assert path.read_text() == OTHER
    assert answer["conflict"]["text"] == OTHER
    assert save(desk, RIGHT, answer["conflict"]["sha256"]).keys() == {"sha256"}
    assert path.read_text() == RIGHT


def test_a_file_that_is_gone_is_not_made_anew_without_asking(desk, path):
    """Otherwise what a person removed comes back, or what they typed goes nowhere."""
    base = file(desk)["sha256"]
    path.unlink()
    answer = save(desk, RIGHT, base)["conflict"]
    assert (answer["exists"], answer["sha256"], path.exists()) == (False, "", False)
    save(desk, RIGHT, answer["sha256"])
    assert path.read_text() == RIGHT


def test_starting_over_can_be_undone(desk, path, tmp_path):
    """Otherwise one wrong click loses an evening."""
    save(desk, RIGHT, file(desk)["sha256"])
    again = desk.ask("restart", {"lesson": "layers"})
    assert path.read_text() == again["text"] == STUB
    before = desk.ask("version", {"lesson": "layers", "id": again["undo"]})["text"]
    save(desk, before, again["sha256"])
    assert path.read_text() == RIGHT


def test_a_lesson_that_is_not_begun_shows_its_stub_and_begins_with_the_first_save(desk, tmp_path):
    """Otherwise the page shows, and tests, the reference in the learner's place."""
    other = {"lesson": "activations"}
    found = desk.ask("file", other)
    path = tmp_path / "activations_dev.py"
    before = path.read_bytes()
    assert (found["exists"], found["sha256"]) == (False, "")
    assert "your code here" in found["text"]
    assert path.read_bytes() == before
    desk.ask("save", {**other, "text": found["text"] + "# mine\n", "base": ""})
    assert path.read_text().endswith("# mine\n")
    assert Workspace(tmp_path).lesson == "activations"


TEXTS = st.sampled_from(["x = 1\n", "x = 2\n", "x = 3\n", ""])
STEPS = st.lists(
    st.tuples(st.sampled_from(["save", "blind save", "elsewhere", "restart", "test"]), TEXTS),
    max_size=6,
)


@settings(deadline=None, max_examples=30)
@given(STEPS)
def test_no_text_that_was_ever_in_the_file_through_the_desk_is_lost(tmp_path_factory, steps):
    """Otherwise some order of saving, starting over and other editors loses one."""
    folder = tmp_path_factory.mktemp("learner")
    desk = Desk(untested, Workspace(folder))
    desk.begin(LAYERS)
    path, written, base = folder / "layers_dev.py", {STUB}, file(desk)["sha256"]
    for what, text in steps:
        before = path.read_text()
        if what == "elsewhere":
            path.write_text(text)
            continue
        if what == "restart":
            desk.ask("restart", {"lesson": "layers"})
        elif what == "test":
            asked = {"lesson": "layers", "text": text, "seed": None, "explain": False}
            desk.ask("test", asked)
            written.add(text)
            continue
        else:
            base = file(desk)["sha256"] if what == "save" else base
            base = save(desk, text, base).get("sha256", base)
        if path.read_text() != before:
            written |= {before, path.read_text()}
    assert {text.encode() for text in written if text} <= set(kept(folder))


LINES = st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8), max_size=5)


@settings(deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_a_file_keeps_its_line_ends_and_its_mark(lines, end, mark):
    """Otherwise opening the page turns every line of a file from Windows into a change."""
    first = b"\xef\xbb\xbf" if mark else b""
    now = first + end.join(["a", *lines, "b"]).encode()
    assert as_file(as_text(now), now) == now
    changed = as_file(as_text(now) + "\nc", now)
    assert as_text(changed) == as_text(now) + "\nc"
    assert changed.startswith(first + b"a" + end.encode())


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_bytes_that_are_no_text_come_back_as_they_were(content):
    """Otherwise a damaged file is damaged further by looking at it."""
    shown = json.loads(json.dumps(as_text(content)))
    assert as_file(shown, content) == content


def test_a_declared_encoding_is_kept_and_what_it_lacks_is_said():
    """Otherwise a file comes out in another encoding than its first line says."""
    now = "# coding: latin-1\nx = 'é'\n".encode("latin-1")
    assert as_file(as_text(now) + "y = 'ö'\n", now) == now + "y = 'ö'\n".encode("latin-1")
    with pytest.raises(CannotDo, match=r"does not have '→'.*utf-8"):
        as_file(as_text(now) + "# →", now)


def test_what_is_tested_is_kept_with_its_verdict_and_its_hash(tmp_path):
    """Otherwise the slider through one's versions has no verdicts, or shows another text's."""
    desk = Desk(judged, Workspace(tmp_path))
    desk.begin(LAYERS)
    text = with_sum("output = output - self.bias")
    asked = {"lesson": "layers", "text": text, "seed": 7, "explain": False}
    verdict = desk.ask("test", asked)
    assert verdict["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert (verdict["seed"], verdict["note"]) == (7, None)
    last = desk.ask("versions", {"lesson": "layers"})["versions"][-1]
    assert (last["passed"], last["total"]) == (verdict["passed"], verdict["total"])
    assert last["says"] == verdict["status"]
    assert "bias-subtracted" in last["says"]
    assert desk.ask("version", {"lesson": "layers", "id": last["id"]}) == {"text": text}
    course = {each["name"]: each for each in desk.ask("course", {})["lessons"]}
    assert course["layers"]["passed"] == verdict["passed"]
    assert course["activations"]["passed"] is None
    hint = {"lesson": "layers", "exercise": None, "further": True, "given": {}}
    assert [desk.ask("hint", hint)["degree"] for _ in range(4)] == [1, 2, 3, 3]
    again = Desk(judged, Workspace(tmp_path))
    named = {**hint, "exercise": "Linear.forward", "further": False}
    again.ask("test", asked)
    assert again.ask("hint", named)["degree"] == 3


def test_the_page_of_the_browser_remembers_hints_itself():
    """Otherwise a learner without a folder is given the first hint for ever, or all at once."""
    desk = Desk(untested)
    asked = {"lesson": "layers", "exercise": "Linear.forward", "further": True, "given": {}}
    first = desk.ask("hint", asked)
    second = desk.ask("hint", {**asked, "given": {first["key"]: first["degree"]}})
    assert [first["degree"], second["degree"]] == [1, 2]
    assert second["given"][:1] == first["given"]
    with pytest.raises(CannotDo, match="Press Test"):
        desk.ask("hint", {**asked, "exercise": None})
    with pytest.raises(UnknownFunction):
        desk.ask("file", {"lesson": "layers"})


def test_after_the_last_hint_the_solution_is_there_for_who_asks(desk, tmp_path):
    """Otherwise who is stuck after three hints has nowhere to go, or is shown it unasked."""
    asked = {"lesson": "layers", "exercise": "Linear.forward", "further": True, "given": {}}
    *before, last = (desk.ask("hint", asked)["solution"] for _ in range(3))
    assert before == [None, None]
    assert last.startswith("Show the reference's own lines of Linear.forward? It will be noted")
    given = {"lesson": "layers", "exercise": "Linear.forward", "text": "class Linear: ..."}
    shown = desk.ask("solution", given)
    words = Elements(shown["html"]).words
    assert {"x.matmul(self.weight)", "why", "beyond", "needs"} <= set(words)
    assert shown["note"] is None
    assert "Linear.forward" in Workspace(tmp_path).memory.table("layers", "solutions")
    assert "needs" not in Elements(desk.ask("solution", {**given, "text": STUB})["html"]).words
    inherited = {**asked, "exercise": "Dense.forward"}
    assert [desk.ask("hint", inherited)["solution"] for _ in range(3)] == [None] * 3
    with pytest.raises(CannotDo, match="it inherits it"):
        desk.ask("solution", {**given, "exercise": "Dense.forward"})


def test_where_nothing_is_noted_it_is_not_said_to_be():
    """Otherwise a page on the web claims to keep a record that it does not."""
    asked = {"lesson": "layers", "exercise": "Linear.forward", "further": True}
    key = Desk(untested).ask("hint", {**asked, "given": {}})["key"]
    hint = Desk(untested).ask("hint", {**asked, "given": {key: 2}})
    assert hint["solution"] == "Show the reference's own lines of Linear.forward?"


def test_a_text_that_a_newer_one_overtook_gets_no_verdict():
    """Otherwise the page shows what was true of another text."""

    def overtaken(lesson, source, seed, explain):
        raise Newer

    asked = {"lesson": "layers", "text": "", "seed": None, "explain": False}
    assert Desk(overtaken).ask("test", asked) == {"newer": True}


@pytest.mark.parametrize("lesson", ["layers", "activations"])
def test_every_question_can_be_answered(lesson):
    """Otherwise a question of the quiz has no answer in the page."""
    desk = Desk(untested)
    for question in desk.ask("quiz", {"lesson": lesson, "seed": None})["questions"]:
        asked = {"lesson": lesson, "question": question["name"], "seed": None}
        wrong = ["0.123"] * len(question["steps"])
        told = desk.ask("answer", {**asked, "answers": wrong, "reveal": True})
        assert told["html"].startswith("<p>")
        tried = desk.ask("answer", {**asked, "answers": wrong, "reveal": False})
        assert tried["right"] is not True
        assert (tried["html"], {step["answer"] for step in tried["steps"]}) == ("", {""})
        for place, step in enumerate(question["steps"]):
            assert step["asks"]
            for option in step["choices"]:
                chosen = [*wrong[:place], option, *wrong[place + 1 :]]
                told = desk.ask("answer", {**asked, "answers": chosen, "reveal": False})
                assert told["steps"][place]["right"] is not None
            assert bool(step["choices"]) == (step["kind"] == "choice")


def test_answers_are_remembered_with_the_learner(desk, tmp_path):
    """Otherwise `tito quiz` and the page ask the same questions again."""
    asked = {"lesson": "layers", "question": "parameters", "seed": None, "reveal": False}
    wrong = desk.ask("answer", {**asked, "answers": ["200704", "401,920"]})
    assert [step["right"] for step in wrong["steps"]] == [False, True]
    assert "weights alone" in wrong["steps"][0]["says"]
    right = desk.ask("answer", {**asked, "answers": ["200960", "401,920"]})
    assert right["right"] is True
    assert right["note"] is None
    states = desk.ask("quiz", {"lesson": "layers", "seed": None})["questions"]
    assert [each["state"] for each in states if each["name"] == "parameters"] == ["right"]
    (tmp_path / ".tito" / "memory.json.lock").unlink()
    (tmp_path / ".tito" / "memory.json.lock").mkdir()
    told = desk.ask("answer", {**asked, "answers": ["200960", "401,920"]})
    assert "could not be noted" in told["note"]


@pytest.mark.parametrize(
    ("function", "asked"),
    [
        ("stub", {"lesson": "../layers"}),
        ("stub", {"lesson": "nothing"}),
        ("stub", {}),
        ("stub", {"lesson": 3}),
        ("stub", {"lesson": "a" * 5000}),
        ("quiz", {"lesson": "layers", "seed": -1}),
        ("test", {"lesson": "layers", "text": "", "seed": 1 << 32, "explain": False}),
        ("version", {"lesson": "layers", "id": "../../layers_dev"}),
        (
            "answer",
            {"lesson": "layers", "question": "x", "seed": None, "answers": [], "reveal": True},
        ),
        ("test", {"lesson": "layers", "text": "#" * 70_000, "seed": None, "explain": False}),
        ("hint", {"lesson": "layers", "exercise": "x", "further": True, "given": {}}),
    ],
)
def test_what_cannot_be_done_is_said(desk, function, asked):
    """Otherwise a page gets an error of Python's, or reads a file of somebody's."""
    with pytest.raises(CannotDo, match=r"^[A-Za-z].*\.$"):
        desk.ask(function, asked)


@pytest.mark.parametrize("name", ["__init__", "ask", "begin", "examine", "nothing"])
def test_only_what_a_page_may_ask_is_a_function(desk, name):
    """Otherwise a request calls whatever the desk has."""
    with pytest.raises(UnknownFunction):
        desk.ask(name, {})
