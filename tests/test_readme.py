"""What the README shows."""

import re
import shlex
from pathlib import Path

import click
import pytest

from tito.cli.commands import tito

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_library_examples_run(capsys, tmp_path, monkeypatch):
    """The first lines of Python that a visitor tries must work as they stand."""
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    first, second = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    exec(compile(first, "README.md", "exec"), names)
    assert all(parameter.grad is not None for parameter in names["model"].parameters())
    exec(compile(second, "README.md", "exec"), names)
    assert names["history"].epochs[-1].validation_metrics["accuracy"] > 0.5
    assert "multiply-adds" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digits.safetensors"]


def test_it_begins_with_commands_that_work_as_they_stand(tmp_path):
    """Lost otherwise: the first line that a visitor types fails."""
    root = Path(__file__).parent.parent
    begin = re.search(r"## Begin\n(.*?)\n## ", README, re.DOTALL)[1]
    lines = [
        line
        for block in re.findall(r"```\n(.*?)```", begin, re.DOTALL)
        for line in block.splitlines()
    ]
    assert lines[0].startswith("./tito start layers ")
    for line in lines:
        program, *words = shlex.split(line, comments=True)
        assert (root / program).is_file()
        command, context = tito, click.Context(tito, info_name="tito")
        while isinstance(command, click.Group):
            name, command, words = command.resolve_command(context, words)
            context = click.Context(command, info_name=name, parent=context)
        command.make_context(name, words, parent=context.parent)


def test_the_pages_it_links_to_exist():
    """A link that leads nowhere costs a reader's trust."""
    for target in re.findall(r"\]\(([^)#]+)|(?:src|srcset)=\"([^\"]+)\"", README):
        target = "".join(target)
        if target.startswith("https://"):
            continue
        assert (Path(__file__).parent.parent / target).exists(), target
