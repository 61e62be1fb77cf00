"""Every public name says what it does, shows it, names its errors, and whose formula it is."""

import ast
import builtins
import doctest
import inspect
import re
import textwrap
from importlib import import_module
from pkgutil import walk_packages

import pytest

import tinytorch
from tinytorch import data, nn, optim, plots, profiling, rng, training, utils
from tinytorch import torch as interop
from tinytorch.files import loading, saving

MODULES = [module.name for module in walk_packages(tinytorch.__path__, "tinytorch.")]

# Public, too, and imported from where they are.
OTHERS = {
    rng: ("bernoulli", "generator", "normal", "uniform"),
    training: training.__all__,
    profiling: profiling.__all__,
    plots: plots.__all__,
    interop: interop.__all__,
    nn: ("BCEWithLogitsLoss", "Flatten", "Identity", "LogSoftmax"),
    nn.functional: nn.functional.__all__,
    nn.utils: nn.utils.__all__,
    optim.lr_scheduler: optim.lr_scheduler.__all__,
    utils.data: utils.data.__all__,
    saving: ("FileError",),
    loading: ("LoadReport", "MismatchError"),
    data: ("DataError", "Digits", "digits", "fetch_mnist", "mnist", "read_idx"),
}
# Who found what, where a docstring gives a formula or a method.
PAPERS = {
    "Adam": "Kingma and Ba, 2015",
    "AdamW": "Loshchilov and Hutter, 2019",
    "Dense": "Glorot, Bengio, 2010",
    "Dropout": "Srivastava et al., 2014",
    "GELU": "Hendrycks, Gimpel, 2016",
    "Linear": "LeCun et al., 1998",
    "ReLU": "Nair and Hinton, 2010",
    "SGD": "Polyak, 1964",
    "Softmax": "Bridle, 1990",
    "Tensor.backward": "Rumelhart et al., 1986",
}


def ours(value):
    return getattr(inspect.unwrap(value), "__module__", "").startswith("tinytorch")


def members(cls):
    """The public methods and properties of a class that TinyTorch wrote, as (name, function)."""
    for name in dir(cls):
        value = inspect.getattr_static(cls, name)
        function = value.fget if isinstance(value, property) else getattr(cls, name)
        if not name.startswith("_") and callable(function) and ours(function):
            yield name, function


def public():
    """Every public name as (what it is called, object, the class it is in or None)."""
    found = {name: getattr(tinytorch, name) for name in tinytorch.__all__}
    for module, names in OTHERS.items():
        found |= {f"{module.__name__}.{name}": getattr(module, name) for name in names}
    for name, value in found.items():
        cls = value if inspect.isclass(value) else None
        yield name, value, cls
        for part, method in members(cls) if cls else ():
            yield f"{name}.{part}", method, cls


PUBLIC = {name: (value, cls) for name, value, cls in public()}
each_public_name = pytest.mark.parametrize("name", PUBLIC)


def text_of_class(cls):
    """What is said about a class and about making and calling it, with what it inherits."""
    written = [
        vars(base)[part].__doc__ if part else base.__doc__
        for base in cls.__mro__
        if ours(base)
        for part in ("", "__init__", "__call__")
        if not part or part in vars(base)
    ]
    return "\n".join(inspect.cleandoc(text) for text in written if text)


def examples(text):
    """The code of the examples in a docstring."""
    return "".join(example.source for example in doctest.DocTestParser().get_examples(text or ""))


def test_there_is_something_to_document():
    """An empty list of names would pass everything below."""
    assert len(PUBLIC) > 100
    assert {"Tensor.backward", "Sequential.append", "tinytorch.rng.bernoulli"} <= PUBLIC.keys()


@each_public_name
def test_it_says_in_a_sentence_what_it_does(name):
    """`help()` is where a person looks first."""
    value, _ = PUBLIC[name]
    assert value.__doc__, f"{name} has no docstring of its own"
    first = inspect.cleandoc(value.__doc__).split("\n\n")[0]
    assert re.search(r"[.:]( |$)|\)$", first), first


@each_public_name
def test_it_is_shown_in_an_example(name):
    """One line that runs says more than a paragraph."""
    value, cls = PUBLIC[name]
    part = name.split(".")[-1]
    about_class = examples(text_of_class(cls)) if cls else ""
    runs_when_called = part in ("forward", "updated", "formula") and about_class
    used = rf"\.{part}\b|def {part}\("  # what a subclass writes is shown as it is written
    in_class = value is cls or runs_when_called or re.search(used, about_class)
    assert examples(value.__doc__) or (about_class and in_class), f"{name} is shown nowhere"


def test_every_example_is_run():
    """An example that the search for examples does not find rots."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = {
        example.source
        for module in MODULES
        for test in finder.find(import_module(module))
        for example in test.examples
    }
    for name, (value, cls) in PUBLIC.items():
        for text in (value.__doc__, text_of_class(cls) if cls else ""):
            for example in doctest.DocTestParser().get_examples(text or ""):
                assert example.source in found, f"an example of {name} is not run"


def raised(function, cls, seen=None):
    """The errors that a function raises, itself or in the framework's helpers that it calls."""
    seen = set() if seen is None else seen
    function = inspect.unwrap(function)
    made = inspect.isfunction(function) and function.__code__.co_filename == "<string>"
    if function in seen or not inspect.isfunction(function) or made:
        return
    if function.__code__.co_filename == "<string>":  # a dataclass's own, which raises nothing
        return
    seen.add(function)
    known = {**vars(builtins), **function.__globals__}
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Raise) and node.exc:
            made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            error = known.get(getattr(made, "id", None))
            if inspect.isclass(error) and issubclass(error, Exception):
                yield error
            elif inspect.isfunction(error):
                kinds = error.__annotations__["return"].split(" | ")
                yield from ((known | error.__globals__)[kind] for kind in kinds)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            helper = known.get(node.func.id)
            if inspect.isfunction(helper) and ours(helper):
                yield from raised(helper, None, seen)
        elif isinstance(node, ast.Call) and cls and isinstance(node.func, ast.Attribute):
            owner, method = node.func.value, getattr(cls, node.func.attr, None)
            if isinstance(owner, ast.Name) and owner.id == "self" and node.func.attr[0] == "_":
                yield from raised(method, cls, seen)


@each_public_name
def test_it_names_its_errors(name):
    """Who calls it has to know what to catch."""
    value, cls = PUBLIC[name]
    text = (value.__doc__ or "") + (text_of_class(cls) if cls else "")
    start = getattr(cls, "__post_init__", cls.__init__) if value is cls else value
    for error in raised(start, cls):
        names = [base.__name__ for base in error.__mro__ if base not in (Exception, object)]
        assert any(known in text for known in names), f"{name} raises {error.__name__} unsaid"


@pytest.mark.parametrize("name", PAPERS)
def test_it_names_the_paper(name):
    """A formula is believed, and looked up, where it comes from."""
    value, cls = PUBLIC[name]
    text = text_of_class(cls) if value is cls else value.__doc__
    assert PAPERS[name] in " ".join(text.split())


@pytest.mark.parametrize("name", [name for name in PUBLIC if name.endswith(".forward")])
def test_it_says_which_shapes(name):
    """Most errors in a network are errors of shape."""
    if name != "Layer.forward":  # the base calculates nothing
        assert "shape" in PUBLIC[name][0].__doc__
