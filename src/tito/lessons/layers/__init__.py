"""Lesson 03, layers."""

from tito.lesson.model import lesson_of
from tito.lessons.layers.checks import ADVICE, CHECKS
from tito.lessons.layers.checks.network import network

LESSON = lesson_of(__file__, CHECKS, ADVICE, network)
