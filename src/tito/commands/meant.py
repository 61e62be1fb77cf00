"""A group of commands that answers a mistyped one with the one that was meant."""

from __future__ import annotations

import click


class Group(click.Group):
    """A group whose UsageError for a name that is none says what to type."""

    #: What the names in this group are.
    kind = "command"

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
