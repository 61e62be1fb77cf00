"""A program as a user writes it, for type checkers in their strictest mode; a test runs them."""

from __future__ import annotations

import tinytorch
import tinytorch.nn.functional as F  # noqa: N812
from tinytorch import Layer, Linear, Tensor, nn, optim
from tinytorch.utils.data import DataLoader, TensorDataset


class Attention(Layer):
    """A forward with more arguments than the base's, and with others."""

    def __init__(self, width: int) -> None:
        self.query, self.key = Linear(width, width), Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor | None = None, scale: float = 1.0) -> Tensor:
        scores = self.query(x) @ self.key(x).T * scale
        if mask is not None:
            scores = scores.masked_fill(~mask, -1e9)
        return scores.softmax(dim=-1) @ x


class Pair(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.left = nn.Linear(3, 2)

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return F.relu(self.left(first)) + self.left(second)


def train(model: nn.Module, data: DataLoader) -> float:
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=1)
    criterion = nn.CrossEntropyLoss()
    last = 0.0
    for inputs, labels in data:
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(inputs), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        last = loss.item()
    scheduler.step()
    return last


x = tinytorch.randn(4, 3)
y = tinytorch.tensor([0, 1, 0, 1])
layer = Linear(3, 2)
layer.bias.data[...] = 1.0
widths: tuple[int, ...] = layer.bias.shape
attended: Tensor = Attention(3)(x, mask=tinytorch.ones(4, 4) > 0)
both: Tensor = Pair()(x, x)
rows: int = x.size(0)
total: Tensor = x.sum(dim=1, keepdim=True) + x.max(axis=1, keepdims=True)
joined: Tensor = tinytorch.cat([x, x], dim=0)
train(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), DataLoader(TensorDataset(x, y)))
