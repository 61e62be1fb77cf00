"""What is brought back stands there whole, and what was there before is kept: at every moment."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tito.engine.source import is_empty
from tito.learner import restoring
from tito.learner.restoring import CannotRestore, choose, lines_unlike, put_back, read_now
from tito.learner.versions import Version, Versions

OLD, NEW = b"old\r\nwork\r\n", b"new\n" * 3000


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "my tinytorch"
    (folder / ".tito").mkdir(parents=True)
    (folder / "layers_dev.py").write_bytes(OLD)
    return folder / "layers_dev.py"


def kept_texts(path):
    kept = Versions(path.parent)
    return [kept.content(version) for version in kept.list(path.name)]


def test_there_and_back(path):
    """Lost otherwise: the way back."""
    done = put_back(path, lambda now: NEW)
    assert path.read_bytes() == NEW
    assert kept_texts(path) == [OLD, NEW]
    assert done.lines == 3000
    kept = Versions(path.parent)
    (before,) = choose(kept.list(path.name), done.undo.upper())
    assert put_back(path, lambda now: kept.content(before)).lines == 3000
    assert path.read_bytes() == OLD
    assert put_back(path, lambda now: OLD) == restoring.Outcome(0, None)


def test_a_file_that_is_gone(path):
    """Lost otherwise: what was deleted by mistake."""
    path.unlink()
    assert put_back(path, lambda now: NEW if now is None else OLD).before is None
    assert path.read_bytes() == NEW


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.binary(max_size=40), st.integers(0, 8)), max_size=12))
def test_any_sequence_of_saves_and_restores_loses_no_text(tmp_path_factory, steps):
    """Lost otherwise: a text that the learner had."""
    folder = tmp_path_factory.mktemp("any")
    (folder / ".tito").mkdir()
    path, kept, had = folder / "f.py", Versions(folder), []
    for step in steps:
        if isinstance(step, bytes):
            path.write_bytes(step)  # saved, and perhaps never tested
            continue
        now, versions = read_now(path), kept.list("f.py")
        wanted = kept.content(versions[step % len(versions)]) if versions else b"stub"
        put_back(path, lambda now, wanted=wanted: wanted)
        assert path.read_bytes() == wanted
        had += [wanted] if now in (None, wanted) else [now, wanted]
        if now != wanted:
            texts = {text for text in had if not is_empty(text)}
            assert texts <= set(kept_texts(path)) | {wanted}


WORK = """
from tito.learner.restoring import put_back

def begin(folder):
    (folder / ".tito").mkdir()
    (folder / "f.py").write_bytes(b"old\\r\\nwork\\r\\n")

def work(folder):
    put_back(folder / "f.py", lambda now: b"new\\n" * 3000)
"""


def test_killed_at_any_step_the_file_is_old_or_new_and_the_old_text_is_kept(killed_at_each_step):
    """Lost otherwise: an evening's work, to a battery that ran empty."""
    paths = [folder / "f.py" for folder in killed_at_each_step(WORK)]
    found = [path.read_bytes() for path in paths]
    assert set(found) == {OLD, NEW}
    for path, now in zip(paths, found, strict=True):
        assert now == OLD or OLD in kept_texts(path)
    assert kept_texts(paths[-1]) == [OLD, NEW]
    for path in paths:
        if (path.parent / ".tito" / "versions").is_dir():
            had, kept = kept_texts(path), Versions(path.parent)
            kept._prune()
            assert kept_texts(path) == had
            assert [each.name for each in kept.folder.glob(".*")] == []


def test_a_save_in_between_is_kept_too(path):
    """Lost otherwise: what the learner saved while they were asked."""
    saves = [b"saved meanwhile"]

    def change(now):
        if saves:
            path.write_bytes(saves.pop())
        return NEW

    put_back(path, change)
    assert path.read_bytes() == NEW
    assert set(kept_texts(path)) >= {OLD, b"saved meanwhile", NEW}


def test_a_file_that_never_rests_is_left_alone(path):
    """Lost otherwise: a save, in a race."""
    count = 0

    def change(now):
        nonlocal count
        count += 1
        path.write_bytes(b"%d" % count)
        return NEW

    with pytest.raises(CannotRestore, match="another program"):
        put_back(path, change)
    assert path.read_bytes() == b"3"


def test_what_cannot_be_kept_is_not_replaced(path, monkeypatch):
    """Lost otherwise: the text of now, because there was no room to keep it."""
    kept = path.parent / ".tito" / "versions"
    kept.write_text("in the way")
    with pytest.raises(CannotRestore, match=r"not kept.*not changed"):
        put_back(path, lambda now: NEW)
    assert path.read_bytes() == OLD
    kept.unlink()
    monkeypatch.setattr(restoring, "MOST_BYTES", 5)
    with pytest.raises(CannotRestore, match="larger than"):
        put_back(path, lambda now: NEW)
    assert path.read_bytes() == OLD


def test_what_is_kept_is_read_back_first(path, monkeypatch):
    """Lost otherwise: the text of now, to a disk that takes everything and keeps nothing."""

    def lie(self, entry, content):
        return True

    monkeypatch.setattr(Versions, "_write", lie)
    with pytest.raises(CannotRestore, match="no longer there"):
        put_back(path, lambda now: NEW)
    assert path.read_bytes() == OLD


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_stays_one(path, tmp_path):
    """Lost otherwise: the learner's repository, which keeps the text that was to go."""
    real = tmp_path / "repository.py"
    path.rename(real)
    real.chmod(0o600)
    path.symlink_to(real)
    put_back(path, lambda now: NEW)
    assert path.is_symlink()
    assert real.read_bytes() == NEW
    assert real.stat().st_mode & 0o777 == 0o600
    real.unlink()
    put_back(path, lambda now: OLD if now is None else NEW)
    assert path.is_symlink()
    assert real.read_bytes() == OLD


def test_a_folder_in_the_file_s_place(path):
    """Lost otherwise: a traceback."""
    path.unlink()
    path.mkdir()
    with pytest.raises(CannotRestore, match="not a file"):
        put_back(path, lambda now: NEW)


TWO = """
import sys
from pathlib import Path
from tito.learner.restoring import put_back

for number in range(15):
    put_back(Path(sys.argv[1]), lambda now: sys.argv[2].encode() * 50 + b"%d" % number)
"""


def test_two_at_once_lose_nothing(path):
    """Lost otherwise: with two windows open, the text that one of them brought back."""
    command = [sys.executable, "-c", TWO, path]
    both = [subprocess.Popen([*command, name]) for name in "ab"]
    assert [process.wait() for process in both] == [0, 0]
    texts = kept_texts(path)
    assert sorted(texts) == sorted(
        [OLD, *(name * 50 + b"%d" % number for name in (b"a", b"b") for number in range(15))]
    )
    assert path.read_bytes() == texts[-1]


def test_names_and_differences():
    """Lost otherwise: the wrong version."""
    versions = [Version(name * 8, 0.0, None, None) for name in ("abcd0000", "abce0000")]
    assert choose(versions, " ABCD") == versions[:1]
    assert choose(versions, "abc") == versions
    assert choose(versions, "x") == []
    assert lines_unlike(b"a\nb\nc\n", b"a\nx\nc\nd\n") == 2
    assert lines_unlike(b"", b"") == 0
    assert lines_unlike(b"a\nb\n", b"b\n") == lines_unlike(b"a\nb\n", b"a\n") == 1
    assert lines_unlike(b"\n" * 100_000, b"x\n" + b"\n" * 50_000 + b"y\n") == 100_000


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 KiB, where one may be had; and how to make it read-only."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(*options):
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
        return subprocess.run(command, capture_output=True).returncode == 0

    try:
        mounted = mount("size=64k")
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("no disk can be made here")
    yield folder, lambda: mount("remount", "ro")
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_and_a_read_only_one(small_disk):
    """Lost otherwise: the text of now, on the day when the disk is full."""
    folder, make_read_only = small_disk
    (folder / ".tito").mkdir()
    path = folder / "layers_dev.py"
    path.write_bytes(OLD)
    assert Versions(folder).keep(path.name, b"kept before") is None
    filling = folder / "filling"
    with open(filling, "wb", buffering=0) as file:
        try:
            while file.write(b"x" * 512):
                pass
        except OSError:
            pass
    with pytest.raises(CannotRestore, match="the disk is full"):
        put_back(path, lambda now: b"kept before")
    assert "the disk is full" in Versions(folder).keep(path.name, os.urandom(5000))
    assert path.read_bytes() == OLD
    assert kept_texts(path) == [b"kept before"]
    filling.unlink()
    assert make_read_only()
    with pytest.raises(CannotRestore, match="read-only file system"):
        put_back(path, lambda now: b"kept before")
    assert "read-only file system" in Versions(folder).keep(path.name, b"other")
    assert path.read_bytes() == OLD
    assert kept_texts(path) == [b"kept before"]
