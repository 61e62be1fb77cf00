"""`tito dev fuzz`: damaged and hostile files of numbers, and whether each is refused in words."""

from __future__ import annotations

import json
import random
import signal
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load as load_with_the_library

from tinytorch import Linear, ReLU, Sequential, load, save
from tinytorch.files.tensors import DIGEST, DamagedFile, read_tensors, write_tensors

# A file may take this much memory while it is read, and so many times its size besides.
MEMORY, TIMES = 1_000_000, 40
LIMIT_S = 20
# What stands in a header in place of what should.
HOSTILE: list[Any] = [
    *[-1, 0, 1, 2, 3, 7, 8, 2**31, 2**32, 2**53, 2**62, 2**63 - 1, 2**63, 2**64, 10**30, 10**400],
    *[1.0, 0.5, 1e999, float("nan"), True, False, None, "", "F32", "F64", "BF16", "BOOL", "I8"],
    *[
        "U64",
        "C64",
        "F8_E4M3",
        "a" * 20000,
        "\ud800",
        "\0",
        "\x1b[2J",
        "__metadata__",
        {},
        [],
        [[]],
        [0],
        [1],
    ],
    *[[2, 3], [-1], [2**62, 4], [0, 2**63], [1] * 65, [1] * 5000, [0, 8], [8, 0], [0, 2**63]],
    *[{"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, {"a": {"b": [{}]}}],
]


class Broken(AssertionError):
    """A promise that a file has broken."""


def seeds(folder: Path) -> list[bytes]:
    """Files that are right: a network, every dtype, no tensors, one of another program."""
    path = folder / "seed"
    save(network(), path)
    files = [path.read_bytes()]
    kinds = ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?")
    arrays = {kind: np.arange(3).astype(kind) for kind in kinds}
    for content in (arrays, {"empty": np.zeros((0, 2)), "number": np.array(1.5)}, {}):
        write_tensors(path, content, {"note": "ü"})
        files.append(path.read_bytes())
    return [
        *files,
        framed({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, b"12345678"),
    ]


def network() -> Sequential:
    """A network, which is to stay as it is when a file is refused."""
    return Sequential(Linear(3, 2), ReLU(), Linear(2, 2))


def framed(header: Any, data: bytes) -> bytes:
    """A file with this header; what is no text in UTF-8 is written as an escape."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def mutated(files: list[bytes], chance: random.Random) -> bytes:
    """One of the files after a few changes, each of one kind."""
    content = chance.choice(files)
    for _ in range(chance.choice((1, 1, 2, 3))):
        change: Callable[[bytes, random.Random], bytes] = chance.choice(CHANGES)
        content = change(content, chance)
    return content


def flip(content: bytes, chance: random.Random) -> bytes:
    """Some bits turned round."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4) if content else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(content: bytes, chance: random.Random) -> bytes:
    """The end, or a piece from the middle, gone."""
    start = chance.randint(0, len(content))
    return content[:start] + content[start + chance.choice((1, 8, len(content))) :]


def insert(content: bytes, chance: random.Random) -> bytes:
    """Bytes that do not belong there, at the end as often as anywhere."""
    place = chance.choice((len(content), chance.randint(0, len(content))))
    alien = chance.choice((b"\0", b" ", b"\xff" * 8, b'"', b"{}", b"[" * 3000, b"9" * 5000))
    return content[:place] + alien + content[place:]


def another_length(content: bytes, chance: random.Random) -> bytes:
    """A header that says it is longer or shorter than it is."""
    length = chance.choice(
        (0, 1, 2, len(content) - 8, len(content), 10**7, 2**32, 2**63, 2**64 - 1)
    )
    return max(0, length).to_bytes(8, "little") + content[8:]


def noise(_: bytes, chance: random.Random) -> bytes:
    """Nothing but random bytes, or the beginnings of other formats before them."""
    begins = (b"", b"\x80\x04", b"PK\x03\x04", b"\x93NUMPY", (20).to_bytes(8, "little") + b"{")
    return chance.choice(begins) + chance.randbytes(chance.randint(0, 100))


def edited(content: bytes, chance: random.Random) -> bytes:
    """A header in which one value, or one name, is another, framed as it should be."""
    length = int.from_bytes(content[:8], "little")
    try:
        header = json.loads(content[8 : 8 + length])
        inside = chance.choice(dicts(header))
    except (ValueError, RecursionError, IndexError):
        return noise(content, chance)
    name = chance.choice([*inside, "more"])
    value = chance.choice(HOSTILE)
    if chance.random() < 0.2 and name in inside:
        inside[str(value)] = inside.pop(name)
    elif isinstance(inside.get(name), list) and inside[name] and chance.random() < 0.7:
        old: list[Any] = inside[name]
        old[chance.randrange(len(old))] = value
    else:
        inside[name] = value
    return framed(header, content[8 + length :])


def dicts(header: Any) -> list[dict[str, Any]]:
    """A header and the entries in it, as far as they are names with values."""
    found: list[Any] = [header, *header.values()] if isinstance(header, dict) else []
    return [part for part in found if isinstance(part, dict) and part]


CHANGES = (flip, cut, insert, another_length, noise, edited, edited, edited)


def judge(path: Path, content: bytes, files: list[bytes]) -> str:
    """Read a file: "refused" or "read", if that was right; Broken says what was promised else."""
    path.write_bytes(content)
    tracemalloc.start()
    try:
        arrays = read_tensors(path)[0]
    except DamagedFile as error:
        arrays = None
        if not str(error).startswith(f"{path}: expected ") or len(str(error)) > 1000:
            raise Broken(f"the error is not in words: {error}") from error
    finally:
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    if taken > MEMORY + TIMES * len(content):
        raise Broken(f"{taken:,} bytes of memory for a file of {len(content):,}")
    model = network()
    before = bits(model.state_dict())
    try:
        load(path, into=model)
    except ValueError as error:
        if bits(model.state_dict()) != before:
            raise Broken("what was refused changed the model") from None
        if len(str(error)) > 10_000 or not str(error).isprintable():
            raise Broken("an error that floods or moves the terminal") from None
    if arrays is None:
        return "refused"
    if bits(arrays) != bits(load_with_the_library(content)):
        raise Broken("other numbers than the library reads")
    length = int.from_bytes(content[:8], "little")
    signed = DIGEST in json.loads(content[8 : 8 + length]).get("__metadata__", {})
    if signed and bits(arrays) not in [bits(load_with_the_library(each)) for each in files]:
        raise Broken("a file that was changed was taken for whole")
    return "read"


def bits(arrays: dict[str, Any]) -> dict[str, tuple[str, tuple[int, ...], bytes]]:
    """Arrays by name, so that they can be compared bit for bit."""
    return {n: (a.dtype.str, a.shape, a.tobytes()) for n, a in sorted(arrays.items())}


def main(cases: int, seed: int) -> int:
    """Judge so many files, and say how many were refused; 1, with the first that was not right."""
    counted: Counter[str] = Counter()
    start, chance = time.perf_counter(), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        files, path = seeds(Path(folder)), Path(folder, "case")
        for case in range(cases):
            content = mutated(files, chance) if case >= len(files) else files[case]
            if hasattr(signal, "alarm"):
                signal.alarm(LIMIT_S)  # a hang ends the process
            try:
                counted[judge(path, content, files)] += 1
            except Exception as error:
                kept = Path(f"fuzz-{seed}-{case}.safetensors")
                kept.write_bytes(content)
                print(f"Case {case} of seed {seed}: {type(error).__name__}: {error}")
                print(f"The file is kept: {kept}")
                return 1
        if hasattr(signal, "alarm"):
            signal.alarm(0)
    taken = time.perf_counter() - start
    print(
        f"{cases:,} files in {taken:.0f} s: {counted['refused']:,} refused with a sentence, "
        f"{counted['read']:,} read as the library reads them; none hung, took memory beyond its "
        "size, raised anything else, or changed a model that refused it."
    )
    return 0
