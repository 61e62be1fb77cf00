"""Memory: a batch that cannot fit is refused before anything is made."""

from pathlib import Path

import pytest

from tito.cli.running import profile as run
from tito.cli.running.profile import NoRoom, memory_for, refuse_too_large
from tito.engine.source import Source
from tito.lab.networks import ModelFile, Network

PAGE = Network.parse("784-256-128-10")


def test_a_batch_that_cannot_fit_is_refused(monkeypatch):
    """Lost otherwise: the machine swaps itself to a halt over a zero too many."""
    monkeypatch.setattr(run, "free_memory", lambda: 10**9)
    refuse_too_large(PAGE, 1024)
    with pytest.raises(NoRoom, match=r"takes at least .* GB in training .* has 1.00 GB free"):
        refuse_too_large(PAGE, 10**9)
    model = ModelFile(Source(Path("net.py"), b"", 0.0), "make")
    refuse_too_large(model, 10**9)
    with pytest.raises(NoRoom, match="Take a smaller --batch"):
        refuse_too_large(model, 10**6, [(28, 28), (3,)])


def test_where_the_system_does_not_say_nothing_is_refused(monkeypatch):
    """Lost otherwise: the command does not run on some systems at all."""
    monkeypatch.setattr(run, "free_memory", lambda: None)
    refuse_too_large(PAGE, 10**9)


def test_the_limit_grows_with_the_network_and_the_batch():
    """Lost otherwise: a network that fits is ended for want of memory."""
    limit = memory_for(PAGE, 32, 1)
    assert limit < memory_for(PAGE, 10**5, 1)
    assert limit < memory_for(PAGE, 32, 64)
    assert limit < memory_for(Network.parse("5000-5000"), 32, 1)
