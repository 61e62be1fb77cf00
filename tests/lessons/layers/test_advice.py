"""Advice: what goes beyond the pages is said to whom it concerns, and fails nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from tito.engine import examine

RIGHT = Path(__file__).parent / "files" / "right"


@pytest.mark.parametrize(
    ("file", "said", "unsaid"),
    [
        ("page.py", "no longer knows x", "Returning x itself"),
        ("page.py", "model.eval()", "NumPy warns"),
        ("page.py", "has its parameters twice", "(or a tuple)"),
        ("page_literal.py", "only model.forward(x)", "Returning x itself"),
        ("doubtful/copies_at_inference.py", "Returning x itself", "no longer knows x"),
        ("doubtful/layers_in_a_tuple.py", "(or a tuple)", "no longer knows x"),
    ],
)
def test_advice_is_given_where_it_applies(file: str, said: str, unsaid: str) -> None:
    """If this fails, good practice is preached to those who have it, or kept from the others."""
    report = examine("layers", RIGHT / file, seed=6)
    assert report.ok
    assert any(said in advice for advice in report.advice)
    assert not any(unsaid in advice for advice in report.advice)
    assert len(set(report.advice)) == len(report.advice)
