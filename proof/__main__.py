"""`python -m proof`: what `tito dev proof`, `mutants`, `misconceptions` and others run."""

from __future__ import annotations

import argparse
import os
import sys

from tito.lesson.model import entrance, lesson_names, load_lesson

PROOF = """\
What the checks and the diagnosis are worth: how many misconceptions are failed and named, alone,
two at once, and with their own name hidden. Exit code 1 where a promise is not kept."""
MUTANTS = """\
Make every small change to the exercises of the reference, and run the checks on each. Exit code 1
where one is neither failed by a check nor listed in tests/lessons/<lesson>/mutants.txt, or where
one is listed for nothing."""
MISCONCEPTIONS = """\
Write docs/misconceptions/<lesson>.md: each misconception, the checks that catch it, what is said.
With --check, only say whether the file is current: exit code 1 where it is not."""
FROM_PYTORCH = """\
Write docs/from_pytorch.md: what PyTorch's users type, and what comes of it here. With --check,
only say whether the file is current: exit code 1 where it is not."""
FILE = """\
Print one of the files on which the lessons are tested, right, doubtful, wrong or hostile, byte by
byte; without a name, say which there are. Exit code 2 where there is none of that name."""
FUZZ = """\
Make damaged and hostile files of numbers, and load each: it has to be refused with a sentence, or
read as the library safetensors reads it, in time and memory that fit its size. Exit code 1, with
the file kept, where that does not hold."""


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked for; the exit code."""
    options = parser().parse_args(arguments)
    if options.what == "fuzz":
        from proof import fuzz

        return fuzz.main(options.cases, options.seed)
    if options.what == "file":
        from proof import learner_files

        return learner_files.main(options.name)
    if options.what == "from-pytorch":
        from proof import pytorch_habits

        return pytorch_habits.main(options.check)
    lesson = load_lesson(options.lesson)
    match options.what:
        case "mutants":
            from proof import mutants

            return mutants.main(lesson, options.processes)
        case "misconceptions":
            from proof import table

            return table.main(lesson, options.check)
        case _:
            from proof import totals

            return totals.main(lesson, options.seed, options.draw, options.pairs)


def parser() -> argparse.ArgumentParser:
    """The arguments of each command."""
    made = argparse.ArgumentParser(prog="tito dev")
    commands = made.add_subparsers(dest="what", required=True)
    proof = commands.add_parser("proof", description=PROOF, epilog="./tito dev proof --draw 7")
    proof.add_argument("--seed", type=int, default=20240, help="what the checks' inputs come from")
    proof.add_argument("--draw", type=int, default=1, help="what the pairs are drawn with")
    proof.add_argument("--pairs", type=positive, default=300, help="how many pairs")
    mutants = commands.add_parser("mutants", description=MUTANTS, epilog="./tito dev mutants")
    mutants.add_argument("--processes", type=positive, default=2, help="how many work side by side")
    table = commands.add_parser(
        "misconceptions", description=MISCONCEPTIONS, epilog="./tito dev misconceptions --check"
    )
    table.add_argument("--check", action="store_true", help="write nothing")
    habits = commands.add_parser(
        "from-pytorch", description=FROM_PYTORCH, epilog="./tito dev from-pytorch --check"
    )
    habits.add_argument("--check", action="store_true", help="write nothing")
    fuzz = commands.add_parser("fuzz", description=FUZZ, epilog="./tito dev fuzz --cases 100000")
    fuzz.add_argument("--cases", type=positive, default=20_000, help="how many files")
    fuzz.add_argument("--seed", type=int, default=1, help="what they are drawn with")
    file = commands.add_parser("file", description=FILE, epilog="./tito dev file bias_forgotten")
    file.add_argument("name", nargs="?", help="NAME, or LESSON/NAME")
    for command in (proof, mutants, table):
        command.add_argument("--lesson", choices=lesson_names(), default=entrance())
    return made


def positive(text: str) -> int:
    """A whole number of at least 1; ValueError, which argparse words, otherwise."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:  # whoever read it has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
