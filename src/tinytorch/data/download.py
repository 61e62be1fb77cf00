"""MNIST from the network: each file once, checked, in the user's cache (with pooch)."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from tinytorch.core.given.checks import came
from tinytorch.data.idx import DataError

__all__ = ["fetch_mnist"]

#: Told the name of a file, the bytes that have come, and how many it has.
Advance = Callable[[str, int, int], None]


class Published(NamedTuple):
    """What is known of a file before it is fetched."""

    size: int
    sha256: str


#: As many projects list them; a file that differs in one bit is not taken.
FILES = {
    "train-images-idx3-ubyte.gz": Published(
        9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    "train-labels-idx1-ubyte.gz": Published(
        28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    "t10k-images-idx3-ubyte.gz": Published(
        1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    "t10k-labels-idx1-ubyte.gz": Published(
        4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
#: A server that says nothing for so long is given up.
PATIENCE_S = 15
INSTALL = "pip install 'tinytorch-lessons[learn]'"


def fetch_mnist(advance: Advance | None = None) -> Path:
    """Return the folder with MNIST's four files, downloading those that are not there yet.

    About 12 MB are kept in the user's cache: in ``$TINYTORCH_CACHE/mnist`` where that is set. Each
    file's SHA-256 is compared every time, and one that is not whole is fetched again; two usual
    mirrors are tried, or the address in ``$TINYTORCH_MNIST_URL`` alone. ``advance`` is told the
    name of a file, the bytes that have come so far, and how many it has; without it, pooch writes
    a line for each file to standard error. Needs pooch. Raises DataError, a ValueError, that says
    what was tried and where the files can be put by hand, and TypeError for what cannot be called.

    >>> fetch_mnist("now")
    Traceback (most recent call last):
    ...
    TypeError: fetch_mnist expects advance to be a function, got str: 'now'. Leave it out.
    """
    if advance is not None and not callable(advance):
        raise TypeError(
            f"fetch_mnist expects advance to be a function, got {came(advance)}. Leave it out."
        )
    try:
        pooch: Any = import_module("pooch")
    except ModuleNotFoundError:
        raise DataError(
            f"MNIST is downloaded with pooch, which is not installed. Get it with: {INSTALL}. "
            f"Or get the files yourself: {', '.join(FILES)}, from {MIRRORS[0]}; put them into one "
            "folder and name that folder."
        ) from None
    folder = Path(os.environ.get("TINYTORCH_CACHE") or pooch.os_cache("tinytorch")) / "mnist"
    folder = folder.expanduser().absolute()
    own = os.environ.get("TINYTORCH_MNIST_URL")
    mirrors: list[str] = [own.rstrip("/") + "/"] if own else [*MIRRORS]
    with _quiet(pooch.get_logger(), advance is not None):
        for name in FILES:
            answered = _fetch(pooch, name, folder, mirrors, advance)
            mirrors.sort(key=lambda mirror: mirror != answered)
    return folder


def _fetch(
    pooch: Any, name: str, folder: Path, mirrors: list[str], advance: Advance | None
) -> str | None:
    """Have one file in the folder, whole; the mirror that gave it."""
    if os.path.lexists(folder / name) and not os.path.isfile(folder / name):
        raise DataError(f"{folder / name} should be a file, but is not. Move it away.")
    requests: Any = import_module("requests")
    failures: list[str] = []
    for mirror in mirrors:
        counter = _Counter(name, FILES[name].size, advance)
        get = pooch.HTTPDownloader(
            timeout=PATIENCE_S,
            progressbar=counter,
            # The file is packed as it is; a server must not unpack it on the way.
            headers={"Accept-Encoding": "identity", "User-Agent": "tinytorch"},
        )
        try:
            known = f"sha256:{FILES[name].sha256}"
            pooch.retrieve(mirror + name, known, fname=name, path=folder, downloader=get)
        except requests.RequestException as error:
            failures.append(f"{mirror}{name}: {_reason(requests, error)}")
        except ValueError:  # pooch's, for another checksum, and the counter's
            failures.append(
                f"{mirror}{name}: what came is not the file (its checksum differs), perhaps the "
                "page of a proxy or of a log-in"
            )
        except OSError as error:
            raise DataError(
                f"MNIST is kept in {folder}, which cannot be written: "
                f"{(error.strerror or str(error)).lower()}. Make room there, or name another "
                "folder in the environment variable TINYTORCH_CACHE."
            ) from error
        else:
            return mirror
    raise DataError(
        "MNIST could not be downloaded.\n"
        + "".join(f"    {failure}.\n" for failure in failures)
        + f"Try again later, or get the files by hand and put them into {folder}: "
        f"{', '.join(FILES)}."
    )


def _reason(requests: Any, error: Any) -> str:
    """Why a server did not give a file, in a few words."""
    if isinstance(error, requests.Timeout):
        return f"no answer within {PATIENCE_S} s"
    if isinstance(error, requests.HTTPError):
        return f"the server answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy does not let it through"
    if isinstance(error, requests.exceptions.SSLError):
        return "the server's certificate is not trusted"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    if isinstance(error, requests.TooManyRedirects):
        return "the server sends one round in circles"
    return "that is not an address that could be asked"


@dataclass
class _Counter:
    """What pooch tells of a download's progress; a server that never ends is stopped."""

    name: str
    size: int
    advance: Advance | None
    total: int = 0  # what the server claims: set by pooch
    come: int = 0

    def update(self, count: int) -> None:
        self.come += count
        # pooch counts whole pieces, of which the last may be short.
        if self.come >= self.size + 2 * count:
            raise ValueError("more bytes than the file has")
        if self.advance is not None:
            self.advance(self.name, min(self.come, self.size), self.size)

    def reset(self) -> None:
        self.come = 0

    def close(self) -> None:
        if self.advance is not None:
            self.advance(self.name, self.size, self.size)


@contextmanager
def _quiet(logger: logging.Logger, quiet: bool) -> Generator[None]:
    before = logger.level
    if quiet:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)
