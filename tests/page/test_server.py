"""The server on this machine: who is let in, what is given out, and `tito open` as it is typed."""

import http.client
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.page.desks import LAYERS, RIGHT, STUB, Client
from tests.page.test_desk import untested
from tito.learner import Workspace
from tito.learner.folder import state_folder
from tito.page.desk import Desk
from tito.page.pages import place_of_pages
from tito.page.running import Running, noted, running
from tito.page.server import MOST_BYTES, app_of

PORT, TOKEN = 8642, "the-token-of-this-test"
ORIGIN = f"http://127.0.0.1:{PORT}"
OURS = {"Origin": ORIGIN, "Content-Type": "application/json"}
PAGE = '<!DOCTYPE html><html><body class="lesson" data-lesson="layers">text</body></html>'


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    (folder / "_static").mkdir(parents=True)
    (folder / "layers.html").write_text(PAGE)
    (folder / "_static" / "tito.css").write_text("body {}")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "_static" / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def desk(tmp_path):
    found = Desk(untested, Workspace(tmp_path / "learner"))
    found.begin(LAYERS)
    return found


@pytest.fixture
def outside(desk, pages):
    """Somebody who does not have the token."""
    return Client(app_of(desk, pages, PORT, TOKEN, first="/layers.html"), ORIGIN)


@pytest.fixture
def page(outside):
    """Who came in by the address that was printed."""
    answer = outside.get(f"/?token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/layers.html")
    return outside


def ask(client, function, headers=OURS, **asked):
    return client.ask("POST", f"/desk/{function}", content=json.dumps(asked), headers=headers)


def test_the_address_lets_one_in_and_its_token_does_not_stay_in_it(outside):
    """Otherwise the token stands in the history, and in what one copies."""
    answer = outside.get(f"/layers.html?token={TOKEN}")
    assert answer.headers["location"] == "/layers.html"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert cookie.startswith(f"tito-{PORT}=")
    answer = outside.get("/layers.html")
    assert answer.text == PAGE.replace("<body", '<body data-transport="desk"')
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/layers.html", "/desk/events?lesson=layers", "/?token=no"])
def test_without_the_token_nothing_is_given_out(outside, path):
    """Otherwise any program on the machine reads what the learner writes."""
    answer = outside.get(path)
    assert answer.status_code == 403
    assert "tito open" in answer.json()["error"]
    assert ask(outside, "file", lesson="layers").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": f"localhost:{PORT}"},
        {"Host": "127.0.0.1:1"},
        {"Host": "127.0.0.1"},
        {"Origin": "http://evil.example"},
        {"Origin": f"http://localhost:{PORT}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_other_names_and_other_pages_are_refused(page, headers):
    """Otherwise a page from elsewhere, in the same browser, writes into the learner's file."""
    before = ask(page, "file", lesson="layers").json()["text"]
    asked = {"lesson": "layers", "text": "x = 1\n", "base": ""}
    answer = ask(page, "save", {**OURS, **headers}, **asked)
    assert answer.status_code == 403
    assert ask(page, "file", lesson="layers").json()["text"] == before


def test_what_does_not_say_where_it_comes_from_may_not_ask(page):
    """Otherwise an old browser's form from elsewhere passes."""
    kind = {"Content-Type": "application/json"}
    assert ask(page, "file", kind, lesson="layers").status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_asked(page, kind):
    """Otherwise a form of another page can be read as a question, without the browser asking."""
    headers = {**OURS, "Content-Type": kind}
    assert ask(page, "file", headers, lesson="layers").status_code == 415


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 400),
        (b"{", 400),
        (b"[" * 200_000, 400),
        (b"\xff", 400),
        (b" " * (MOST_BYTES + 1), 413),
        (b'{"lesson": "nothing"}', 400),
        (b'{"lesson": "layers", "more": 1}', 400),
    ],
)
def test_what_is_no_question_is_answered_by_a_sentence(page, body, status):
    """Otherwise a broken request ends in an error of Python's, or fills the memory."""
    answer = page.ask("POST", "/desk/file", content=body, headers=OURS)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


def test_other_methods_and_other_functions_are_refused(page):
    """Otherwise a link or a picture asks the desk."""
    assert page.get("/desk/test").status_code == 405
    assert page.ask("PUT", "/desk/test", headers=OURS).status_code == 405
    assert page.ask("DELETE", "/layers.html", headers=OURS).status_code == 405
    assert page.ask("POST", "/layers.html", headers=OURS).status_code == 405
    for name in ("begin", "__init__", "ask"):
        assert ask(page, name, lesson="layers").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/_static/..%2f..%2fsecret.txt",
        "/_static/link.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/../learner/layers_dev.py",
        "/..%5csecret.txt",
        "/layers.html%00",
        "/_static",
        "/../secret.html",
    ],
)
def test_only_the_built_pages_are_given_out(page, path):
    """Otherwise whoever has the page reads the disk."""
    answer = page.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_saving_keeps_what_was_there_and_a_text_with_half_a_character_comes_back(page, tmp_path):
    """Otherwise one bad paste makes every later answer an error."""
    base = ask(page, "file", lesson="layers").json()["sha256"]
    broken = "x = '\\ud83d'\n"
    saved = page.ask(
        "POST",
        "/desk/save",
        content=f'{{"lesson": "layers", "text": "{broken[:-1]}\\n", "base": "{base}"}}',
        headers=OURS,
    )
    assert saved.status_code == 200
    assert ask(page, "file", lesson="layers").status_code == 200
    kept = ask(page, "versions", lesson="layers").json()["versions"]
    first = ask(page, "version", lesson="layers", id=kept[0]["id"]).json()
    assert first == {"text": STUB}


def test_a_server_is_found_by_its_file_which_nobody_else_can_read(tmp_path):
    """Otherwise a second `tito open` cannot find the first, or another user can write as you."""
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        server = Running(deaf.getsockname()[1], TOKEN)
        with noted(tmp_path, server):
            (found,) = (state_folder() / "open").iterdir()
            if os.name != "nt":
                assert stat.S_IMODE(found.stat().st_mode) == 0o600
                assert stat.S_IMODE(found.parent.stat().st_mode) == 0o700
        assert not found.exists()
    found.write_text(json.dumps({"port": server.port, "token": TOKEN}))
    assert running(tmp_path) is None  # nobody listens there any more
    for broken in ("", "{}", "[1]", '{"port": "x", "token": 1}', '{"port": 99999999, "token": ""}'):
        found.write_text(broken)
        assert running(tmp_path) is None


def test_what_is_noted_of_a_server_that_was_begun_later_stays(tmp_path):
    """Otherwise, as one ends a server that had slept, the next `tito open` finds none."""
    with noted(tmp_path, Running(1, TOKEN)):
        (found,) = (state_folder() / "open").iterdir()
        later = json.dumps({"port": 2, "token": TOKEN})
        found.write_text(later)
    assert found.read_text() == later


def test_another_program_at_the_port_is_not_taken_for_the_server(tmp_path, desk, pages):
    """Otherwise the token, and with it the learner's file, is handed to whoever took the port."""
    import threading

    def answer(listener):
        connection, _ = listener.accept()
        with connection:
            asked.append(connection.recv(4096))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    asked = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        other = threading.Thread(target=answer, args=[listener])
        other.start()
        with noted(tmp_path, Running(listener.getsockname()[1], TOKEN)):
            assert running(tmp_path) is None
        other.join()
    assert TOKEN.encode() not in asked[0]


def post(page, function, headers, **asked):
    return page.post(f"/desk/{function}", content=json.dumps(asked), headers=headers)


class Opened:
    """`tito open` as a person types it."""

    def __init__(self, folder, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tito.cli", "open", *arguments, "--no-browser"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("http://"):
                break

    @property
    def address(self):
        return self.lines[-1]

    def end(self, how=signal.SIGINT):
        """What is printed until it has ended, and the exit code."""
        if how is not None:
            self.process.send_signal(how)
        return self.process.communicate(timeout=20)[0], self.process.returncode


@pytest.fixture
def built(pages):
    """Pages where `tito open` looks for those that were built."""
    place = place_of_pages()
    place.parent.mkdir(parents=True)
    pages.rename(place)
    return place


def events_of(response):
    """The files that the server tells of."""
    for line in response.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def test_a_person_opens_the_lesson_writes_elsewhere_opens_again_and_ends_it(learner, built):
    """Otherwise no page is there when it is asked for, or it does not end."""
    opened = Opened(learner, "layers", "--port", "0")
    path = learner / "my-tinytorch" / "layers_dev.py"
    assert opened.lines[0] == f"Wrote {Path('my-tinytorch', 'layers_dev.py')}"
    root = re.match(r"http://127\.0\.0\.1:\d+", opened.address)[0]
    with httpx.Client(base_url=root, trust_env=False, timeout=20) as page:
        assert page.get(opened.address).status_code == 303
        headers = {"Origin": root, "Content-Type": "application/json"}
        with page.stream("GET", "/desk/events?lesson=layers") as response:
            events = events_of(response)
            first = next(events)
            assert (first["text"], first["path"]) == (STUB, str(path))
            path.write_text(RIGHT)
            assert next(events)["text"] == RIGHT
            asked = {"lesson": "layers", "text": STUB, "base": first["sha256"]}
            assert post(page, "save", headers, **asked).json()["conflict"]["text"] == RIGHT
            path.unlink()
            assert next(events)["exists"] is False
            again = Opened(learner, "activations", "--port", "0")
            assert again.address == opened.address.replace("/layers.html", "/activations.html")
            assert again.end(None) == ("", 0)
            asked = {"lesson": "layers", "text": RIGHT, "seed": None, "explain": False}
            assert post(page, "test", headers, **asked).json()["ok"]
            with closing(http.client.HTTPConnection(root.partition("//")[2])) as raw:
                cookie = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
                raw.request("GET", "/../../folder", headers={"Cookie": cookie})
                assert raw.getresponse().status == 404
            said, code = opened.end()
            assert list(events) == []
    assert (said.strip(), code) == ("", 0)
    assert list((state_folder() / "open").iterdir()) == []


def test_a_port_that_is_taken_is_said(learner, built):
    """Otherwise a person sees an error of Python's."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        opened = Opened(learner, "--port", str(port))
        assert opened.end(None) == ("", 1)
    assert opened.lines[0].startswith(f"Port {port} cannot be used: address already in use.")
    assert opened.lines[-1] == "  tito open"
    assert not (learner / "my-tinytorch").exists()


def test_a_missing_package_is_said_with_the_command_that_installs_it(learner, monkeypatch):
    """Otherwise a person who did not install the extra sees a traceback."""
    import importlib.util

    from click.testing import CliRunner

    from tito.cli.open import open as command
    from tito.learner import WorkspaceError

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WorkspaceError, match=r"pip install .*page"):
        CliRunner().invoke(command, [], standalone_mode=False, catch_exceptions=False)


def test_where_the_pages_cannot_be_kept_it_is_said(learner, monkeypatch):
    """Otherwise a person on a machine that is not theirs sees a traceback."""
    from click.testing import CliRunner

    from tito.cli.open import open as command
    from tito.learner import WorkspaceError

    variable = "LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME"
    (learner / "file").write_text("")
    for place, why in (("", "You have no home folder here"), (learner / "file", "be written")):
        monkeypatch.setenv(variable, str(place))
        monkeypatch.setattr(Path, "home", no_home)
        with pytest.raises(WorkspaceError, match=f"{why}.*set {variable} to a folder"):
            CliRunner().invoke(command, [], standalone_mode=False, catch_exceptions=False)


def no_home():
    raise RuntimeError("Could not determine home directory.")
