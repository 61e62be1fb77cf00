"""From the pause to the verdict, as a page asks for it: `tito open`, and requests by HTTP.

    .venv/bin/python -m benchmarks.page_latency [ROUNDS]

Each round sends the seven texts of `watch_latency`, with a pause in between as a person makes it:
the text is saved and tested, as the page does when one stops typing. The time runs from before the
first request until the verdict has been read.
"""

from __future__ import annotations

import http.client
import json
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.watch_latency import PAUSE_S, TEXTS, numpy_ms, report, text_of

ROUNDS = 10


class Page:
    """A page's part of `tito open`."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tito.cli", "open", "layers", "--no-browser"]
        self.server = subprocess.Popen(
            [*command, "--port", "0"], cwd=folder, stdout=subprocess.PIPE, text=True
        )
        assert self.server.stdout
        address = next(line for line in self.server.stdout if line.startswith("http://"))
        self.host, self.token = re.findall(r"//(.*?)/.*token=(.*)", address)[0]
        self.connection = http.client.HTTPConnection(self.host)
        self.cookie = f"tito-{self.connection.port}={self.token}"
        self.base = self.ask("file", lesson="layers")["sha256"]

    def ask(self, function: str, **asked: object) -> Any:
        headers = {
            "Content-Type": "application/json",
            "Origin": f"http://{self.host}",
            "Cookie": self.cookie,
        }
        self.connection.request("POST", f"/desk/{function}", json.dumps(asked), headers)
        return json.loads(self.connection.getresponse().read())

    def verdict(self, text: str) -> str:
        """What is said of the text, once it has been saved."""
        self.base = self.ask("save", lesson="layers", text=text, base=self.base)["sha256"]
        found = self.ask("test", lesson="layers", text=text, seed=None, explain=False)
        return found["status"] + found["html"]

    def end(self) -> None:
        """Ctrl-C."""
        self.connection.close()
        self.server.send_signal(signal.SIGINT)
        self.server.wait(timeout=10)


def main() -> None:
    """Send, wait, send; then the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    times: dict[str, list[float]] = {name: [] for name in TEXTS}
    units: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        page = Page(Path(folder))
        stub = page.ask("stub", lesson="layers")["text"]
        page.verdict(text_of("right", stub))
        for _ in range(rounds):
            units.append(numpy_ms())
            for name, (_, words) in TEXTS.items():
                time.sleep(PAUSE_S)
                text, began = text_of(name, stub), time.perf_counter()
                found = page.verdict(text)
                times[name].append((time.perf_counter() - began) * 1000)
                if name != "right" and words not in found:
                    raise SystemExit(f"{words!r} is not in the verdict on {name}:\n{found}")
        page.end()
    report(times, statistics.median(units))


if __name__ == "__main__":
    main()
