"""The six questions of the lesson on layers; every number follows from the sizes of layers."""

from tito.lessons.layers.quiz.learning import DROPOUT, INITIALISATION
from tito.lessons.layers.quiz.memory import MEMORY, PARAMETERS
from tito.lessons.layers.quiz.speed import BATCHES, BOTTLENECK

QUESTIONS = (PARAMETERS, MEMORY, DROPOUT, BOTTLENECK, INITIALISATION, BATCHES)
