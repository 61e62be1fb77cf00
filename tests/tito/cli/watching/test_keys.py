"""Keys, as terminals send them."""

import pytest

from tito.cli.watching.events import named


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("q", ["q"]),
        ("Q", ["q"]),
        ("nn", ["n", "n"]),
        (" ", ["on"]),
        ("\x1b[B\x1b[A", ["down", "up"]),
        ("\x1b[6~a", ["on", "a"]),
        ("\x1b", ["close"]),
        ("\x1b[1;5D", []),
        ("\x1b[200~q", []),
    ],
)
def test_keys_have_names(typed, keys):
    """Lost otherwise: an arrow key quits, because its code ends in a letter."""
    assert list(named(typed)) == keys
