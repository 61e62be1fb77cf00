"""``tito quiz``: the lesson's questions, one by one, and why their answers are what they are."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tito.commands.common import lesson_in_hand
from tito.terminal import Screen
from tito.workspace import find_workspace

if TYPE_CHECKING:
    from tito.lessons.questions import Question
    from tito.quizzing.record import Record

_MARKS = {"right": ("✓", "green"), "wrong": ("✗", "red"), "open": ("·", "dim")}


@click.command()
@click.argument("question", required=False)
@click.option("--again", is_flag=True, help="Ask all questions, including those you had right.")
@click.option("--list", "listed", is_flag=True, help="List the questions and how they stand.")
def quiz(question: str | None, again: bool, listed: bool) -> int:
    """Ask the lesson's questions: numbers to find, answers to choose.

    What you answered is remembered, and the next quiz asks what was wrong or left open. Numbers
    may be typed as 200960, 200,960 or 201 k. A wrong answer may be mended once before the right
    one is shown. Enter alone skips a question; q or Ctrl-D ends the quiz.

    \b
    tito quiz             what was wrong or is open
    tito quiz 2           question 2; also by name: tito quiz memory
    tito quiz --again     all of them
    tito quiz < answers   one answer on each line, a second try on the next

    The exit code is 0 if all questions are answered rightly by now, 1 if not, and 2 if there is
    no such question.
    """
    from tito.quizzing.record import Record

    lesson, screen = lesson_in_hand(), Screen.of(sys.stdout)
    questions: tuple[Question, ...] = importlib.import_module(
        f"tito.lessons.{lesson}.quiz"
    ).QUESTIONS
    record = Record.of(find_workspace(), lesson)
    chosen = _chosen(questions, record, question, again)
    if listed:
        _list(questions, record, screen)
    elif not chosen:
        text = f"All {len(questions)} questions are answered correctly. To do them again:"
        click.echo(f"{text} {screen.command} quiz --again")
    else:
        _put(lesson, questions, chosen, record, screen)
    return 0 if record.right(questions) == len(questions) else 1


def _chosen(
    questions: Sequence[Question], record: Record, wanted: str | None, again: bool
) -> list[Question]:
    """The questions to ask: the one that was named, all, or those that are not right yet."""
    if wanted is not None:
        names = {q.name: q for q in questions} | {str(n): q for n, q in enumerate(questions, 1)}
        if wanted.strip().casefold() not in names:
            raise click.UsageError(
                f"There is no question {wanted[:40]!r}. Type 1 to {len(questions)}, or a "
                f"name: {', '.join(question.name for question in questions)}."
            )
        return [names[wanted.strip().casefold()]]
    if again:
        return list(questions)
    first = [q for q in questions if record.state(q) == "wrong"]
    return first + [q for q in questions if record.state(q) == "open"]


def _put(
    lesson: str,
    questions: Sequence[Question],
    chosen: Sequence[Question],
    record: Record,
    screen: Screen,
) -> None:
    """Put these questions, keep what is answered, and say how the whole stands at the end."""
    from tito.quizzing.ask import HOW_TO, Asker, Left
    from tito.reading import lesson_text

    asker = Asker(lesson_text(lesson), screen)
    forgotten = None
    click.echo("\n".join([*screen.wrap(HOW_TO, screen.width), ""]))
    try:
        for place, question in enumerate(chosen):
            if place:
                click.echo()
            if answered := asker.ask(question):
                forgotten = record.note(question, *answered)
    except Left as left:
        click.echo(f"\n{left}".rstrip())
    except KeyboardInterrupt:
        click.echo()
        _sum_up(questions, record, screen)
        raise
    finally:
        if forgotten:
            click.echo(forgotten, err=True)
    _sum_up(questions, record, screen)


def _sum_up(questions: Sequence[Question], record: Record, screen: Screen) -> None:
    """How many are right, and what to type next."""
    right = record.right(questions)
    click.echo(f"\n{right} of {len(questions)} questions right.")
    if right == len(questions):
        click.echo(f"Next: {screen.command} test")
    else:
        click.echo(f"The others, when you like: {screen.command} quiz")


def _list(questions: Sequence[Question], record: Record, screen: Screen) -> None:
    width = max(len(question.name) for question in questions)
    for number, question in enumerate(questions, 1):
        state = record.state(question)
        mark, style = _MARKS[state]
        painted = screen.paint(f"{screen.clean(mark)} {state}", style)
        click.echo(f"  {number}  {question.name:<{width}}  {painted}")
    _sum_up(questions, record, screen)
