"""`tito dev mutants`: every small change to the reference, and what the checks make of it."""

import ast

import pytest

from proof.mutants import Trial, excused, list_of, reference_text, tables
from proof.mutator import Mutant, mutants
from proof.trying import HUNG, first_failed, killers
from tito.lesson.model import lesson_names, load_lesson

# The command tries all.
STRIDE = 4
MADE = {
    lesson.name: mutants(lesson, reference_text(lesson))
    for lesson in map(load_lesson, lesson_names())
}
EACH = pytest.mark.parametrize("name", MADE)


@pytest.mark.slow
@EACH
def test_every_small_change_is_failed_or_excused(name):
    """Lost otherwise: a small slip of a learner's goes through all checks."""
    tried = MADE[name][::STRIDE]
    by = killers(name, tried)
    alive = {mutant.id for mutant, why in zip(tried, by, strict=True) if why is None}
    listed = excused(list_of(load_lesson(name)).read_text(encoding="utf-8"))
    assert alive == {mutant.id for mutant in tried} & listed.keys()
    assert len(tried) >= 50


@EACH
def test_what_is_excused_is_made(name):
    """Lost otherwise: a reason stands in the list for a change that is no more."""
    listed = excused(list_of(load_lesson(name)).read_text(encoding="utf-8"))
    assert listed.keys() <= {mutant.id for mutant in MADE[name]}


def test_the_reference_itself_is_failed_by_nothing(bench, lesson):
    """Lost otherwise: mutants die of what is no fault of theirs."""
    assert first_failed(bench, ast.unparse(ast.parse(reference_text(lesson)))) is None


def test_mutants_are_of_every_exercise_that_the_reference_writes(lesson):
    """Lost otherwise: an exercise is left out, and nobody notices."""
    written = {
        f"{part.name}.{method.name}"
        for part in ast.parse(lesson.reference.text).body
        if isinstance(part, ast.ClassDef)
        for method in part.body
        if isinstance(method, ast.FunctionDef)
    }
    names = {exercise.name for exercise in lesson.exercises}
    assert {mutant.exercise for mutant in MADE[lesson.name]} - {"constants"} == names & written
    assert names <= written


@pytest.mark.parametrize(
    ("exercise", "before", "after"),
    [
        ("constants", "DROPOUT_MAX_PROB = 1.0", "DROPOUT_MAX_PROB = 2.0"),
        ("Linear.__init__", "self.in_features = in_features", "removed"),
        ("Linear.forward", "output = x.matmul(self.weight)", "output = self.weight.matmul(x)"),
        ("Dropout.forward", "return x * 0.0", "return None"),
        ("Dropout.forward", "keep = 1.0 - self.p", "keep = 1.0 + self.p"),
        ("Sequential.forward", "for step in self.steps(training):", None),
        ("Sequential.parameters", "for layer in self.layers:", None),
    ],
)
def test_the_changes_one_would_think_of_are_among_them(exercise, before, after):
    """Lost otherwise: the proof is of changes that nobody makes."""
    if exercise == "Linear.forward":
        after = "output = self.weight"
    made = MADE["layers"]
    found = [m for m in made if m.exercise == exercise and m.before == before]
    assert any(after is None or m.after == after for m in found)


def test_each_mutant_is_another_text_and_another_name(lesson):
    """Lost otherwise: one change counts as several, or a line of the list excuses two."""
    made = MADE[lesson.name]
    assert len({mutant.text for mutant in made}) == len(made)
    assert len({mutant.id for mutant in made}) == len(made)
    assert ast.unparse(ast.parse(reference_text(lesson))) not in {mutant.text for mutant in made}


def test_a_mutant_that_never_ends_or_ends_the_process_is_failed(monkeypatch):
    """Lost otherwise: the command waits for ever, or stops at the first such change."""
    monkeypatch.setattr("proof.trying.LIMIT_S", 1.0)
    texts = [
        "while True: pass",
        "import os; os._exit(3)",
        "1 / 0",
        load_lesson("layers").reference.text,
    ]
    made = [Mutant("", "", "", text, text) for text in texts]
    assert killers("layers", made, processes=1) == [
        HUNG,
        "it ended its process",
        "ZeroDivisionError at import",
        None,
    ]


def test_an_excuse_that_is_not_needed_is_said():
    """Lost otherwise: the list fills with lines that mean nothing, and hides what comes back."""
    dead, alive = MADE["layers"][:2]
    trial = Trial(
        {dead: "a check"}, (alive,), {dead.id: "equivalent: so", "gone": "equivalent: so"}
    )
    assert trial.survived == [alive]
    assert trial.stale == [f"{dead.id}: failed by a check", "gone: no longer made"]
    assert not trial.ok
    assert Trial({dead: "a check"}, (alive,), {alive.id: "equivalent: so"}).ok
    assert not Trial({}, (), {}).ok


def test_the_table_counts_what_became_of_each():
    """Lost otherwise: the closing note has numbers that do not add up."""
    dead, alive, left = MADE["layers"][:3]
    trial = Trial({dead: "a check"}, (alive, left), {alive.id: "equivalent: so"})
    rows = [line.split() for line in tables(trial).splitlines() if line.startswith("all ")]
    assert rows == [["all", "3", "1", "1", "1"]] * 2


@pytest.mark.parametrize(
    "text", ["    no reason\n", "because\n    a line\n", "equivalent\n    x\n"]
)
def test_a_line_without_a_reason_is_refused(text):
    """Lost otherwise: a hole in the checks is listed and forgotten."""
    with pytest.raises(ValueError, match="no reason"):
        excused(text)


def test_a_line_that_stands_twice_is_refused():
    """Lost otherwise: two reasons stand for one mutant."""
    with pytest.raises(ValueError, match="twice"):
        excused("equivalent: so\n    a\n    a\n")
