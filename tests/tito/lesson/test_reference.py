"""The reference as text: where exercises stand in it, and what their text is."""

import pytest

from tito.lesson.model import load_lesson
from tito.lesson.reference import VARIANT_FILE, Reference

REFERENCE = load_lesson("layers").reference


def test_a_method_comes_alone_with_its_decorators_and_without_its_docstring():
    """Lost otherwise: an edit can hit the docstring, or loses what a decorator does."""
    lines = (REFERENCE.alone("Dropout.forward") or "").splitlines()
    assert lines[0] == "@follows_mode"
    assert lines[1].startswith("def forward(self, x: Tensor, training")
    assert not any(">>>" in line or '"""' in line for line in lines)
    assert lines[-1].startswith("    return masked(")


def test_what_is_inherited_has_the_text_of_the_class_above():
    """Lost otherwise: a mistake in Dense's forward cannot be made of the lines that Dense runs."""
    assert REFERENCE.alone("Dense.forward") == REFERENCE.alone("Linear.forward")
    assert REFERENCE.alone("Sequential.__call__") == REFERENCE.alone("Layer.__call__")
    assert [REFERENCE.defines(f"{part}.forward") for part in ("Linear", "Dense")] == [True, False]


@pytest.mark.parametrize("name", ["Linear.backward", "Layer.parameters", "Conv.forward", "conv"])
def test_what_this_file_does_not_say_has_no_text(name):
    """Lost otherwise: a form is an edit of another method than the one that it names."""
    assert REFERENCE.alone(name) is None
    assert not REFERENCE.defines(name)


def test_functions_and_entries_of_tables_are_found():
    """Lost otherwise: a lesson about functions cannot be written."""
    autograd = Reference("tinytorch.core.autograd")
    assert (autograd.alone("backward") or "").startswith("def backward(")
    assert (autograd.alone("DERIVATIVES.add") or "")[0] in "(["


def test_its_code_says_that_it_is_a_variants():
    """Lost otherwise: an error in a wrong variant does not count as raised by the code on trial."""
    assert REFERENCE.code.co_filename == VARIANT_FILE
