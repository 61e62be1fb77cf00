"""A watch from its first screen to its last: threads, signals and the terminal around the loop."""

from __future__ import annotations

import gc
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from tito.watching.display import Display
from tito.watching.events import Events
from tito.watching.keys import Keyboard
from tito.watching.loop import Watch
from tito.watching.saves import Saves
from tito.watching.signals import signals_to

if TYPE_CHECKING:
    from tito.engine.lesson import Lesson

_SWITCH_S = 0.001


def session(lesson: Lesson, path: Path, seed: int | None) -> int:
    """Watch the file until the person leaves; the exit code."""
    _ = lesson.misconceptions, lesson.measures
    _be_quick()
    events = Events()
    display, keyboard, saves = Display(), Keyboard(events), Saves(path, events)

    def lay_down() -> None:
        display.leave()
        keyboard.give_back()

    def take_up() -> None:
        keyboard.take()
        display.enter()

    watch = Watch(lesson, path, events, display, keys=keyboard.works, seed=seed)
    with signals_to(events, lay_down, take_up):
        try:
            display.enter()
            keyboard.start()
            saves.start()
            return watch.run()
        except OSError:  # the terminal is gone
            return 129
        finally:
            saves.stop()
            keyboard.stop()
            display.leave()


def _be_quick() -> None:
    """What makes answers late in a process that lives for hours: pauses for garbage, long turns.

    Garbage is looked for when a verdict has been drawn; a save is noticed while something is
    computed. No warning may write over the screen.
    """
    warnings.simplefilter("ignore")
    gc.collect()
    gc.freeze()
    gc.disable()
    sys.setswitchinterval(_SWITCH_S)
