"""A server on this machine for tests of downloads: it gives files, or misbehaves as told."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """``files`` by name; ``behaviour`` is what it does with each request; ``asked`` are names."""

    def __init__(self, files, behaviour="gives"):
        self.files, self.behaviour, self.asked = files, behaviour, []
        self.closing = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/mnist"


@contextlib.contextmanager
def serving(files, behaviour="gives"):
    """A server that answers on this machine until the block is left."""
    server = Server(files, behaviour)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            with contextlib.suppress(OSError):
                answer(server, self)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.port = http.server_address[1]
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield server
        finally:
            server.closing.set()
            http.shutdown()


def answer(server, request):
    name = request.path.rpartition("/")[2]
    server.asked.append(name)
    content = server.files.get(name, b"")
    match server.behaviour:
        case "gives":
            send(request, content)
        case "redirects":
            there = request.path.startswith("/there/")
            send(request, content, *([] if there else [302, ("Location", f"/there/{name}")]))
        case "circles":
            send(request, b"", 302, ("Location", request.path))
        case "gives a page":
            send(request, b"<!DOCTYPE html><title>Log in</title>")
        case "unpacks":
            send(request, content, 200, ("Content-Encoding", "gzip"))
        case "knows nothing":
            send(request, b"not here", 404)
        case "is broken":
            send(request, b"", 503)
        case "breaks off":
            send(request, content[: len(content) // 2], 200, ("Content-Length", len(content)))
        case "never ends":
            request.send_response(200)
            request.end_headers()
            while not server.closing.is_set():
                request.wfile.write(bytes(1000))
        case "says nothing":
            server.closing.wait(20)


def send(request, content, status=200, *headers):
    request.send_response(status)
    if not any(name == "Content-Length" for name, _ in headers):
        headers += (("Content-Length", len(content)),)
    for name, value in headers:
        request.send_header(name, str(value))
    request.end_headers()
    request.wfile.write(content)
