"""A comparison in this process: small networks of the reference's layers, or of a learner's."""

import functools
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tinytorch.core import layers as reference
from tito.cli.running.compare import read
from tito.lab.compare.differences import find
from tito.lab.compare.ours import play
from tito.lab.compare.verdict import judge
from tito.lab.networks import Network

PAGE = Path(__file__).parents[3] / "lessons" / "layers" / "files" / "right" / "page.py"


def learners(*changes):
    """The module of a right file of a learner's with these texts exchanged, everywhere."""
    text = PAGE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    module = ModuleType("layers_dev")
    exec(compile(text, "layers_dev.py", "exec"), vars(module))
    return module


@pytest.fixture
def learner():
    """Makes a learner's module."""
    return learners


def both_sides(
    folder, layers=reference, network="6-4-4-3", dropout=0.0, steps=5, seed=0, optimizer="sgd"
):
    """Runs both sides; gives what was found, the verdict, and the arrays of both."""
    pytest.importorskip("torch")
    from tito.lab.compare.theirs import calculate

    plain = Network.parse(network, dropout) if isinstance(network, str) else network
    given = folder / "ours.npz"
    facts = play(
        layers,
        SimpleNamespace(note=lambda item: None),
        network=plain.to_dict(),
        batch=8,
        steps=steps,
        seed=seed,
        optimizer=optimizer,
        to=str(given),
    )
    to = [str(folder / f"torch-{number}.npz") for number in range(3)]
    calculate(str(given), to, facts["parts"], facts["loss"], optimizer)
    ours, torch = read(given), [read(each) for each in to]
    found = find(ours, torch, facts["parts"], facts["unlisted"], steps)
    return SimpleNamespace(found=found, verdict=judge(found), ours=ours, torch=torch, facts=facts)


@pytest.fixture
def run(tmp_path):
    """Runs both sides of a comparison in this process."""
    return functools.partial(both_sides, tmp_path)


@pytest.fixture(scope="module")
def agreeing(tmp_path_factory):
    """The findings of a network that agrees, with Dropout."""
    return both_sides(tmp_path_factory.mktemp("agreeing"), network="5-4-3", dropout=0.3).found
