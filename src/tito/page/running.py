"""Which server runs for a learner's folder: a file that its owner alone can read."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tito.learner.folder import state_folder
from tito.page.server import HOST, proof_of

_PATIENCE_S = 2.0


@dataclass(frozen=True)
class Running:
    """A server that runs: where, and what lets one in."""

    port: int
    token: str

    def address(self, lesson: str) -> str:
        """What to open in a browser to come to a lesson."""
        return f"http://{HOST}:{self.port}/{lesson}.html?token={self.token}"

    @property
    def answers(self) -> bool:
        """Whether it does run, and is not another program that has its port by now.

        Whoever answers is not told the token.
        """
        challenge = secrets.token_hex(16)
        connection = http.client.HTTPConnection(HOST, self.port, timeout=_PATIENCE_S)
        try:
            connection.request("GET", f"/alive?to={challenge}")
            said = connection.getresponse().read(100)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return secrets.compare_digest(said, proof_of(self.token, challenge).encode())


def running(folder: Path) -> Running | None:
    """The server that runs for this folder; None where there is none, or only its file."""
    server = _noted_last(folder)
    return server if server and server.answers else None


@contextmanager
def noted(folder: Path, server: Running) -> Generator[None]:
    """Let ``running`` find this server as long as it runs. OSError where that cannot be noted."""
    place = _place(folder)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = place.with_suffix(f".{secrets.token_hex(4)}")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"port": server.port, "token": server.token}, file)
    os.replace(aside, place)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if _noted_last(folder) == server:  # and not one that was begun while this one slept
                place.unlink()


def _noted_last(folder: Path) -> Running | None:
    try:
        found = json.loads(_place(folder).read_bytes())
        return Running(int(found["port"]), str(found["token"]))
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def _place(folder: Path) -> Path:
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return state_folder() / "open" / f"{name}.json"
