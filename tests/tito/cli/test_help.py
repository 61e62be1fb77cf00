"""Every command explains itself: an example that can be typed, and what the exit code means."""

import re
import shlex
from pathlib import Path

import click
import pytest

from tito.cli.commands import COMMANDS, tito
from tito.cli.dev import Tool

DOCS = Path(__file__).parents[3] / "docs" / "commands.md"


def walk(command, context):
    """The command and all below it, each with the names by which one gets there."""
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            yield from walk(below, click.Context(below, info_name=name, parent=context))


FOUND = {
    context.command_path: (command, context)
    for command, context in walk(tito, click.Context(tito, info_name="tito"))
    if not isinstance(command, Tool)  # their help is that of the tool they run
}


def examples(path):
    """The words of each line of the help that can be typed, without what is said beside it."""
    command, context = FOUND[path]
    lines = [line.strip() for line in command.get_help(context).splitlines()]
    typed = [re.split(r" {2,}| [<>] ", line)[0] for line in lines if line.startswith("tito ")]
    return [shlex.split(line) for line in typed]


@pytest.mark.parametrize("path", FOUND)
def test_the_examples_of_the_help_can_be_typed(path, tmp_path, monkeypatch):
    """Lost otherwise: what is copied from the help is refused."""
    monkeypatch.chdir(tmp_path)
    typed = [line for line in examples(path) if " ".join(line).startswith(path)]
    assert typed
    for words in typed:
        for word in words:
            if named := re.fullmatch(r"(\w+\.py):\w+", word):
                (tmp_path / named[1]).touch()  # a model file has to be there
        command, context = tito, click.Context(tito, info_name="tito")
        rest = [word for word in words[1:] if word != "SCRIPT"] + ["x"] * ("SCRIPT" in words)
        while isinstance(command, click.Group) and rest:
            name, command, rest = command.resolve_command(context, rest)
            context = click.Context(command, info_name=name, parent=context)
        if not isinstance(command, click.Group | Tool):
            command.make_context(words[1], rest, parent=context.parent)


@pytest.mark.parametrize("path", [p for p, found in FOUND.items() if len(p.split()) > 1])
def test_the_help_says_what_the_exit_code_means(path):
    """Lost otherwise: a script cannot tell a pass from a failure."""
    command, context = FOUND[path]
    if isinstance(command, click.Group):
        pytest.skip("a group does nothing by itself")
    text = " ".join(command.get_help(context).split())
    assert re.search(r"exit code is (0|the script's own)", text)


def test_the_first_page_of_the_help_says_how_to_open_the_page():
    """Lost otherwise: who types `tito` never learns that there is a page."""
    assert ["tito", "open"] in examples("tito")


@pytest.mark.parametrize("path", FOUND)
def test_the_help_fits_a_terminal(path, monkeypatch):
    """Lost otherwise: examples that are broken in two cannot be copied."""
    command, context = FOUND[path]
    assert max(map(len, command.get_help(context).splitlines())) <= 80


def test_the_commands_and_exit_codes_are_written_down():
    """Lost otherwise: a command that nobody finds, and codes to be guessed."""
    text = DOCS.read_text(encoding="utf-8")
    for name in COMMANDS:
        assert re.search(rf"`tito {name}\b", text), name
    assert re.findall(r"^\| (\d+) \|", text, re.MULTILINE) == ["0", "1", "2", "130"]
