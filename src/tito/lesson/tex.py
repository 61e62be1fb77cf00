"""Formulas in TeX as a line that can be read: ``\\sqrt{\frac{1}{n}}`` is ``sqrt(1 / n)``."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_]|[ \n]+|[^\\{}^_ \n]")
_WORDS = {
    "times": "×",
    "cdot": "·",
    "odot": "⊙",
    "to": "→",
    "le": "≤",
    "ge": "≥",
    "ne": "≠",
    "approx": "≈",
    "in": "in",
    "sim": "~",
    "dots": "…",
    "sigma": "σ",
    "tanh": "tanh",
    "max": "max",
    "pi": "π",
    "sum": "Σ",
    "Phi": "Φ",
    "mathbb": "",
    "mathcal": "",
    "left": "",
    "right": "",
    "qquad": "\n",
    ",": "",
    ";": " ",
}
_SPACED = {"times", "cdot", "odot", "to", "le", "ge", "ne", "approx", "in", "sim"}
_KEPT = {"text", "mathrm", "operatorname"}


def readable(tex: str) -> str:
    """The formula as text, one line for each part that ``\\qquad`` sets apart.

    ValueError for a command that is not known here.

    >>> readable(r"\\sigma = \\sqrt{\\frac{1}{n_\\text{in}}}")
    'σ = sqrt(1 / n_in)'
    """
    text = "".join(_pieces(iter(_TOKEN.findall(tex))))
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))


def _pieces(tokens: Iterator[str]) -> Iterator[str]:
    for token in tokens:
        if token == "}":
            return
        yield _piece(token, tokens)


def _piece(token: str, tokens: Iterator[str]) -> str:
    if token == "{":
        return "".join(_pieces(tokens))
    if token in "^_":
        argument = _argument(tokens)
        return token + (argument if re.fullmatch(r"\w+", argument) else f"({argument})")
    if not token.startswith("\\"):
        return token
    return _command(token[1:], tokens)


def _command(name: str, tokens: Iterator[str]) -> str:
    if name == "frac":
        above, below = _argument(tokens), _argument(tokens)
        return f"{_bracketed(above, '[+−-]')} / {_bracketed(below, '[ +−-]')}"
    if name == "sqrt":
        return f"sqrt({_argument(tokens)})"
    if name in _KEPT:
        return _argument(tokens)
    if name not in _WORDS:
        raise ValueError(f"no readable form of \\{name} is known")
    return f" {_WORDS[name]} " if name in _SPACED else _WORDS[name]


def _argument(tokens: Iterator[str]) -> str:
    """What follows a command: one group, or one sign."""
    for token in tokens:
        if token.strip():
            return _piece(token, tokens).strip()
    return ""


def _bracketed(part: str, signs: str) -> str:
    """A part of a fraction, in brackets where it holds one of the signs."""
    return f"({part})" if re.search(signs, part) else part


_MARKS = re.compile(
    r"(?P<code>`[^`]+`)"
    r"|\$(?P<math>[^$]+)\$"
    r"|\[(?P<words>[^]]+)\]\((?P<goal>[^)\s]+)\)"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|\*(?P<stress>[^*\s][^*]*)\*"
)


def plain(text: str) -> str:
    """The text for a terminal; a link out of the lesson is followed by its address."""
    return _MARKS.sub(_plainly, text)


def goals(text: str) -> Iterator[str]:
    """The anchors that links in the text lead to, in their order."""
    for found in _MARKS.finditer(text):
        if found["goal"] and found["goal"].startswith("#"):
            yield found["goal"][1:]


def _plainly(found: re.Match[str]) -> str:
    if found["code"]:
        return found["code"]
    if found["math"]:
        return readable(found["math"])
    if found["goal"]:
        words = plain(found["words"])
        return words if found["goal"].startswith("#") else f"{words} ({found['goal']})"
    return plain(found["strong"] or found["stress"])
