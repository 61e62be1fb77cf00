"""Messages between judge and worker: a length of four bytes, then one JSON object in UTF-8."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO, cast

MAX_FRAME = 1 << 22
_HEADER = struct.Struct(">I")

Message = dict[str, Any]


class CorruptFrame(ValueError):
    """Bytes that are no message of ours."""


def encode(message: Message) -> bytes:
    """The bytes of one frame. OverflowError where there are more than ``MAX_FRAME``."""
    body = json.dumps(message, separators=(",", ":")).encode()
    if len(body) > MAX_FRAME:
        raise OverflowError(f"a message of {len(body)} bytes is longer than {MAX_FRAME}")
    return _HEADER.pack(len(body)) + body


def read(stream: BinaryIO) -> Message | None:
    """The next message of ``stream``; None at its end. CorruptFrame for anything else."""
    header = stream.read(_HEADER.size)
    if not header:
        return None
    if len(header) < _HEADER.size:
        raise CorruptFrame("a frame was cut short")
    (length,) = _HEADER.unpack(header)
    if length > MAX_FRAME:
        raise CorruptFrame(f"a frame claims {length} bytes")
    body = stream.read(length)
    if len(body) < length:
        raise CorruptFrame("a frame was cut short")
    try:
        message: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CorruptFrame("a frame is not JSON") from error
    match message:
        case {"is": str()} | {"do": str()}:
            return cast("Message", message)
        case _:
            raise CorruptFrame("a frame is not a message")
