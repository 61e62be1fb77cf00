"""PyTorch eager at its fastest: inference mode, fused optimizers, gradients set to None."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from benchmarks import inputs
from benchmarks.sides import Job
from benchmarks.sides.torch_digits import recogniser
from benchmarks.workloads import LEARNING_RATE, Work

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
VERSION = f"PyTorch {torch.__version__}"
OPTIMIZERS: dict[str, Any] = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}
FUNCTIONS: dict[str, Callable[[], nn.Module]] = {
    "ReLU": nn.ReLU,
    "Tanh": nn.Tanh,
    "Sigmoid": nn.Sigmoid,
    "Softmax": lambda: nn.Softmax(dim=-1),
    "GELU": nn.GELU,
}


def network(sizes: tuple[int, ...]) -> nn.Sequential:
    """Linear layers with a ReLU between each two, and the weights that all sides start from."""
    model = nn.Sequential()
    for weight, bias in inputs.weights(sizes):
        if len(model):
            model.append(nn.ReLU())
        linear = nn.Linear(*weight.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight.T))
            linear.bias.copy_(torch.from_numpy(bias))
        model.append(linear)
    return model


def tensor(array: Any) -> torch.Tensor:
    """A tensor with numbers of its own."""
    return torch.from_numpy(array).clone()


def parameters(model: nn.Module) -> list[Any]:
    """The parameters in TinyTorch's layout, where weights are (in, out)."""
    return [parameter.detach().numpy().T for parameter in model.parameters()]


def forward(work: Work) -> Job:
    """The network's outputs, without a graph."""
    model, x = network(work.sizes), tensor(inputs.examples(work.batch, work.sizes[0]))
    return Job(lambda: model(x), lambda: [model(x).numpy()], mode=torch.inference_mode)


def step(work: Work) -> Job:
    """One step of training: forward, cross-entropy, backward, update."""
    model, x = network(work.sizes), tensor(inputs.examples(work.batch, work.sizes[0]))
    y, loss = tensor(inputs.labels(work.batch, work.sizes[-1])), nn.CrossEntropyLoss()
    kind = OPTIMIZERS[work.name]
    optimizer = kind(model.parameters(), lr=LEARNING_RATE[work.name], fused=True)

    def run() -> None:
        optimizer.zero_grad(set_to_none=True)
        loss(model(x), y).backward()
        optimizer.step()

    return Job(run, lambda: parameters(model), optimizer.zero_grad)


def dropout(work: Work) -> Job:
    """A mask at p = 0.5 in training, and its product with the input."""
    torch.manual_seed(0)
    layer, x = nn.Dropout(0.5), tensor(inputs.examples(*work.sizes))
    return Job(lambda: layer(x), lambda: [layer(x).numpy()], mode=torch.inference_mode)


def function(work: Work) -> Callable[[torch.Tensor], torch.Tensor]:
    """An activation, or the loss with its labels."""
    if work.name != "cross-entropy":
        return FUNCTIONS[work.name]()
    loss, y = nn.CrossEntropyLoss(), tensor(inputs.labels(*work.sizes))
    return lambda x: loss(x, y)


def forward_of(work: Work) -> Job:
    """An activation or loss without a graph."""
    compute, x = function(work), tensor(inputs.examples(*work.sizes))
    return Job(lambda: compute(x), lambda: [compute(x).numpy()], mode=torch.inference_mode)


def forward_and_backward_of(work: Work) -> Job:
    """An activation or loss, and the gradient of its input."""
    compute, x = function(work), tensor(inputs.examples(*work.sizes)).requires_grad_()
    alone = work.name == "cross-entropy"
    gradient = None if alone else tensor(inputs.examples(*work.sizes, seed=4))

    def run() -> None:
        x.grad = None
        compute(x).backward(gradient)

    def outcome() -> list[object]:
        assert x.grad is not None
        return [x.grad.numpy()]

    return Job(run, outcome)


KINDS: dict[str, Callable[[Work], Job]] = {
    "forward": forward,
    "step": step,
    "dropout": dropout,
    "forward of": forward_of,
    "forward and backward of": forward_and_backward_of,
    "digits": recogniser,
}
