"""The line of progress: on terminals alone, plain, as wide as they are, and seldom written."""

import io
import re

import numpy as np
import pytest

from tests.tinytorch.training.recipes import train
from tinytorch.training import Progress
from tinytorch.training import callbacks as progress
from tinytorch.training.callbacks import Epoch, Run


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    encoding = "ascii"

    def isatty(self):
        return True


def lines(stream):
    """What was on the line, one after the other."""
    return stream.getvalue().replace("\n", "").split("\r")[1:]


def test_nothing_is_written_where_nobody_looks(capsys):
    """A log would fill with half lines."""
    train("adam", progress=True)
    train("adam", progress=Progress(io.StringIO()))
    train("adam", progress=Progress(Terminal(), live=False))
    assert capsys.readouterr() == ("", "")
    assert progress.is_live(None) is False


def test_a_terminal_has_one_line_that_ends_with_what_came_of_it(monkeypatch):
    """Who looks away for a while wants to see how far it is, and how it went."""
    monkeypatch.setattr(progress, "EVERY_S", 0)
    stream = Terminal()
    train("early", progress=Progress(stream))
    first, *_, last = lines(stream)
    assert first.startswith("[....................]   4%  epoch 1/5  loss ")
    assert first.rstrip().endswith("left")
    assert re.search(r"4 epochs  val\. loss [\d.]+  val\. accuracy [\d.]+ *$", last)
    assert stream.getvalue().isascii()
    assert stream.getvalue().endswith("\n")
    assert stream.getvalue().count("\n") == 1


def test_it_is_written_ten_times_a_second_at_most(monkeypatch):
    """Writing costs more than a step of a small network."""
    stream, clock = Terminal(), iter(np.arange(0, 100, 0.03))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    train("plain", progress=Progress(stream))
    assert len(lines(stream)) == 25 // 4 + 1


@pytest.mark.parametrize("width", [1, 5, 20, 40, 80, 200])
def test_it_fits_the_terminal(monkeypatch, width):
    """A line that is too long is wrapped, and each rewriting leaves one more behind."""
    monkeypatch.setattr(progress, "EVERY_S", 0)
    monkeypatch.setattr(progress, "width_of", lambda stream: width)
    stream = Terminal()
    train("early", progress=Progress(stream))
    assert max(map(len, lines(stream))) < width


def test_a_shorter_line_leaves_nothing_of_a_longer_one():
    """The end of the last line would read as part of this one."""
    stream = Terminal()
    line = progress.Line(Progress(stream), Run(None, None, 1, 1))
    line._write(["a long line"], "")
    line._write(["short"], "")
    assert lines(stream) == ["a long line", "short      "]


def test_a_closed_stream_ends_the_line_and_not_the_training():
    """A pager that was left, or a full disk, must not cost a night's training."""

    class Broken(Terminal):
        def write(self, text):
            raise BrokenPipeError

    _, history = train("adam", progress=Progress(Broken()))
    assert history.ended == "epochs"
    closed = Terminal()
    closed.close()
    assert train("adam", progress=Progress(closed, live=True))[1].ended == "epochs"


def test_after_an_error_the_cursor_is_on_a_line_of_its_own():
    """The traceback would begin in the middle of the bar."""

    def failing(run):
        raise RuntimeError

    stream = Terminal()
    with pytest.raises(RuntimeError):
        train("adam", progress=Progress(stream), callbacks=[failing])
    assert stream.getvalue().endswith("\n")


def test_a_notebooks_output_is_written_to():
    """ipykernel says that its output is no terminal, and rewrites lines all the same."""
    kind = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})
    assert progress.is_live(kind())


def test_times_are_as_people_read_them():
    """86400 s left is no time that anybody knows."""
    times = [progress.clock(seconds) for seconds in (0, 9.94, 59.7, 61, 3600, 86399)]
    assert times == ["0.0 s", "9.9 s", "1:00", "1:01", "1:00:00", "23:59:59"]


def test_a_resumed_training_does_not_count_steps_that_others_made():
    """The time that is left would be told too short by half."""
    run = Run(None, None, epochs=2, steps_per_epoch=50)
    run.history.losses = [1.0] * 60
    run.history.epochs = [Epoch(1, 1.0)]
    assert "40.0 s left" not in progress.going(run, 10.0, 50)
    assert progress.going(run, 10.0, 50)[-1] == "0:40 left"
