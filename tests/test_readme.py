"""What the README shows."""

import re
from pathlib import Path

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_library_example_runs(capsys):
    """The first lines of Python that a visitor tries must work as they stand."""
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    exec(compile(example, "README.md", "exec"), names)
    assert all(parameter.grad is not None for parameter in names["model"].parameters())


def test_the_pages_it_links_to_exist():
    """A link that leads nowhere costs a reader's trust."""
    for target in re.findall(r"\]\(([^)#]+)", README):
        assert (Path(__file__).parent.parent / target).exists(), target
