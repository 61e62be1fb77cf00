"""The built pages that ``tito open`` serves: made once, and again when what they show is other."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from importlib.metadata import version
from pathlib import Path

from tito.learner.folder import state_folder
from tito.lesson.model import LESSONS

_HERE = Path(__file__).parent
_KEPT = 3


def place_of_pages() -> Path:
    """Where the pages of these texts are, or will be."""
    texts = [*_HERE.rglob("*"), *LESSONS.rglob("*.md"), *LESSONS.rglob("*.toml")]
    whole = hashlib.sha256()
    for path in sorted(path for path in texts if path.is_file() and path.suffix != ".pyc"):
        whole.update(f"{path.relative_to(_HERE.parent).as_posix()}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    for name in ("sphinx", "myst-parser"):
        whole.update(version(name).encode())
    return state_folder() / "pages" / whole.hexdigest()[:16]


def make(place: Path) -> None:
    """Make the pages: whole, or not at all. Of others that are kept, the oldest go."""
    from tito.page.site import build

    aside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        build(aside, only_lessons=True)
        with contextlib.suppress(OSError):  # another made them meanwhile
            os.rename(aside, place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    others = sorted(place.parent.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in others[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
