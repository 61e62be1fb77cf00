"""A watch from its first screen to its last: threads, signals and the terminal around the loop."""

from __future__ import annotations

import gc
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tito.cli.watching.events import Event, Events, Keyboard, signals_to
from tito.cli.watching.screen import Display
from tito.engine.run import Ahead
from tito.learner import find_workspace
from tito.learner.hints import hint_lines, next_hint
from tito.learner.keeping import keep_tested, passed_before
from tito.learner.saves import Saves
from tito.learner.versions import Versions
from tito.say.report import HEIGHT
from tito.say.terminal import Screen, short_path
from tito.say.watch import WatchPage, change

if TYPE_CHECKING:
    from tito.engine.bench import Bench
    from tito.engine.report import Report
    from tito.lesson.model import Lesson

KEYS = "h hint   n next   a all   r again   q quit"
SHORTENED = KEYS.replace("a all", "a all (this is shortened)")
_SWITCH_S = 0.001


def session(lesson: Lesson, path: Path, seed: int | None) -> int:
    """Watch the file until the person leaves; the exit code."""
    _ = lesson.misconceptions
    if any(check.measure for check in lesson.checks):
        _ = lesson.measures
    be_quick()
    events = Events()
    display, keyboard, saves = Display(), Keyboard(events), Saves(path, events.put)

    def lay_down() -> None:
        display.leave()
        keyboard.give_back()

    def take_up() -> None:
        keyboard.take()
        display.enter()

    watch = Watch(lesson, path, events, display, keyboard.works, seed)
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


def be_quick() -> None:
    """What makes answers late in a process that lives for hours: pauses for garbage, long turns.

    Garbage is looked for when a verdict has been drawn; a save is noticed while something is
    computed. No warning may write over the screen.
    """
    warnings.simplefilter("ignore")
    gc.collect()
    gc.freeze()
    gc.disable()
    sys.setswitchinterval(_SWITCH_S)


HALF_S = 0.04  # a text that cannot be tested may be half of one: so long the rest may take
LONG_S = 0.4  # from here on a person wants to know that something goes on


class _Interrupted(Exception):
    """What is being tested is no longer the text, or nobody waits for it."""


class Watch:
    """One file under watch; ``seed`` repeats the numbers of one run in each."""

    def __init__(
        self,
        lesson: Lesson,
        path: Path,
        events: Events,
        display: Display,
        keys: bool,
        seed: int | None,
    ) -> None:
        self.lesson, self.path, self.seed = lesson, path, seed
        self.events, self.display, self.keys = events, display, keys
        self.page: WatchPage | None = None
        self.whole: Report | None = None  # the last one of a text that could be tested
        self.lines: list[str] = []
        self.scroll: int | None = None
        self.note = ""
        self._last: Bench | None = None
        self._busy_since: float | None = None
        self.ahead = Ahead(lesson, seed)
        self.steps = self.ahead.steps(None, None)

    def run(self) -> int:
        """Until the person leaves; the exit code."""
        if self.display.full:
            screen = Screen.of(sys.stdout)
            self.show([screen.cut(f"Testing {short_path(self.path)} …", screen.width)])
        elif self.keys:
            self.show([f"Keys: {KEYS}"])
        try:
            while True:
                event = self._next_event()
                if event.kind == "leave":
                    return int(event.value)
                if event.kind == "key" and event.value == "q":
                    return 0 if self.page and self.page.report.ok else 1
                self._act(event)
        finally:
            self.ahead.end()

    def _next_event(self) -> Event:
        """The next event; until it comes, the next run is made ready."""
        while (event := self.events.get(0)) is None:
            try:
                if next(self.steps, self) is self:
                    break
            except _Interrupted:  # by a save, whose event is next
                break
        while event is None:  # Windows lets no signal through a wait without end
            event = self.events.get(0.25)
        return event

    def _act(self, event: Event) -> None:
        match event.kind, event.value:
            case "saved", text:
                if self.page is None or text != self.page.report.sha256 or self._busy_since:
                    self._test(event.moment)
            case "gone", _:
                self._say_gone()
            case "key", "r":
                self._test(event.moment)
            case "key", key if self.page is not None:
                self._press(key, self.page)
            case "resized", _ if self.display.full:
                if self.page is not None and self.scroll is None:
                    self._show_page(self.page)
                else:
                    self.show(self.lines)
            case _:
                return

    def _test(self, moment: float) -> None:
        """Test the file as it is now. A save meanwhile ends this run; its event is the next."""
        self.events.urgent, self._busy_since = False, time.monotonic()
        stands: list[WatchPage] = []

        def settled(report: Report) -> None:
            if self.display.full:
                seconds = time.monotonic() - moment
                stands.append(self._page_of(replace(report, seconds=seconds)))
                self._show_page(stands[0])

        try:
            report = self.ahead.run(self.path, moment, self._interrupt, settled)
            give_up = time.monotonic() + HALF_S
            while report.error is not None and time.monotonic() < give_up:
                self._interrupt()
                time.sleep(0.002)
        except _Interrupted:
            self._get_ready()
            return
        self._busy_since = None
        if stands:  # only advice is new
            report.seconds = stands[0].report.seconds
            self._show_page(replace(stands[0], report=report))
        else:
            self._show_page(self._page_of(report))
        if sentence := keep_tested(report):
            self._say(sentence)
        self._get_ready()

    def _interrupt(self) -> None:
        if self.events.urgent:
            raise _Interrupted
        if self._busy_since and time.monotonic() - self._busy_since > LONG_S:
            self._busy_since = float("inf")  # say it once
            self.display.foot(Screen.of(sys.stdout).clean("Testing …"))

    def _get_ready(self) -> None:
        """A fresh seed and a fresh worker, if the last ones were used; garbage is looked for."""
        if self.ahead.used:
            self._last = self.ahead.bench
            self.ahead = Ahead(self.lesson, self.seed)
            gc.collect()
        first = self.page.report.first if self.page else None
        self.steps: Iterator[None] = self.ahead.steps(self._last, first.part if first else None)

    def _page_of(self, report: Report) -> WatchPage:
        last = passed_before(report)
        page = WatchPage(report, Screen.of(sys.stdout), self.lesson.tasks, before=last)
        if not report.tested:
            return page
        before, self.whole = self.whole, report
        return replace(page, change=change(before, report)) if before else page

    def _press(self, key: str, page: WatchPage) -> None:
        match key:
            case "a" if self.scroll is None:
                self.scroll = 0
                self.show(page.all_lines())
            case "n":
                self._show_page(replace(page, turn=page.turn + 1))
            case "h":
                self._show_hint(page)
            case "on" | "down" | "back" | "up" if self.scroll is not None:
                height = self.display.height - 2
                far = {"on": height, "back": -height, "down": 1, "up": -1}[key]
                self.scroll = max(min(self.scroll + far, len(self.lines) - height), 0)
                self.show(self.lines)
            case "a" | "close":
                self._show_page(page)
            case _:
                return

    def _show_page(self, page: WatchPage) -> None:
        """The page in the terminal's present size."""
        self.page = page = replace(page, screen=Screen.of(sys.stdout))
        self.scroll = None
        notes = [self.note] if self.note else []
        room = self.display.height - 1 - len(notes) if self.display.full else HEIGHT
        lines, shortened = page.fitted(room)
        self.show([*lines, *notes], SHORTENED if shortened else KEYS)

    def _show_hint(self, page: WatchPage) -> None:
        hint = next_hint(find_workspace(self.path.parent), self.lesson, page.report)
        if hint is None:
            text = "Nothing needs a hint." if page.report.ok else "There is no hint on this."
            self._say(text)
            return
        lines = [page.first(), "", *hint_lines(hint, page.screen)]
        solution = f"{page.screen.command} hint {hint.exercise} --solution"
        last = f"That is all. The reference's own lines: {solution}" if hint.last else None
        for words in filter(None, (last, hint.note)):
            lines += ["", *page.screen.wrap(words, page.screen.width)]
        lines = "\n".join(lines).split("\n")
        self.scroll = max(len(lines) - self.display.height + 2, 0)  # the new hint stands last
        self.show(lines)

    def _say(self, sentence: str) -> None:
        """A sentence below the page, until the next save."""
        if self.page is not None:
            self.note = self.page.screen.cut(sentence, self.page.screen.width)
            self._show_page(self.page)
            self.note = ""

    def _say_gone(self) -> None:
        screen, name = Screen.of(sys.stdout), self.lesson.name
        named = name != find_workspace(self.path.parent).lesson
        way = f"begin the lesson, in another terminal: {screen.command} start"
        way += f" {name}" if named else ""
        if Versions(self.path.parent).list(self.path.name):
            way = f"bring it back, in another terminal: {screen.command} restore"
            way += f" --lesson {name}" if named else ""
        lines = [f"There is no file {short_path(self.path)} now.", ""]
        lines += ["It will be tested as soon as it is there.", f"To {way}"]
        self.page = self.scroll = None
        self.show([part for line in lines for part in screen.wrap(line, screen.width)])

    def show(self, lines: list[str], keys: str = KEYS) -> None:
        """Draw these lines, the part of them that is scrolled to, with the keys below."""
        self.lines = lines
        screen, height = Screen.of(sys.stdout), self.display.height - 2
        foot = keys if self.keys else "Ctrl-C ends."
        if self.scroll is not None and self.display.full:
            first, lines = self.scroll, lines[self.scroll : self.scroll + height]
            if len(self.lines) > height:
                where = f"{first + 1} to {first + len(lines)} of {len(self.lines)}"
                more = "space goes on" if first + len(lines) < len(self.lines) else "up goes back"
                foot = f"{more}, a closes   {where}"
            elif self.keys:
                foot = KEYS.replace("a all", "a close")
        self.display.draw(lines, screen.paint(screen.cut(foot, screen.width), "dim"))
