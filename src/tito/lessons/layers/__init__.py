"""Lesson 03, layers."""

from tito.lesson.model import lesson_of
from tito.lessons.layers.advice import ADVICE
from tito.lessons.layers.checks import CHECKS, NETWORK

LESSON = lesson_of(__file__, CHECKS, ADVICE, NETWORK)
