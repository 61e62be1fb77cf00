"""The learner files of the lessons' tests: every entry makes a file of its own, or is refused."""

import sys
from collections import Counter

import pytest

from proof import learner_files
from proof.__main__ import main
from proof.learner_files import KINDS, LESSONS, EntryError, LearnerFiles

NAMES = sorted(path.parent.name for path in LESSONS.glob("*/files"))
BASE = '''\
import math


class Square:
    def area(self, side):
        """Of a square."""
        return side * side

    def name(self):
        return "square"
'''
FORMS = {
    'a.from.base.Square.area = [["side * side", "4 * side"]]': ("side * side", "4 * side"),
    'a.from.base.Square.area = ["side = 2"]': (
        "        return side",
        "        side = 2\n        return side",
    ),
    'a.from.base.Square.name = ""': ('\n    def name(self):\n        return "square"\n', ""),
    'a.from.base.Square.sides = "def sides(self):\\n    return 4"': (
        '"square"\n',
        '"square"\n\n    def sides(self):\n        return 4\n',
    ),
    'a.from.base.text = [["import math", "import cmath"]]': ("math", "cmath"),
    'a.from.base.before = "import os"': ("import math", "import os\n\nimport math"),
    'a.from.base.after = "1 / 0"': ('"square"\n', '"square"\n\n\n1 / 0\n'),
}


@pytest.fixture
def lesson(tmp_path):
    """A folder of a lesson's tests with one right file, and what writes its table of wrong ones."""
    (tmp_path / "files" / "right").mkdir(parents=True)
    (tmp_path / "files" / "right" / "base.py").write_bytes(BASE.encode())

    def with_table(*lines, kind="wrong"):
        (tmp_path / f"{kind}.toml").write_text("\n".join(lines), encoding="utf-8")
        return LearnerFiles(tmp_path)

    return with_table


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_makes_a_file_and_no_two_the_same(name):
    """Lost otherwise: a file that was to be tested is not, or one is tested under two names."""
    files = LearnerFiles(LESSONS / name)
    made = Counter(files.content(entry) for entry in files.entries)
    assert [content[:80] for content, times in made.items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_file_of_a_folder_is_in_its_table(name):
    """Lost otherwise: a file lies there, and nobody says what has to come of it."""
    files = LearnerFiles(LESSONS / name)
    for kind in KINDS:
        there = {path.stem for path in (LESSONS / name / "files" / kind).glob("*.py")}
        assert there == {entry.name for entry in files.of(kind) if entry.base is None}


@pytest.mark.parametrize(("line", "change"), FORMS.items())
def test_each_form_of_an_entry(lesson, line, change):
    """Lost otherwise: an entry makes another file than its author had in mind."""
    files = lesson('a.gets.mistake = "what"', line)
    assert BASE.count(change[0]) == 1
    assert files.content("a").decode() == BASE.replace(*change)
    [entry] = files.of("wrong")
    assert (entry.gets, entry.what) == ("mistake", "what")


def test_what_a_file_says_of_itself_and_its_encoding(lesson):
    """Lost otherwise: a person who opens a hostile file does not see that it is one."""
    wrong = lesson('a.says.mistake = "what"', "a.from.base = {}")
    assert wrong.content("a").decode() == f'"""what."""\n\n{BASE}'
    lines = ('b.says.error = "naïve"', "b.from.base = {}", 'b.encoding = "latin-1"')
    hostile = lesson(*lines, kind="hostile")
    assert hostile.content("b").decode("latin-1") == f"# Hostile: naïve\n{BASE}"


def test_a_file_can_stand_under_a_line_and_be_made_of_another_entry(lesson):
    """Lost otherwise: files that share a long change each have to repeat it."""
    files = lesson(
        'a.gets.mistake = "what"',
        'a.from.base.under = "if math:"',
        'b.gets.mistake = "what"',
        'b.from.a.text = [["if math", "if not math"]]',
    )
    assert (
        files.content("b").decode().startswith("if not math:\n    class Square:\n        def area")
    )


@pytest.mark.parametrize(("old", "times"), [("side", 3), ("sides", 0), ("name", 0)])
def test_an_edit_that_does_not_fit_is_refused_with_the_name_of_its_entry(lesson, old, times):
    """Lost otherwise: nobody knows which of six hundred entries is meant."""
    files = lesson('a.gets.mistake = "what"', f'a.from.base.Square.area = [["{old}", "x"]]')
    with pytest.raises(EntryError, match=f"a, made of base: '{old}' stands {times} times"):
        files.content("a")


@pytest.mark.parametrize(
    "lines",
    [
        ["a.from.base = {}"],
        ['a.gets.one = "what"', 'a.gets.two = "what"'],
        ['a.gets.one = "what"', 'a.says.one = "what"'],
        ['a.gets.one = "what"', "a.from.base = {}", "a.from.other = {}"],
        ['a.gets.one = "what"', "a.form.base = {}"],
    ],
)
def test_an_entry_of_another_form_is_refused(lesson, lines):
    """Lost otherwise: a key that is misspelt is passed over, and a right file is called wrong."""
    with pytest.raises(EntryError, match=r"a in wrong\.toml needs one line of a\.gets or a\.says"):
        lesson(*lines)


def test_a_name_stands_once_and_a_base_is_there(lesson):
    """Lost otherwise: one file hides another."""
    with pytest.raises(EntryError, match="a is made of other, which is no learner file"):
        lesson('a.gets.mistake = "what"', "a.from.other = {}").content("a")
    with pytest.raises(EntryError, match="Two learner files are called base"):
        lesson('base.gets.mistake = "what"')


@pytest.fixture
def printed(monkeypatch, tmp_path, lesson, capfdbinary):
    """What ``tito dev file`` prints where two lessons have a file ``base``."""
    for name in ("one", "two"):
        folder = tmp_path / "lessons" / name / "files" / "right"
        folder.mkdir(parents=True)
        (folder / "base.py").write_bytes(b"\xff\r\n" + name.encode())
        (folder / f"only_{name}.py").write_bytes(b"")
    monkeypatch.setattr(learner_files, "LESSONS", tmp_path / "lessons")
    learner_files.learner_files.cache_clear()

    def run(*arguments):
        code = main(["file", *arguments])
        sys.stdout.flush()
        return code, *capfdbinary.readouterr()

    yield run
    learner_files.learner_files.cache_clear()


def test_a_file_is_printed_byte_by_byte(printed):
    """Lost otherwise: what a person looks at is not what is tested."""
    assert printed("two/base") == (0, b"\xff\r\ntwo", b"")
    assert printed("only_one.py") == (0, b"", b"")


def test_all_names_by_lesson_and_kind(printed):
    """Lost otherwise: whoever wants to see one has to know its name."""
    code, out, _ = printed()
    assert code == 0
    assert out.startswith(b"one, right\n  base\n  only_one\none, doubtful\n")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("only_on", b"There is no learner file only_on. Did you mean only_one"),
        ("base", b"2 lessons have a learner file base. Did you mean one/base or two/base?"),
        ("xyz", b"There is no learner file xyz.\nAll there are: ./tito dev file\n"),
    ],
)
def test_a_name_that_is_none_is_answered_with_those_near_it(printed, asked, said):
    """Lost otherwise: a slip of the keyboard ends in a traceback."""
    code, out, error = printed(asked)
    assert (code, out) == (2, b"")
    assert error.startswith(said)
