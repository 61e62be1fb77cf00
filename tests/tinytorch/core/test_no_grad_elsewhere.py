"""no_grad in generators, coroutines and threads: it holds for what runs inside of it, alone."""

import asyncio
import contextlib
import threading

import pytest

from tinytorch import Tensor, no_grad


def records():
    return (Tensor([2.0], requires_grad=True) * 2).requires_grad


def pieces():
    with no_grad():
        yield records()
        yield records()
    yield records()


@no_grad()
def decorated():
    got = yield records()
    yield got
    return records()


def test_a_generator_keeps_it_to_itself():
    """Whoever loops over measured batches, and trains, would train nothing."""
    assert [(inside, records()) for inside in pieces()] == [
        (False, True),
        (False, True),
        (True, True),
    ]


def test_a_generator_that_is_dropped_leaves_nothing_behind():
    """A loop that ends with `break` would leave recording off for ever."""
    for _ in pieces():
        break
    assert records()


def test_generators_and_blocks_end_in_any_order():
    """One that ends late would switch recording on, or off, for the others."""
    first, second = pieces(), pieces()
    next(first), next(second)
    assert list(first) == [False, True]
    assert records()
    with no_grad():
        assert list(second) == [False, False]
        assert not records()
    assert records()


def test_a_generator_that_it_decorates():
    """PyTorch's decorator holds for the generator's own lines, too."""
    generator = decorated()
    assert next(generator) is False
    assert records()
    assert generator.send("sent") == "sent"
    with pytest.raises(StopIteration) as end:
        next(generator)
    assert end.value.value is False
    assert records()


def test_a_function_that_returns_a_generator():
    """Its lines run after the function has returned."""
    several = no_grad()(lambda: (records() for _ in range(2)))
    assert list(several()) == [False, False]


def test_a_context_manager_made_of_a_generator():
    """It stands for the block of whoever enters it."""

    @contextlib.contextmanager
    def quiet():
        with no_grad():
            yield

    with quiet():
        assert not records()
        assert list(pieces()) == [False, False, False]
        assert not records()
    assert records()


@pytest.fixture
def quiet_fixture():
    with no_grad():
        yield


def test_a_fixture_of_pytest(quiet_fixture):
    """A test that asks for it means its own lines."""
    assert not records()


def test_tasks_of_asyncio_leave_each_other_alone():
    """A server that answers in one task would stop the training in another."""

    @no_grad()
    async def measured():
        before = records()
        await asyncio.sleep(0)
        return before, records()

    async def block():
        with no_grad():
            before = records()
            await asyncio.sleep(0)
            return before, records()

    @contextlib.asynccontextmanager
    async def quiet():
        with no_grad():
            yield

    async def managed():
        async with quiet():
            before = records()
            await asyncio.sleep(0)
            return before, records()

    async def trained():
        seen = []
        for _ in range(3):
            seen.append(records())
            await asyncio.sleep(0)
        return all(seen)

    async def several():
        with no_grad():  # the tasks that begin inside are inside
            return await asyncio.gather(block(), measured())

    async def batches():
        with no_grad():
            for _ in range(2):
                yield records()
                await asyncio.sleep(0)

    async def looped():
        return [(inside, records()) async for inside in batches()]

    async def main():
        return await asyncio.gather(
            trained(), measured(), trained(), block(), managed(), several(), looped(), trained()
        )

    off = (False, False)
    wanted = [True, off, True, off, off, [off, off], [(False, True)] * 2, True]
    assert asyncio.run(main()) == wanted
    assert records()


def test_an_asynchronous_generator_is_refused():
    """What it is sent would be lost on the way; a block inside of it holds."""

    async def batches():
        yield 1

    with pytest.raises(TypeError, match="got an asynchronous generator"):
        no_grad()(batches)


def test_a_generator_that_another_thread_ends():
    """The thread that began it would stay without a graph for ever."""
    generator = pieces()
    next(generator)
    seen = []

    def end():
        seen.extend(generator)
        seen.append(records())

    thread = threading.Thread(target=end)
    thread.start()
    thread.join()
    assert seen[-1]
    assert records()
