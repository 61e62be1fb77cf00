"""Measuring on a network: every part is there, and what cannot be is left out."""

import numpy as np

from tinytorch import Linear, ReLU, Sequential, Tensor
from tito.lab.profile.figures import Phase
from tito.lab.profile.machine import Reading
from tito.lab.profile.measure import Step, drop_disturbed, measure_batches, measure_step


def measured(model, batch=4):
    def inputs(count):
        return [Tensor(np.ones((count, 3), np.float32))]

    step = Step(model, inputs(batch))
    return measure_step(
        step, lambda: Step(model, inputs(0)), [(4, 3, 2)], 24, 100, 0.0, lambda share: None
    )


def test_a_network_has_all_three_parts():
    """Lost otherwise: a row of the table is missing."""
    times = measured(Sequential(Linear(3, 2), ReLU()))
    assert [phase.name for phase in times.phases] == ["forward", "backward", "update"]
    assert (times.untrained, times.without_gradient) == (None, 0)
    assert [phase.flops for phase in times.phases] == [48, 48, 0]
    assert times.phases[2].moved_bytes == 3 * 4 * 8
    assert times.peak >= max(times.products.values())
    known = {"arithmetic", "memory", "products", "calls"}
    assert all(set(phase.alone) <= known for phase in times.phases)


def test_a_network_that_refuses_an_empty_batch_is_measured():
    """Lost otherwise: an error of ours for a network that is right."""

    class Mean(Linear):
        def forward(self, x):
            if not len(x):
                raise ValueError("empty")
            return super().forward(x)

    times = measured(Mean(3, 2))
    assert all("calls" not in phase.alone for phase in times.phases[:2])


def test_parameters_without_a_gradient_are_counted():
    """Lost otherwise: an update that leaves weights out passes for one of all."""
    model = Sequential(Linear(3, 2))
    spare = Linear(2, 2)
    inner = type(model).parameters
    model.__class__ = type(
        "Spare", (Sequential,), {"parameters": lambda self: inner(self) + spare.parameters()}
    )
    assert measured(model).without_gradient == 2


def test_a_part_that_took_longer_than_the_whole_is_left_out():
    """Lost otherwise: on a busy machine, a part takes a thousand times what all of it takes."""
    reading = Reading(1.0, 1.0, 1.0, 1.0, 3)
    phase = Phase("forward", reading, 1, 1, {"memory": 1.2, "products": 900.0, "calls": 0.1})
    drop_disturbed(phase)
    assert phase.alone == {"memory": 1.2, "calls": 0.1}


def test_batches_stop_where_memory_does():
    """Lost otherwise: an error in place of the batches that fit."""

    def run(size):
        if size > 4:
            raise MemoryError
        return lambda: None

    sweep = measure_batches(run, (1, 2, 4, 8, 16), 0.0, lambda share: None)
    assert sweep.left_out in ("memory", "time")
    assert [batch.size for batch in sweep.batches] == [1, 2, 4][: len(sweep.batches)]
