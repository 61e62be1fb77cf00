"""Long graphs and long trainings: no recursion, and no memory that stays behind."""

import subprocess
import sys
from pathlib import Path

import pytest

# A little stack, where recursion would overflow at once; the collector would hide circles.
DELETE = """
import gc, threading
import numpy as np
from tinytorch import ReLU, Tensor

def chain(x, length):
    y, relu, places = x, ReLU(), np.array([0])
    for _ in range(length // 10):
        y = (relu((y * x + 1).reshape(1, 1)) @ Tensor([[1.0]]))[0]
        y = (y - y * 0.5 + x).sum(keepdims=True)[places]
    return y

def run():
    x = Tensor([1.0], requires_grad=True)
    y = chain(x, 100_000)
    del y
    chain(x, 20_000).backward()
    print(x.grad.data.shape)

gc.disable()
threading.stack_size(1 << 17)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""
TRAIN = """
import gc, sys
import numpy as np
from tinytorch import {optimizer}, CrossEntropyLoss, Dropout, Linear, ReLU, Sequential, Tensor

def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))

gc.disable()
model = Sequential(Linear(8, 16), ReLU(), Dropout(0.2), Linear(16, 3))
optimizer, loss = {optimizer}(model.parameters(), lr=0.01), CrossEntropyLoss()
x, y = np.random.rand(4, 8), [0, 1, 2, 0]
for step in range(10_000):
    if step == 1000:
        before = resident(), sys.getallocatedblocks()
    optimizer.zero_grad()
    loss(model(Tensor(x)), y).backward()
    optimizer.step()
print(resident() - before[0], sys.getallocatedblocks() - before[1])
"""


def run(code):
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert child.returncode == 0, child.stderr
    assert child.stderr == ""
    return child.stdout.split()


def test_a_long_graph_is_walked_and_freed_on_a_small_stack():
    """A long sequence, or forgetting one, would crash the whole process."""
    assert run(DELETE) == ["(1,)"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_ten_thousand_steps_without_the_garbage_collector_keep_the_memory_flat(optimizer):
    """A training of days would end when the memory is full."""
    grown, objects = map(int, run(TRAIN.format(optimizer=optimizer)))
    # 100 bytes a step would be 900,000.
    assert grown < 200_000
    assert objects < 100
