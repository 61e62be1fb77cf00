"""What needs an object that its constructor refuses waits; nothing that waits is a pass."""

from pathlib import Path

import pytest

from tito.engine import examine

RIGHT = Path(__file__).parent / "files" / "right" / "star_import.py"


def statuses(path, text, exercise):
    """The statuses of an exercise's checks, with what was got."""
    file = path / "layers_dev.py"
    file.write_text(text, encoding="utf-8")
    report = examine("layers", file, seed=7)
    return {(check.status, check.got) for check in report.checks if check.exercise == exercise}


def test_what_needs_a_layer_waits_for_its_constructor(tmp_path):
    """Lost otherwise: an error in __init__ is shown for every method, as if each were wrong."""
    text = RIGHT.read_text(encoding="utf-8").replace(
        "        self.in_features = in_features\n", "        self.in_features = nowhere\n"
    )
    assert statuses(tmp_path, text, "Linear.forward") == {("blocked", "waits for Linear.__init__")}
    assert statuses(tmp_path, text, "Linear.parameters") == {
        ("blocked", "waits for Linear.__init__")
    }


@pytest.mark.parametrize(
    "raised", ["Waits('Linear.__init__')", "Waits('Layer.forward', None)", "Waits()", "Waits(3, 4)"]
)
def test_nobody_passes_by_waiting(tmp_path, raised):
    """Lost otherwise: a file that raises what probes raise is not failed."""
    text = RIGHT.read_text(encoding="utf-8").replace(
        "        y = x.matmul(self.weight)\n",
        f"        from tito.lesson.trial import Waits\n        raise {raised}\n",
    )
    found = {status for status, _ in statuses(tmp_path, text, "Linear.forward")}
    assert found & {"error", "failed"}
