"""The learner's file, read once."""

import hashlib

import pytest

from tito.engine.source import MAX_BYTES, UnusableFile, read_source


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"x = '\xe4'\n", "is not UTF-8 text"),
        (b"x = 1\n\0", "NUL"),
        (b"def f(:\n", "syntax error on line 1"),
        (b"if x:\nprint(1)\n", "indentation error on line 2"),
        (b"# coding: klingon\n", "unknown encoding"),
        (b"# coding: rot13\nk = 1\n", "not an encoding of text"),
        (b"# coding: zip\nx = 1\n", "not an encoding of text"),
        (b"# coding: undefined\nx = 1\n", "is not undefined text"),
        (b"# coding: punycode\nx = 1\n", "is not punycode text"),
        (b"x = " + b"-" * 60_000 + b"1", "nested too deeply"),
    ],
)
def test_a_file_that_is_no_python_is_said_in_a_sentence(tmp_path, content, said):
    """A learner must not meet a traceback of ours for a slip in their file."""
    path = tmp_path / "layers_dev.py"
    path.write_bytes(content)
    with pytest.raises(UnusableFile, match=said):
        read_source(path).check_syntax()


def test_a_file_of_no_size_for_a_lesson_is_refused(tmp_path):
    """Python's parser needs minutes for some long texts, and nothing can interrupt it."""
    path = tmp_path / "layers_dev.py"
    path.write_bytes(b"x|" * MAX_BYTES)
    with pytest.raises(UnusableFile, match="64 KiB"):
        read_source(path)


def test_the_hash_is_that_of_the_bytes_read(tmp_path):
    """The report must name exactly what was tested, though the file is saved again meanwhile."""
    path = tmp_path / "layers_dev.py"
    path.write_bytes(b"x = 1\n")
    source = read_source(path)
    path.write_bytes(b"x = 2\n")
    assert source.sha256 == hashlib.sha256(b"x = 1\n").hexdigest()


METHOD = """class Linear:
    def __init__(self, bias):
        if bias:
            self.bias = [0]
        else:
            self.bias = None
        weight = 1

    def forward(self, x):
        if x:
            return 1
        print(x)
"""


@pytest.mark.parametrize(
    ("exercise", "about", "ran", "shown"),
    [
        ("Linear.__init__", "bias", [7, 3, 4, 7], "self.bias = [0]"),
        ("Linear.__init__", "bias", [7, 3, 6, 7], "self.bias = None"),
        ("Linear.__init__", "weight", [7, 3, 6, 7], "weight = 1"),
        ("Linear.__init__", None, [7, 3, 6, 7], "if bias:"),
        ("Linear.__init__", "bias", [], "def __init__(self, bias):"),
        ("Linear.forward", None, [11, 10, 11], "return 1"),
        ("Linear.forward", None, [12, 10, 12], "print(x)"),
        ("Linear.forward", None, [], "def forward(self, x):"),
        ("Linear.forward", None, None, "return 1"),
        ("Linear.parameters", None, [], "class Linear:"),
    ],
)
def test_a_line_that_never_ran_is_not_the_one_to_look_at(tmp_path, exercise, about, ran, shown):
    """Lost otherwise: a person mends the branch for bias=False, and the other one is wrong."""
    path = tmp_path / "layers_dev.py"
    path.write_text(METHOD)
    source = read_source(path)
    assert source.lines[source.line_of(exercise, about, ran) - 1].strip() == shown
