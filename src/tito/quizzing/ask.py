"""Asking: a question of the lesson's text step by step, and why its answer is what it is."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from importlib import import_module

import click

from tito.lessons.questions import Choice, Question, Step
from tito.quizzing.verdict import Verdict, judge
from tito.reading import LessonText
from tito.reading.render import render_body
from tito.terminal import Screen

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
        self._explain(question, right)
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
            typed = _line("> ").strip()
            if typed.casefold() in _END:
                raise Left
            if not typed:
                break
            verdict = judge(step, typed)
            style = {True: "green", False: "red", None: "yellow"}[verdict.right]
            tries -= verdict.right is False
            last = verdict.right is False and not tries
            says = verdict.says if verdict.right is not False else _wrong(verdict, last)
            self._say(says, "  ", style)
            if verdict.right or last:
                return typed[:100], bool(verdict.right)
            if verdict.right is False:
                wrong, answer = typed[:100], verdict.answer
        if not wrong:
            return None
        self._say(answer, "  ", "red")
        return wrong, False

    def _explain(self, question: Question, right: bool) -> None:
        click.echo()
        click.echo("\n".join(render_body(self.text.at(f"answer-{question.name}"), self.screen)))
        if not right:
            click.echo(f"\nTo read again: {self.screen.command} read {question.section}")

    def _say(self, text: str, indent: str, style: str | None = None) -> None:
        """A text, wrapped, below an indent of which only the first line shows the marks."""
        lines = self.screen.wrap(text, min(self.screen.width, 80) - len(indent))
        for place, line in enumerate(lines):
            shown = self.screen.paint(line, style) if style else line
            click.echo((" " * len(indent) if place else indent) + shown)


def _wrong(verdict: Verdict, last: bool) -> str:
    """What is said of a wrong answer: with the right one if it was the last try."""
    return f"{verdict.says} {verdict.answer if last else 'Try once more; Enter shows the answer.'}"


def _line(prompt: str) -> str:
    """A line that was typed. Left where there is none; an undecodable one is no answer."""
    at_keyboard = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    try:
        if at_keyboard:
            with contextlib.suppress(ImportError):
                import_module("readline")  # lets the arrow keys edit the line
            return input(prompt)
        click.echo(prompt, nl=False)
        line = sys.stdin.readline() if sys.stdin is not None else ""
    except EOFError:
        raise Left from None
    except UnicodeDecodeError:
        return "?"
    if not line:
        raise Left("Answers are read from the keyboard, or from a pipe: one a line.")
    click.echo(line.rstrip("\n"))
    return line
