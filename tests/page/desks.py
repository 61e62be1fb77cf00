"""Texts of a learner's file, a desk that judges them, and what a page of HTML holds."""

import asyncio
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from starlette.types import ASGIApp

from tito.engine import examine
from tito.learner import stub_of
from tito.lesson.model import load_lesson

LAYERS = load_lesson("layers")
FILES = Path(__file__).parents[1] / "lessons" / "layers" / "files" / "right"
RIGHT = (FILES / "page.py").read_text(encoding="utf-8")
STUB = stub_of(LAYERS)
SUM = "output = output + self.bias"


def with_sum(line, text=RIGHT):
    """The right text with another line where the bias is added."""
    assert SUM in text
    return text.replace(SUM, line, 1)


TEXTS = {
    "right": RIGHT,
    "wrong": with_sum("output = output - self.bias"),
    "crash": with_sum("output = output + self.bais"),
    "hang": with_sum("import time; print('<script>still</script>'); time.sleep(60)"),
    "syntax error": with_sum("output = output +"),
    "empty": "",
    "stub": STUB,
    "import fails": "raise ValueError('<script>alert(1)</script>')\n" + RIGHT,
    "asks": with_sum("input('How many?')"),
}


def judged(lesson, source, seed, explain):
    """The verdict, with nothing made ready in the background."""
    return examine(lesson, source, seed=seed, explain=explain)


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.open, self.words = set(), set(), [], []
        self.feed(page)
        self.close()
        assert self.open == [], "an element is left open"

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data.split()


class Client:
    """Requests to a program, one after another, with the cookies that it sets."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        transport = httpx.ASGITransport(app)
        self._client = httpx.AsyncClient(transport=transport, base_url=address)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The whole answer."""
        return asyncio.run(self._client.request(method, path, **more))

    def get(self, path: str) -> httpx.Response:
        """As a browser asks for a page."""
        return self.ask("GET", path)
