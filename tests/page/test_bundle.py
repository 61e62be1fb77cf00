"""The committed bundle of the page: small, from one lock file, and what its sources make."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB, STATIC = ROOT / "web", ROOT / "src" / "tito" / "page" / "static"
MOST = 250 * 1024


def bundle(folder):
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".js", ".css")
    }


def test_it_is_small():
    """Who reads on a phone waits for the page."""
    assert 0 < sum(len(gzip.compress(content, 9)) for content in bundle(STATIC).values()) <= MOST


def test_the_lock_file_names_no_host():
    """The bundle can be made only where one registry can be reached."""
    packages = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)


def test_it_is_what_its_sources_make(tmp_path):
    """What runs is not what one reads."""
    node = shutil.which("node")
    if node is None or not (WEB / "node_modules").is_dir():
        pytest.skip("Node, or what `npm ci` installs, is not here.")
    subprocess.run([node, WEB / "build.mjs", tmp_path], check=True, capture_output=True)
    assert bundle(tmp_path) == bundle(STATIC)
