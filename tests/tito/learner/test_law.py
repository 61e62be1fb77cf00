"""The law by which old found go: what it promises, for any history."""

from hypothesis import given
from hypothesis import strategies as st

from tito.learner import versions
from tito.learner.versions import Version, thinned, time_spent, to_stay

MOMENTS = st.lists(st.floats(0, 4e7), max_size=60)


def history(moments, passed=()):
    """Versions at these moments, oldest first, named by their place."""
    counts = [*passed, *[0] * len(moments)]
    return [Version(f"{i}", at, counts[i], 117) for i, at in enumerate(sorted(moments))]


@given(MOMENTS, st.lists(st.integers(0, 117), max_size=60), st.integers(0, 1 << 24))
def test_the_last_and_the_best_always_stay(moments, passed, size):
    """Lost otherwise: the work of today, or the version in which all was right."""
    found = history(moments, passed)
    sizes = {version.sha256: size for version in found}
    stay = to_stay(found, sizes, now=4e7)
    if found:
        most = max(version.passed for version in found)
        assert found[-1].sha256 in stay
        assert any(version.sha256 in stay for version in found if version.passed == most)
    precious_and_one = 3 * size
    assert sum(sizes[name] for name in stay) <= max(versions.MOST_BYTES, precious_and_one)


@given(MOMENTS.filter(len), st.integers(1, 20))
def test_every_hour_of_a_month_and_every_day_keeps_its_last(moments, newest):
    """Lost otherwise: a week's way back, because of one busy afternoon."""
    before, versions.NEWEST = versions.NEWEST, newest
    try:
        found = history(moments)
        stay = to_stay(found, {}, now=4e7)
    finally:
        versions.NEWEST = before
    assert {version.sha256 for version in found[-newest:]} <= stay
    old = found[:-newest]
    for version in old:
        recent = 4e7 - version.saved_at < versions.HOURLY_DAYS * 86400
        span = 3600 if recent else 86400
        same = [
            v
            for v in old
            if v.saved_at // span == version.saved_at // span
            and (4e7 - v.saved_at < versions.HOURLY_DAYS * 86400) == recent
        ]
        assert same[-1].sha256 in stay


@given(MOMENTS, st.data())
def test_pruning_twice_or_later_lets_nothing_new_go_too_early(moments, data):
    """Lost otherwise: what stays depends on how often tito happened to look."""
    found = history(moments)
    stay = to_stay(found, {}, now=4e7)
    left = [version for version in found if version.sha256 in stay]
    assert to_stay(left, {}, now=4e7) == stay


@given(MOMENTS, st.data())
def test_thinning_keeps_the_time_spent(moments, data):
    """Lost otherwise: the hours shrink when old found go."""
    thin = thinned(moments)
    assert set(thin) <= set(moments)
    assert abs(time_spent(thin) - time_spent(moments)) < 1e-3
    some = data.draw(st.lists(st.sampled_from(moments))) if moments else []
    assert abs(time_spent({*thin, *some}) - time_spent(set(moments))) < 1e-3
    spans = len(thin) * versions.PAUSE_S / 2
    assert spans <= time_spent(moments) + len(thin) * versions.PAUSE_S


def test_a_pause_is_not_counted():
    """Lost otherwise: a night's sleep is said to be time spent."""
    assert time_spent([0, 60, 60 + versions.PAUSE_S, 1e6, 1e6 + 30]) == 60 + versions.PAUSE_S + 30
