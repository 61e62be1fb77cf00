"""The colours of web/css/tokens.css: text and edges stand out from all that lies behind them."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "web" / "css" / "tokens.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\)", TOKENS))
GROUNDS = ["paper", "raised", "code-paper", "accent-wash", "good-wash", "bad-wash", "warn-wash"]
CODE = [name for name in COLOURS if name.startswith("code-") and name != "code-paper"]
TEXTS = ["ink", "muted", "accent", "good", "bad", "warn", *CODE]


def contrast(one, other, scheme):
    """The ratio of WCAG 2.2, 1.4.3."""

    def luminance(name):
        digits = COLOURS[name].split(", ")[scheme][1:]
        parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05

    dark, light = sorted((luminance(one), luminance(other)))
    return light / dark


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_and_edges_stand_out(scheme):
    """axe cannot tell of what lies on a drawing, is a sign alone, or is scrolled out of sight."""
    pairs = [("accent-ink", "accent"), *((text, ground) for text in TEXTS for ground in GROUNDS)]
    assert [pair for pair in pairs if contrast(*pair, scheme) < 4.5] == []
    assert [g for g in GROUNDS if contrast("edge", g, scheme) < 3] == []


def test_what_it_measures_is_what_is_meant():
    """A ratio that is always large would hold for any colours."""
    assert contrast("ink", "ink", 0) == 1
    assert 15 < contrast("ink", "raised", 0) < 21
