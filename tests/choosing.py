"""A learner's file as a command hands it on: with its lesson and a verdict."""

from tito.engine.report import CheckResult, Report
from tito.learner.chosen import Chosen
from tito.lesson.model import load_lesson


def chosen(source, report=None):
    """These layers, with that verdict; without one as if all of them were right."""
    passed = [CheckResult("Linear.forward", "adds the bias", "passed")]
    report = report or Report("layers", str(source.path), source.sha256, 0.0, 1, passed)
    return Chosen(load_lesson("layers"), source, report)
