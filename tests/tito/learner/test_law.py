"""The law by which old versions go: what it promises, for any history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tito.learner import versions
from tito.learner.versions import Version, Versions, to_stay

MOMENTS = st.lists(st.floats(0, 4e5), max_size=60)


@pytest.fixture(autouse=True, scope="module")
def few():
    """So that some go."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions, "NEWEST", 5)
        yield


def history(moments, passed=()):
    """Versions at these moments, oldest first, named by their place."""
    counts = [*passed, *[0] * len(moments)]
    return [Version(f"{i}", at, counts[i], 117) for i, at in enumerate(sorted(moments))]


@given(MOMENTS.filter(len), st.lists(st.integers(0, 117), max_size=60))
def test_the_last_ones_and_the_best_always_stay(moments, passed):
    """Lost otherwise: the work of today, or the version in which all was right."""
    found = history(moments, passed)
    stay = to_stay(found)
    most = max(version.passed for version in found)
    assert {version.sha256 for version in found[-5:]} <= stay
    assert any(version.sha256 in stay for version in found if version.passed == most)


@given(MOMENTS)
def test_every_hour_keeps_its_last(moments):
    """Lost otherwise: a week's way back, because of one busy afternoon."""
    found = history(moments)
    last = {version.saved_at // 3600: version.sha256 for version in found}
    assert set(last.values()) <= to_stay(found)
    assert len(to_stay(found)) <= len(last) + 6


@given(MOMENTS)
def test_pruning_twice_lets_nothing_new_go(moments):
    """Lost otherwise: what stays depends on how often tito happened to look."""
    found = history(moments)
    stay = to_stay(found)
    assert to_stay([version for version in found if version.sha256 in stay]) == stay


def test_a_pause_is_not_counted(tmp_path):
    """Lost otherwise: a night's sleep is said to be time spent."""
    kept, pause = Versions(tmp_path), versions.PAUSE_S
    for at in (0, 60, 60 + pause, 1e6, 1e6 + 30):
        kept.keep("f", b"text", when=float(at))
    assert kept.time_spent("f") == 60 + pause + 30
