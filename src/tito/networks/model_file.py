"""A network that a function in a file of the person's makes: file.py:make."""

from __future__ import annotations

import base64
import inspect
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tito.engine.source import Source, UnusableFile, read_source
from tito.networks.network import NetworkError

#: What the file is called as a module; its functions' `__module__`.
MODULE = "tito_model"


@dataclass(frozen=True)
class ModelFile:
    """A file, and the function in it that makes the network when it is called with nothing."""

    source: Source
    function: str

    @classmethod
    def parse(cls, text: str) -> ModelFile:
        """From what a person types, file.py:make. NetworkError in words."""
        name, colon, function = text.rpartition(":")
        if not colon or not name or not function.isidentifier():
            raise NetworkError(
                f"--model takes a file and a function in it, but was given as {text!r}. "
                "Write it like --model my_model.py:make."
            )
        try:
            return cls(read_source(Path(name).absolute()), function)
        except UnusableFile as error:
            raise NetworkError(f"There is no model: {error.message}") from error

    def words(self) -> str:
        """As the person names it."""
        return f"{self.function}() of {self.source.path.name}"

    def build(self, layers: Any) -> Any:
        """Run the file and call the function; what it gives has to be callable.

        In the file, `from tinytorch import Linear` is whatever stands in the library's place here.
        NetworkError where there is no such function or it gives no network; what the code raises
        is raised on.
        """
        path = os.fspath(self.source.path.resolve())
        module = ModuleType(MODULE)
        module.__file__ = path
        sys.modules[MODULE] = module  # dataclasses look there
        name = self.source.path.name
        try:
            code = compile(self.source.content, path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            where = f", line {line}" if line else ""
            raise NetworkError(f"{name}{where}, is not Python: {error.args[0]}.") from None
        exec(code, vars(module))
        make = vars(module).get(self.function)
        if not callable(make) or not _wants_nothing(make):
            raise NetworkError(
                f"{name} has no function {self.function} that is called without arguments. Write "
                f"`def {self.function}():` in it, which returns the network."
            )
        model = make()
        if not callable(model) or isinstance(model, type):
            raise NetworkError(
                f"{self.function}() in {name} should return a network, something that is called "
                f"with a Tensor, but it returned {type(model).__name__}."
            )
        return model

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for another process."""
        return {
            "function": self.function,
            "path": os.fspath(self.source.path.resolve()),
            "content": base64.b64encode(self.source.content).decode(),
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> ModelFile:
        """What `to_dict` gave."""
        source = Source(Path(plain["path"]), base64.b64decode(plain["content"]), 0.0)
        return cls(source, plain["function"])


def _wants_nothing(function: Any) -> bool:
    """Whether it can be called without arguments, as far as it tells."""
    try:
        inspect.signature(function).bind()
    except ValueError:  # it does not tell
        return True
    except TypeError:
        return False
    return True
