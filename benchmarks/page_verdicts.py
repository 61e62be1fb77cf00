"""How long a page takes to its first verdict in a browser, to later ones, and to the end of a hang.

    tito site public --runtime FOLDER
    python -m benchmarks.page_verdicts public

It needs Chromium and Playwright. The times are seen from inside of the page: from its opening, or
from the last key, to the words in the live region.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import os
import shutil
import threading
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from proof.learner_files import learner_files

QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
#: Seconds from the page's own beginning until its verdict says how many checks pass.
FIRST = """() => new Promise((done) => {
    const look = () => /checks? pass|has no|fails/.test(
        document.querySelector('[role=status][aria-label=Verdict]')?.textContent ?? '')
        ? done(performance.now() / 1000) : setTimeout(look, 5);
    look();
})"""
LATER = """(text) => new Promise(async (done) => {
    const { Engine } = await import('./_static/tito-browser.js');
    window.engine ??= new Engine('./', 'layers', () => undefined);
    const began = performance.now();
    const given = { lesson: 'layers', text, seed: null, explain: false };
    await window.engine.ask('test', given);
    done((performance.now() - began) / 1000);
})"""
LATERS = {
    "right": "abc_style",
    "one mistake": "no_gradient_for_bias",
    "stub": "untouched_stub",
    "syntax error": "syntax_missing_colon",
    "a hang": "loop_in_forward",
    "right, after it": "abc_style",
}


class Silent(http.server.SimpleHTTPRequestHandler):
    """A plain host of files."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def first(context: BrowserContext, address: str) -> tuple[float, Page]:
    """Open a page: the seconds to its first verdict."""
    page = context.new_page()
    page.set_default_timeout(0)
    page.goto(address)
    return page.evaluate(FIRST), page


def main() -> None:
    """Print the figures of one site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    site: Path = parser.parse_args().site
    handler = functools.partial(Silent, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/layers.html"
    sent = {path.name: path.stat().st_size for path in sorted((site / "_runtime").iterdir())}
    print(f"Python as it lies on the host: {sum(sent.values()) / 1e6:.1f} MB")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=QUIET.split()
        )
        context = browser.new_context()
        cold, page = first(context, address)
        page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        page.close()
        warm, page = first(context, address)
        page.close()
        context.set_offline(True)
        offline, page = first(context, address)
        print(
            f"first verdict: empty cache {cold:.2f} s, warm {warm:.2f} s, offline {offline:.2f} s"
        )
        files = learner_files("layers")
        page.evaluate(LATER, files.content("abc_style").decode())
        for what, name in LATERS.items():
            page.wait_for_timeout(3000)  # a person thinks; the spare gets ready
            print(f"{what}: {page.evaluate(LATER, files.content(name).decode()):.2f} s")
        browser.close()
    server.shutdown()
    if hasattr(os, "getloadavg"):
        print(f"the machine's load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
