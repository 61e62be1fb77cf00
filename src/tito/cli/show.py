"""``tito show``: pictures of what layers do, each written to a file with a sentence on it."""

from __future__ import annotations

from typing import ClassVar

import click

from tito.cli.commands import Group
from tito.say.terminal import command

#: In the order in which the lesson comes to them: in which module each is a command.
PICTURES = {
    "layers": "pictures.layers",
    "init": "pictures.experiments",
    "dropout": "pictures.experiments",
    "activations": "pictures.experiments",
    "weights": "pictures.digits",
    "training": "pictures.digits",
}


class Pictures(Group):
    """The pictures that there are."""

    kind = "picture"
    modules: ClassVar[dict[str, str]] = PICTURES


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
