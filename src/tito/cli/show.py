"""``tito show``: pictures of what layers do, each written to a file with a sentence on it."""

from __future__ import annotations

import importlib

import click

from tito.cli.commands import Group
from tito.say.terminal import command

#: In the order in which the lesson comes to them: in which module of `pictures` each is a command.
PICTURES = {
    "layers": "layers",
    "init": "experiments",
    "dropout": "experiments",
    "activations": "experiments",
    "weights": "digits",
    "training": "digits",
}


class Pictures(Group):
    """The pictures that there are, each loaded only when it is asked for."""

    kind = "picture"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All pictures, in the order in which the lesson comes to them."""
        return list(PICTURES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The picture of that name, from its module; None where there is none."""
        if cmd_name not in PICTURES:
            return None
        module = importlib.import_module(f"tito.cli.pictures.{PICTURES[cmd_name]}")
        return getattr(module, cmd_name)


@click.group(cls=Pictures, invoke_without_command=True)
@click.pass_context
def show(context: click.Context) -> None:
    """Write a picture of what layers do, and say what to see in it.

    \b
    tito show                              the pictures that there are
    tito show activations                  writes activations.png
    tito show activations --output a.svg   .png, .svg or .pdf
    tito show activations --dark           for a dark page
    """
    if context.invoked_subcommand is None:
        click.echo("The pictures:\n")
        for name in PICTURES:
            picture = show.get_command(context, name)
            words = picture.get_short_help_str(60) if picture else ""
            click.echo(f"  {command()} show {name:<12} {words}")
