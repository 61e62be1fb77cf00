"""``tito open``: the lesson in the browser, with the learner's own file in it."""

from __future__ import annotations

import importlib.util
import os
import secrets
import signal
import sys
import threading
import webbrowser
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.cli.common import known_lesson, lesson_in_hand
from tito.doctor.installed import extra
from tito.learner import WorkspaceError, find_workspace
from tito.say.terminal import command, short_path

if TYPE_CHECKING:
    import socket

    from tito.lesson.model import Lesson
    from tito.page.desk import Desk
    from tito.page.running import Running

#: Tried first, so that a browser knows the page again; any other where it is taken.
PORT = 8642
PORTS = click.IntRange(0, 65535)
PORTS.name = "port"
_NEEDED = ("starlette", "uvicorn", "sphinx", "myst_parser", "math_core")


@click.command()
@click.argument("lesson", required=False, callback=known_lesson)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--port", type=PORTS, help="Serve at this port.")
def open(lesson: str | None, no_browser: bool, port: int | None) -> int:  # noqa: A001
    """Open the lesson in your browser, with your own file in it.

    What you type there is written to your file and tested; what you save in another editor
    appears there. It is served to this machine alone, until you press Ctrl-C. LESSON is the
    lesson in hand if you do not name one.

    \b
    tito open
    tito open layers --no-browser    print the address only

    The exit code is 0 when it was ended, and 1 if it could not be begun.
    """
    _need_extra()
    from tito.cli.watching.loop import be_quick
    from tito.learner.files import reason
    from tito.lesson.model import load_lesson
    from tito.page.desk import Desk
    from tito.page.running import Running, noted, running
    from tito.page.server import app_of, serve
    from tito.page.waiting import Waiting

    chosen, workspace = load_lesson(lesson or lesson_in_hand()), find_workspace()
    waiting = Waiting()
    desk = Desk(waiting.examine, workspace)
    try:
        found = running(workspace.folder)
    except RuntimeError as error:
        raise _no_place("You have no home folder here") from error
    path = workspace.file(chosen.filename)
    if found is not None:
        _begin(desk, chosen, path)
        click.echo("It is open already:")
        _show(found, chosen.name, no_browser)
        return 0
    listener = _listener(port)
    _begin(desk, chosen, path)
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    server = Running(listener.getsockname()[1], secrets.token_urlsafe(24))
    try:
        pages, stack = _pages(), ExitStack()
        stack.enter_context(noted(workspace.folder, server))
    except OSError as error:
        listener.close()
        raise _no_place(f"{error.filename} cannot be written: {reason(error)}") from error
    with stack:
        stack.callback(waiting.end)
        be_quick()
        waiting.get_ready(chosen)
        app = partial(app_of, desk, pages, server.port, server.token, first=f"/{chosen.name}.html")
        _show(server, chosen.name, no_browser)
        serve(listener, lambda ended: app(ended=ended))
    click.echo()
    return 0


def _no_place(why: str) -> WorkspaceError:
    """What to do where the pages and the note of what runs cannot be kept."""
    variable = "LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME"
    return WorkspaceError(
        f"{why}. Tito keeps the built pages there: to keep them elsewhere, set {variable} to a "
        "folder that you may write, then try again."
    )


def _begin(desk: Desk, lesson: Lesson, path: Path) -> None:
    if desk.begin(lesson):
        click.echo(f"Wrote {short_path(path)}")


def _show(server: Running, lesson: str, no_browser: bool) -> None:
    """Open the browser, and print the address: the last line."""
    address = server.address(lesson)
    if not no_browser:
        threading.Thread(target=_open_browser, args=[address], daemon=True).start()
        click.echo("Ctrl-C ends it. If no browser opens, its address is:")
    click.echo(address)
    sys.stdout.flush()


def _open_browser(address: str) -> None:
    """In a window of its own: a browser that would take this terminal is none."""
    with suppress(webbrowser.Error):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(address)


def _listener(port: int | None) -> socket.socket:
    """A socket at this port; without one at the usual port, or any. WorkspaceError if taken."""
    from tito.page.server import listen

    try:
        return listen(PORT if port is None else port)
    except OSError as error:
        if port is None:
            return listen(0)
        why = (error.strerror or str(error)).lower()
        raise WorkspaceError(
            f"Port {port} cannot be used: {why}. Name another, or none, and one is found:\n"
            f"  {command()} open"
        ) from error


def _pages() -> Path:
    """The built pages: made where they are not there yet, or of other texts."""
    from tito.page.pages import make, place_of_pages

    place = place_of_pages()
    if not place.is_dir():
        click.echo("Making the pages, once: that takes some seconds …")
        make(place)
    return place


def _need_extra() -> None:
    """WorkspaceError with the one command to type where the extra is not installed."""
    if not all(importlib.util.find_spec(name) for name in _NEEDED):
        raise WorkspaceError(
            f"The lesson as a page needs a few more packages. To install them:\n  {extra('page')}"
        )
