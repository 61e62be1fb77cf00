"""``tito dev``: work on TinyTorch itself, in a clone of it."""

from __future__ import annotations

import sys

import click

from tito.learner import WorkspaceError, project_root


@click.group()
def dev() -> None:
    """Work on TinyTorch itself.

    `tito dev test` runs the project's own tests; what follows goes to pytest as it is.
    `tito dev bench` measures how fast the framework is. `tito dev proof` counts which wrong
    solutions are failed and named, `tito dev mutants` which small changes to the reference,
    `tito dev misconceptions` writes docs/misconceptions/, `tito dev fuzz` loads hostile files of
    numbers, `tito dev file` prints one of the files on which the lessons are tested.
    Each says more with --help.

    \b
    tito dev test -m 'not slow'
    tito dev mutants
    """


class PassedOn(click.Command):
    """A command whose arguments are not its own: not even --help."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the arguments as they came."""
        ctx.args = list(args)
        return ctx.args


@dev.command("test", cls=PassedOn, add_help_option=False)
@click.pass_context
def dev_test(context: click.Context) -> int:
    """Run the project's own tests; all arguments go to pytest.

    Two files at a time, unless you say otherwise (-n), name a file, or ask for a debugger.
    """
    return _run(
        "pytest",
        [*_two_at_a_time(context.args), *context.args],
        "The project's own tests come with a clone of it, but this tito was installed without "
        "one. To test your file: tito test",
    )


@dev.command("bench", cls=PassedOn, add_help_option=False)
@click.pass_context
def dev_bench(context: click.Context) -> int:
    """Measure the framework beside NumPy by hand and PyTorch, and say which targets hold."""
    return _run(
        "benchmarks",
        context.args,
        "The benchmarks come with a clone of the project, but this tito was installed without "
        "one. Clone it, and run there: ./tito dev bench",
    )


@dev.command("proof", cls=PassedOn, add_help_option=False)
@click.pass_context
def dev_proof(context: click.Context) -> int:
    """Count which misconceptions are failed and named: alone, two at once, and unknown ones."""
    return _prove("proof", context.args)


@dev.command("mutants", cls=PassedOn, add_help_option=False)
@click.pass_context
def dev_mutants(context: click.Context) -> int:
    """Make every small change to the reference; each has to be failed, or listed with a reason."""
    return _prove("mutants", context.args)


@dev.command("misconceptions", cls=PassedOn, add_help_option=False)
@click.pass_context
def dev_misconceptions(context: click.Context) -> int:
    """Write docs/misconceptions/: each misconception of a lesson, what catches it, what is said."""
    return _prove("misconceptions", context.args)


@dev.command("from-pytorch", cls=PassedOn, add_help_option=False)
@click.pass_context
def dev_from_pytorch(context: click.Context) -> int:
    """Write docs/from_pytorch.md: what PyTorch's users type, and what comes of it here."""
    return _prove("from-pytorch", context.args)


@dev.command("file", cls=PassedOn, add_help_option=False)
@click.pass_context
def dev_file(context: click.Context) -> int:
    """Print one of the files on which the lessons are tested; without a name, which there are."""
    return _prove("file", context.args)


@dev.command("fuzz", cls=PassedOn, add_help_option=False)
@click.pass_context
def dev_fuzz(context: click.Context) -> int:
    """Load damaged and hostile files of numbers; each has to be refused in words, or read right."""
    return _prove("fuzz", context.args)


def _two_at_a_time(arguments: list[str]) -> list[str]:
    """What makes pytest run two files at a time, where that is of use: most tests wait."""
    from importlib.util import find_spec

    alone = ("-n", "--numprocesses", "--dist", "--pdb", "--trace", "-s", "--capture", "-p")
    shows = {"--co", "--collect-only", "-h", "--help", "--version", "--fixtures", "--markers"}
    chosen = any(each.startswith(alone) or each in shows for each in arguments)
    named = any(argument.partition("::")[0].endswith(".py") for argument in arguments)
    if chosen or named or find_spec("xdist") is None:
        return []
    return ["-n", "2", "--dist", "loadfile"]


def _prove(what: str, arguments: list[str]) -> int:
    return _run(
        "proof",
        [what, *arguments],
        "What proves the checks comes with a clone of the project, but this tito was installed "
        f"without one. Clone it, and run there: ./tito dev {what}",
    )


def _run(module: str, arguments: list[str], without_clone: str) -> int:
    """A module of the checkout as a process of its own, from the checkout's root; its exit code."""
    import subprocess

    from tito.lab.scripts import exit_code

    root = project_root()
    if root is None:
        raise WorkspaceError(without_clone)
    return exit_code(subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=root))
