"""A comparison in this process: small networks of the reference's layers, or of a learner's."""

import functools
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import tinytorch
from tito.lab.compare.ours import play
from tito.lab.compare.recipe import Recipe, read
from tito.lab.compare.verdict import find, judge
from tito.lab.networks import Network

PAGE = Path(__file__).parents[3] / "lessons" / "layers" / "files" / "right" / "page.py"


def learners(*changes):
    """The library with a right file of a learner's, in which these texts are exchanged."""
    text = PAGE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    module = ModuleType("layers_dev")
    exec(compile(text, "layers_dev.py", "exec"), vars(module))
    names = {name: getattr(tinytorch, name) for name in tinytorch.__all__}
    return SimpleNamespace(**names | vars(module))


@pytest.fixture
def learner():
    """Makes a library with a learner's layers."""
    return learners


def recipe_for(network, dropout=0.0, steps=5, seed=0, optimizer="sgd", activation="relu"):
    """What is asked for in a comparison of eight examples."""
    chosen = Network.parse(network, dropout, activation)
    return Recipe(chosen, 8, (1, 2), steps, optimizer, seed, 1)


def both_sides(folder, library=tinytorch, network="6-4-4-3", **asked):
    """Runs both sides; gives what was found, and the verdict."""
    pytest.importorskip("torch")
    from tito.lab.compare.theirs import calculate

    recipe = recipe_for(network, **asked)
    given, *answers = paths = [str(folder / f"{name}.npz") for name in ("ours", "torch", "exact")]
    reporter = SimpleNamespace(note=lambda item: None)
    facts = play(library, reporter, plain=recipe.to_dict(), to=given)
    calculate(recipe, given, answers)
    found = find(recipe, *map(read, paths), **facts)
    return SimpleNamespace(found=found, verdict=judge(found))


@pytest.fixture
def run(tmp_path):
    """Runs both sides of a comparison in this process."""
    return functools.partial(both_sides, tmp_path)


@pytest.fixture(scope="module")
def agreeing(tmp_path_factory):
    """The findings of a network that agrees, with Dropout."""
    return both_sides(tmp_path_factory.mktemp("agreeing"), network="5-4-3", dropout=0.3).found
