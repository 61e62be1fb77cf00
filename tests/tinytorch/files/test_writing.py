"""A file is written whole or not at all, and stays the file that it was."""

import errno
import os
import stat
import subprocess
import sys
import types

import pytest

from tinytorch.files.writing import write_whole

posix = pytest.mark.skipif(os.name == "nt", reason="modes and owners are POSIX's")


def names(folder):
    return sorted(os.listdir(folder))


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755])
def test_the_mode_stays(tmp_path, mode):
    """Lost otherwise: a private file that all may read, or a script that no longer runs."""
    path = tmp_path / "a b.py"
    path.write_bytes(b"old\r\n")
    path.chmod(mode)
    write_whole(path, "new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert names(tmp_path) == ["a b.py"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can try it")
def test_the_owner_stays(tmp_path):
    """Lost otherwise: a file of root's, which its learner cannot save any more."""
    path = tmp_path / "a.py"
    path.touch()
    os.chown(path, 1234, 2345)
    write_whole(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 2345)


@posix
def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path):
    """Lost otherwise: the learner's repository, which the link led to, keeps the old text."""
    (tmp_path / "repository").mkdir()
    (tmp_path / "folder").mkdir()
    real, link = tmp_path / "repository" / "mine.py", tmp_path / "folder" / "layers_dev.py"
    real.write_bytes(b"old")
    real.chmod(0o640)
    (tmp_path / "second").symlink_to(real)
    link.symlink_to("../second")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    real.unlink()
    write_whole(link, b"newer")
    assert real.read_bytes() == b"newer"
    assert names(tmp_path / "folder") == ["layers_dev.py"]
    assert names(tmp_path / "repository") == ["mine.py"]


@posix
def test_a_link_in_a_circle_is_left_alone(tmp_path):
    """Lost otherwise: the link, and a puzzled learner."""
    link = tmp_path / "layers_dev.py"
    link.symlink_to(link)
    with pytest.raises(OSError, match="symbolic links") as caught:
        write_whole(link, b"new")
    assert caught.value.errno == errno.ELOOP
    assert link.is_symlink()


def test_a_file_that_may_not_be_written_is_not(tmp_path, monkeypatch):
    """Lost otherwise: the file that somebody protected on purpose."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # as it is for all but root
    with pytest.raises(PermissionError):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.py"]


@pytest.mark.parametrize("step", ["fsync", "replace", "just_before"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_what_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch, step, error):
    """Lost otherwise: the old text and the new one, or a folder that fills up."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def fail(*_):
        raise error

    if step != "just_before":
        monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(error)):
        write_whole(path, b"new", just_before=fail if step == "just_before" else None)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.py"]


def test_a_folder_that_cannot_be_synced_is_no_failure(tmp_path, monkeypatch):
    """Lost otherwise: on Windows and on some drives nothing can be written."""
    opened = os.open

    def refuse(path, *arguments):
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, "a folder", path)
        return opened(path, *arguments)

    monkeypatch.setattr(os, "open", refuse)
    write_whole(tmp_path / "a.py", b"new")
    assert (tmp_path / "a.py").read_bytes() == b"new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="limits are POSIX's")
def test_a_limit_that_comes_in_the_middle_of_a_write(tmp_path):
    """Lost otherwise: the file, cut off where the disk was full."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from tinytorch.files.writing import write_whole\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "try: write_whole(Path(sys.argv[1]), b'x' * 20000)\n"
        "except OSError as error: sys.exit(f'refused: {error}')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True)
    assert done.stderr.startswith("refused")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.py"]


@pytest.mark.parametrize("times", [1, 3, 4])
def test_windows_lets_nobody_rename_while_a_scanner_looks(tmp_path, monkeypatch, times):
    """Lost otherwise: on Windows every tenth save, with a message about permissions."""
    replace, refused = os.replace, []

    def scanned(source, target):
        if len(refused) < times:
            refused.append(target)
            raise PermissionError(errno.EACCES, "in use")
        replace(source, target)

    windows = {**vars(os), "name": "nt", "replace": scanned}
    monkeypatch.setattr("tinytorch.files.writing.os", types.SimpleNamespace(**windows))
    if times > 3:
        with pytest.raises(PermissionError):
            write_whole(tmp_path / "a.py", b"new")
        assert names(tmp_path) == []
    else:
        write_whole(tmp_path / "a.py", b"new")
        assert (tmp_path / "a.py").read_bytes() == b"new"
