"""IDX files, the form in which MNIST is given: a short header, then the numbers, packed or not."""

from __future__ import annotations

import gzip
import math
import os
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, cast

import numpy as np

from tinytorch.core.given.checks import came, check_count, shortened
from tinytorch.files.writing import open_plain

if TYPE_CHECKING:
    from numpy.typing import NDArray


class DataError(ValueError):
    """Data that cannot be read or fetched; the message names the file and says what is wrong.

    >>> raise DataError("labels.gz is empty. Get the file again.")
    Traceback (most recent call last):
    ...
    tinytorch.data.idx.DataError: labels.gz is empty. Get the file again.
    """


__all__ = ["DataError", "read_idx"]

#: The third byte of a file says what kind of numbers it holds.
KINDS = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
GZIP = b"\x1f\x8b"
#: Deflate, which gzip uses, gives at most 258 bytes for two bits (RFC 1951).
MOST_TIMES_LARGER = 1032
PIECE = 1 << 20
MOST_AXES = 64  # NumPy's


def read_idx(path: str | os.PathLike[str], *, most_bytes: int = 1 << 32) -> NDArray[Any]:
    """Return the array in an IDX file, which may be packed with gzip, whatever its name.

    The array is a fresh one in this machine's byte order, of any shape: uint8, int8, int16, int32,
    float32 or float64, as the file says. What the header claims is held against the file's real
    size, and against ``most_bytes``, before memory is taken; a packed file is unpacked no further
    than its header claims, and its checksum is compared. Raises DataError, a ValueError, for a
    file that is not there, no IDX file, cut off, longer than it says, damaged or larger than
    ``most_bytes``, and TypeError for what is no path.

    Source: Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits (1998),
    "The IDX file format"; P. Deutsch, RFC 1951 and 1952 (1996).

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix="-idx1-ubyte", delete=False) as file:
    ...     _ = file.write(bytes([0, 0, 0x08, 1, 0, 0, 0, 3, 7, 2, 1]))
    >>> read_idx(file.name)
    array([7, 2, 1], dtype=uint8)
    >>> os.remove(file.name)
    """
    check_count("read_idx", 0, most_bytes=most_bytes)
    name = path_text("read_idx", path)
    try:
        file = open_plain(name)
        if file is None:
            _refuse(name, "is not a file but a folder, a pipe or a device", "Name the file itself")
        with file:
            return _read(name, file, most_bytes)
    except FileNotFoundError:
        _refuse(name, "is not there", "Check the path")
    except OSError as error:
        _refuse(name, f"cannot be read: {(error.strerror or str(error)).lower()}", "Check the path")
    except MemoryError:
        _refuse(name, "holds more numbers than there is memory for", "Close other programs")


def path_text(owner: str, path: Any) -> str:
    """A path as text; TypeError or DataError for what is none."""
    name = cast("object", os.fspath(path)) if hasattr(path, "__fspath__") else path
    if not isinstance(name, str):
        raise TypeError(f"{owner} expects a path, got {came(path)}. Write it in quotes.")
    try:
        if name and b"\0" not in os.fsencode(name):
            return name
    except UnicodeEncodeError:
        pass
    raise DataError(f"{owner} expects a path, got {came(name)}. Give the name of what is there.")


def _read(name: str, file: BinaryIO, most_bytes: int) -> NDArray[Any]:
    size = os.fstat(file.fileno()).st_size
    packed = file.read(2) == GZIP
    file.seek(0)
    try:
        stream: BinaryIO = gzip.GzipFile(fileobj=file) if packed else file  # pyright: ignore[reportAssignmentType]
        kind, shape, start = _header(name, stream, size)
        count = math.prod(shape) * kind.itemsize
        words = f"{shortened(shape)} numbers of {kind.name}"
        # An axis of length 0 does not make the others harmless.
        if math.prod(max(1, length) for length in shape) * kind.itemsize > most_bytes:
            _refuse(
                name,
                f"claims {words}, which is more than {most_bytes:,} bytes",
                "If you trust it, and it fits into memory, read it with a larger most_bytes",
            )
        held = size * MOST_TIMES_LARGER if packed else size
        if start + count > held:
            end = f"but its {size:,} bytes cannot hold that"
            _refuse(name, f"is cut off: its header claims {words}, {end}", "Get the file again")
        if not packed and start + count < size:
            _too_long(name, words)
        data = _whole(stream, count)
        if len(data) < count:
            end = f"and it ends after {len(data):,} of {count:,} bytes"
            _refuse(name, f"is cut off: its header claims {words}, {end}", "Get the file again")
        if stream.read(1):  # reading to the end also compares the checksum of a packed file
            _too_long(name, words)
    except EOFError:
        _refuse(name, "is cut off: its packed data has no end", "Get the file again")
    except (zlib.error, gzip.BadGzipFile) as error:
        _refuse(name, f"is packed with gzip, and damaged ({error})", "Get the file again")
    numbers = np.frombuffer(data, kind).reshape(shape)
    return numbers.astype(kind.newbyteorder("="), copy=False)


def _header(name: str, stream: BinaryIO, size: int) -> tuple[np.dtype[Any], tuple[int, ...], int]:
    """The kind of the numbers, the shape, and how many bytes said so."""
    if not size:
        _refuse(name, "is empty", "Get the file again")
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in KINDS:
        expected = "two bytes 0, a kind of number (8, 9 or 11 to 14) and a number of axes"
        _refuse(
            name,
            f"is not an IDX file: one begins with {expected}, this one with {list(magic)}",
            "Check that it is the right file, and whole",
        )
    axes = magic[3]
    if not 1 <= axes <= MOST_AXES:
        _refuse(name, f"claims {axes} axes; an array has 1 to {MOST_AXES}", "Get the file again")
    lengths = stream.read(4 * axes)
    if len(lengths) < 4 * axes:
        _refuse(name, "is cut off in its header", "Get the file again")
    shape = tuple(int(length) for length in np.frombuffer(lengths, ">u4"))
    return np.dtype(KINDS[magic[2]]), shape, 4 + 4 * axes


def _whole(stream: BinaryIO, count: int) -> bytearray:
    """As many bytes, or all there are; memory is taken only as they come."""
    data = bytearray()
    while len(data) < count and (piece := stream.read(min(PIECE, count - len(data)))):
        data += piece
    return data


def _too_long(name: str, words: str) -> NoReturn:
    _refuse(name, f"goes on after the {words} that its header claims", "Get the file again")


def _refuse(name: str, wrong: str, repair: str) -> NoReturn:
    raise DataError(f"{name} {wrong}. {repair}.")
