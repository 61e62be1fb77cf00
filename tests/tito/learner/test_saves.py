"""Saves as editors and file systems make them: each new text is told once."""

import os

import pytest

from tito.learner.saves import GONE_S, PAUSE_S, SLOWEST_S, TEXT_S, Saves


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a folder" / "layers_dev.py"
    path.parent.mkdir()
    path.write_bytes(b"first")
    return path


class Looking:
    """Looks at a file with a clock of its own, and tells what was noticed."""

    def __init__(self, path):
        self.told, self.now = [], 0.0
        self.saves = Saves(path, lambda kind, _: self.told.append(kind))

    def after(self, seconds=0.01):
        self.now += seconds
        self.saves.look(self.now)
        told, self.told = self.told, []
        return told


def rename(path, text):
    aside = path.with_suffix(".tmp")
    aside.write_bytes(text)
    os.replace(aside, path)


def in_place(path, text):
    path.write_bytes(text)


def anew(path, text):
    path.unlink()
    path.write_bytes(text)


@pytest.mark.parametrize("save", [rename, in_place, anew])
def test_each_new_text_is_told_once(file, save):
    """Lost otherwise: an editor whose saves nobody notices, or a verdict for each look."""
    looking = Looking(file)
    assert looking.after() == ["saved"]
    assert looking.after() == []
    save(file, b"second text")
    assert looking.after() == ["saved"]
    assert looking.after(1) == looking.after(1) == []
    save(file, b"third text, longer")
    assert looking.after() == ["saved"]


@pytest.mark.parametrize("save", [rename, in_place, anew])
def test_a_save_without_a_change_is_quiet(file, save):
    """Lost otherwise: the screen flickers for nothing, with a new seed each time."""
    looking = Looking(file)
    looking.after()
    os.utime(file, (1, 1))
    assert looking.after() == []
    save(file, b"first")
    assert looking.after() == looking.after(2) == []


def test_a_change_that_the_times_hide_is_found(file):
    """Lost otherwise: a network drive with times of two seconds shows an old verdict for ever."""
    looking = Looking(file)
    looking.after()
    before = file.stat()
    file.write_bytes(b"other")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert looking.after(0.01) == []
    assert looking.after(TEXT_S) == ["saved"]


def test_an_editor_may_delete_and_write_anew(file):
    """Lost otherwise: a word about a missing file at each save of some editors."""
    looking = Looking(file)
    looking.after()
    file.unlink()
    assert looking.after() == looking.after(GONE_S / 2) == []
    file.write_bytes(b"second")
    assert looking.after() == ["saved"]


def test_a_file_that_is_gone_is_told_once_and_its_return_too(file):
    """Lost otherwise: the verdict on a file that is no more, or no verdict when it is back."""
    looking = Looking(file)
    looking.after()
    file.unlink()
    assert [looking.after(), looking.after(GONE_S), looking.after(1)] == [[], ["gone"], []]
    file.write_bytes(b"first")
    assert looking.after() == ["saved"]


def test_a_file_that_was_never_there_is_told_at_once(tmp_path):
    """Lost otherwise: an empty screen before the lesson was begun."""
    assert Looking(tmp_path / "none.py").after() == ["gone"]


def test_a_link_is_followed(file, tmp_path):
    """Lost otherwise: whoever keeps the file elsewhere gets one verdict and no other."""
    link = tmp_path / "link.py"
    try:
        link.symlink_to(file)
    except OSError:
        pytest.skip("this system makes no links")
    looking = Looking(link)
    looking.after()
    file.write_bytes(b"second")
    assert looking.after() == ["saved"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among files")
def test_what_is_no_file_keeps_nobody_waiting(tmp_path):
    """Lost otherwise: a pipe in the file's place stops the watch for ever."""
    pipe = tmp_path / "pipe.py"
    os.mkfifo(pipe)
    assert Looking(pipe).after() == ["saved"]


@pytest.mark.parametrize(
    ("costs", "pause"),
    [([1e-5] * 4, PAUSE_S), ([0.004, 0.3], 0.04), ([0.5, 0.4], SLOWEST_S), ([], PAUSE_S)],
)
def test_where_a_look_is_dear_looks_are_rare(file, costs, pause):
    """Lost otherwise: a slow network drive is asked a hundred times a second; or a busy machine,
    where looks seem dear, answers late."""
    saves = Saves(file, print)
    saves._costs.extend(costs)
    assert saves.pause == pytest.approx(pause)
