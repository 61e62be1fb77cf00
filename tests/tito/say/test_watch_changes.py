"""What got better and what got worse."""

from tito.say.watch import Change, change


def test_better_and_worse_are_told_by_name(make_check, make_report):
    """Lost otherwise: a person does not see that the last change broke something else."""
    before = make_report(
        make_check(name="a", status="passed"), make_check(name="b"), make_check(name="c")
    )
    after = make_report(
        make_check(name="a"), make_check(name="b", status="passed"), make_check(name="c")
    )
    assert change(before, after) == Change(("Linear.forward b",), ("Linear.forward a",))
    assert change(after, after) == Change()
