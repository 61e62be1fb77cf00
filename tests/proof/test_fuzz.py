"""Damaged and hostile files: each is refused in words, or read as the library reads it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proof import fuzz
from proof.__main__ import main
from tinytorch.files.tensors import DamagedFile

pytest.importorskip("safetensors")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return fuzz.seeds(tmp_path_factory.mktemp("seeds"))


@settings(max_examples=400)
@given(st.randoms(use_true_random=False))
def test_changed_files(files, tmp_path_factory, chance):
    """A file from the net would take the memory, hang, or give numbers that nobody wrote."""
    fuzz.judge(tmp_path_factory.getbasetemp() / "case", fuzz.mutated(files, chance), files)


@settings(max_examples=100)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes(files, tmp_path_factory, content, as_header):
    """Whatever lies under the name."""
    framed = fuzz.framed(b"{" + content, b"") if as_header else content
    assert fuzz.judge(tmp_path_factory.getbasetemp() / "case", framed, files) == "refused"


def test_files_that_are_right_are_read(files, tmp_path):
    """If all were refused, every promise above would hold, too."""
    assert [fuzz.judge(tmp_path / "case", content, files) for content in files] == ["read"] * 5
    kinds = {
        fuzz.judge(tmp_path / "case", fuzz.flip(each, random.Random(n)), files)
        for n in range(50)
        for each in files
    }
    assert kinds == {"read", "refused"}


def changes(path, into):
    into[0].weight.data.fill(0)
    raise DamagedFile("no")


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("read_tensors", lambda path: ({}, {}), "other numbers than the library"),
        ("read_tensors", lambda path: (bytearray(10**8) and {}, {}), "bytes of memory"),
        ("read_tensors", lambda path: 1 / 0, "ZeroDivisionError"),
        ("load", changes, "changed the model"),
    ],
    ids=["other numbers", "memory", "another error", "a change"],
)
def test_a_broken_promise_is_found(monkeypatch, tmp_path, capsys, name, wrong, said):
    """A proof that cannot fail proves nothing; the file that shows it is kept."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fuzz, name, wrong)
    assert main(["fuzz", "--cases", "30"]) == 1
    assert said in capsys.readouterr().out
    assert len(list(tmp_path.glob("fuzz-1-*.safetensors"))) == 1


def test_a_short_run(capsys, monkeypatch, tmp_path):
    """The command of the closing note, as it is typed."""
    monkeypatch.chdir(tmp_path)
    assert main(["fuzz", "--cases", "40", "--seed", "3"]) == 0
    assert "40 files in" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
