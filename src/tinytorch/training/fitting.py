"""Fitting: what a person asks for, checked, and the loop that does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from tinytorch.core.given.checks import came, check_count, check_flag, check_range, real
from tinytorch.core.losses import CrossEntropyLoss
from tinytorch.core.tensor import Tensor
from tinytorch.training.batching import as_function, check_callable, check_kind, examples, precision
from tinytorch.training.callbacks import Callback, History, Line, Progress, Run, counted, listeners
from tinytorch.training.checkpoint import Checkpoint, Saver, Whole
from tinytorch.training.evaluating import Metrics, named
from tinytorch.training.loop import Loop
from tinytorch.training.modes import in_mode, parameters_of
from tinytorch.training.schedules import (
    EarlyStopping,
    PlateauPace,
    ReduceLROnPlateau,
    Schedule,
    ScheduledPace,
    Watch,
)
from tinytorch.training.task import Task, plan_of

if TYPE_CHECKING:
    from tinytorch._typing import Array


def fit(
    model: Any,
    x: Any,
    y: Any,
    optimizer: Any,
    *,
    epochs: int,
    batch_size: int = 32,
    loss: Callable[[Tensor, Array], Tensor] | None = None,
    validation: tuple[Any, Any] | None = None,
    metrics: Metrics = (),
    schedule: Schedule | ReduceLROnPlateau | None = None,
    early_stopping: EarlyStopping | None = None,
    clip_norm: float | None = None,
    callbacks: Sequence[Callback | Callable[[Run], object]] = (),
    checkpoint: Checkpoint | None = None,
    resume: bool = False,
    progress: bool | Progress = False,
) -> History:
    """Train ``model`` by gradient descent on batches; return what happened, step by step.

    ``x`` is (n, ...), ``y`` (n, ...): class indices for cross-entropy, which is the loss unless
    ``loss(outputs, targets)`` is given, or anything that such a loss takes. ``model`` is a layer,
    or any function of a Tensor, whose layers are found by what its code names; ``optimizer`` holds
    its parameters. While it runs, every layer is in training mode, in this thread; afterwards each
    is in the mode it was in, and the rate is what it was. Inputs become float32, or float64 for a
    model in double precision.

    After each epoch, ``validation``, a pair (x, y), and the ``metrics`` are measured (see
    `evaluate`), and ``early_stopping`` and a ``schedule`` look at the result. ``clip_norm`` is the
    greatest norm that all gradients together may have. ``callbacks`` are functions that are given
    the `Run` after each step, or objects of subclasses of `Callback`. ``progress=True`` shows a
    line on a terminal.

    With a ``checkpoint``, all that the training depends on is kept in a file. Stopped at any step
    by Ctrl-C (which lets the step end, and raises KeyboardInterrupt) or by a kill, the same call
    with ``resume=True`` goes on from there, or begins where there is no file, and ends with the
    same bits as if it had never been stopped: with the same data, settings and count of threads,
    with layers that keep nothing but parameters between steps, and that draw from tinytorch or
    `np.random`. Only ``epochs`` may be another number.

    Raises ValueError and TypeError, before anything changes, for what does not fit together,
    CheckpointError (a ValueError and an OSError) for a checkpoint of another training, DamagedFile
    (a ValueError) for a file that is none; ValueError, before the first step, where none of the
    optimizer's parameters gets a gradient; later what model, loss and callbacks raise, and
    CheckpointError where a checkpoint cannot be written.

    >>> import numpy as np
    >>> from tinytorch import Linear, SGD
    >>> from tinytorch.training import accuracy
    >>> x, y = np.eye(2, dtype=np.float32), np.array([0, 1])
    >>> model = Linear(2, 2)
    >>> history = fit(model, x, y, SGD(model.parameters(), lr=1.0), epochs=50)
    >>> len(history.losses), history.epochs[-1].loss < history.epochs[0].loss
    (50, True)
    >>> history.reason
    '50 epochs done.'
    """
    x, y = checked_examples("fit", x, y)
    check_count("fit", 0, epochs=epochs)
    check_count("fit", 1, batch_size=batch_size)
    check_flag("fit", resume=resume)
    check_kind("fit", (Schedule, ReduceLROnPlateau), "StepLR(30)", schedule=schedule)
    check_kind("fit", EarlyStopping, "EarlyStopping(5)", early_stopping=early_stopping)
    check_kind("fit", Checkpoint, "Checkpoint('digits.checkpoint')", checkpoint=checkpoint)
    if clip_norm is not None:
        check_range("fit", 0, 1e38, clip_norm=clip_norm)
    function, loss = as_function("fit", model), CrossEntropyLoss() if loss is None else loss
    check_callable("fit", loss=loss)
    if resume and checkpoint is None:
        raise ValueError(
            "fit expects a checkpoint with resume=True, got none. "
            "Write checkpoint=Checkpoint('digits.checkpoint')."
        )
    check_optimizer(optimizer, schedule, checkpoint)
    own, trained = parameters_of(model), trained_by(optimizer)
    parameters = trained or own
    if not parameters:
        check_not_needed(clip_norm, early_stopping)
    functions = named("fit", metrics)
    if validation is not None:
        validation = checked_validation(validation)
    measured = ["loss", *functions]
    if validation is not None:
        measured += [f"validation_{name}" for name in measured]
    task = Task(
        model, function, x, y, precision([*own, *parameters]), optimizer, parameters, epochs,
        batch_size, loss, validation, functions, clip_norm,
        pace=pace_of(schedule, optimizer, measured),
        stopping=early_stopping,
        watch=watch_for(early_stopping, measured),
        listeners=listeners(callbacks),
    )  # fmt: skip
    shown = checked_progress(progress)
    check_together(own, trained)
    saver = None
    if checkpoint:
        whole = Whole(model, task.parameters)
        settings = {"schedule": schedule, "early_stopping": early_stopping}
        saver = Saver(checkpoint, plan_of(task, whole, settings), whole)
    loop = Loop(task, saver)
    rate = getattr(optimizer, "lr", None)
    if saver and resume:
        saver.resume(loop)
    elif saver:
        saver.refuse_another()
    try:
        carry_out(loop, shown)
    finally:
        if schedule:
            optimizer.lr = rate
    return loop.run.history


def carry_out(loop: Loop, progress: Progress | None) -> None:
    """Run the loop, with all that has to be put back whatever comes."""
    saver = loop.saver
    loop.line = Line(progress, loop.run) if progress else None
    try:
        with (
            in_mode("fit", loop.task.model, training=True),
            loop.interrupts if saver else nullcontext(),
        ):
            loop.train()
    except KeyboardInterrupt as stop:
        if saver and saver.written:
            stop.add_note(
                f"Stopped; what it was after {counted(saver.written[0], 'step')} is kept. "
                f"With resume=True, training goes on from {saver.path}."
            )
        raise
    finally:
        if loop.line:
            loop.line.end()


def checked_examples(owner: str, x: Any, y: Any) -> tuple[Array, Array]:
    """Inputs and targets as arrays, of one example at least."""
    x, y = examples(owner, x, y)
    if not len(x):
        raise ValueError(f"{owner} expects at least one example, got none. Check the split.")
    return x, y


def checked_validation(validation: Any) -> tuple[Array, Array]:
    """The pair of inputs and targets; TypeError or ValueError for anything else."""
    if not isinstance(validation, tuple | list) or len(validation) != 2:  # pyright: ignore[reportUnknownArgumentType]
        raise TypeError(
            f"fit expects validation as a pair, (x, y), got {came(validation)}. "  # pyright: ignore[reportUnknownArgumentType]
            "Hold some examples out for it."
        )
    try:
        return checked_examples("fit", *validation)  # pyright: ignore[reportUnknownArgumentType]
    except (TypeError, ValueError) as error:
        error.add_note("given as validation")
        raise


def check_optimizer(optimizer: Any, schedule: object, checkpoint: object) -> None:
    """TypeError for what cannot step, or not what is asked of it here."""
    needed = {"step": True, "zero_grad": True}
    needed |= dict.fromkeys(("state_dict", "load_state_dict"), bool(checkpoint))
    missing = [n for n, must in needed.items() if must and not callable(getattr(optimizer, n, 0))]
    if isinstance(optimizer, type) or {"step", "zero_grad"} & {*missing}:
        raise TypeError(
            f"fit expects an optimizer with step() and zero_grad(), got {came(optimizer)}. "
            "Give one such as SGD(model.parameters(), lr=0.1)."
        )
    if missing or (schedule and real(getattr(optimizer, "lr", None)) is None):
        what = " and ".join(f"{name}()" for name in missing) or "a number lr"
        why = "a checkpoint" if missing else "a schedule"
        raise TypeError(
            f"fit expects for {why} an optimizer with {what}, got {came(optimizer)}. "
            "Give one such as SGD(model.parameters(), lr=0.1)."
        )


def trained_by(optimizer: Any) -> list[Tensor]:
    """The parameters that an optimizer changes; none where it does not show them."""
    params = getattr(optimizer, "params", None)
    if isinstance(params, list | tuple) and all(isinstance(p, Tensor) for p in params):  # pyright: ignore[reportUnknownVariableType]
        return list(params)  # pyright: ignore[reportUnknownArgumentType]
    return parameters_of(optimizer)


def check_together(own: list[Tensor], trained: list[Tensor]) -> None:
    """ValueError for an optimizer none of whose parameters the model has."""
    if own and trained and not {id(each) for each in own} & {id(each) for each in trained}:
        raise ValueError(
            f"fit expects an optimizer of the model's parameters, got one of "
            f"{counted(len(trained), 'parameter')}, none of which is among the model's {len(own)}. "
            "Make it anew with model.parameters()."
        )


def check_not_needed(clip_norm: float | None, stopping: EarlyStopping | None) -> None:
    """TypeError for what can only be done to parameters, where none can be found."""
    restored = stopping is not None and stopping.restore_best
    if clip_norm is not None or restored:
        what = "clip_norm" if clip_norm is not None else "EarlyStopping with restore_best=True"
        raise TypeError(
            f"fit expects for {what} parameters that it can find, got a model and an optimizer "
            "that show none. Keep them in a list, as optimizer.params, or leave it out."
        )


def checked_monitor(settings: EarlyStopping | ReduceLROnPlateau, measured: list[str]) -> str:
    """The name of what is watched; ValueError for one that is not measured."""
    best = "validation_loss" if "validation_loss" in measured else "loss"
    name = settings.monitor or best
    if name not in measured:
        raise ValueError(
            f"{type(settings).__name__} expects monitor to be one of {', '.join(measured)}, got "
            f"{name!r}. Give fit the metrics, or the validation, that it is measured by."
        )
    return name


def watch_for(settings: EarlyStopping | None, measured: list[str]) -> Watch | None:
    """What watches for the end; None where all epochs are to be done."""
    if settings is None:
        return None
    name = checked_monitor(settings, measured)
    return Watch(name, settings.mode, settings.min_delta, relative=False)


def pace_of(
    schedule: Schedule | ReduceLROnPlateau | None, optimizer: Any, measured: list[str]
) -> ScheduledPace | PlateauPace | None:
    """What gives each step its learning rate; None where the optimizer's own stays."""
    if isinstance(schedule, Schedule):
        return ScheduledPace(schedule, float(optimizer.lr))
    if schedule:
        return PlateauPace(schedule, float(optimizer.lr), checked_monitor(schedule, measured))
    return None


def checked_progress(progress: Any) -> Progress | None:
    """The line to write; None where nothing is to be written."""
    if not isinstance(progress, Progress):
        check_flag("fit", progress=progress)
        progress = Progress() if progress else None
    return progress if progress and progress.live else None
