"""What cannot be run here is simulated: systems without fork, other encodings, odd folders."""

import ast
import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
SRC = TESTS.parent / "src"
RIGHT = TESTS / "lessons" / "layers" / "files" / "right" / "page.py"
PAGE = RIGHT.read_text(encoding="utf-8")
HANG = PAGE.replace("output = x.matmul(self.weight)", "while True: pass", 1)
POSIX_ONLY = {"curses", "fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"}
FORKS = {"fork", "forkpty", "posix_spawn"}
#: What the standard library takes by `os.name`, which cannot be changed without changing all paths.
STAYS = {"fcntl", "posix", "pwd"}
#: Python with the names and modules of POSIX taken away, and a platform that is none of Linux's.
BARE = """
import asyncio, os, signal, sys, subprocess, tempfile, click, numpy
for name in ("fork", "forkpty", "killpg", "setsid", "getpgid", "getuid", "sched_getaffinity"):
    vars(os).pop(name, None)
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name in {refused!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
for name in {refused!r}:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Refuse())
sys.platform = "win32"
""".format(refused=sorted(POSIX_ONLY - STAYS))
AS_ON_WINDOWS = f"""{BARE}
from tito.engine import process
process._START = process._START.replace("from {{module}}", "exec({{bare!r}}); from {{module}}")
start = process._START
class Start(str):
    def format(self, **names):
        return str.format(self, bare={BARE!r}, **names)
process._START = Start(start)
from tito.cli import main
for words in sys.argv[1:]:
    sys.argv = ["tito", *words.split()]
    try:
        main()
    except SystemExit as left:
        code = left.code
    print("exit code", code)
sys.exit(code)
"""


@functools.cache
def sources():
    return [(path, ast.parse(path.read_bytes())) for path in sorted(SRC.rglob("*.py"))]


def test_only_the_guard_of_linux_forks():
    """Lost otherwise: nothing starts on Windows, and macOS breaks at random."""
    found = {
        path.name
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in FORKS
    }
    assert found == {"seam.py"}


def test_no_posix_module_is_imported_with_a_file():
    """Lost otherwise: `No module named fcntl` before the first word, on Windows."""
    found = [
        f"{path.name}:{node.lineno}"
        for path, tree in sources()
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(a.name for a in node.names)]
        if name in POSIX_ONLY
    ]
    assert found == []


#: A training in which every part of one happens.
BRIEFLY = ("train", "digits", "--epochs", "1")


def bare(*commands):
    """These commands, one after another in one process; its exit code is that of the last."""
    command = [sys.executable, "-c", AS_ON_WINDOWS, *commands]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)


@pytest.mark.skipif(sys.platform == "win32", reason="there it is no simulation")
def test_without_anything_of_posix(begun):
    """Lost otherwise: everybody on Windows."""
    assert "Next to write: Layer.__call__" in bare("test").stdout
    for text, code, words in ((PAGE, 0, "checks pass."), (HANG, 1, "did not come back")):
        (begun / "layers_dev.py").write_text(text, encoding="utf-8")
        ran = bare("test")
        assert (ran.returncode, ran.stderr) == (code, "")
        assert words in ran.stdout
    looks = "import os, sys\nraise ValueError(sys.platform, hasattr(os, 'fork'))\n"
    (begun / "layers_dev.py").write_text(looks)
    said = " ".join(bare("test").stdout.split())
    assert "('win32', False)" in said  # the worker is without them too
    (begun / "layers_dev.py").write_text(PAGE, encoding="utf-8")
    Path("script.py").write_text("import layers_dev; print(layers_dev.__file__)")
    ran = bare("run script.py")
    assert os.fspath(begun / "layers_dev.py") in ran.stdout.splitlines(), ran.stderr
    ran = bare("status", "restore", "doctor", "read 1", " ".join(BRIEFLY))
    assert (ran.stdout.count("exit code 0"), ran.stderr) == (5, ""), ran.stdout


#: Each kind of page on both terminals: a verdict, code, the lesson's text, an error, help.
COMMANDS = {
    "cp1252": ("test", "hint", "read linear-init", "quiz", "run script.py", "start --help"),
    "ascii": ("read", "restore", "status", "doctor"),
}


@pytest.mark.parametrize("encoding", COMMANDS)
def test_every_command_on_a_terminal_that_knows_few_characters(tito, begun, encoding):
    """Lost otherwise: UnicodeEncodeError, or black diamonds, in place of an answer."""
    wrong = PAGE.replace("return params", "return params, '日本 ✓ ≠'")
    (begun / "layers_dev.py").write_text(wrong, encoding="utf-8")
    Path("script.py").write_text("print('never run')")
    for command in COMMANDS[encoding]:
        ran = tito(*command.split(), PYTHONIOENCODING=encoding)
        assert "Traceback" not in text_of(ran)
        assert ran.returncode in (0, 1)
        assert text_of(ran).encode(encoding).strip()  # nothing came in another encoding
    if encoding == "ascii":  # once as a person has it
        poor = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        ran = tito("test", "--all", **poor)
        assert (ran.returncode, ran.stderr) == (1, "")
        assert ran.stdout.isascii()


def text_of(ran):
    return ran.stdout + ran.stderr


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_other_line_ends_in_every_form(tito, begun, ends):
    """Lost otherwise: a file saved by Notepad is refused, or points at the wrong lines."""
    text = PAGE.replace("\n", ends)
    (begun / "layers_dev.py").write_bytes(text.encode())
    Path("script.py").write_bytes(b"import layers_dev\r\nprint(layers_dev.Linear(2, 3))\r\n")
    assert tito("test").returncode == 0
    if ends == "\r":
        assert "Held out:" in tito(*BRIEFLY).stdout
        return
    assert tito("run", "script.py").returncode == 0
    inline = [sys.executable, "-P", "-m", "tito.inline", "my-tinytorch/layers_dev.py"]
    assert subprocess.run(inline, capture_output=True).returncode == 0


def test_folders_with_spaces_and_letters_of_other_languages(tito, learner, monkeypatch):
    """Lost otherwise: everybody whose name is not spelt in ASCII, for it is in their path."""
    place = learner / "Übung für 日本 (neu)"
    place.mkdir()
    monkeypatch.chdir(place)
    assert tito("start").returncode == 0
    (place / "my-tinytorch" / "layers_dev.py").write_text(PAGE, encoding="utf-8")
    Path("mein script.py").write_text("import layers_dev; print(layers_dev.__file__)")
    for command in (["status"], ["doctor"], ["restore"], ["run", "mein script.py"]):
        ran = tito(*command)
        assert ran.returncode == 0, text_of(ran)
    assert ran.stdout.strip().endswith("my-tinytorch/layers_dev.py")
    trained = tito(*BRIEFLY, "--output", "mein bild.png")
    assert "Picture: 'mein bild.png'" in trained.stdout or "Picture: mein bild" in trained.stdout


def test_without_a_home_and_without_output(begun):
    """Lost otherwise: a traceback in a container, a service, or below another program."""
    (begun / "layers_dev.py").write_text(PAGE, encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if k not in ("HOME", "USERPROFILE", "TERM")}
    closed = (
        "import os, sys; os.close(1); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    for command in ("test", "doctor"):
        line = [sys.executable, "-m", "tito.cli", command]
        ran = subprocess.run(line, env=kept, capture_output=True, text=True)
        assert (ran.returncode, ran.stderr) == (0, "")
    if os.name == "posix":
        line = [sys.executable, "-c", closed, "-m", "tito.cli", "status"]
        ran = subprocess.run(line, stderr=subprocess.PIPE, text=True)
        assert "Traceback" not in ran.stderr
