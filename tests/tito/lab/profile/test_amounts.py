"""Figures as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tito.lab.profile.amounts import byte_words, share_words, short, span_words, time_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4.7e-5, "47.0 µs"),
        (1.914e-4, "191 µs"),
        (4.146e-3, "4.15 ms"),
        (9.9999e-4, "1.00 ms"),
        (1.2, "1.20 s"),
        (75.0, "75.0 s"),
        (3.4e-8, "34.0 ns"),
        (0.0, "0 ns"),
        (3e-10, "<1 ns"),
    ],
)
def test_times(seconds, words):
    """Lost otherwise: 1000 µs, or zeros that nobody counts."""
    assert time_words(seconds) == words


@given(st.floats(1e-9, 1e6))
def test_a_time_is_what_was_measured(seconds):
    """Lost otherwise: a unit that is wrong by a thousand."""
    number, unit = time_words(seconds).split()
    factor = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}[unit]
    assert float(number.replace(",", "")) * factor == pytest.approx(seconds, rel=0.006, abs=1e-14)


def test_spans_bytes_and_shares():
    """Lost otherwise: a unit twice, or a share of 0% that is not nothing."""
    assert span_words(1.4e-4, 1.6e-4) == "140 to 160 µs"
    assert span_words(9e-4, 1.1e-3) == "900 µs to 1.10 ms"
    assert span_words(1e-3, 1e-3) == "1.00 ms"
    assert (byte_words(940_584), byte_words(12), byte_words(6.4e11)) == (
        "941 KB",
        "12 bytes",
        "640 GB",
    )
    assert (share_words(0.009), share_words(0), share_words(0.54)) == ("under 1%", "0%", "54%")
    assert (short(1234.0), short(0.000123)) == ("1,230", "0.000123")
