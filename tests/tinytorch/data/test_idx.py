"""IDX files: the array as it was written, or a sentence; never more memory than there is data."""

import gzip
import os
import threading
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from tests.idx_files import KINDS, idx_bytes, pack
from tinytorch.data import DataError, idx, read_idx

SMALL = idx_bytes(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))
ENOUGH = 3 << 20  # what reading takes beside the array: buffers, and one piece at a time


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """One file that each example writes anew."""
    return tmp_path_factory.mktemp("a folder") / "numbers"


@pytest.fixture(scope="module")
def read(file):
    """Read a file of these bytes; the array, or the text of the error, in bounded memory."""

    def read(content, **limits):
        file.write_bytes(content)
        tracemalloc.start()
        try:
            return read_idx(file, **limits)
        except DataError as error:
            return str(error).removeprefix(str(file)) if str(file) in str(error) else 1 / 0
        finally:
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < 5 * idx.MOST_TIMES_LARGER * len(content) + ENOUGH

    return read


each_kind = st.sampled_from(sorted(KINDS))


@given(
    array=arrays_of.arrays(each_kind, arrays_of.array_shapes(min_dims=1, max_dims=4, min_side=0)),
    packed=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_an_array_comes_back_exactly(read, array, packed):
    """Lost otherwise: a person trains on numbers that nobody wrote."""
    got = read(pack(idx_bytes(array)) if packed else idx_bytes(array))
    assert got.dtype == array.dtype
    assert got.dtype.isnative
    assert got.tobytes() == array.tobytes()
    assert got.shape == array.shape
    assert got.flags.writeable


@given(content=st.binary(max_size=300), packed=st.booleans(), start=st.sampled_from(["", "head"]))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_an_array_or_a_sentence(read, content, packed, start):
    """Lost otherwise: a stranger's file ends a person's program, or fills their memory."""
    content = SMALL[: 4 * bool(start)] + content
    got = read(pack(content) if packed else content)
    assert isinstance(got, str) or idx_bytes(got) == content


@given(
    place=st.integers(0, 10**9),
    value=st.integers(1, 255),
    change=st.sampled_from(["flip", "cut", "drop", "insert", "append"]),
    packed=st.booleans(),
)
@settings(max_examples=600, deadline=None)
def test_a_damaged_file_is_refused_or_the_same(read, place, value, change, packed):
    """Lost otherwise: a broken download is taken for data."""
    whole = pack(SMALL) if packed else SMALL
    at = place % len(whole)
    changed = {
        "flip": whole[:at] + bytes([whole[at] ^ value]) + whole[at + 1 :],
        "cut": whole[:at],
        "drop": whole[:at] + whole[at + 1 :],
        "insert": whole[:at] + bytes([value]) + whole[at:],
        "append": whole + bytes([value]) * (1 + place % 3),
    }[change]
    got = read(changed)
    if not isinstance(got, str):
        # Packed, what is not compared is the header of gzip; plain, any number may be another.
        assert idx_bytes(got) == (SMALL if packed else changed)


def test_every_cut_is_noticed(read):
    """Lost otherwise: half of a file trains half of a network."""
    for whole in (SMALL, pack(SMALL)):
        for end in range(len(whole)):
            assert isinstance(read(whole[:end]), str)


@pytest.mark.parametrize("packed", [False, True])
def test_a_header_that_claims_the_world_takes_no_memory(read, packed):
    """Lost otherwise: 12 bytes take all memory."""
    for shape in ([2**32 - 1] * 2, [2**31, 0, 2**31], [2**20, 2**11], [2**32 - 1] * 60, [1000, 30]):
        content = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes()
        assert "claims" in read(pack(content) if packed else content)


def test_a_bomb_is_unpacked_no_further_than_it_claims(read):
    """Lost otherwise: a file of 60 KB takes 60 MB, and one of 10 MB takes 10 GB."""
    bomb = gzip.compress(idx_bytes(np.zeros(1000, np.uint8)) + bytes(60_000_000), 9)
    assert len(bomb) < 70_000
    tracemalloc.start()
    assert "goes on after" in read(bomb)
    honest = pack(idx_bytes(np.zeros(3_000_000, np.uint8)))
    assert "more than 2,000,000 bytes" in read(honest, most_bytes=2_000_000)
    assert read(honest).sum() == 0


def test_what_gzip_itself_says_is_held(read):
    """Lost otherwise: bits that turned over on the way are trained on."""
    whole = pack(SMALL)
    wrong_sum = whole[:-8] + bytes(4) + whole[-4:]
    wrong_size = whole[:-4] + bytes(4)
    for damaged in (wrong_sum, wrong_size, whole + b"and more", whole[:20] + b"\xff" + whole[21:]):
        assert "packed with gzip, and damaged" in read(damaged)
    assert "goes on after" in read(whole + whole)
    in_two_members = pack(SMALL[:17]) + pack(SMALL[17:])
    assert idx_bytes(read(in_two_members)) == SMALL


def test_what_is_no_idx_file_is_said(read):
    """Lost otherwise: a person does not know that they have a web page or the wrong file."""
    assert "is empty" in read(b"")
    assert "is not an IDX file" in read(b"<!DOCTYPE html>")
    assert "is not an IDX file" in read(pack(b"<!DOCTYPE html>"))
    assert "claims 0 axes" in read(bytes([0, 0, 8, 0, 7]))
    assert "claims 65 axes" in read(bytes([0, 0, 8, 65]) + bytes(260))
    assert "cut off in its header" in read(bytes([0, 0, 8, 3, 0, 0]))
    assert "goes on after" in read(SMALL + b"x")
    assert zlib.crc32(SMALL) == zlib.crc32(idx_bytes(read(SMALL)))


def test_what_is_no_file_does_not_hang(tmp_path):
    """Lost otherwise: a wrong path waits for ever, or reads zeros for ever."""
    wrong = [tmp_path, tmp_path / "gone", tmp_path / "a" / "b"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "link").symlink_to("/dev/zero")
        (tmp_path / "circle").symlink_to("circle")
        wrong += [tmp_path / "pipe", "/dev/zero", tmp_path / "link", tmp_path / "circle"]
    for path in wrong:
        with pytest.raises(DataError, match=r"is not there|is not a file but|cannot be read"):
            read_idx(path)
    for path in ("", "a\0b", "\ud800"):
        with pytest.raises(DataError, match="expects a path"):
            read_idx(path)
    for path in (None, 3, b"bytes", 1.5):
        with pytest.raises(TypeError, match="expects a path"):
            read_idx(path)


def test_a_file_that_changes_under_the_reading_is_refused(tmp_path, monkeypatch):
    """Lost otherwise: an array of the old size with what is left of the new file."""
    path = tmp_path / "numbers"
    whole = idx._whole

    def shorter():
        os.truncate(path, 50_000)

    def longer():
        with path.open("ab") as file:
            file.write(b"more")

    for change, said in ((shorter, "cut off"), (longer, "goes on after")):
        path.write_bytes(idx_bytes(np.zeros(100_000, np.uint8)))

        def meanwhile(stream, count, change=change):
            change()
            return whole(stream, count)

        monkeypatch.setattr(idx, "_whole", meanwhile)
        with pytest.raises(DataError, match=said):
            read_idx(path)


def test_many_may_read_at_once(tmp_path):
    """Lost otherwise: two threads share a place in the file."""
    path = tmp_path / "numbers"
    path.write_bytes(pack(SMALL))
    got = []
    threads = [threading.Thread(target=lambda: got.append(read_idx(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [idx_bytes(array) for array in got] == [SMALL] * 8
