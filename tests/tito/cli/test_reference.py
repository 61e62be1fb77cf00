"""--reference: who has only begun can look, too; whose layers are shown is always said."""

import pytest

LOOKS = [
    ("train", "digits", "--epochs", "1", "--dark"),
    ("show", "layers", "8-4"),
    ("profile", "8-4", "--seconds", "0.05"),
    ("compare", "8-4", "--no-time", "--steps", "2"),
]


@pytest.fixture
def begun(tito, learner):
    assert tito("start", "layers").returncode == 0
    return learner


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look[0])
@pytest.mark.usefixtures("begun")
def test_who_has_only_begun_can_look(look, tito):
    """Lost otherwise: the lesson shows pictures to those alone who need none any more."""
    refused = tito(*look)
    assert refused.returncode == 1
    assert "or --reference to use the reference's layers." in " ".join(refused.stdout.split())
    if look[0] == "compare":
        pytest.importorskip("torch")
    shown = tito(*look, "--reference")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert shown.stdout.startswith("layers: the reference (as asked)\n")


@pytest.mark.usefixtures("begun")
def test_a_file_and_the_reference_are_two_things(tito):
    """Lost otherwise: one is ignored, and a person looks at other layers than they think."""
    both = tito("show", "init", "--reference", "--file", "my-tinytorch/layers_dev.py")
    assert both.returncode == 2
    assert "--reference and --file name different layers" in both.stderr
