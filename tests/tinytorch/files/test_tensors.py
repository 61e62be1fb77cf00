"""Arrays in files come back bit for bit, or the file is refused in words."""

import gzip
import json
import os
import pickle
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tinytorch.files.tensors import DIGEST, DamagedFile, read_tensors, write_tensors

pytest.importorskip("safetensors")

DTYPES = ["<f8", "<f4", "<f2", "<i8", "<i4", "<i2", "i1", "<u8", "<u4", "<u2", "u1", "?"]
posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and devices are POSIX's")


def same(ours, theirs):
    """Whether arrays by name are the same bit for bit: a NaN is also its payload."""
    return ours.keys() == theirs.keys() and all(
        (a.dtype, a.shape, a.tobytes()) == (theirs[name].dtype, theirs[name].shape, b)
        for name, a in ours.items()
        for b in [theirs[name].tobytes()]
    )


def framed(header, data=b""):
    """The bytes of a file with this header, which may be anything that JSON can be made of."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


@given(
    named=st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=8).filter(lambda name: name[:2] != "__"),
        st.sampled_from(DTYPES).flatmap(
            lambda dtype: arrays(
                dtype, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
            )
        ),
        max_size=4,
    ),
    notes=st.dictionaries(st.text(st.characters(codec="utf-8")), st.text("aü\n\0"), max_size=3),
)
def test_what_is_written_is_read(named, notes, tmp_path_factory):
    """A trained network that comes back a little different is not the one that was measured."""
    path = tmp_path_factory.getbasetemp() / "a ü.safetensors"
    write_tensors(path, named, notes)
    found, noted = read_tensors(path)
    assert same(named, found)
    assert noted == notes
    for array in found.values():
        array[...] = 1  # it is the reader's own memory


def test_arrays_in_any_layout(tmp_path):
    """The library writes memory as it lies there: a transposed weight would come back jumbled."""
    path, whole = tmp_path / "a", np.arange(12, dtype=np.float64).reshape(3, 4)
    nan = np.array([0x7FF8DEADBEEF0001], np.uint64).view(np.float64)
    layouts = {"t": whole.T, "step": whole[::2, ::-1], "big": whole.astype(">f8"), "nan": nan}
    write_tensors(path, layouts | {"0": whole[0, 0:1].reshape(())}, {})
    found, _ = read_tensors(path)
    for name, array in layouts.items():
        np.testing.assert_array_equal(found[name], array)
    assert found["nan"].tobytes() == nan.tobytes()
    assert found["0"].shape == ()


def test_pytorch_reads_it(tmp_path):
    """What was built here would stay here."""
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file, save_file

    path = tmp_path / "a.safetensors"
    write_tensors(path, {"0.weight": np.eye(2), "ints": np.arange(3)}, {"a": "b"})
    theirs = load_file(path)
    assert theirs["0.weight"].tolist() == [[1, 0], [0, 1]]
    assert theirs["ints"].dtype == torch.int64
    save_file({"w": torch.arange(4.0).reshape(2, 2)}, path)
    assert read_tensors(path)[0]["w"].tolist() == [[0, 1], [2, 3]]


@pytest.mark.parametrize("array", [np.ones(2, complex), np.array([None]), np.array("a")])
def test_what_the_format_does_not_hold(tmp_path, array):
    """Half a file, or a pickle in disguise."""
    with pytest.raises(TypeError, match=r"expects arrays of real numbers .* for 'w'"):
        write_tensors(tmp_path / "a", {"w": array}, {})
    for name in (3, "\ud800"):
        with pytest.raises(TypeError, match="names and notes as text"):
            write_tensors(tmp_path / "a", {name: np.ones(1)}, {})
    with pytest.raises(ValueError, match="the format's own"):
        write_tensors(tmp_path / "a", {"__metadata__": np.ones(1)}, {})
    assert os.listdir(tmp_path) == []


F8 = framed({"w": entry("F8_E4M3", (8,))}, b"\0" * 8)
DAMAGED = {
    "empty": (b"", "got an empty file"),
    "short": (b"\x10\0\0", "a file of 3 bytes, too short for a header"),
    "no header": (b"\x10" + b"\0" * 7, "says its header is 16 bytes long, where 0 bytes follow"),
    "long header": (b"\xff" * 8 + b"{}", "18,446,744,073,709,551,615 bytes long, where 2 bytes"),
    "text": (b"hello, this is a text", "says its header is"),
    "not JSON": (framed(b"{'w': 1}"), "a header that is not JSON: Expecting property name"),
    "not an object": (framed([1]), "does not begin with {"),
    "two objects": (framed(b"{}{}"), "Extra data"),
    "not UTF-8": (framed(b'{"\xff": 1}'), "codec can't decode"),
    "half a character": (framed({"\ud800": entry()}, b"\0" * 8), r"not text: '\ud800'"),
    "deep": (framed(b'{"a":' + b"[" * 100_000), "too deeply nested"),
    "digits": (framed(b'{"a":' + b"9" * 10_000 + b"}"), "not JSON: Exceeds the limit"),
    "NaN": (framed(b'{"a": NaN}'), "NaN stands in it"),
    "twice": (framed(b'{"a": {}, "a": {}}'), "names 'a' twice"),
    "field twice": (framed(b'{"a": {"dtype": 1, "dtype": 2}}'), "names 'dtype' twice"),
    "no entry": (framed({"w": 3}), "an entry 'w' that is not dtype, shape and data_offsets: 3"),
    "more": (framed({"w": entry() | {"x": 1}}, b"\0" * 8), "an entry 'w' that is not dtype"),
    "notes": (framed({"__metadata__": {"a": 1}}), "a name or a note that is not text: 1"),
    "notes list": (framed({"__metadata__": ["a"]}), "notes that are not names with text: ['a']"),
    "float8": (F8, "'w' in the dtype 'F8_E4M3', where TinyTorch reads F64, F32,"),
    "dtype": (framed({"w": entry(["F32"])}, b"\0" * 8), "'w' in the dtype ['F32']"),
    "negative": (framed({"w": entry(shape=(-2,))}, b"\0" * 8), "'w' with the shape [-2]"),
    "fraction": (framed({"w": entry(shape=(2.0,))}, b"\0" * 8), "'w' with the shape [2.0]"),
    "truth": (framed({"w": entry(shape=(2, True))}, b"\0" * 8), "'w' with the shape [2, True]"),
    "axes": (framed({"w": entry(shape=(1,) * 65)}, b"\0" * 4), "'w' with the shape [1, 1,"),
    "huge": (framed({"w": entry(shape=(2**40, 2**40))}, b"\0" * 8), "more than any file can hold"),
    "huge, empty": (framed({"w": entry(shape=(0, 2**62, 2**62))}), "more than any file can hold"),
    "claims": (framed({"w": entry(shape=(2**40,), offsets=(0, 2**42))}, b"\0" * 8), "was cut off"),
    "offsets": (framed({"w": entry(offsets=(8, 0))}, b"\0" * 8), "the data_offsets [8, 0]"),
    "three": (framed({"w": entry(offsets=(0, 4, 8))}, b"\0" * 8), "the data_offsets [0, 4, 8]"),
    "too few": (framed({"w": entry(offsets=(0, 4))}, b"\0" * 4), "which takes 8 bytes, at the"),
    "overlap": (framed({"v": entry(), "w": entry()}, b"\0" * 8), "overlaps with the one before"),
    "gap": (framed({"w": entry(offsets=(4, 12))}, b"\0" * 12), "'w' that leaves a gap, at byte 4"),
    "cut off": (framed({"w": entry()}, b"\0" * 7), "7 bytes of numbers, where the header names 8"),
    "trailing": (framed({"w": entry()}, b"\0" * 9), "names 8: something follows them"),
    "bools": (framed({"w": entry("BOOL")}, b"\1\0\2\0\0\0\0\0"), "which takes 2 bytes"),
    "truths": (framed({"w": entry("BOOL", (2,), (0, 2))}, b"\1\2"), "neither 0 nor 1"),
    "digest": (framed({"__metadata__": {DIGEST: "0"}}), "bytes in it have changed"),
    "pickle": (pickle.dumps({"w": np.ones(9)}), "TinyTorch never loads pickles, because loading"),
    "small pickle": (pickle.dumps(3), "got a pickle. TinyTorch never loads pickles"),
    "gzip": (gzip.compress(b"a" * 99), "a gzip file"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused_with_its_name_and_what_is_wrong(tmp_path, name):
    """Numbers from such a file would be somebody's mistake, or somebody's attack."""
    content, expected = DAMAGED[name]
    path = tmp_path / "my network.safetensors"
    path.write_bytes(content)
    tracemalloc.start()
    with pytest.raises(DamagedFile) as caught:
        read_tensors(path)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(caught.value).startswith(f"{path}: expected a whole safetensors file, got ")
    assert expected in str(caught.value)
    assert len(str(caught.value)) < len(str(path)) + 400
    assert taken < 1_000_000 + 30 * len(content)


def test_files_of_other_programs_are_named(tmp_path):
    """A beginner renames what torch.save wrote, and is told what it is."""
    torch = pytest.importorskip("torch")
    np.savez(tmp_path / "a.npz", w=np.ones(3))
    np.save(tmp_path / "a.npy", np.ones(3))
    torch.save({"w": torch.ones(2)}, tmp_path / "a.pt")
    for name, expected in (
        ("a.npz", r"got arrays of np.savez\. Load them with np.load"),
        ("a.npy", r"got an array of np.save\. Load it with np.load\.$"),
        ("a.pt", r"got a zip file, as of torch.save, which holds a pickle\. TinyTorch never loads"),
    ):
        with pytest.raises(DamagedFile, match=expected):
            read_tensors(tmp_path / name)


def test_every_cut_and_every_flip_is_found(tmp_path):
    """A disk that loses one bit would change what the network says, and nobody would know."""
    path = tmp_path / "a"
    arrays = {"0.weight": np.arange(4.0), "flag": np.array([True, False]), "e": np.zeros((0, 2))}
    write_tensors(path, arrays, {"tinytorch.format": "1", "who": "me"})
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedFile):
            read_tensors(path)
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        with pytest.raises(DamagedFile):
            read_tensors(path)


@posix
@pytest.mark.parametrize("kind", ["folder", "pipe", "/dev/zero", "/dev/null", "link in a circle"])
def test_what_is_no_file_does_not_hang(tmp_path, kind):
    """`load` of a pipe would wait for ever, of a device read for ever."""
    path = tmp_path / "a"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(kind if kind[0] == "/" else path)
    expected = OSError if kind == "link in a circle" else DamagedFile
    with pytest.raises(expected, match=r"a folder|a pipe or a device|symbolic links"):
        read_tensors(path)


def test_a_file_that_is_not_there(tmp_path):
    """Python's own error, which every program knows."""
    with pytest.raises(FileNotFoundError):
        read_tensors(tmp_path / "a")


@posix
def test_more_than_there_is_memory_for(tmp_path):
    """A file with a hole costs nothing to make, and all of the memory to read."""
    path = tmp_path / "a"
    with open(path, "wb") as file:
        file.write(framed({"w": entry("F64", (2**36,), (0, 2**39))}))
        file.truncate(file.tell() + 2**39)
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from tinytorch.files.tensors import DamagedFile, read_tensors\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))\n"
        "try: read_tensors(Path(sys.argv[1]))\n"
        "except DamagedFile as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True)
    assert "more numbers than there is memory for" in done.stdout, done.stderr


def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch):
    """Half of the old weights and half of the new ones are no network."""
    path = tmp_path / "a"
    write_tensors(path, {"w": np.zeros(3)}, {})

    def and_then_it_changes(start, size):
        path.write_bytes(path.read_bytes() + b"0")
        return int.from_bytes(start[:8], "little")

    monkeypatch.setattr("tinytorch.files.tensors.header_length", and_then_it_changes)
    with pytest.raises(DamagedFile, match="changed while it was read"):
        read_tensors(path)


def test_without_the_library(tmp_path):
    """The person needs the line that installs it."""
    script = (
        "import sys; sys.modules['safetensors'] = None\n"
        "from pathlib import Path; from tinytorch.files.tensors import read_tensors\n"
        "read_tensors(Path('a'))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "pip install 'tinytorch-lessons[files]'" in done.stderr
    assert "ModuleNotFoundError" in done.stderr
