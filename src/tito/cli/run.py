"""``tito run``: run a script with the learner's layers in the library's place."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from tito.cli.common import FILE, approved, files_in_use, warn_of_hiding
from tito.learner import WorkspaceError
from tito.say.terminal import Screen, command


@click.command(context_settings={"allow_interspersed_args": False})
@click.option("--anyway", is_flag=True, help="Run even if your layers do not pass their checks.")
@click.option("--file", type=FILE, help="Take the layers of this file.")
@click.option("-m", "as_module", is_flag=True, help="SCRIPT is a module, as with python -m.")
@click.argument("script")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(
    script: str, arguments: tuple[str, ...], anyway: bool, file: Path | None, as_module: bool
) -> int:
    """Run a script with your layers in the library's place.

    \b
    tito run train.py --epochs 5    a script with its own arguments
    tito run -m timeit "1 + 1"      a module, as with python -m
    tito run --anyway train.py      with layers that do not pass yet

    In the script, `from tinytorch import Linear`, `tinytorch.core.layers` and `layers_dev` are your
    file, once it passes its checks; everything else is as with python SCRIPT. What follows SCRIPT
    goes to it; - reads the script from standard input. Where you have no file yet, the
    reference's layers are used. Processes that the script starts have your layers too.

    The exit code is the script's own; 1 if your layers do not pass, 2 for a wrong command line.
    """
    if not as_module and script != "-" and not os.path.lexists(script):
        raise click.UsageError(f"There is no file {script}. Name a script of yours.")
    from tito.lab.scripts import run_program
    from tito.learner.chosen import modules_of, sources_line

    undone = "the script was not run"
    chosen = approved(files_in_use(file), file, undone, anyway=anyway, err=True)
    if chosen is None:
        return 1
    click.echo("\n".join(Screen.of(sys.stderr).fitting(sources_line(chosen))), err=True)
    place = Path(script).absolute().parent if not as_module and script != "-" else Path.cwd()
    warn_of_hiding(place)
    try:
        program = [*(["-m"] if as_module else []), script, *arguments]
        return run_program(program, modules_of(chosen))
    except OSError as error:
        raise WorkspaceError(
            f"The script cannot be started: {(error.strerror or str(error)).lower()}. "
            f"To look for the cause: {command()} doctor"
        ) from error
