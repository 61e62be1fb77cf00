"""``tito quiz``: the lesson's questions, one by one, and why their answers are what they are."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import click

from tito.cli.common import lesson_in_hand
from tito.learner import find_workspace
from tito.lesson.quiz import Choice, Question, Step, judge
from tito.lesson.text import LessonText
from tito.say.reading import render_body
from tito.say.terminal import Screen

if TYPE_CHECKING:
    from tito.learner.answers import Record

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
    from tito.learner.answers import Record

    lesson, screen = lesson_in_hand(), Screen.of(sys.stdout)
    questions: tuple[Question, ...] = import_module(f"tito.lessons.{lesson}.quiz").QUESTIONS
    record = Record.of(find_workspace(), lesson)
    chosen = _chosen(questions, record, question, again)
    if listed:
        width = max(len(question.name) for question in questions)
        for number, each in enumerate(questions, 1):
            mark, style = _MARKS[state := record.state(each)]
            painted = screen.paint(f"{screen.clean(mark)} {state}", style)
            click.echo(f"  {number}  {each.name:<{width}}  {painted}")
        _sum_up(questions, record, screen)
    elif not chosen:
        text = f"All {len(questions)} questions are answered correctly. To do them again:"
        click.echo(f"{text} {screen.command} quiz --again")
    else:
        click.echo("\n".join([*screen.wrap(HOW_TO, screen.width), ""]))
        try:
            _put(lesson, chosen, record, screen)
        finally:  # after Ctrl-C too
            _sum_up(questions, record, screen)
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
    return [q for state in ("wrong", "open") for q in questions if record.state(q) == state]


def _put(lesson: str, chosen: Sequence[Question], record: Record, screen: Screen) -> None:
    """Put these questions, and keep what is answered."""
    from tito.lesson.text import lesson_text

    asker = Asker(lesson_text(lesson), screen)
    forgotten = None
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
        raise
    finally:
        if forgotten:
            click.echo(forgotten, err=True)


def _sum_up(questions: Sequence[Question], record: Record, screen: Screen) -> None:
    """How many are right, and what to type next."""
    right = record.right(questions)
    click.echo(f"\n{right} of {len(questions)} questions right.")
    further = "Next" if right == len(questions) else "The others, when you like"
    following = "test" if right == len(questions) else "quiz"
    click.echo(f"{further}: {screen.command} {following}")


#: So often something that is no answer is asked for again; then the question stays open.
_PATIENCE = 5
#: Said before the first question.
HOW_TO = "Enter skips a question, q ends the quiz. A wrong answer gets a second try."
_END = ("q", "quit", "exit")


class Left(Exception):
    """The person leaves the quiz: by q or Ctrl-D, or because their pipe holds no further line.

    The text says what to do where that may not have been meant.
    """


@dataclass(frozen=True)
class Asker:
    """Puts questions on a screen, and reads the answers from the keyboard or a pipe."""

    text: LessonText
    screen: Screen

    def ask(self, question: Question) -> tuple[list[str], bool] | None:
        """The answers to a question and whether all are right; None where it was left open."""
        section = self.text.at(f"question-{question.name}")
        title = self.screen.clean(section.plain_title)
        click.echo(self.screen.paint(title, "bold") + "\n")
        click.echo("\n".join(render_body(section, self.screen)))
        answers: list[str] = []
        right = True
        for step in question.steps:
            found = self._step(step)
            if found is None:
                click.echo("  Left open.")
                return None
            answers.append(found[0])
            right = right and found[1]
        reason = render_body(self.text.at(f"answer-{question.name}"), self.screen)
        click.echo("\n" + "\n".join(reason))
        if not right:
            click.echo(f"\nTo read again: {self.screen.command} read {question.section}")
        return answers, right

    def _step(self, step: Step) -> tuple[str, bool] | None:
        """One step: what was typed last, and whether it is right; None where nothing was.

        Who is wrong tries once more before the answer is told, unless only one answer is left.
        """
        click.echo()
        self._say(step.asks, "")
        for place, option in enumerate(step.options if isinstance(step, Choice) else (), 1):
            self._say(option, f"  {place}  ")
        tries = 1 if isinstance(step, Choice) and len(step.options) <= 2 else 2
        wrong, answer = "", ""
        for _ in range(_PATIENCE):
            typed = _line().strip()
            if typed.casefold() in _END:
                raise Left
            if not typed:
                break
            verdict = judge(step, typed)
            if verdict.right is None:
                self._say(verdict.says, "  ", "yellow")
                continue
            if verdict.right:
                self._say(verdict.says, "  ", "green")
                return typed[:100], True
            tries, wrong, answer = tries - 1, typed[:100], verdict.answer
            further = "Try once more; Enter shows the answer." if tries else answer
            self._say(f"{verdict.says} {further}", "  ", "red")
            if not tries:
                return wrong, False
        if not wrong:
            return None
        self._say(answer, "  ", "red")
        return wrong, False

    def _say(self, text: str, indent: str, style: str | None = None) -> None:
        """A text, wrapped, below an indent of which only the first line shows the marks."""
        lines = self.screen.wrap(text, min(self.screen.width, 80) - len(indent))
        for place, line in enumerate(lines):
            shown = self.screen.paint(line, style) if style else line
            click.echo((" " * len(indent) if place else indent) + shown)


def _line() -> str:
    """A line that was typed. Left where there is none; an undecodable one is no answer."""
    at_keyboard = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    try:
        if at_keyboard:
            with contextlib.suppress(ImportError):
                import_module("readline")  # lets the arrow keys edit the line
            return input("> ")
        click.echo("> ", nl=False)
        line = sys.stdin.readline() if sys.stdin is not None else ""
    except EOFError:
        raise Left from None
    except UnicodeDecodeError:
        return "?"
    if not line:
        raise Left("Answers are read from the keyboard, or from a pipe: one a line.")
    click.echo(line.rstrip("\n"))
    return line
