"""Training: batches, a loop that can be watched, stopped and resumed, and what was learned."""

from __future__ import annotations

from tinytorch.training.batching import batches
from tinytorch.training.callbacks import Callback, Epoch, History, Progress, Run
from tinytorch.training.checkpoint import Checkpoint, CheckpointError
from tinytorch.training.evaluating import (
    accuracy,
    confusion_matrix,
    evaluate,
    predict,
    top_k_accuracy,
)
from tinytorch.training.fitting import fit
from tinytorch.training.schedules import (
    ConstantLR,
    CosineAnnealingLR,
    EarlyStopping,
    ExponentialLR,
    LinearLR,
    ReduceLROnPlateau,
    Schedule,
    StepLR,
)

__all__ = [
    "Callback",
    "Checkpoint",
    "CheckpointError",
    "ConstantLR",
    "CosineAnnealingLR",
    "EarlyStopping",
    "Epoch",
    "ExponentialLR",
    "History",
    "LinearLR",
    "Progress",
    "ReduceLROnPlateau",
    "Run",
    "Schedule",
    "StepLR",
    "accuracy",
    "batches",
    "confusion_matrix",
    "evaluate",
    "fit",
    "predict",
    "top_k_accuracy",
]
