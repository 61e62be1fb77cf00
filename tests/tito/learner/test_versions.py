"""Kept versions: byte by byte, once each, whatever happens to the folder or the process."""

import errno
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tito.learner import versions
from tito.learner.versions import DamagedVersion, Version, Versions

FILE = "layers_dev.py"


def sha(content):
    return hashlib.sha256(content).hexdigest()


def texts(kept, filename=FILE):
    return [kept.content(version) for version in kept.list(filename)]


def test_what_was_tested_comes_back(tmp_path):
    """Lost otherwise: everything."""
    kept = Versions(tmp_path)
    assert kept.list(FILE) == []
    assert kept.keep(FILE, b"one\r\n\xff\0", passed=3, total=117, when=10.0) is None
    assert kept.keep(FILE, b"", when=20.0) is None
    assert kept.list(FILE) == [
        Version(sha(b"one\r\n\xff\0"), 10.0, 3, 117),
        Version(sha(b""), 20.0, None, None),
    ]
    assert texts(kept) == [b"one\r\n\xff\0", b""]
    assert kept.list("other.py") == []
    assert kept.time_spent(FILE) == 10.0


def test_a_version_keeps_what_was_said_of_it(tmp_path):
    """Lost otherwise: which mistake it was; or all versions, for who comes from an older tito."""
    kept = Versions(tmp_path)
    kept.keep(FILE, b"old", passed=3, total=9, when=1.0)
    kept.keep(FILE, b"new", passed=4, total=9, says="First to fix: Linear.", when=2.0)
    kept.keep(FILE, b"new", when=3.0)
    kept.keep(FILE, b"broken", when=4.0)
    kept.keep(FILE, b"broken", says="First to fix: the file as a whole.", when=5.0)
    with kept._index.open("a") as index:
        index.write(f'{{"file": "{FILE}", "at": 6, "sha256": "{sha(b"old")}", "says": [3]}}\n')
    assert kept.list(FILE) == [
        Version(sha(b"new"), 3.0, 4, 9, "First to fix: Linear."),
        Version(sha(b"broken"), 5.0, None, None, "First to fix: the file as a whole."),
        Version(sha(b"old"), 6, 3, 9),
    ]


def test_the_same_text_is_kept_once(tmp_path):
    """Lost otherwise: room, and a list in which every version stands ten times."""
    kept = Versions(tmp_path)
    for when, (text, passed) in enumerate([(b"a", 1), (b"b", 2), (b"a", 5), (b"a", None)]):
        kept.keep(FILE, text, passed=passed, total=None if passed is None else 9, when=float(when))
    assert [(v.saved_at, v.passed) for v in kept.list(FILE)] == [(1.0, 2), (3.0, 5)]
    assert len(list(kept.folder.glob("*.z"))) == 2


actions = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("ab"), st.binary(max_size=3)),
        st.floats(0, 4e5),
    ),
    max_size=20,
)


@settings(deadline=None, max_examples=60)
@given(actions, st.integers(1, 4))
def test_nothing_that_the_law_keeps_is_lost(steps, newest):
    """Lost otherwise: a version that was promised to be there."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions, "NEWEST", newest)
        patch.setattr(os, "fsync", lambda descriptor: None)  # no machine stops here
        kept, at = Versions(Path(folder)), 0.0
        for step in steps:
            if isinstance(step, tuple):
                at += 1000.0
                assert kept.keep(*step, when=at) is None
                assert kept.content(kept.list(step[0])[-1]) == step[1]
                continue
            at += step
            lists = {name: kept.list(name) for name in "ab"}
            spent = {name: kept.time_spent(name) for name in "ab"}
            kept._prune()
            for name, had in lists.items():
                stay = versions.to_stay(had)
                assert {v for v in had if v.sha256 in stay} <= set(kept.list(name))
                assert kept.time_spent(name) == spent[name]
            everything = {v.sha256 for name in "ab" for v in kept.list(name)}
            assert {path.stem for path in kept.folder.glob("*.z")} == everything


def test_old_versions_go_by_themselves(tmp_path, monkeypatch):
    """Lost otherwise: the disk, a little every day."""
    monkeypatch.setattr(versions, "NEWEST", 5)
    monkeypatch.setattr(versions, "_PRUNE_EVERY", 2048)
    kept = Versions(tmp_path)
    for number in range(100):
        kept.keep(FILE, b"%d" % number, when=float(number))
    left = texts(kept)
    assert left[-5:] == [b"95", b"96", b"97", b"98", b"99"]
    assert len(left) < 40


@pytest.mark.parametrize(
    "junk",
    [b"{", b'{"file": 1}', b"\xff\xfe\n\0", b"[" * 100_000, b'{"file":"layers_dev.py","at":NaN}'],
)
def test_a_broken_list_loses_no_text(tmp_path, junk):
    """Lost otherwise: all versions, because of one line that was cut off."""
    kept = Versions(tmp_path)
    index = kept.folder / "tested.jsonl"
    kept.keep(FILE, b"a", passed=1, total=2, when=1.0)
    with open(index, "ab") as file:
        file.write(junk)
    kept.keep(FILE, b"b", passed=2, total=2, when=2.0)
    assert texts(kept) == [b"a", b"b"]
    assert [v.passed for v in kept.list(FILE)] == [1, 2]
    index.write_bytes(junk)
    assert sorted(texts(kept)) == [b"a", b"b"]
    kept._prune()
    assert sorted(texts(kept)) == [b"a", b"b"]
    index.unlink()
    assert sorted(texts(kept)) == [b"a", b"b"]
    kept.keep(FILE, b"a", passed=1, total=2)
    assert texts(kept) == [b"b", b"a"]


@pytest.mark.parametrize("damage", [b"", b"junk", None])
def test_a_damaged_text_is_never_given_back(tmp_path, damage):
    """Lost otherwise: a learner's file, replaced by rubbish."""
    kept = Versions(tmp_path)
    kept.keep(FILE, b"mine")
    (version,) = kept.list(FILE)
    path = kept.folder / f"{version.sha256}.z"
    if damage is None:
        kept.keep(FILE, b"other")
        path.write_bytes((kept.folder / f"{sha(b'other')}.z").read_bytes())
    else:
        path.write_bytes(damage)
    with pytest.raises(DamagedVersion, match=version.sha256[:7]):
        kept.content(version)
    kept.keep(FILE, b"mine")
    assert kept.content(version) == b"mine"


def test_two_at_once_lose_nothing(tmp_path):
    """Lost otherwise: with a watch in one window, what a test in another kept."""
    script = (
        "import sys; from pathlib import Path; from tito.learner import versions\n"
        "versions._PRUNE_EVERY = 1024\n"
        "kept = versions.Versions(Path(sys.argv[1]))\n"
        "for i in range(40): assert kept.keep('f', (sys.argv[2] + str(i)).encode()) is None"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    both = [subprocess.Popen([*command, name]) for name in "ab"]
    assert [process.wait() for process in both] == [0, 0]
    assert sorted(texts(Versions(tmp_path), "f")) == sorted(
        b"%s%d" % (name, i) for name in (b"a", b"b") for i in range(40)
    )


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "read-only")]
)
def test_trouble_is_a_sentence(tmp_path, monkeypatch, number, words):
    """Lost otherwise: the verdict, behind a traceback about something else."""

    def refuse(descriptor):
        raise OSError(number, os.strerror(number))

    kept = Versions(tmp_path)
    kept.keep(FILE, b"before")
    monkeypatch.setattr(os, "fsync", refuse)
    assert words in kept.keep(FILE, b"now")
    assert texts(kept) == [b"before"]


WORK = """
from tito.learner import versions

versions.NEWEST = 2

def begin(folder):
    kept = versions.Versions(folder)
    for number, text in enumerate((b"a", b"b", b"c"), 1):
        kept.keep("layers_dev.py", text, passed=number, total=9, when=10.0 * number)

def work(folder):
    versions._PRUNE_EVERY = 1
    kept = versions.Versions(folder)
    assert kept.keep("layers_dev.py", b"d", passed=1, total=2, when=40.0) is None
"""


def test_killed_at_any_step_it_loses_nothing_that_stays(killed_at_each_step):
    """Lost otherwise: all versions, to one Ctrl-\\ at the wrong moment."""
    for folder in (folders := killed_at_each_step(WORK)):
        kept = Versions(folder)
        left = texts(kept)
        assert {b"c"} <= set(left) <= {b"a", b"b", b"c", b"d"}
        assert {b"a", b"b"} <= set(left) or b"d" in left
        assert 3 in {v.passed for v in kept.list(FILE) if kept.content(v) == b"c"}
        assert kept.keep(FILE, b"e", when=50.0) is None
        assert texts(kept)[-1] == b"e" or len(texts(kept)) > len(left)
        if folder is folders[-1]:
            assert set(left) == {b"c", b"d"}


def test_a_file_in_the_folder_s_place(tmp_path):
    """Lost otherwise: the verdict, behind a traceback."""
    (tmp_path / ".tito").write_text("")
    kept = Versions(tmp_path)
    assert "was not kept" in kept.keep(FILE, b"now")
    assert kept.list(FILE) == []
    assert kept.time_spent(FILE) == 0.0
