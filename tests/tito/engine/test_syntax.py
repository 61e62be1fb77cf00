"""What Python met where it cannot read a file, in words that help."""

import ast

import pytest

from tito.engine.source import UnusableFile, read_source, said


def met(text):
    with pytest.raises(SyntaxError) as caught:
        compile(ast.parse(text), "file", "exec")
    return said(caught.value, text.split("\n"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = foo(1, [2\ny = 3\n", "the bracket [ that opens here is never closed"),
        ("x = (1, 2))\n", "the bracket ) closes, but none is open"),
        ("x = (1,\n2]\n", "the bracket ] closes where ( is open since line 1"),
        ("def f(x)\n    return x\n", "`def` has to end in a colon"),
        ("while True\n    pass\n", "`while` has to end in a colon"),
        ("if x = 3:\n    pass\n", "To compare, write =="),
        ("f(x) = 3\n", "To compare, write =="),
        ("if x:\n\ty = 1\n        z = 2\n", "indented by spaces, line 2 by tabs"),
        ("x = 1\n  y = 2\n", "indented further than the one before"),
        ("if x:\n        x = 1\n    y = 2\n", "no line above it begins in that column"),
        ("def f(x):\ndef g(x):\n    pass\n", "the function definition on line 1 is empty"),
        ("x = 'abc\n", "no closing quote"),
        ('x = """abc\ndef\n', "three quotes at its end are missing"),
        ("print x\n", "print(x)"),
        ("x = \u201cabc\u201d\n", "curly quote"),
        ("x = 2 \u00d7 3\n", "type it again (*)"),
        ("x = 1\nelse:\n    pass\n", "there is no `if` that this `else` belongs to"),
        ("except ValueError:\n    pass\n", "there is no `try` that this `except` belongs to"),
        ("x = 2x\n", "a number runs into a name"),
        ("class = 3\n", "`class` is a keyword"),
        ("self.lambda = 3\n", "`lambda` is a keyword"),
        ("def f(self, in, out):\n    pass\n", "`in` is a keyword"),
        ("if x:\n    pass\nelse if y:\n    pass\n", "elif"),
        ("x = a && b\n", "as a word: and"),
        ("x++\n", "+= 1"),
        ("x = [1 2]\n", "a comma, an operator"),
        ("return 3\n", "outside any function"),
        ("def f(a=1, b):\n    pass\n", "without a default come first"),
    ],
)
def test_what_python_met_is_a_plain_sentence(text, words):
    """Lost otherwise: `invalid syntax`, which a beginner cannot do anything with."""
    sentence = met(text)
    assert words in sentence
    assert sentence.endswith((".", "?"))
    assert "{" not in sentence


@pytest.mark.parametrize("text", ["async x\n", "x = $a\n", "x = yield 3\n"])
def test_what_has_no_sentence_is_said_in_pythons_words(text):
    """Lost otherwise: an error for which there is no row in the table says nothing."""
    assert met(text).startswith("Python says: ")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfclass A:\r\n    x = (1\r\n",
        b"# coding: latin-1\nx = '\xe4' 'a\n",
        b"x = [\n" + b"a" * 5000 + b" 1]\n",
        b"\x0cx = (\n",
        b"if x:\n\tpass\n        y",
        b"\\",
        b"x = '\xf0\x9f\x98\x80' 1 $\n",
    ],
)
def test_any_text_has_a_place(tmp_path, content):
    """Lost otherwise: a traceback of ours for an odd line end, a BOM, a tab or a long line."""
    path = tmp_path / "layers_dev.py"
    path.write_bytes(content)
    source = read_source(path)
    with pytest.raises(UnusableFile, match=r"error on line \d+: .*\.$") as caught:
        source.check_syntax()
    assert 1 <= caught.value.line <= len(source.lines)
    assert caught.value.column >= 1
