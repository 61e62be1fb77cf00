"""The server on this machine: the built pages, the desk behind a token, news of the file."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import socket
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, cast

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tito.learner.saves import Saves
from tito.page.desk import CannotDo, Desk, UnknownFunction

HOST = "127.0.0.1"
MOST_BYTES = 1 << 19
_LOOK_S, _BEAT_S = 0.1, 15.0
_REST_S = 0.05  # the first bytes of a save may be there before the rest
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class Gate:
    """Lets in who names this server by its own address, comes from its own pages, has the cookie.

    A name that was made to point here, another page, and another program's page on this machine
    are refused, and so is any request without the token. All answers have the headers that a page
    needs to be safe.
    """

    def __init__(self, app: ASGIApp, port: int, token: str, first: str) -> None:
        self.app, self.token, self.first = app, token, first
        self.host, self.origin = f"{HOST}:{port}", f"http://{HOST}:{port}"
        self.cookie = f"tito-{port}"  # a cookie knows no ports: another folder's server has another

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                fixed = [(k.lower().encode(), v.encode()) for k, v in _HEADERS.items()]
                message["headers"] = [*message["headers"], *fixed]
            await send(message)

        request = Request(scope)
        answer = self.answer_to(request)
        return await (answer or self.app)(scope, receive, send_on)

    def answer_to(self, request: Request) -> Response | None:
        """A refusal, or the way in for who has the token; None for who may pass."""
        headers = request.headers
        site = headers.get("sec-fetch-site", "same-origin")
        foreign = headers.get("origin", self.origin) != self.origin
        if headers.getlist("host") != [self.host] or foreign:
            return _refusal(f"This is {self.origin}, and answers its own pages alone.")
        if request.method == "POST" and not ("origin" in headers and site == "same-origin"):
            return _refusal("Only this server's own pages may ask.")
        if request.url.path == "/alive":
            return None
        if request.method == "GET" and _same(request.query_params.get("token", ""), self.token):
            page = request.url.path.lstrip("/")
            answer = RedirectResponse(f"/{page}" if page else self.first, 303)
            # A "strict" one is not sent where the address was pressed in a page: a terminal in one.
            answer.set_cookie(self.cookie, self.token, path="/", httponly=True, samesite="lax")
            return answer
        if not _same(request.cookies.get(self.cookie, ""), self.token):
            return _refusal("Open this page with the address that `tito open` printed.")
        return None


def _refusal(sentence: str) -> Response:
    return _answer({"error": sentence}, 403)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _answer(data: object, status: int = 200) -> Response:
    """Half a character of a broken text is ASCII in JSON, and comes back as it was."""
    return Response(json.dumps(data), status, media_type="application/json")


class _Pages(StaticFiles):
    """The built pages, which ask the desk of this server and not one in the browser."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if not path.endswith(".html"):
            return await super().get_response(path, scope)
        full, found = await run_in_threadpool(self.lookup_path, path)
        if scope["method"] not in ("GET", "HEAD") or found is None:
            raise HTTPException(404 if found is None else 405)
        text = await run_in_threadpool(Path(full).read_text, "utf-8")
        return HTMLResponse(text.replace("<body", '<body data-transport="desk"', 1))


def app_of(
    desk: Desk,
    pages: Path,
    port: int,
    token: str,
    *,
    first: str = "/index.html",
    ended: Callable[[], bool] = lambda: False,
) -> ASGIApp:
    """The server's program. ``first`` is the page that the token leads to.

    News of files stop once it has ``ended``.
    """

    async def ask(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _answer({"error": "What is asked is JSON."}, 415)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return _answer({"error": "That is too large for a lesson's file."}, 413)
        try:
            asked = json.loads(body)
            if not isinstance(asked, dict):
                raise ValueError
        except (ValueError, RecursionError):
            return _answer({"error": "What is asked is a JSON object."}, 400)
        try:
            name = request.path_params["function"]
            return _answer(
                await run_in_threadpool(desk.ask, name, cast("dict[str, object]", asked))
            )
        except CannotDo as error:
            return _answer({"error": str(error)}, 400)
        except UnknownFunction:
            return _answer({"error": "The desk has no such function."}, 404)
        except Exception:
            traceback.print_exc()
            return _answer({"error": "A fault of tito's own: the terminal says more."}, 500)

    async def events(request: Request) -> Response:
        lesson = request.query_params.get("lesson", "")
        try:
            await run_in_threadpool(desk.file, lesson)
        except CannotDo as error:
            return _answer({"error": str(error)}, 400)
        news = _news(desk, lesson, ended)
        return StreamingResponse(news, media_type="text/event-stream")

    async def alive(request: Request) -> Response:
        return Response(proof_of(token, request.query_params.get("to", "")))

    app = Starlette(
        routes=[
            Route("/alive", alive),
            Mount(
                "/desk",
                routes=[Route("/events", events), Route("/{function}", ask, methods=["POST"])],
            ),
            Mount("/", _Pages(directory=pages)),
        ]
    )
    return Gate(app, port, token, first)


async def _news(desk: Desk, lesson: str, ended: Callable[[], bool]) -> AsyncIterator[str]:
    """The file at once, and whenever it is another; a beat in between."""
    file = await run_in_threadpool(desk.file, lesson)
    yield _event(file)
    loop, saved = asyncio.get_running_loop(), asyncio.Event()

    def tell(_kind: str, _sha256: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(saved.set)

    saves = Saves(Path(file["path"]), tell)
    saves.start()
    try:
        quiet_s = 0.0
        while not ended():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(saved.wait(), _LOOK_S)
                await asyncio.sleep(_REST_S)
            told, quiet_s = file["sha256"], quiet_s + _LOOK_S
            if saved.is_set():
                saved.clear()
                with contextlib.suppress(CannotDo):
                    file = await run_in_threadpool(desk.file, lesson)
            if file["sha256"] != told:
                yield _event(file)
            elif quiet_s > _BEAT_S:
                quiet_s = 0.0
                yield ": still here\n\n"
    finally:
        saves.stop()


def _event(file: Mapping[str, Any]) -> str:
    return f"event: file\ndata: {json.dumps(file)}\n\n"


def proof_of(token: str, challenge: str) -> str:
    """What only who has the token can answer; it does not tell the token."""
    return hmac.new(token.encode(), challenge.encode(), hashlib.sha256).hexdigest()


def listen(port: int) -> socket.socket:
    """A socket on this machine's own address; port 0 is any. OSError where it is taken."""
    listener = socket.socket(socket.AF_INET)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows lets others share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # pyright: ignore
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def serve(listener: socket.socket, make: Callable[[Callable[[], bool]], ASGIApp]) -> None:
    """Serve until the process is told to end; ``make`` is told how to see that it does."""
    server: uvicorn.Server
    app = make(lambda: server.should_exit)
    config = uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        http="h11",
        loop="asyncio",
        server_header=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=60,
    )
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
