"""The images to train on: those that come along, or MNIST from a folder or the network."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import Any

import click

from tinytorch.data import Digits, digits, fetch_mnist, mnist
from tinytorch.data.download import FILES, Advance


def find_images(name: str, folder: Path | None) -> tuple[Path | None, Digits]:
    """The folder they are in (None: they come along), and the images. DataError if there are none.

    Without a folder MNIST is fetched, once, and it is shown how far that is.
    """
    if name == "digits":
        return None, digits()
    if folder is None:
        with _fetching() as advance:
            folder = fetch_mnist(advance)
    return folder.absolute(), mnist(folder)


@contextlib.contextmanager
def _fetching() -> Generator[Advance]:
    """A bar on a terminal, elsewhere a line, once something comes."""
    sizes = {name: file.size for name, file in FILES.items()}
    total = sum(sizes.values())
    bar: Any = click.progressbar(
        length=total, label=f"Fetching MNIST ({total / 1e6:.0f} MB, once)", width=20
    )

    def advance(name: str, come: int, size: int) -> None:
        names = list(sizes)
        before = sum(sizes[each] for each in names[: names.index(name)])
        bar.update(max(0, before + come - bar.pos))

    yield advance
    if bar.pos:
        bar.render_finish()
