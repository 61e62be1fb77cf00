"""A part of Python that is not the one named by its hash is refused with a sentence."""

import hashlib
import zipfile
from io import BytesIO

import pytest

from tito.page import runtime
from tito.page.packing import LEFT_OUT, pack


@pytest.fixture
def parts(monkeypatch):
    content = {"one.js": b"first", "two.zip": b"second"}
    named = {name: hashlib.sha256(part).hexdigest() for name, part in content.items()}
    monkeypatch.setattr(runtime, "PARTS", named)
    return content


def test_a_folder_is_filled_once(parts, tmp_path):
    """Every site that is made fetches everything again."""
    asked = []

    def fetch(name):
        asked.append(name)
        return parts[name]

    runtime.fill(tmp_path / "new", fetch)
    runtime.fill(tmp_path / "new", fetch)
    assert asked == list(parts)
    assert {name: runtime.take(tmp_path / "new", name) for name in parts} == parts


def test_what_is_missing_is_named(parts, tmp_path):
    """One reads of a file that is not there, and not what to do."""
    with pytest.raises(runtime.NoRuntime, match=r"Expected one.js .* not there. Fill the folder"):
        runtime.take(tmp_path, "one.js")


def test_what_is_another_is_refused(parts, tmp_path):
    """A site sends its readers code that nobody has looked at."""
    with pytest.raises(runtime.NoRuntime, match=r"Expected one.js .* Delete it"):
        runtime.fill(tmp_path, lambda name: b"something else")


def test_the_learners_archive_gives_no_answer_away():
    """The mistakes with the reference's own lines lie open in the learner's worker."""
    names = [
        "tito/lessons/layers/Linear.forward.toml",
        "tito/lessons/layers/lesson.md",
        "tito/lesson/common.toml",
        "tito/say/view.py",
        "tito/page/browser.py",
        "tito/page/confined.py",
        "tito/lessons/layers/lesson.toml",
        "tinytorch/core/tensor.py",
    ]
    sources = BytesIO()
    with zipfile.ZipFile(sources, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    packed = {kind: pack(kind, sources.getvalue(), compiled=False) for kind in LEFT_OUT}
    kept = [name for name in names if name.encode() in packed["learner.tar"]]
    assert kept == names[-3:]
    assert all(name.encode() in packed["judge.tar"] for name in names[:5])
