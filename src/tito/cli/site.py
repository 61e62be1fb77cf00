"""``tito site``: the pages of the course as files, for any host of files."""

from __future__ import annotations

import importlib.util
import shlex
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import click

from tito.cli.common import FILE
from tito.doctor.installed import NAME, extra
from tito.learner import WorkspaceError
from tito.say.terminal import short_path

_NEEDED = ("sphinx", "myst_parser", "math_core")


@click.command()
@click.argument("out", type=FILE)
@click.option("--runtime", type=FILE, help="Take Python for the browser from this folder.")
@click.option(
    "--repository",
    metavar="ADDRESS",
    help="Where the notebooks are on GitHub, for the buttons of Colab and Binder.",
)
@click.pass_context
def site(context: click.Context, out: Path, runtime: Path | None, repository: str | None) -> int:
    """Write the pages of the course into the folder OUT.

    They are files alone: whoever opens them needs nothing installed, and any host of files can
    serve them. What else is in OUT stays there.

    \b
    tito site public
    tito site public --repository https://github.com/me/course/tree/main/notebooks

    The exit code is 0 if they were written, and 1 if not.
    """
    if not all(map(importlib.util.find_spec, _NEEDED)):
        raise WorkspaceError(
            f"The pages need a few more packages. To install them:\n  {extra('page')}"
        )
    from tito.page.runtime import NoRuntime, install
    from tito.page.site import build

    repository = repository or _repository()
    if repository and not repository.startswith("https://github.com/"):
        raise click.UsageError(
            f"Colab and Binder open notebooks from https://github.com/OWNER/NAME, not {repository}"
        )
    if out.exists() and not out.is_dir():
        raise click.UsageError(f"{short_path(out)} is a file; name a folder.")
    try:
        folder = runtime or _fetched()
        helps = dict(_helps(context))
        built = build(out, editor=folder is not None, helps=helps, repository=repository)
        if folder:
            install(folder, out)
    except NoRuntime as error:
        raise WorkspaceError(str(error)) from error
    if built.warnings:
        click.echo(built.warnings, err=True)
    click.echo(f"Wrote {len(built.pages)} pages into {short_path(out)}")
    if not folder:
        click.echo(
            "They are to be read alone: Python for the browser, which the editor and the quiz "
            "need,\ncould not be fetched. Try again where there is internet, or name a folder that "
            "holds it:\n--runtime FOLDER"
        )
    if not repository:
        click.echo("Without buttons of Colab and Binder: they need --repository ADDRESS.")
    click.echo(f"\nTo look at them:\n  python -m http.server -d {shlex.quote(short_path(out))}")
    return 0


def _fetched() -> Path | None:
    """A folder with Python for the browser, fetched the first time; None without internet."""
    from tito.learner.folder import state_folder
    from tito.page.runtime import VERSION, fill, from_distribution

    folder = state_folder() / "runtime" / VERSION
    if not folder.is_dir():
        click.echo("Fetching Python for the browser, once: 9 MB …")
    try:
        fill(folder, from_distribution)
    except OSError:
        return None
    return folder


def _repository() -> str | None:
    """The address that the installed package names, if any."""
    try:
        named = metadata(NAME).get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    addresses = dict(each.split(", ", 1) for each in named)
    return addresses.get("Repository")


def _helps(context: click.Context) -> Iterator[tuple[str, str]]:
    """What each command says with ``--help``, by what is typed."""
    parent = context.find_root()
    group = parent.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        if command is not None:
            inner = click.Context(command, parent, name, terminal_width=80)
            yield (
                f"tito {name}",
                command.get_help(inner).replace(f"{parent.command_path} ", "tito "),
            )
