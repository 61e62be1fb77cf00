"""no_grad: recording is switched off inside, in this thread, and on again after."""

import threading

import pytest

from tinytorch import Tensor, no_grad


def records():
    return (Tensor([2.0], requires_grad=True) * 2).requires_grad


def test_inside_and_after():
    """Measuring accuracy should cost no memory; training goes on after it."""
    x = Tensor([2.0], requires_grad=True)
    with no_grad():
        inside = x * 2
        with no_grad():
            pass
        assert not records(), "an inner no_grad switched recording on again"
        weight = Tensor([1.0], requires_grad=True)
    assert (inside.requires_grad, inside.node) == (False, None)
    assert weight.requires_grad
    assert records()
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert records(), "an error left recording switched off"


def test_a_function_that_it_decorates():
    """A function that measures is switched off wherever it is called, also by itself."""

    @no_grad()
    def measured(depth):
        return records() if depth == 0 else measured(depth - 1) or records()

    assert not measured(3)
    assert records()


def test_one_object_entered_several_times():
    """`quiet = no_grad()` kept and used again would leave recording off for ever."""
    quiet = no_grad()
    for _ in range(2):
        with quiet, quiet:
            with quiet:
                assert not records()
            assert not records()
        assert records()


@pytest.mark.parametrize("shared", [False, True])
def test_each_thread_for_itself(shared):
    """Measuring in one thread would silently stop the training in another."""
    one = no_grad()
    barrier = threading.Barrier(2, timeout=10)
    seen = {"enters first": [], "enters second": []}

    def meet(name, entered):
        barrier.wait()
        seen[name].append(records() is not entered)
        barrier.wait()

    def first():
        with one if shared else no_grad():
            meet("enters first", True)
            meet("enters first", True)
        meet("enters first", False)
        meet("enters first", False)

    def second():
        meet("enters second", False)
        with one if shared else no_grad():
            meet("enters second", True)
            meet("enters second", True)
        meet("enters second", False)

    with no_grad():  # a thread starts with recording on, whatever its maker does
        threads = [threading.Thread(target=run) for run in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not records()
    assert seen == {"enters first": [True] * 4, "enters second": [True] * 4}
    assert records()
