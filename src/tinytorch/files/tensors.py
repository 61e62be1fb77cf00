"""Arrays in files, in the safetensors format: written whole, and read with every check."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections import Counter
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

import numpy as np

from tinytorch.core.given.checks import came, is_whole, shortened
from tinytorch.files.writing import open_plain, write_whole

if TYPE_CHECKING:
    from tinytorch._typing import Array

# The kinds of number that a tensor can hold, as safetensors and as NumPy call them.
DTYPES = {
    **{"F64": "<f8", "F32": "<f4", "F16": "<f2"},
    **{"I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1"},
    **{"U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1"},
}
# A kind that NumPy does not have: the upper half of a float32, which it becomes without a loss.
BF16 = "BF16"
READ = {**DTYPES, BF16: "<u2"}
# Ten million bytes name some hundred thousand tensors; what is longer was made to take memory.
MOST_BYTES = 10_000_000
MOST_AXES = 64  # NumPy's own limit
MOST_NUMBERS = 2**63 - 1
NOTES = "__metadata__"
FIELDS = {"dtype", "shape", "data_offsets"}
LENGTH = 8  # the bytes before the header, in which its own length stands


class Entry(NamedTuple):
    """What a header says of one tensor; its numbers stand from `start` to `end` after it.

    `dtype` is NumPy's for what stands there; the halves of a BF16 are read as whole numbers.
    """

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int
    widened: bool = False


def header_length(start: bytes, file_size: int) -> int:
    """How long the header is, by the first 8 bytes; ValueError says what is wrong with that."""
    if file_size == 0:
        raise ValueError("an empty file")
    if len(start) < LENGTH:
        raise ValueError(f"a file of {file_size} bytes, too short for a header")
    length = int.from_bytes(start[:LENGTH], "little")
    if length > file_size - LENGTH:
        raise ValueError(
            f"one that says its header is {length:,} bytes long, where {file_size - LENGTH:,} "
            "bytes follow"
        )
    if length > MOST_BYTES:
        raise ValueError(f"a header of {length:,} bytes, where at most {MOST_BYTES:,} are read")
    return length


def read_header(header: bytes, after: int) -> tuple[dict[str, Entry], dict[str, str]]:
    """The tensors and the notes that a header names, for `after` bytes of numbers behind it.

    The tensors are in the order in which they stand in the file. ValueError says what is wrong.
    """
    content = parsed(header)
    notes: Any = content.pop(NOTES, {})
    if not isinstance(notes, dict):
        raise ValueError(f"notes that are not names with text: {shortened(notes)}")
    notes = cast("dict[Any, Any]", notes)
    for text in (*content, *notes, *notes.values()):
        if not is_text(text):
            raise ValueError(f"a name or a note that is not text: {shortened(text)}")
    entries = {name: entry_of(name, value) for name, value in content.items()}
    ordered = sorted(entries.items(), key=lambda item: item[1][2:4])
    reached = 0
    for name, entry in ordered:
        if entry.start != reached:
            fault = "overlaps with the one before" if entry.start < reached else "leaves a gap"
            raise ValueError(f"a tensor {shortened(name)} that {fault}, at byte {entry.start:,}")
        reached = entry.end
    if reached != after:
        raise ValueError(
            f"{after:,} bytes of numbers, where the header names {reached:,}: "
            + ("it was cut off" if after < reached else "something follows them")
        )
    return dict(ordered), notes


def parsed(header: bytes) -> dict[str, Any]:
    """The header as a dict; duplicate names, endless nesting and numbers beyond all are refused."""
    if header[:1] != b"{":
        raise ValueError("one whose header does not begin with {")
    try:
        return json.loads(
            header.decode(), object_pairs_hook=each_once, parse_constant=refuse_constant
        )
    except Repeated as error:
        raise ValueError(f"a header that names {shortened(error.args[0])} twice") from None
    except (ValueError, RecursionError, MemoryError) as error:
        why = "too deeply nested" if isinstance(error, RecursionError) else shortened_error(error)
        raise ValueError(f"a header that is not JSON: {why}") from None


class Repeated(Exception):
    """A name that stands twice in a JSON object."""


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs as a dict; Repeated if one would hide another."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Repeated(Counter(name for name, _ in pairs).most_common(1)[0][0])
    return found


def refuse_constant(constant: str) -> NoReturn:
    """NaN and Infinity are Python's JSON alone."""
    raise ValueError(f"{constant} stands in it")


def shortened_error(error: Exception) -> str:
    """What an error says, in a line that is not too long."""
    return shortened(str(error))[1:-1]


def entry_of(name: str, value: Any) -> Entry:
    """What the header says of one tensor, if that can be."""
    shown = shortened(name)
    if fields_of(value) != FIELDS:
        raise ValueError(
            f"an entry {shown} that is not dtype, shape and data_offsets: {shortened(value)}"
        )
    dtype, shape, offsets = (value[f] for f in ("dtype", "shape", "data_offsets"))
    if not isinstance(dtype, str) or dtype not in READ:
        raise ValueError(
            f"{shown} in the dtype {shortened(dtype)}, where TinyTorch reads {', '.join(READ)} "
            "(turn it into F32 where it was written)"
        )
    if not whole_numbers(shape) or len(shape) > MOST_AXES:
        raise ValueError(f"{shown} with the shape {shortened(shape)}")
    size = int(READ[dtype][-1])
    # An axis of no length must not hide a product that nothing can hold.
    if math.prod(length or 1 for length in shape) * size > MOST_NUMBERS:
        raise ValueError(f"{shown} with the shape {shortened(shape)}, more than any file can hold")
    if not whole_numbers(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise ValueError(f"{shown} with the data_offsets {shortened(offsets)}")
    if offsets[1] - offsets[0] != math.prod(shape) * size:
        raise ValueError(
            f"{shown} of shape {shortened(shape)} in {dtype}, which takes "
            f"{math.prod(shape) * size:,} bytes, at the data_offsets {shortened(offsets)}"
        )
    return Entry(READ[dtype], tuple(shape), offsets[0], offsets[1], dtype == BF16)


def fields_of(value: Any) -> set[str]:
    """The names in a dict, and none in anything else."""
    return set(cast("dict[str, Any]", value)) if isinstance(value, dict) else set()


def whole_numbers(value: Any) -> bool:
    """Whether a value is a list of whole numbers from 0."""
    return isinstance(value, list) and all(
        is_whole(each) and 0 <= each <= MOST_NUMBERS for each in cast("list[Any]", value)
    )


def is_text(value: object) -> bool:
    """Whether a value is a str that can be written in UTF-8: half a character cannot."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


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
