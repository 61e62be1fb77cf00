"""Learners' files for the engine: a right one, changed in one place."""

from pathlib import Path

import pytest

from proof.warm import warm_worker
from tito.engine import examine, run
from tito.engine.conduct import Limits

PAGE = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"
PRODUCT = "        output = x.matmul(self.weight)\n"


@pytest.fixture
def examined(tmp_path):
    """The report on the right file with ``forward`` before Linear's product, ``end`` at its end."""

    def on(forward="", end="", seed=None):
        text = PAGE.read_text(encoding="utf-8")
        assert PRODUCT in text
        before = "".join(f"        {line}\n" for line in forward.splitlines())
        path = tmp_path / "layers_dev.py"
        path.write_text(text.replace(PRODUCT, before + PRODUCT, 1) + f"\n{end}\n")
        return examine("layers", path, seed=seed, worker=warm_worker("layers"))

    return on


@pytest.fixture
def limited(monkeypatch):
    """Gives runs other limits of time: what hangs need not be waited for as a person's code is."""
    return lambda **asked: monkeypatch.setattr(run, "Limits", lambda: Limits(**asked))
