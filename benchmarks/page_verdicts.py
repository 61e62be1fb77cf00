"""How long a page takes to its first verdict in a browser, to later ones, and to the end of a hang.

    tito site public --runtime FOLDER
    python -m benchmarks.page_verdicts public

It needs Chromium and Playwright. The times are seen from inside of the page: from its opening, or
from the text, to the words of the verdict. The browser has a profile of its own, as a person's has:
it keeps what it compiled from the third opening on, which one that keeps nothing does not.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import os
import shutil
import tempfile
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
#: The same for a text that comes while another hangs.
NEWER = f"""async ([endless, text]) => {{
    const given = {{ lesson: 'layers', text: endless, seed: null, explain: false }};
    void window.engine.ask('test', given);
    await new Promise((done) => setTimeout(done, 1500));
    return ({LATER})(text);
}}"""
LATERS = {
    "right": "abc_style",
    "one mistake": "no_gradient_for_bias",
    "stub": "untouched_stub",
    "syntax error": "syntax_missing_colon",
    "a hang": "loop_in_forward",
    "right, after it": "abc_style",
    "the same mistake again": "no_gradient_for_bias",
}
THINKS_MS = 4000  # a person, between two texts: the spare gets ready, and the judge


class Silent(http.server.SimpleHTTPRequestHandler):
    """A plain host of files."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def first(context: BrowserContext, address: str, what: str) -> Page:
    """Open a page, and print the seconds to its first verdict."""
    page = context.new_page()
    page.set_default_timeout(0)
    page.goto(address)
    print(f"first verdict, {what}: {page.evaluate(FIRST):.2f} s")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_timeout(THINKS_MS)
    return page


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
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=shutil.which("chromium"), args=QUIET.split()
        )
        for what in ("empty cache", "second opening", "third opening"):
            first(context, address, what).close()
        context.set_offline(True)
        page = first(context, address, "offline")
        files = learner_files("layers")
        right = files.content("abc_style").decode()
        page.evaluate(LATER, right)
        for what, name in LATERS.items():
            page.wait_for_timeout(THINKS_MS)
            print(f"{what}: {page.evaluate(LATER, files.content(name).decode()):.2f} s")
        page.wait_for_timeout(THINKS_MS)
        endless = files.content("loop_in_forward").decode()
        print(f"right, while another hangs: {page.evaluate(NEWER, [endless, right]):.2f} s")
        context.close()
    server.shutdown()
    if hasattr(os, "getloadavg"):
        print(f"the machine's load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
