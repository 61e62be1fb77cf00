"""A network on the command line: sizes as an argument, or --model file.py:make; and its input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    from tito.lab.networks import ModelFile, Network


class NetworkType(click.ParamType):  # pyright: ignore[reportMissingTypeArgument]
    """Sizes such as 784-256-128-10; a usage error in words for anything else."""

    name = "sizes"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Network:
        """The network of these sizes."""
        from tito.lab.networks import Network, NetworkError

        if isinstance(value, Network):
            return value
        try:
            return Network.parse(value)
        except NetworkError as error:
            raise click.UsageError(str(error), ctx) from None


class ModelType(click.ParamType):  # pyright: ignore[reportMissingTypeArgument]
    """A file and a function in it, such as my_model.py:make."""

    name = "file.py:function"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> ModelFile:
        """The file as it is now, and the function's name."""
        from tito.lab.networks import ModelFile, NetworkError

        if isinstance(value, ModelFile):
            return value
        try:
            return ModelFile.parse(value)
        except NetworkError as error:
            raise click.UsageError(str(error), ctx) from None


class ShapeType(click.ParamType):  # pyright: ignore[reportMissingTypeArgument]
    """The shape of one example, such as 784 or 1,28,28."""

    name = "shape"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The shape; a usage error in words for anything else."""
        from tito.lab.networks import NetworkError, shape_of

        if isinstance(value, tuple):
            return cast("tuple[int, ...]", value)
        try:
            return shape_of(value)
        except NetworkError as error:
            raise click.UsageError(str(error), ctx) from None


NETWORK = NetworkType()
MODEL = ModelType()
SHAPE = ShapeType()
