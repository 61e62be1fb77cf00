"""docs/numerics.md: each promise is held by a test that is there, and the examples run."""

import doctest
import re
from pathlib import Path

PROJECT = Path(__file__).parent.parent
PAGE = (PROJECT / "docs" / "numerics.md").read_text(encoding="utf-8")


def test_the_tests_it_names_exist():
    """A promise that nothing holds is an advertisement."""
    names = re.findall(r"`((?:\w+/)?test_\w+\.py)?(?:::)?(test_\w+)?`", PAGE)
    named = [pair for pair in names if any(pair)]
    assert len(named) > 30
    for file, test in named:
        file = file or "test_against_torch_differences.py"  # as in the table
        text = (PROJECT / "tests" / "tinytorch" / file).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in text, f"{file}::{test}"


def test_its_examples_run():
    """An error message that was true last year sends people on a search."""
    page = re.sub(r"```\w*", "", PAGE)
    example = doctest.DocTestParser().get_doctest(page, {}, "numerics.md", None, 0)
    assert len(example.examples) > 5
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    assert runner.run(example).failed == 0
