"""Fills a runtime folder for `tito site --runtime FOLDER`: python web/runtime.py FOLDER.

Pyodide is the npm package of that name; the NumPy that its lock file names comes from Pyodide's own
distribution, or, with `--numpy-in PACKAGE==VERSION`, out of a Python package that carries it. Each
part is held against its SHA-256.
"""

import argparse
import functools
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from tito.page.runtime import NUMPY, VERSION, NoRuntime, fill, from_distribution, install


@functools.cache
def npm_package() -> bytes:
    """Pyodide's npm package, fetched once."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", f"pyodide@{VERSION}"], cwd=folder, check=True)
        return next(Path(folder).glob("*.tgz")).read_bytes()


def from_npm(name: str) -> bytes:
    """A part out of it."""
    with tarfile.open(fileobj=io.BytesIO(npm_package())) as package:
        member = package.extractfile(f"package/{name}")
        assert member is not None
        return member.read()


def from_package(requirement: str) -> bytes:
    """NumPy's wheel out of a Python package."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*pip, requirement], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as package:
            found = [name for name in package.namelist() if name.endswith(NUMPY)]
            if not found:
                raise NoRuntime(f"Expected {NUMPY} in {requirement}; it has none.")
            return package.read(found[0])


def main() -> None:
    """Fill the folder, and pack what a site sends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--numpy-in", metavar="PACKAGE==VERSION")
    asked = parser.parse_args()

    def fetch(name: str) -> bytes:
        if name != NUMPY:
            return from_npm(name)
        return from_package(asked.numpy_in) if asked.numpy_in else from_distribution(name)

    try:
        fill(asked.folder, fetch)
        with tempfile.TemporaryDirectory() as out:
            install(asked.folder, Path(out))
    except NoRuntime as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
