"""Lesson 02, activations."""

from tito.lesson.model import lesson_of
from tito.lessons.activations.checks import ADVICE, CHECKS

LESSON = lesson_of(__file__, CHECKS, ADVICE)
