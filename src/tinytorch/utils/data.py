"""data: examples in batches, under the names that `torch.utils.data` has; see also `batches`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from tinytorch.core.given.base import array_from
from tinytorch.core.given.checks import came, check_count, check_flag
from tinytorch.core.given.making import tensor
from tinytorch.core.tensor import Tensor
from tinytorch.elsewhere import DATA, unknown
from tinytorch.rng import generator

__all__ = ["DataLoader", "Dataset", "TensorDataset"]


class Dataset:
    """Examples that can be counted and asked for by number: a subclass writes the two methods.

    >>> class Squares(Dataset):
    ...     def __len__(self):
    ...         return 3
    ...     def __getitem__(self, place):
    ...         return place, place**2
    >>> [[part.tolist() for part in batch] for batch in DataLoader(Squares(), batch_size=2)]
    [[[0, 1], [0, 1]], [[2], [4]]]
    """

    def __getitem__(self, place: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} expects a __getitem__ of its own.")


class TensorDataset(Dataset):
    """Tensors side by side: example i is the i-th entry of each.

    TypeError for what is no tensor, ValueError where they differ in length.

    >>> [part.tolist() for part in TensorDataset(Tensor([[1.0], [2.0]]), tensor([0, 1]))[1]]
    [[2.0], 1]
    """

    def __init__(self, *tensors: Tensor) -> None:
        """Keep the tensors."""
        for each in tensors:
            if not isinstance(each, Tensor):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(
                    f"TensorDataset expects tensors, got {came(each)}. "
                    "Wrap arrays: TensorDataset(Tensor(x), tensor(y))."
                )
        shapes = [each.shape for each in tensors]
        if not shapes or () in shapes or len({shape[0] for shape in shapes}) > 1:
            raise ValueError(
                "TensorDataset expects tensors with one entry for each example, got shapes "
                f"{shapes}. Check that they come from the same split."
            )
        self.tensors = tensors

    def __getitem__(self, place: Any) -> tuple[Tensor, ...]:
        return tuple(each[place] for each in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


class DataLoader:
    """Gives all examples once each time it is gone through, `batch_size` at a time.

    A batch of pairs is a list of two tensors, of the inputs and of the targets; the last one is
    smaller where the size does not divide their number, or left out with `drop_last`. With
    `shuffle` the order is another each time, and `manual_seed` makes it repeat. TypeError and
    ValueError for what is no such dataset or setting.

    >>> data = TensorDataset(Tensor([[1.0], [2.0], [3.0]]), tensor([0, 1, 0]))
    >>> [labels.tolist() for _, labels in DataLoader(data, batch_size=2)]
    [[0, 1], [0]]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        drop_last: bool = False,
        **others: object,
    ) -> None:
        """Keep the settings."""
        for name in others:
            raise TypeError(
                f"DataLoader expects batch_size, shuffle and drop_last, got {name}. Leave it out: "
                "examples are taken in this process, and stacked."
            )
        if not (hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__")):
            raise TypeError(
                "DataLoader expects a dataset with a length and numbered examples, got "
                f"{came(dataset)}. Give it TensorDataset(x, y), say."
            )
        check_count("DataLoader", 1, batch_size=batch_size)
        check_flag("DataLoader", shuffle=shuffle, drop_last=drop_last)
        self.dataset, self.batch_size = dataset, batch_size
        self.shuffle, self.drop_last = shuffle, drop_last

    def __len__(self) -> int:
        count = len(self.dataset)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        count = len(self.dataset)
        order = generator().permutation(count) if self.shuffle else np.arange(count)
        for number in range(len(self)):
            places = order[number * self.batch_size : (number + 1) * self.batch_size]
            if isinstance(self.dataset, TensorDataset):
                yield list(self.dataset[places])
            else:
                yield stacked([self.dataset[int(place)] for place in places])


def stacked(examples: list[Any]) -> Any:
    """Examples as one batch: numbers and arrays as a tensor, pairs part by part.

    TypeError or ValueError for parts that cannot be stacked.
    """
    first = examples[0]
    if isinstance(first, tuple | list):
        return [stacked(list(part)) for part in zip(*cast("Any", examples), strict=True)]
    try:
        data = np.stack([array_from(each) for each in examples])
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(
            "DataLoader expects examples of numbers, arrays or tensors of one shape, or tuples of "
            f"these, got {came(first)}. Return a tuple such as (x, label)."
        ) from None
    return Tensor(data) if isinstance(first, float) else tensor(data)


def __getattr__(name: str) -> Any:
    raise unknown(__name__, name, DATA)
