"""The header of a safetensors file, checked against the size of the file before it is believed."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, NamedTuple, NoReturn, cast

from tinytorch.core.checks import is_whole, shortened

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
