"""The verdict as it stands in a real terminal, kept as text in tests/screens/."""

import pytest

pytest.importorskip("pexpect")

from proof.learner_files import learner_files
from tests.screens import Terminal, keep, masked

BIAS_FORGOTTEN = learner_files("layers").content("bias_forgotten")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
@pytest.mark.parametrize("colour", [True, False], ids=["colour", "plain"])
def test_a_verdict_in_a_terminal(begun, columns, rows, colour):
    """Lost otherwise: a screen that is cut, wrapped or coloured so that nobody can read it."""
    (begun / "layers_dev.py").write_bytes(BIAS_FORGOTTEN)
    environment = {} if colour else {"NO_COLOR": "1"}
    with Terminal(
        "test", "--seed", "1", cwd=begun, columns=columns, rows=rows, **environment
    ) as terminal:
        assert terminal.finish() == 1
        kept = f"test_{columns}x{rows}{'' if colour else '_plain'}"
        keep(kept, terminal.screen(styled=True), begun)


def test_the_second_screen_leaves_the_first_as_it_was(tmp_path):
    """Lost otherwise: tests of full-screen commands prove nothing about what stays behind."""
    steps = r"printf 'before\n\033[?1049h\033[Hover'; sleep 0.4; printf '\033[?1049lafter'"
    with Terminal(cwd=tmp_path, program=["sh", "-c", steps]) as terminal:
        assert terminal.wait_for("over") == "over"
        assert terminal.finish() == 0
        assert terminal.screen() == "before\nafter"


def test_a_mask_hides_only_what_differs_from_run_to_run():
    """Lost otherwise: screens that change with the clock, or that hide a change of words."""
    line = "~/layers_dev.py, saved 14:15:46, 1 s ago; 117 of 117 (0.32 s, seed 12)"
    hidden = "~/layers_dev.py, saved ##:##:##, # s ago; 117 of 117 (#.## s, seed ####)"
    assert masked(line) == hidden
    assert masked("/tmp/a/layers_dev.py", "/tmp/a") == "~/layers_dev.py"
