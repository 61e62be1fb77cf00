"""What a call costs, measured in the learner's process: time beside NumPy's own, and memory.

The probes only measure; whether it is much is weighed in ``measures/costs.py``.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import advice
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.build import numbers

#: What the thread itself worked, whatever else the machine does; on Windows that clock is coarse.
_clock = time.perf_counter if sys.platform == "win32" else time.thread_time
#: Examples, inputs, outputs: each about thirty times the work of the one before.
SIZES = ((4, 64, 32), (16, 256, 64), (32, 784, 256))
#: With the next size the call would take a tenth of a second: it is not tried.
_SLOW_S = 0.003
_TOO_SLOW_TO_TRACE_S = 0.02
_TIMES, _TIMES_IF_SLOW, _SLOW_IN_ALL_S = 6, 3, 0.03

TIME_OF_FORWARD = (
    "Your Linear.forward takes {ratio} times as long as NumPy's own product and sum: {yours} "
    "against {numpy}, for x of shape {x} and {outputs} outputs, measured here. One matrix "
    "product of whole Tensors computes all the numbers at once."
)
TIME_OF_INIT = (
    "Making your {kind}(256, 64) takes {ratio} times as long as NumPy's own draw of its weights: "
    "{yours} against {numpy}, measured here. One call that draws the whole array saves a step in "
    "Python for each of the 16,384 numbers."
)
TIME_OF_MASK = (
    "Your Dropout takes {ratio} times as long as NumPy's own mask and product: {yours} against "
    "{numpy}, for x of shape (128, 256), measured here. One call that draws the whole mask saves a "
    "step in Python for each of the 32,768 numbers."
)
MEMORY_OF_FORWARD = (
    "Each call of your Linear.forward takes {extra} of memory besides the product and the sum, "
    "{what}, for x of shape (32, 256) and 128 outputs; filling that much takes {cost} of the "
    "{yours} that a call takes here. x @ W of the Tensors themselves needs none of it."
)
COPY_AT_INFERENCE = (
    "With training=False your Dropout returns a new Tensor: {extra} of memory and {yours} for each "
    "call, for x of shape (256, 256), measured here. Returning x itself costs neither."
)


@advice(
    "Linear.forward",
    "takes no more time than it must",
    tried="Linear(784, 256) on x of shape (32, 784), timed beside NumPy",
    says=TIME_OF_FORWARD,
    weigh="time_of_forward",
)
def time_of_forward(t: Trial) -> object:
    seen: list[dict[str, object]] = []
    for batch, inputs, outputs in SIZES:
        began = _clock()
        layer = t.module.Linear(inputs, outputs)
        made = _clock() - began
        x, weight, bias = _numbers(t, batch, inputs), _numbers(t, inputs, outputs), _ones(outputs)
        tensor = Tensor(x)
        yours, numpy = _times(
            lambda layer=layer, tensor=tensor: layer(tensor),
            lambda x=x, weight=weight, bias=bias: x @ weight + bias,
        )
        sizes = {"batch": batch, "inputs": inputs, "outputs": outputs}
        seen.append({**sizes, "yours": yours, "numpy": numpy})
        if max(yours, made) > _SLOW_S:
            break
    return seen


def _time_of_init(t: Trial, name: str) -> object:
    kind = getattr(t.module, name)

    def plain() -> object:
        return Tensor((np.random.standard_normal((256, 64)) * 0.1).astype(np.float32))

    yours, numpy = _times(lambda: kind(256, 64), plain)
    calls = _calls(lambda: kind(256, 64))
    return {"kind": name, "numbers": 256 * 64, "calls": calls, "yours": yours, "numpy": numpy}


@advice(
    "Linear.__init__",
    "takes no more time than it must",
    tried="Linear(256, 64), timed beside NumPy",
    says=TIME_OF_INIT,
    weigh="time_of_init",
)
def time_of_linear(t: Trial) -> object:
    return _time_of_init(t, "Linear")


@advice(
    "Dense.__init__",
    "takes no more time than it must",
    tried="Dense(256, 64), timed beside NumPy",
    says=TIME_OF_INIT,
    weigh="time_of_init",
)
def time_of_dense(t: Trial) -> object:
    return _time_of_init(t, "Dense")


@advice(
    "Dropout.forward",
    "takes no more time than it must",
    tried="Dropout(0.5).forward(x, training=True) on x of shape (128, 256), timed beside NumPy",
    says=TIME_OF_MASK,
    weigh="time_of_steps",
)
def time_of_mask(t: Trial) -> object:
    layer, x = t.module.Dropout(0.5), _numbers(t, 128, 256)
    tensor = Tensor(x)

    def mask() -> object:
        return Tensor(x * (np.random.random((128, 256)) >= 0.5) * 2.0)

    def yours() -> object:
        return layer.forward(tensor, training=True)

    taken, numpy = _times(yours, mask)
    return {"numbers": 128 * 256, "calls": _calls(yours), "yours": taken, "numpy": numpy}


@advice(
    "Linear.forward",
    "takes no more memory than it must",
    tried="Linear(256, 128) on x of shape (32, 256): the most memory that is in use",
    says=MEMORY_OF_FORWARD,
    weigh="memory_of_forward",
)
def memory_of_forward(t: Trial) -> object:
    layer, x = t.module.Linear(256, 128), Tensor(_numbers(t, 32, 256))
    (yours,) = _times(lambda: layer(x))
    if yours > _TOO_SLOW_TO_TRACE_S:
        return None
    peak = _peak(lambda: layer(x))
    (filled,) = _times(lambda: _ones(peak // 4))
    return {"yours": yours, "peak": peak, "filled": filled}


@advice(
    "Dropout.forward",
    "inference returns x itself",
    tried="whether Dropout(0.5).forward(x, training=False) is x",
    says=COPY_AT_INFERENCE,
    weigh="copy_at_inference",
)
def copy_at_inference(t: Trial) -> object:
    layer, x = t.module.Dropout(0.5), Tensor(_numbers(t, 256, 256))

    def call() -> Any:
        return layer.forward(x, training=False)

    if call() is x:
        return None
    (yours,) = _times(call)
    return {"yours": yours, "peak": _peak(call)}


def _numbers(t: Trial, *shape: int) -> Any:
    return numbers(t.rng.random(shape, np.float32))


def _ones(length: int) -> Any:
    return np.ones(length, np.float32)


def _times(*actions: Callable[[], object]) -> list[float]:
    """For each action the least time in seconds of a few calls, taken in turns.

    What else the machine does only adds, so the least is nearest to the truth.
    """
    taken: list[list[float]] = [[] for _ in actions]
    for turn in range(_TIMES):
        for action, times in zip(actions, taken, strict=True):
            began = _clock()
            action()
            times.append(_clock() - began)
        if turn + 1 >= _TIMES_IF_SLOW and sum(map(sum, taken)) > _SLOW_IN_ALL_S:
            break
    return [min(times) for times in taken]


def _calls(action: Callable[[], object]) -> int:
    """How many functions a call of ``action`` calls: many where each number has a step of its own.

    Unlike a time it is the same on every machine.
    """
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


def _peak(action: Callable[[], object]) -> int:
    """The most bytes that a call has in use at any time beyond what was there before."""
    tracemalloc.stop()
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
