"""A network on the command line: sizes as an argument, or --model file.py:make; and its input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


class Parsed(click.ParamType):  # pyright: ignore[reportMissingTypeArgument]
    """What one of the parsers of `tito.lab.networks` makes of it; else a usage error in words."""

    def __init__(self, name: str, parse: Callable[[Any, str], Any]) -> None:
        """``parse`` is given that module, which is imported only then, and the text."""
        self.name, self.parse = name, parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The network, the model or the shape."""
        from tito.lab import networks

        try:
            return self.parse(networks, value) if isinstance(value, str) else value
        except networks.NetworkError as error:
            raise click.UsageError(str(error), ctx) from None


#: Sizes such as 784-256-128-10.
NETWORK = Parsed("sizes", lambda networks, text: networks.Network.parse(text))
#: A file and a function in it, such as my_model.py:make.
MODEL = Parsed("file.py:function", lambda networks, text: networks.ModelFile.parse(text))
#: The shape of one example, such as 784 or 1,28,28.
SHAPE = Parsed("shape", lambda networks, text: networks.shape_of(text))
#: Hidden layers such as 256,128; none of them as 0.
HIDDEN = Parsed("sizes", lambda networks, text: networks.hidden_of(text))
