"""``tito show``: pictures of what layers do, each written to a file with a sentence on it."""

from __future__ import annotations

import importlib
import sys

import click

from tito.showing import PICTURES
from tito.terminal import Screen, command


class Pictures(click.Group):
    """The pictures that there are, each loaded only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All pictures, in the order in which the lesson comes to them."""
        return list(PICTURES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The picture of that name, from its module; None where there is none."""
        if cmd_name not in PICTURES:
            return None
        return importlib.import_module(f"tito.showing.{cmd_name}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The picture that was typed. UsageError naming those that there are."""
        if args and args[0] not in PICTURES and not args[0].startswith("-"):
            typed = Screen.of(sys.stderr).cut(repr(args[0]), 40)
            known = ", ".join(PICTURES)
            raise click.UsageError(f"There is no picture {typed}. There are: {known}.", ctx)
        return super().resolve_command(ctx, args)


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
