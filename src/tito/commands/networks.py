"""A network on the command line: sizes as an argument, or a function in a file as --model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tito.networks import ModelFile, Network


class NetworkType(click.ParamType):  # pyright: ignore[reportMissingTypeArgument]
    """Sizes such as 784-256-128-10; a usage error in words for anything else."""

    name = "sizes"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Network:
        """The network of these sizes."""
        from tito.networks import Network, NetworkError

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
        from tito.networks import ModelFile, NetworkError

        if isinstance(value, ModelFile):
            return value
        try:
            return ModelFile.parse(value)
        except NetworkError as error:
            raise click.UsageError(str(error), ctx) from None


NETWORK = NetworkType()
MODEL = ModelType()
