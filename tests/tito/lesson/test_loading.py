"""An exercise's TOML file: what is made of it, and what is refused, by file, mistake and form."""

from types import ModuleType

import pytest

from tito.lesson.hints import Ladder, Why
from tito.lesson.loading import ExerciseFile, LessonError
from tito.lesson.reference import Reference
from tito.lesson.variants import put

MODULE = '''
"""A module."""
from functools import wraps
import math

LIMIT = 3

def once(method):
    @wraps(method)
    def run(self, *args):
        return method(self, *args)
    return run

def half(x):
    """Half."""
    return x / 2

TABLE = {"twice": lambda x: x + x}

class Base:
    def name(self, word="base"):
        return f"{word} of {type(self).__name__}"

    def __call__(self, x):
        return self.grow(x)

class Plant(Base):
    """A plant."""

    def __init__(self, size, leaves=True):
        self.size = size
        self.leaves = 2 if leaves else 0

    @once
    def grow(self, by):
        """Grow.

        >>> Plant(1).grow(2)
        3
        """
        size = self.size + by
        return size if size < 100 else 100

class Tree(Plant):
    def __init__(self, height, leaves=True):
        self.height = height
        self.size = height
        self.leaves = 2 if leaves else 0
'''

PARTS = ("Plant", "Tree", "half", "TABLE")


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """The forms of a file with this text, each as the module that it makes and what it says."""
    (tmp_path / "a_plant_module.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    reference = Reference("a_plant_module")

    def load(name, text):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        found = []
        file = ExerciseFile(tmp_path / f"{name}.toml", reference)
        for wrong in (each for part in PARTS for each in file.misconceptions(part)):
            module = ModuleType("a_plant_module")
            exec(reference.code, vars(module))
            for exercise, method in wrong.replacements.items():
                put(module, exercise, method)
            found.append((module, wrong))
        return found

    return load


def wrong(*forms, more=""):
    listed = ", ".join(forms)
    return f'[[wrong]]\nname = "a-mistake"\nsays = "Said."\nforms = [{listed}]\n{more}\n'


def test_an_edit_changes_one_place_of_the_method(lesson):
    """Lost otherwise: a mistake is another than the one that its name says."""
    [(module, made)] = lesson("Plant.grow", wrong('["self.size + by", "self.size - by"]'))
    assert module.Plant(5).grow(2) == 3
    assert (made.name, made.exercise, made.says) == ("a-mistake", "Plant.grow", "Said.")


def test_a_statement_is_put_first(lesson):
    """Lost otherwise: a refusal at the head of a method cannot be written."""
    [(module, _)] = lesson("Plant.grow", wrong('"if by > 1: return None"'))
    assert module.Plant(5).grow(1) == 6
    assert module.Plant(5).grow(2) is None


def test_dots_are_what_the_right_method_gives_whatever_the_arguments(lesson):
    """Lost otherwise: each mistake in what is done with a result needs the method written anew."""
    [(module, _)] = lesson("Plant.grow", wrong(r'"self.kept = ...\nreturn [self.kept]"'))
    assert module.Plant(5).grow(2) == [7]
    [(module, _)] = lesson("Plant.__init__", wrong(r'"...\ndel self.size"'))
    assert vars(module.Plant(5, leaves=False)) == {"leaves": 0}


def test_a_statement_may_follow_edits(lesson):
    """Lost otherwise: a changed signature and a changed result cannot be one mistake."""
    form = '["leaves=True", "leaves=False", "self.made = ..."]'
    [(module, _)] = lesson("Plant.__init__", wrong(form))
    assert vars(module.Plant(5)) == {"size": 5, "leaves": 0, "made": None}


def test_super_works_and_errors_name_the_method_as_in_its_class(lesson):
    """Lost otherwise: a mistake that calls the class above cannot be written, or is misread."""
    [(module, _)] = lesson("Plant.grow", wrong('"return super().name()"'))
    assert module.Plant(1).grow(1) == "base of Plant"
    [(module, _)] = lesson("Plant.__init__", wrong('"pass"'))
    with pytest.raises(TypeError, match=r"^Plant\.__init__\(\) missing 1 required"):
        module.Plant()


def test_a_decorator_stays_and_can_be_edited_away(lesson):
    """Lost otherwise: a mistake loses what the decorator does, besides what it is about."""
    stays, gone = lesson("Plant.grow", wrong('"pass"', r'["@once\n", ""]'))
    assert hasattr(stays[0].Plant.grow, "__wrapped__")
    assert not hasattr(gone[0].Plant.grow, "__wrapped__")
    assert gone[0].Plant(5).grow(2) == 7


def test_an_inherited_method_is_that_of_the_class_above(lesson):
    """Lost otherwise: a mistake made in a class of one's own changes all classes, or none."""
    [(module, _)] = lesson("Tree.grow", wrong('["+ by", "- by"]'))
    assert (module.Tree(5).grow(2), module.Plant(5).grow(2)) == (3, 7)


def test_a_method_whose_name_is_edited_is_missing(lesson):
    """Lost otherwise: a class that cannot be called cannot be told from one that fails."""
    text = wrong('["def __call__", "def call"]', more='method = "__call__"')
    [(module, _)] = lesson("Plant.grow", text)
    with pytest.raises(TypeError, match="'Plant' object is not callable"):
        module.Plant(5)(2)
    assert module.Base().name() == "base of Base"
    [(module, _)] = lesson("Plant.name", wrong('["def name", "def title"]'))
    with pytest.raises(AttributeError, match="'Plant' object has no attribute 'name'"):
        module.Plant(5).name()


def test_also_makes_the_mistake_elsewhere_under_other_names(lesson):
    """Lost otherwise: the same mistake is written once for each class."""
    head = 'also = ["Tree.__init__"]\nrename = { size = "height" }\n'
    plant, tree = lesson("Plant.__init__", head + wrong('"...\\nself.size = -size"'))
    assert plant[0].Plant(5).size == -5
    assert tree[0].Tree(height=5).height == -5
    assert [made.exercise for _, made in (plant, tree)] == ["Plant.__init__", "Tree.__init__"]
    [(_, only)] = lesson("Plant.__init__", head + wrong('"pass"', more='on = "Tree.__init__"'))
    assert only.exercise == "Tree.__init__"


def test_with_changes_further_methods(lesson):
    """Lost otherwise: a mistake that is made in two methods at once cannot be written."""
    more = 'with = { name = "return 1", "Base.__call__" = "return 2" }'
    [(module, _)] = lesson("Plant.grow", wrong('"return 0"', more=more))
    plant = module.Plant(1)
    assert (plant.grow(1), plant.name(), plant(3), module.Base().name()) == (
        0,
        1,
        2,
        "base of Base",
    )


def test_a_base_stands_in_for_the_reference(lesson):
    """Lost otherwise: where the reference is written for speed, no line of it can be edited."""
    base = 'base = """\ndef grow(self, by):\n    return by\n"""\n'
    [(module, _)] = lesson("Plant.grow", base + wrong('["return by", "return -by"]'))
    assert module.Plant(1).grow(2) == -2


def test_functions_and_entries_of_a_table_are_exercises_too(lesson):
    """Lost otherwise: a lesson about functions has no named mistakes."""
    [(module, _)] = lesson("half", wrong('["x / 2", "x / 3"]'))
    assert module.half(6) == 2
    [(module, made)] = lesson("TABLE.twice", wrong('["x + x", "x * x"]'))
    assert module.TABLE["twice"](3) == 9
    assert made.part == "TABLE"


def test_common_mistakes_are_used_by_name_with_words_put_in(lesson):
    """Lost otherwise: each lesson writes anew what any method can get wrong."""
    use = 'use = ["result-not-returned", { name = "self-forgotten", word = ["size", "leaves"] }]\n'
    result, size, leaves = lesson("Plant.grow", use)
    assert result[1].says.startswith("Your grow computes and gives nothing back")
    assert result[0].Plant(1).grow(2) is None
    assert [made.says.split(" here")[0][-6:] for _, made in (size, leaves)] == ["e size", "leaves"]
    with pytest.raises(NameError, match="leaves"):
        leaves[0].Plant(1).grow(2)


def test_several_common_mistakes_are_made_with_other_methods_at_once(lesson):
    """Lost otherwise: each mistake in a call is written anew for each way to write forward."""
    names = '["own-call-returns-nothing", "own-call-returns-the-input"]'
    use = f'use = [{{ name = {names}, with = {{ grow = "print(by)" }} }}]'
    (nothing, first), (given, second) = lesson("Plant.grow", use)
    assert (first.name, second.name) == ("own-call-returns-nothing", "own-call-returns-the-input")
    for module, result in ((nothing, None), (given, 2)):
        assert module.Plant(1)(2) == result


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (wrong('["size", "height"]'), r"Plant\.grow\.toml, a-mistake.*'size' stands 4 times"),
        (wrong('["length", "height"]'), r"a-mistake.*'length' stands 0 times"),
        (wrong('["+ by", "+ by"]'), r"a-mistake.*changes nothing"),
        ('use = ["a-mistake-unknown"]', r"Plant\.grow\.toml: there is no a-mistake-unknown"),
        (
            'use = [{ name = "graph-cut", saying = "x" }]',
            r"Plant\.grow\.toml, graph-cut: .*got saying",
        ),
        (wrong('"pass"', more='saying = "x"'), r"Plant\.grow\.toml, a-mistake: .*got saying"),
        ('[[wrong]]\nforms = ["pass"]', r"Plant\.grow\.toml, None: name, says is missing"),
        ("hints = []", r"Plant\.grow\.toml: expected .*got hints"),
        ("hint = [", r"Plant\.grow\.toml: "),
        ('[[wrong]]\nname = "a-mistake"\nsays = "Said."', r"a-mistake: expected forms, or with"),
        (wrong('"pass"', more='method = "shrink"'), r"a-mistake.*has no such method"),
    ],
)
def test_what_does_not_fit_is_refused_and_says_where(lesson, text, told):
    """Lost otherwise: a slip in the file is a mistake that nobody makes, and nobody notices."""
    with pytest.raises(LessonError, match=told):
        lesson("Plant.grow", text)


def test_a_hint_lacks_nothing_and_why_stands_beside_the_solution(tmp_path, monkeypatch):
    """Lost otherwise: a learner who asks for the next step of a hint is told nothing."""
    (tmp_path / "a_plant_module.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / "Plant.grow.toml"
    whole = 'why = """\nSo it\nis."""\n[[hint]]\ntopic = "size"\nthink = "Why?"\nlook = "There."\n'
    path.write_text(f'{whole}line = "Add it."\nchecks = ["grows"]', encoding="utf-8")
    file = ExerciseFile(path, Reference("tinytorch.core.layers"))
    assert file.why() == Why("So it is.")
    assert list(file.ladders()) == [
        Ladder("Plant.grow", "size", "Why?", "There.", "Add it.", ("grows",))
    ]
    path.write_text(whole, encoding="utf-8")
    with pytest.raises(LessonError, match=r"Plant\.grow\.toml, size: line is missing"):
        list(ExerciseFile(path, Reference("tinytorch.core.layers")).ladders())
