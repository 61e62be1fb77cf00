"""Saving and loading: a network's numbers in a file, with what they belong to."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, overload

from tinytorch.core.given.checks import came, check_flag, shortened
from tinytorch.files.loading import (
    array_of,
    check_model,
    layer_types,
    linear_weights,
    listed,
    state_of,
    take_over,
    to_transpose,
)
from tinytorch.files.tensors import damaged, read_tensors, write_tensors

if TYPE_CHECKING:
    from tinytorch._typing import Array
    from tinytorch.files.loading import LoadReport

# The notes in a file: which form of notes it is, who wrote it, and the layers, if it had a network.
FORMAT, VERSION, LAYERS = "tinytorch.format", "tinytorch.version", "tinytorch.layers"
THIS_FORMAT = "1"


class FileError(ValueError, OSError):
    """A file cannot be read or written at all: it is not there, or the disk is full.

    >>> from tinytorch import load
    >>> try:
    ...     load("no folder/net.safetensors")
    ... except FileError as error:
    ...     print(str(error).split(":")[0])
    no folder/net.safetensors cannot be read
    """


def save(what: Any, path: str | os.PathLike[str]) -> None:
    """Write a network's numbers to a file in the safetensors format.

    `what` is a network, or a state dict: names with arrays or tensors of real numbers, of any
    shape. Every bit comes back. Of a network these are parameters, frozen ones too, and buffers;
    the types of its layers are noted. What else layers keep, such as NumPy arrays, is not in it.
    The file is whole, or what it was before. TypeError for anything else, FileError (a ValueError
    and an OSError) if it cannot be written, ModuleNotFoundError without the library safetensors.

    >>> import tempfile
    >>> from tinytorch import Linear, ReLU, Sequential, load
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = os.path.join(folder.name, "net.safetensors")
    >>> save(Sequential(Linear(3, 2), ReLU()), path)
    >>> {name: array.shape for name, array in load(path).items()}
    {'0.bias': (2,), '0.weight': (3, 2)}
    >>> folder.cleanup()
    """
    target = path_of("save", path)
    notes = {FORMAT: THIS_FORMAT, VERSION: version()}
    if isinstance(what, Mapping):
        state = cast("Mapping[Any, Any]", what)
        arrays = {name: array_of("save", name, value) for name, value in state.items()}
    else:
        check_model("save", what)
        arrays = state_of(what)
        notes[LAYERS] = json.dumps(layer_types(what), ensure_ascii=False)
    try:
        write_tensors(target, arrays, notes)
    except OSError as error:
        raise unreachable(target, "written", error) from error


@overload
def load(path: str | os.PathLike[str], into: None = None) -> dict[str, Array]: ...
@overload
def load(
    path: str | os.PathLike[str],
    into: Any,
    *,
    strict: bool = True,
    layout: Literal["tinytorch", "torch"] | None = None,
    transpose: Iterable[str] | None = None,
) -> LoadReport: ...
def load(
    path: str | os.PathLike[str],
    into: Any = None,
    *,
    strict: bool = True,
    layout: Literal["tinytorch", "torch"] | None = None,
    transpose: Iterable[str] | None = None,
    **others: object,
) -> Any:
    """The numbers in a safetensors file: as a state dict, or put into a network.

    `load(path)` gives the arrays by name, as they stand in the file. `load(path, into=model)`
    changes the numbers of `model` and returns a LoadReport: what was loaded, missing, unexpected
    and of the wrong shape, and where the layers are others than those that were saved. If not all
    of it fits, nothing changes, and a MismatchError, which is a ValueError, has that report;
    with `strict=False` what fits is taken.

    A file of PyTorch's keeps the weights of Linear as (out, in): `layout="torch"` turns them round,
    and the report names them. Where the layers of `model` do not say which matrices those are,
    `transpose` has to name them. A file that does not say who wrote it needs a `layout`.

    No code is run, and no memory taken for what is not there. DamagedFile, a ValueError, for
    what is no whole safetensors file, FileError (a ValueError and an OSError) for one that cannot
    be opened, ValueError or TypeError for arguments that are none, ModuleNotFoundError without the
    library safetensors.

    >>> import tempfile
    >>> from tinytorch import Linear
    >>> layer, folder = Linear(3, 2), tempfile.TemporaryDirectory()
    >>> path = os.path.join(folder.name, "net.safetensors")
    >>> save(layer, path)
    >>> load(path, into=layer).loaded
    ['weight', 'bias']
    >>> folder.cleanup()
    """
    if others:
        raise TypeError(
            "load expects a path and into, strict, layout or transpose, got "
            f"{', '.join(others)}. A file holds numbers alone, and runs nothing; everything is in "
            "one memory: leave that out."
        )
    source = path_of("load", path)
    check_flag("load", strict=strict)
    if layout not in (None, "tinytorch", "torch"):
        raise ValueError(
            f"load expects layout 'tinytorch' or 'torch', got {shortened(layout)}. "
            "It says how a weight lies in the file: as (in, out), or as (out, in)."
        )
    if into is None:
        if layout or transpose is not None:
            raise ValueError(
                "load expects layout= and transpose= together with into=, got no network. "
                "Without one the arrays come as they stand in the file."
            )
    else:
        check_model("load", into)
    try:
        arrays, notes = read_tensors(source)
    except OSError as error:
        raise unreachable(source, "read", error) from error
    if notes.get(FORMAT, THIS_FORMAT) != THIS_FORMAT:
        raise damaged(source, "one of a newer TinyTorch, which this one does not know")
    if into is None:
        return arrays
    own = set(state_of(into))
    turned: list[str] = []
    shared = {name: array for name, array in arrays.items() if name in own}
    if layout_of(source, FORMAT in notes, layout, shared) == "torch":
        turned = to_transpose("load", shared, linear_weights(into), transpose)
    elif transpose is not None:
        raise ValueError("load expects transpose= together with layout='torch', got it alone.")
    return take_over(
        into,
        arrays,
        source=os.fspath(source),
        strict=strict,
        transpose=turned,
        layers=layers_in(source, notes),
    )


def layout_of(path: Path, is_ours: bool, told: str | None, arrays: Mapping[str, Array]) -> str:
    """How the weights lie in a file; ValueError if nobody knows, or if what is told is not so."""
    if is_ours and told == "torch":
        raise ValueError(
            f"{path}: expected a file of PyTorch's for layout='torch', got one that TinyTorch "
            "wrote, with the weights as they are here. Leave layout out."
        )
    matrices = [name for name, array in arrays.items() if array.ndim == 2]
    if not is_ours and not told and matrices:
        raise ValueError(
            f"{path}: expected a note that TinyTorch wrote it, got none, so that the weights "
            f"{listed(matrices)} may lie either way. Say layout='torch' for a file of "
            "PyTorch's, where they lie as (out, in), and layout='tinytorch' otherwise."
        )
    return told or "tinytorch"


def layers_in(path: Path, notes: Mapping[str, str]) -> dict[str, str]:
    """The types of the layers that were saved, as far as they were noted."""
    try:
        layers = json.loads(notes.get(LAYERS, "{}"))
    except (ValueError, RecursionError):
        layers = None
    if not isinstance(layers, dict):
        raise damaged(path, f"a note {LAYERS} that is not a list of layers")
    return {name: str(kind) for name, kind in cast("dict[str, Any]", layers).items()}


def path_of(owner: str, path: Any) -> Path:
    """A path as one; TypeError for what is none."""
    try:
        text = cast("object", os.fspath(path))
    except TypeError:
        text = None
    if not isinstance(text, str):
        raise TypeError(
            f"{owner} expects the path of a file as text, got {came(path)}. "
            "Write it like 'net.safetensors'."
        )
    return Path(text)


def unreachable(path: Path, done: str, error: OSError) -> FileError:
    """The error for a file that cannot be opened, or not be written to the end."""
    why, fix = (error.strerror or str(error)).lower(), "Check the path, and whose it is"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why, fix = "the disk is full", "Make room, then try again"
    return FileError(f"{path} cannot be {done}: {why}. {fix}.")


def version() -> str:
    """The version of TinyTorch that is running."""
    from importlib import metadata

    try:
        return metadata.version("tinytorch-lessons")
    except metadata.PackageNotFoundError:  # run from its sources, without an install
        return "unknown"
