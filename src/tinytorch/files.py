"""Arrays in files, in the safetensors format: written whole, and read with every check."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.checks import came, shortened
from tinytorch.header import DTYPES, LENGTH, NOTES, Entry, header_length, is_text, read_header
from tinytorch.reading import open_plain
from tinytorch.writing import write_whole

if TYPE_CHECKING:
    from tinytorch._typing import Array

# How our notes begin. One of them says what a file holds, so that a single changed bit is found.
OURS = "tinytorch."
DIGEST = f"{OURS}sha256"
NO_PICKLES = (
    "TinyTorch never loads pickles, because loading one runs code in it. If you trust it, load it "
    "with what wrote it, and save the numbers there with safetensors"
)
# How files begin that people have in place of a safetensors file: what each is, and what to do.
OTHER_FORMATS = {
    **{b"\x80" + bytes([protocol]): ("a pickle", NO_PICKLES) for protocol in range(2, 6)},
    b"PK": ("a zip file, as of torch.save, which holds a pickle", NO_PICKLES),
    b"\x93NUMPY": ("an array of np.save", "Load it with np.load"),
    b"\x1f\x8b": ("a gzip file", "Unpack it first"),
    b"\x89HDF": ("an HDF5 file", "Load it with h5py, and save the arrays with tinytorch.save"),
}
ARRAYS = ("arrays of np.savez", "Load them with np.load, and save them with tinytorch.save")


class DamagedFile(ValueError):
    """A file that is not what it should be; the text names it, and says what is wrong."""


def write_tensors(path: Path, arrays: Mapping[str, Array], notes: Mapping[str, str]) -> None:
    """Write arrays by name, and notes, as a safetensors file, whole or not at all.

    TypeError for what is no array of real numbers, and for names and notes that are no text;
    ValueError for a name that the format keeps for itself. OSError if it cannot be written.
    """
    library = safetensors()
    for text in (*arrays, *notes, *notes.values()):
        if not is_text(text):
            raise TypeError(
                f"A file expects names and notes as text, got {came(text)}. Name them with strings."
            )
    if NOTES in arrays or DIGEST in notes:
        raise ValueError(f"The names {NOTES} and {DIGEST} are the format's own. Use another.")
    ready: dict[str, Array] = {}
    for name, array in arrays.items():
        dtype = array.dtype.newbyteorder("<")
        if dtype.str not in DTYPES.values():
            raise TypeError(
                f"A file expects arrays of real numbers of at most 64 bits, got {array.dtype} "
                f"for {shortened(name)}. Turn it into np.float64 first."
            )
        # The library writes the memory as it lies there, so it has to lie row by row.
        ready[name] = np.asarray(array, dtype, order="C")
    signed = {**notes, DIGEST: digest(ready, notes)}
    write_whole(path, library.numpy.save(ready, metadata=signed))


def read_tensors(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays by name, and the notes, that stand in a safetensors file.

    What the header claims is held against the size of the file before memory is taken for it, and
    what `write_tensors` wrote against its digest. DamagedFile, with the file's name, for what is
    no whole safetensors file; OSError if it cannot be opened.
    """
    library = safetensors()
    start = b""
    try:
        opened = open_plain(path)
        if opened is None:
            what = "a folder" if os.path.isdir(path) else "a pipe or a device"
            raise damaged(path, what, "Name a file")
        with opened as file:
            before = os.fstat(file.fileno())
            start = file.read(4096)
            length = LENGTH + header_length(start, before.st_size)
            file.seek(0)
            head = file.read(length)
            entries, notes = read_header(head[LENGTH:], before.st_size - length)
            file.seek(0)
            data = file.read(before.st_size)
            after = os.fstat(file.fileno())
        as_before = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        if not as_before or len(data) != before.st_size or not data.startswith(head):
            raise ValueError("one that changed while it was read")
        np.empty(len(data), np.uint8)  # where there is no room, the library would end in a panic
        numbers = {name: part["data"] for name, part in library.deserialize(data)}
        del data
        arrays = {name: array_of(entry, numbers.pop(name)) for name, entry in entries.items()}
        is_ours = any(name.startswith(OURS) for name in notes)
        if is_ours and notes.pop(DIGEST, None) != digest(arrays, notes):
            raise ValueError("other contents than were written: bytes in it have changed")
    except DamagedFile:
        raise
    except MemoryError:
        raise damaged(path, "more numbers than there is memory for") from None
    except (ValueError, library.SafetensorError) as error:
        raise damaged(path, *(other_format(start) or (str(error),))) from None
    return arrays, notes


def safetensors() -> Any:
    """The library; ModuleNotFoundError says how to get it."""
    try:
        import_module("safetensors.numpy")
        return import_module("safetensors")
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "Saving and loading expect the library safetensors, which is not installed. "
            "Get it: pip install 'tinytorch-lessons[files]'",
            name="safetensors",
        ) from None


def array_of(entry: Entry, data: bytearray) -> Array:
    """The numbers of a tensor, in memory of their own; those of BF16 as float32."""
    flat = np.frombuffer(data, entry.dtype)
    if entry.dtype == DTYPES["BOOL"] and flat.view(np.uint8).max(initial=0) > 1:
        raise ValueError("truth values in bytes that are neither 0 nor 1")
    if entry.widened:  # the lower half of each float32 is zeros
        flat = (flat.astype("<u4") << 16).view(DTYPES["F32"])
    return flat.reshape(entry.shape)


def digest(arrays: Mapping[str, Array], notes: Mapping[str, str]) -> str:
    """The SHA-256 of all that is in a file: names, dtypes, shapes, numbers and notes."""
    entries = [(name, arrays[name].dtype.str, arrays[name].shape) for name in sorted(arrays)]
    known = hashlib.sha256(repr((entries, sorted(notes.items()))).encode())
    for name, _, _ in entries:
        known.update(arrays[name].reshape(-1).view(np.uint8).data)
    return known.hexdigest()


def damaged(path: Path, what: str, fix: str = "Save it again, or take another copy") -> DamagedFile:
    """The error for a file that was to hold tensors."""
    return DamagedFile(f"{path}: expected a whole safetensors file, got {what}. {fix}.")


def other_format(start: bytes) -> tuple[str, str] | None:
    """What a file is that begins like one of another format, and what to do; None for no other."""
    if start[LENGTH : LENGTH + 1] == b"{":  # the length before it may be any bytes at all
        return None
    if start.startswith(b"PK") and b".npy" in start:
        return ARRAYS
    return next((what for begins, what in OTHER_FORMATS.items() if start.startswith(begins)), None)
