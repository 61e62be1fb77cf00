"""What Python met where it could not read a file, in a plain sentence; its own words otherwise."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence

_BY_MESSAGE = (
    (r"'(.)' was never closed", "the bracket {1} that opens here is never closed."),
    (r"unmatched '(.)'", "the bracket {1} closes, but none is open: it is one too many."),
    (
        r"closing parenthesis '(.)' does not match opening parenthesis '(.)'(?: on line (\d+))?",
        "the bracket {1} closes where {2} is open{in 3}: both must be of the same kind.",
    ),
    (r"expected '\('", "after the name, `def` needs brackets: def forward(self, x):"),
    (r"'=='.*instead of '='", "a single = gives something a name. To compare, write ==."),
    (
        r"cannot assign to (None|True|False)",
        "{1} is a keyword, a word that Python keeps for itself: it cannot be given a value.",
    ),
    (
        r"cannot assign to",
        "what is to the left of the = is not a name that can be given a value.",
    ),
    (
        r"expected an indented block after (.*) on line (\d+)",
        "the body of the {1} on line {2} is empty. Indented lines have to follow there: write "
        "them, or `pass`.",
    ),
    (
        r"unindent does not match",
        "the line is indented less than the one before, yet no line above it begins in that "
        "column. "
        "Lines that belong together begin in the same column.",
    ),
    (
        r"unexpected indent",
        "the line is indented further than the one before, which opens no block. "
        "Lines that belong together begin in the same column.",
    ),
    (
        r"unterminated triple-quoted",
        "the string that begins here is never closed: the three quotes at its end are missing.",
    ),
    (r"unterminated", "the string that begins here has no closing quote on its line."),
    (
        r"Missing parentheses in call to '(\w+)'",
        "{1} is a function, so what it is given goes in brackets: {1}({rest}).",
    ),
    (
        r"invalid character '([\u2018-\u201f\xab\xbb\xb4])'",
        "{1} is a curly quote, as word processors write it. Python's quotes are \" and '.",
    ),
    (
        r"invalid character '(.)'",
        "Python has no use for the character {1} here. It may have been pasted in with other "
        "text: type it again ({like}).",
    ),
    (
        r"invalid non-printable character (U\+\w+)",
        "there is an invisible character ({1}), perhaps pasted in with other text. Delete what "
        "looks like a space there, and type it again.",
    ),
    (
        r"invalid decimal literal",
        "a number runs into a name. A name cannot begin with a digit, and a product is "
        "written with a *: 2 * x.",
    ),
    (r"leading zeros", "a whole number does not begin with 0: 7, not 007."),
    (r"'return' outside", "`return` is outside any function. Is it indented far enough?"),
    (
        r"'(break|continue)' .*loop",
        "`{1}` is outside any loop. Is it indented far enough?",
    ),
    (
        r"positional argument follows keyword",
        "arguments without a name come first, those with a name after them.",
    ),
    (
        r"(non-default argument|parameter without a default) follows",
        "parameters without a default come first, those with a default after them.",
    ),
    (r"duplicate argument ('\w+')", "two parameters have the name {1}."),
    (r"keyword argument repeated: (\w+)", "the argument {1} is given twice."),
    (
        r"Perhaps you forgot a comma",
        "something is missing between two values: a comma, an operator, or a bracket before them.",
    ),
    (
        r"expected 'except' or 'finally' block",
        "a `try` ends here without its `except`. Is the `except` there, and indented like `try`?",
    ),
    (
        r"expected 'else' after 'if'",
        "an `if` within a line needs its `else`: a if condition else b.",
    ),
    (
        r"unicodeescape",
        r"in a string, a backslash begins the code of a character. Write r'…', or / in a path.",
    ),
    (
        r"after line continuation character",
        r"after a backslash, the line has to end. To divide, write /.",
    ),
    (r"is assigned to before|used prior to", "a `global` has to come before the name is used."),
)
_OPENS = r"(?:async |class |def |else|elif |except|finally|for |if |match |try|while |with )"
_BY_LINE = (
    (r"(?:.*\s)?else\s+if\b", "Python writes `else if` as one word: elif."),
    (r".*(&&|\|\|)", "Python writes {1} as a word: {word}."),
    (r".*(\+\+|--)\s*$", "Python has no {1}. Write += 1 or -= 1."),
    (r".*![^=]", "Python writes ! as a word: not."),
    (r".*[=+\-*/@%]\s*(?:#.*)?$", "the line ends where a value is still missing."),
    (
        r"(else|elif|except|finally)\b",
        "there is no `{opener}` that this `{1}` belongs to. It has to be indented like its "
        "`{opener}`, and follow the body of that directly.",
    ),
)
_OPENERS = {"else": "if", "elif": "if", "except": "try", "finally": "try"}
_WORDS = {"&&": "and", "||": "or"}
_LIKE = {"×": "*", "·": "*", "−": "-", "–": "-", "—": "-", "÷": "/", "≠": "!=", "…": "..."}
_TAKEN = "|".join(keyword.kwlist)
_NAMED = re.compile(rf"(?:\.\s*|[(,]\s*|^\s*)({_TAKEN})\s*(?:=(?!=)|[,)](?!.*:.*\blambda)|$)")
_PARAMETER = re.compile(rf"\bdef\b[^(]*\(.*?[(,]\s*({_TAKEN})\s*[,)=:]|\bdef\s+({_TAKEN})\s*\(")


def said(error: SyntaxError, lines: Sequence[str]) -> str:
    """A sentence on the error; ``lines`` are those of the file."""
    number = error.lineno or 1
    line = lines[number - 1] if number <= len(lines) else ""
    if isinstance(error, TabError):
        return _tabs(lines, number)
    if error.msg.startswith("expected ':'"):
        return _by(_BY_LINE[:1], line.strip()) or _colon(line)
    found = _by(_BY_MESSAGE, error.msg, rest=line.strip().partition(" ")[2])
    if not found and error.msg.startswith("invalid syntax"):
        found = _keyword(line) or _by(_BY_LINE, line.strip())
    hint = " Look at the end of the line before, too." if number > 1 else ""
    return found or f"Python says: {error.msg}.{hint}"


def _by(table: Sequence[tuple[str, str]], text: str, rest: str = "") -> str:
    """The first row that fits, with what it found put in."""
    for pattern, sentence in table:
        if found := re.match(pattern, text) or (table is _BY_MESSAGE and re.search(pattern, text)):
            groups = ["", *(group or "" for group in found.groups()), "", "", ""]
            first = groups[1]
            sentence = sentence.replace("{in 3}", f" since line {groups[3]}" if groups[3] else "")
            sentence = sentence.replace("{opener}", _OPENERS.get(first, ""))
            sentence = sentence.replace("{word}", _WORDS.get(first, ""))
            sentence = sentence.replace(" ({like})", f" ({_LIKE[first]})" if first in _LIKE else "")
            sentence = sentence.replace("{1}", first).replace("{2}", groups[2])
            return sentence.replace("{rest}", rest)
    return ""


def _colon(line: str) -> str:
    found = re.match(rf"\s*({_OPENS})", line)
    what = f"a line that begins with `{found[1].strip()}`" if found else "the line"
    return f"{what} has to end in a colon, and the colon is missing."


def _keyword(line: str) -> str:
    """A word that belongs to Python, used as a name."""
    found = _PARAMETER.search(line) or _NAMED.search(line)
    name = next(filter(None, found.groups()), "") if found else ""
    if not name or name in ("else", "try", "finally", "pass", "break", "continue", "return"):
        return ""
    return f"`{name}` is a keyword, a word that Python keeps for itself. Choose another name."


def _tabs(lines: Sequence[str], number: int) -> str:
    kinds = {True: "tabs", False: "spaces"}
    here = "\t" in _indentation(lines[number - 1])
    before = (n for n in range(number - 1, 0, -1) if _indentation(lines[n - 1]))
    other = next((n for n in before if ("\t" in _indentation(lines[n - 1])) != here), None)
    beside = f", line {other} by {kinds[not here]}" if other else ", partly by spaces"
    return (
        f"the line is indented by {kinds[here]}{beside}. Use four spaces for each step, everywhere."
    )


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
