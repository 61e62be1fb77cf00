"""The launcher ./tito: installs when it must, hands over at once when it need not."""

import ast
import os
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FAKE_PYTHON = """#!/bin/sh
[ "$1" = -c ] && echo {version} && exit 0
echo "$0" >> "$PYTHON_LOG"
exec "{python}" "{driver}" "$@"
"""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="half of the launcher is a shell script")


class Project:
    """A copy of what the launcher needs, in a path with spaces, with an install that is faked."""

    def __init__(self, folder):
        self.root = folder / "a clone"
        self.root.mkdir()
        for name in ("tito", "pyproject.toml"):
            shutil.copy(ROOT / name, self.root / name)
        self.commands = folder / "commands"
        self.commands.mkdir()
        self.add_python("python3", "3.11")
        self.environment = {
            "PATH": f"{self.commands}:/usr/bin:/bin",
            "HOME": "",
            "INSTALL_LOG": str(folder / "install.log"),
            "PYTHON_LOG": str(folder / "python.log"),
        }
        self.forget()

    def add_python(self, name, version):
        """Put a fake Python on PATH that runs the launcher with a fake install."""
        driver = Path(__file__).with_name("fake_install.py")
        text = FAKE_PYTHON.format(python=sys.executable, driver=driver, version=version)
        (self.commands / name).write_text(text)
        (self.commands / name).chmod(0o755)

    def start(self, *arguments, command=None, cwd="/", fault=""):
        """Start ./tito without waiting for it."""
        return subprocess.Popen(
            [*(command or [self.root / "tito"]), *arguments],
            cwd=cwd,
            env=self.environment | {"FAULT": fault},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments, **options):
        """Run ./tito to its end; the exit code, standard output and standard error."""
        process = self.start(*arguments, **options)
        output, errors = process.communicate()
        assert "Traceback" not in errors
        return process.returncode, output, errors

    def steps(self):
        """The steps of the install since the last call, and forget them."""
        steps = Path(self.environment["INSTALL_LOG"]).read_text().splitlines()
        self.forget()
        return steps

    def forget(self):
        """Empty the logs."""
        Path(self.environment["INSTALL_LOG"]).write_text("")
        Path(self.environment["PYTHON_LOG"]).write_text("")


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_first_use_installs_says_so_in_a_line_and_hands_over(project):
    """Otherwise a person with a fresh clone cannot begin, or stares at a silent screen."""
    code, output, errors = project.run("a b", "", "$HOME", "'\"")
    assert (code, output) == (7, "<a b><><$HOME><'\">")
    first, *more = errors.splitlines()
    assert "installing" in first
    assert more == ["  a Python of its own"]
    assert project.steps() == ["venv", "pip .[learn]"]


def test_afterwards_no_python_is_started_before_the_installed_tito(project):
    """Otherwise each command costs a second start of Python."""
    project.run()
    project.forget()
    assert project.run("x") == (7, "<x>", "")
    assert Path(project.environment["PYTHON_LOG"]).read_text() == ""


@pytest.mark.parametrize("installed", [False, True])
@pytest.mark.parametrize("way", ["here", "sh", "python", "link", "link to link", "PATH"])
def test_it_runs_from_any_folder_and_by_any_name(project, tmp_path, way, installed):
    """Otherwise the command works in one folder only, or installs next to a link."""
    if installed:
        project.run()
    (tmp_path / "link").symlink_to(project.root / "tito")
    (tmp_path / "link to link").symlink_to("link")
    project.environment["PATH"] += f":{project.root}"
    command, cwd = {
        "here": (["./tito"], project.root),
        "sh": (["sh", "tito"], project.root),
        "python": ([project.commands / "python3", "tito"], project.root),
        "link": (["./link"], tmp_path),
        "link to link": ([tmp_path / "link to link"], "/"),
        "PATH": (["env", "tito"], "/"),
    }[way]
    code, output, _ = project.run("x", command=command, cwd=cwd)
    assert (code, output) == (7, "<x>")
    assert project.steps() == ["venv", "pip .[learn]"]


def test_dev_adds_what_developers_need_and_keeps_it(project):
    """Otherwise `./tito dev test` lacks its tools, or learners wait for tools they do not use."""
    project.run("start")
    assert project.steps() == ["venv", "pip .[learn]"]
    project.run("dev", "test")
    assert project.steps() == ["pip .[dev,learn]"]
    project.run("start")
    assert project.run("dev", "test") == (7, "<dev><test>", "")
    assert project.steps() == []
    (project.root / "pyproject.toml").write_text("changed")
    project.run("start")
    assert project.steps() == ["pip .[dev,learn]"]


def test_dev_as_the_first_use_installs_once(project):
    """Otherwise a contributor's first command installs, and the second installs again."""
    project.run("dev", "test")
    project.run("start")
    assert project.steps() == ["venv", "pip .[dev,learn]"]


def test_a_changed_pyproject_is_installed_without_a_new_venv(project):
    """Otherwise a pull that brings a new dependency ends in an ImportError."""
    project.run()
    project.steps()
    modified = (project.root / "pyproject.toml").stat()
    text = (project.root / "pyproject.toml").read_text()
    (project.root / "pyproject.toml").write_text(text.replace("numpy", "numpi"))
    os.utime(project.root / "pyproject.toml", ns=(modified.st_atime_ns, modified.st_mtime_ns))
    assert "updating" in project.run()[2]
    assert project.steps() == ["pip .[learn]"]
    assert project.run()[2] == ""


@pytest.mark.parametrize("step", ["venv", "pip"])
@pytest.mark.parametrize("fault", ["kill", "interrupt"])
def test_an_install_that_was_broken_off_starts_afresh(project, fault, step):
    """Otherwise half a NumPy stays for ever, and pip calls it satisfied."""
    code, _, errors = project.run(fault=f"{fault} {step}")
    assert code == (-9 if fault == "kill" else 130)
    assert ("stopped" in errors.splitlines()[-1]) == (fault == "interrupt")
    project.steps()
    code, output, errors = project.run("x")
    assert (code, output) == (7, "<x>")
    assert "repairing" in errors
    assert project.steps() == ["venv", "pip .[learn]"]
    assert not (project.root / ".venv" / "half-written").exists()


def test_an_update_without_network_leaves_the_install_as_it_was(project):
    """Otherwise a pull on a train takes a working install away."""
    project.run()
    before = (project.root / "pyproject.toml").read_text()
    (project.root / "pyproject.toml").write_text(before + "\n")
    code, output, errors = project.run("x", fault="offline pip")
    assert (code, output) == (1, "")
    assert "no network" in errors
    (project.root / "pyproject.toml").write_text(before)
    project.steps()
    assert project.run("x") == (7, "<x>", "")


def test_two_at_once_install_once(project):
    """Otherwise two terminals write into one .venv at the same time and spoil it."""
    processes = [project.start("x", fault="slow pip") for _ in range(3)]
    results = [(*process.communicate(), process.returncode) for process in processes]
    assert [(output, code) for output, _, code in results] == [("<x>", 7)] * 3
    assert sum("waiting" in errors for _, errors, _ in results) == 2
    assert project.steps() == ["venv", "pip .[learn]"]


def test_a_venv_made_by_hand_is_kept(project):
    """Otherwise a person loses what they installed there themselves."""
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", project.root / ".venv"], check=True
    )
    (project.root / ".venv" / "mine").touch()
    project.run()
    assert "venv" not in project.steps()
    assert (project.root / ".venv" / "mine").exists()


def test_a_venv_whose_python_is_gone_is_rebuilt(project):
    """Otherwise an upgrade of the system's Python ends TinyTorch."""
    project.run()
    python = project.root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    project.steps()
    assert "repairing" in project.run()[2]
    assert project.steps() == ["venv", "pip .[learn]"]


def test_a_copied_or_moved_project_gets_a_venv_of_its_own(project, tmp_path):
    """Otherwise the copy runs the code of the original."""
    project.run()
    project.root = shutil.copytree(project.root, tmp_path / "another place", symlinks=True)
    project.steps()
    assert "repairing" in project.run()[2]
    assert project.steps() == ["venv", "pip .[learn]"]


def test_an_old_python_is_passed_over_for_a_newer_one(project):
    """Otherwise a system whose python3 is old needs its PATH changed."""
    project.add_python("python3", "3.9")
    project.add_python("python3.12", "3.12")
    assert project.run("x")[:2] == (7, "<x>")
    assert Path(project.environment["PYTHON_LOG"]).read_text().endswith("/python3.12\n")


def test_without_a_python_that_is_new_enough_it_says_which_is_needed(project):
    """Otherwise the person gets a SyntaxError and no advice."""
    project.environment["PATH"] = str(project.commands)
    for tool in ("dirname", "readlink", "cmp", "sh"):
        (project.commands / tool).symlink_to(shutil.which(tool))
    project.add_python("python3", "3.9")
    code, _, errors = project.run()
    assert code == 1
    assert "needs Python 3.11 or newer; this is Python 3.9" in errors
    (project.commands / "python3").unlink()
    code, _, errors = project.run()
    assert code == 1
    assert "needs Python 3.11 or newer; no Python was found" in errors


def test_it_parses_under_old_pythons():
    """Otherwise the sentence about the version is never reached."""
    tree = ast.parse((ROOT / "tito").read_text(), feature_version=(3, 4))
    new = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Nonlocal, ast.YieldFrom, ast.Starred)
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, new)] == []
    compile_it = "import sys; compile(open(sys.argv[1]).read(), 'tito', 'exec')"
    for name in ("python2.7", "python3.6", "python3.8", "python3.10"):
        if subprocess.run(["sh", "-c", f"{name} -c 0"], capture_output=True).returncode == 0:
            subprocess.run([name, "-c", compile_it, ROOT / "tito"], check=True)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("old python", "needs Python 3.11 or newer. This is Python 3.9 ("),
        ("no ensurepip", f"Python 3.{sys.version_info.minor}"),
        ("no ensurepip", "has no ensurepip"),
        ("read-only", "cannot be written (Read-only file system)"),
    ],
)
def test_what_the_system_lacks_is_said_in_a_sentence(project, fault, said):
    """Otherwise the person gets a traceback in place of the name of a package."""
    code, output, errors = project.run(fault=fault)
    assert (code, output) == (1, "")
    assert said in errors


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
            "'Failed to establish a new connection: [Errno -2] Name or service not known')'\n"
            "ERROR: No matching distribution found for hatchling>=1.27\n",
            ["cannot reach the package index: [Errno -2] Name or service not known", "online"],
        ),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on"
            " device\n",
            ["the disk is full", "No space left", "400 MB"],
        ),
        (
            "noise\n" * 100 + "ERROR: No matching distribution found for click>=99\n",
            ["    ERROR: No matching distribution found for click>=99", "pip install --editable"],
        ),
        ("something else\n", ["    something else"]),
    ],
)
def test_a_failure_of_pip_is_told_in_few_lines_with_what_to_do(output, said):
    """Otherwise the person reads a hundred lines of pip, or none."""
    launcher = runpy.run_path(str(ROOT / "tito"))
    command = ["python", "-m", "pip", "install", "--editable", ".[learn]"]
    message = str(launcher["explain_failure"](command, output, str(ROOT)))
    assert [part for part in said if part not in message] == []
    assert message.count("\n") <= 6


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "  Downloading numpy-2.4.6-cp311-cp311-manylinux_2_28.whl (16.6 MB)",
            "numpy 2.4.6 (16.6 MB)",
        ),
        ("Using cached click-8.1.8-py3-none-any.whl (98 kB)", "click 8.1.8 (98 kB)"),
        ("Processing /opt/a b/c/pooch-1.9.0-py3-none-any.whl (from tinytorch==0.1)", None),
        ("Processing /opt/pooch-1.9.0-py3-none-any.whl (from tinytorch==0.1)", "pooch 1.9.0"),
        (
            "  Downloading https://x.org/a/python_dateutil-2.9.0.post0.tar.gz (3 kB)",
            "python_dateutil 2.9.0.post0 (3 kB)",
        ),
        ("  Downloading numpy-2.4.6-cp311.whl.metadata (62 kB)", None),
        ("Collecting numpy>=2.0 (from tinytorch-lessons==0.1.0)", None),
        ("Requirement already satisfied: click in /x", None),
        ("Installing collected packages: a, b-c, d", "putting 3 packages in place"),
        ("  Installing build dependencies: started", "what builds the project"),
        ("  Installing build dependencies: finished with status 'done'", None),
        ("ERROR: No matching distribution", None),
        ("", None),
    ],
)
def test_what_pip_is_at_is_said_in_a_few_words(line, said):
    """Otherwise the first minute is silent, or a page of what pip says to itself."""
    assert runpy.run_path(str(ROOT / "tito"))["progress"](line + "\n") == said


def test_a_step_says_what_it_is_at_as_it_goes(project):
    """Otherwise it is told when all is over, when nobody needs it any more."""
    go_on = project.root / "go on"
    script = (
        "echo 'Using cached click-8.1.8-py3-none-any.whl (98 kB)';"
        f"until [ -e '{go_on}' ]; do sleep 0.01; done; echo noise"
    )
    code = f"""if True:
        import runpy
        install = runpy.run_path("tito")["Install"]({str(project.root)!r}, [])
        install.step(install.lock(), ["sh", "-c", {script!r}])
    """
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=project.root, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr.readline() == "  click 8.1.8 (98 kB)\n"
        go_on.touch()
        assert child.stderr.read() == ""


def test_a_step_that_outlives_its_launcher_keeps_the_lock(project):
    """Otherwise a repair begins while the pip of the killed launcher is still writing."""
    go_on, started = project.root / "go on", project.root / "started"
    wait = f"touch '{started}'; until [ -e '{go_on}' ]; do sleep 0.01; done"
    code = f"""if True:
        import runpy
        install = runpy.run_path("tito")["Install"]({str(project.root)!r}, [])
        install.step(install.lock(), ["sh", "-c", {wait!r}])
    """
    launcher = subprocess.Popen([sys.executable, "-c", code], cwd=project.root)
    while launcher.poll() is None and not started.exists():
        time.sleep(0.01)
    launcher.kill()
    launcher.wait()
    try_lock = runpy.run_path(str(ROOT / "tito"))["try_lock"]
    with open(project.root / "tito", "rb") as handle:
        assert not try_lock(handle)
        go_on.touch()
        while not try_lock(handle):
            time.sleep(0.01)
