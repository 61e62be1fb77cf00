"""The command line: one file a command; watching, and keys."""

from tito.cli.entry import main

__all__ = ["main"]
