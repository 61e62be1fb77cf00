"""What the person is told when a file cannot be written, and new files."""

import errno
from pathlib import Path

from tito.learner.files import explain, reason, write_new


def test_somebodys_file_is_not_new(tmp_path):
    """Lost otherwise: the learner's own tests."""
    write_new(tmp_path / "a.py", "ours")
    write_new(tmp_path / "a.py", "again")
    assert (tmp_path / "a.py").read_text() == "ours"


def test_reasons_in_words():
    """Lost otherwise: "[Errno 28]" for an answer."""
    full = OSError(errno.ENOSPC, "No space left on device")
    assert reason(full) == "the disk is full"
    assert "Make room" in explain(full, Path("here"))
    assert reason(OSError(errno.EACCES, "Permission denied")) == "permission denied"
    assert "change there with cd" in explain(OSError(errno.EACCES, "No", "there"), Path("here"))
