"""What a person types: one file a command, loaded only when that command is asked for."""

from __future__ import annotations

import importlib
from typing import ClassVar

import click


class Group(click.Group):
    """A group whose UsageError for a name that is none says what to type.

    Its ``modules`` say in which module of ``tito.cli`` each command is, loaded only when that is
    asked for; without any, its commands are added as to any group. ``kind`` is what they are.
    """

    kind = "command"
    modules: ClassVar[dict[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which a learner meets them."""
        return list(self.modules) or super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if cmd_name not in self.modules:
            return super().get_command(ctx, cmd_name)
        return getattr(importlib.import_module(f"tito.cli.{self.modules[cmd_name]}"), cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed. UsageError naming the nearest, or all."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            import difflib

            typed = repr(args[0] if len(args[0]) <= 40 else args[0][:39] + "…")
            near = difflib.get_close_matches(args[0].casefold(), names, 1, 0.7)
            known = f"There are: {', '.join(names)}."
            if near:
                known = f"Did you mean: {ctx.command_path} {near[0]}"
            raise click.UsageError(f"There is no {self.kind} {typed}. {known}", ctx)
        return super().resolve_command(ctx, args)


#: In the order of the help; each is a command of that name in a module of that name.
COMMANDS = (
    "start",
    "test",
    "watch",
    "open",
    "hint",
    "read",
    "quiz",
    "notebook",
    "train",
    "profile",
    "compare",
    "run",
    "show",
    "restore",
    "status",
    "doctor",
    "site",
    "dev",
)


class Commands(Group):
    """The group of all commands; its help names them as the person types them: ``./tito test``."""

    modules: ClassVar[dict[str, str]] = {name: name for name in COMMANDS}

    def get_help(self, ctx: click.Context) -> str:
        """The help, to be copied from."""
        return super().get_help(ctx).replace("  tito ", f"  {ctx.find_root().command_path} ")


def _say_version(context: click.Context, _parameter: object, asked: bool) -> None:
    if not asked or context.resilient_parsing:
        return
    import sys
    from importlib.metadata import version
    from pathlib import Path

    python = ".".join(map(str, sys.version_info[:3]))
    place = Path(__file__).resolve().parents[1]
    click.echo(f"TinyTorch {version('tinytorch-lessons')} (Python {python}, {place})")
    context.exit()


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_say_version,
    help="Print the version, and where it runs from.",
)
@click.pass_context
def tito(context: click.Context) -> None:
    """Build the parts of neural networks, and be told whether they are right.

    \b
    tito start           begin a lesson: write the file in which you build
    tito test            test it: what is right, and the first thing to fix
    tito watch           test it at each save, on one screen
    tito open            the lesson in your browser, with your own file in it
    tito train digits    train your layers to recognise handwritten digits
    tito run SCRIPT      run a script of yours with your layers
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
