"""A plain host of files, with Python for the browser in them."""

import functools
import http.server
import os
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from tito.page import runtime

RUNTIME = Path(os.environ.get("TITO_RUNTIME", Path(__file__).parents[2] / ".runtime"))


def put_python(folder):
    """Put the parts of Python into a site. Who asks is skipped where there are none."""
    if not all((RUNTIME / name).exists() for name in runtime.PARTS):
        pytest.skip("There is no runtime folder: web/runtime.py fills one.")
    runtime.install(RUNTIME, folder)


@contextmanager
def host_of(folder, policy=None):
    """The address at which the folder's files are given out, with the policy if there is one."""

    class Files(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def end_headers(self):
            if policy:
                self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *_):
            pass

    handler = functools.partial(Files, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
