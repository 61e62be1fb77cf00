"""What tests of a lesson's text share: the numbers that it tells, and its programs, run."""

import doctest
import re

from tito.lesson.text import Code, Diagram, Items, Math, Note, Paragraph, Table, Tabs, blocks

SCALES = {"%": 1e-2, "million": 1e6, "billion": 1e9, "MB": 1e6, "GB": 1e9, "ms": 1e-3}
WORDS = {
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "twenty": 20,
    "thirty": 30,
    "thirty-one": 31,
    "fifty": 50,
    "seventy": 70,
    "hundred": 100,
    "thousand": 1000,
    "millionth": 1e6,
}
NUMBER = re.compile(
    r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:\s(?:million|billion|MB|GB|ms)\b|%)?"
    rf"|\b(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})\b"
)


def prose(found):
    """The texts of blocks, without programs, which run instead."""
    for block in found:
        match block:
            case Paragraph(text) | Math(text):
                yield text
            case Items(items, _):
                yield from items
            case Table(rows, _):
                yield from (cell for row in rows for cell in row)
            case Code(language, lines) if language not in ("python", "pycon"):
                yield "\n".join(lines)
            case Diagram(source, text):
                yield from (*source, *text)
            case Note(_, title, inner):
                yield from (title, *prose(inner))
            case Tabs(tabs):
                for title, inner in tabs:
                    yield from (title, *prose(inner))
            case _:
                pass


def numbers(section):
    """The numbers that a section tells, as they are written."""
    text = "\n".join(prose(blocks(section.body)))
    text = re.sub(r"\]\([^)]*\)|#[0-9a-f]{6}", "]", text)
    return {found.rstrip(",").replace("\n", " ") for found in NUMBER.findall(text)}


def tells(written, value):
    """Whether a value, rounded as far as it is written, is what is written."""
    digits, _, unit = written.replace("%", " %").partition(" ")
    if digits in WORDS:
        return abs(value / WORDS[digits] - 1) < 0.05
    scale, decimals = SCALES.get(unit, 1), len(digits.partition(".")[2])
    room = 0.5 * 10**-decimals if decimals or unit else 0
    return abs(value / scale - float(digits.replace(",", ""))) <= room + 1e-9


def run_block(block, names, where):
    text = "\n".join(block.lines) + "\n"
    if block.language == "python":
        exec(compile(text, where, "exec"), names)
    elif block.language == "pycon":
        test = doctest.DocTestParser().get_doctest(text, names, where, where, 0)
        runner = doctest.DocTestRunner()
        runner.run(test, clear_globs=False)
        names.update(test.globs)
        assert runner.failures == 0
