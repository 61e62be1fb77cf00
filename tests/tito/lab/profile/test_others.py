"""Other programs: said where they take much of the machine, and never guessed."""

from tito.lab.profile.machine import Others, busy_words


def test_a_share_is_from_nothing_to_all():
    """Lost otherwise: a machine that is 130% busy."""
    share = Others().share()
    assert share is None or 0 <= share <= 1


def test_only_a_busy_machine_is_said():
    """Lost otherwise: figures of a busy machine pass for its own."""
    assert busy_words(None) == busy_words(0.05) == ""
    assert "took 60% of the processors' time" in busy_words(0.6)
