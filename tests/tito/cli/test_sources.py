"""Whose layers are used, said before they are."""

from tests.choosing import chosen
from tito.engine.report import Report
from tito.engine.source import read_source
from tito.learner import find_workspace
from tito.learner.chosen import sources_line
from tito.learner.versions import Versions


def test_a_file_that_is_gone_is_not_called_not_begun(learner):
    """Lost otherwise: who deleted their file by accident begins again, though it is kept."""
    assert "you have none yet: tito start" in sources_line([])
    assert Versions(find_workspace().folder).keep("layers_dev.py", b"x = 1\n") is None
    assert "its text is kept: tito restore" in sources_line([])


def test_what_is_the_learners_is_named_with_its_place(learner):
    """Lost otherwise: nobody knows whether it was their code that was trained."""
    path = learner / "layers_dev.py"
    path.write_text("class Linear: pass")
    broken = Report("layers", str(path), "", 0.0, 1, [], error="it is no Python")
    first, second = sources_line([chosen(read_source(path), broken)]).split("\n")
    assert first == "layers: yours (layers_dev.py), which cannot be tested as it is"
    assert "layers" not in second
