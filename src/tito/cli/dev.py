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


#: The tools of a clone, each with its help.
TOOLS = {
    "test": "Run the project's own tests; all arguments go to pytest.",
    "bench": "Measure the framework beside NumPy by hand and PyTorch, and say which targets hold.",
    "proof": (
        "Count which misconceptions are failed and named: alone, two at once, and unknown ones."
    ),
    "mutants": (
        "Make every small change to the reference; each has to be failed, or listed with a reason."
    ),
    "misconceptions": (
        "Write docs/misconceptions/: each misconception of a lesson, what catches it, what is said."
    ),
    "from-pytorch": (
        "Write docs/from_pytorch.md: what PyTorch's users type, and what comes of it here."
    ),
    "file": (
        "Print one of the files on which the lessons are tested; without a name, which there are."
    ),
    "fuzz": (
        "Load damaged and hostile files of numbers; each has to be refused in words, or read right."
    ),
}


class Tool(click.Command):
    """A command of which all arguments, even --help, go to a module of the clone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the arguments as they came."""
        ctx.args = list(args)
        return ctx.args

    def invoke(self, ctx: click.Context) -> int:
        """Run the module as a process of its own, from the clone's root; its exit code."""
        import subprocess

        from tito.lab.scripts import exit_code

        root, name = project_root(), str(self.name)
        if root is None:
            there = f"Clone it, and run there: ./tito dev {name}"
            raise WorkspaceError(
                f"`tito dev {name}` needs a clone of the project, but this tito was installed "
                f"without one. {'To test your file: tito test' if name == 'test' else there}"
            )
        module = ["proof", name]
        if name == "test":
            module = ["pytest", *_several_at_a_time(ctx.args)]
        elif name == "bench":
            module = ["benchmarks"]
        command = [sys.executable, "-m", *module, *ctx.args]
        return exit_code(subprocess.Popen(command, cwd=root))


for _name, _help in TOOLS.items():
    dev.add_command(Tool(_name, help=_help, add_help_option=False))


def _several_at_a_time(arguments: list[str]) -> list[str]:
    """What makes pytest run three files at a time, where that is of use: most tests wait.

    They come in their order: the longest stand before the many short ones, not at the end.
    """
    from importlib.util import find_spec

    alone = ("-n", "--numprocesses", "--dist", "--pdb", "--trace", "-s", "--capture", "-p")
    shows = {"--co", "--collect-only", "-h", "--help", "--version", "--fixtures", "--markers"}
    chosen = any(each.startswith(alone) or each in shows for each in arguments)
    named = any(argument.partition("::")[0].endswith(".py") for argument in arguments)
    if chosen or named or find_spec("xdist") is None:
        return []
    return ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
