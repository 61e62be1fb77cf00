"""The file of a picture: refused early where it cannot be, and as its name says where it can."""

import sys
from pathlib import Path

import click
import pytest

from tito.cli.pictures.making import check_ending, refuse_early
from tito.lab.pictures import NoPicture, write_picture


def test_another_ending_is_refused_with_one_that_would_do():
    """Lost otherwise: a PNG under the name of an SVG, which no viewer opens."""
    check_ending(Path("a.SVG"), "--plot")
    with pytest.raises(click.UsageError, match=r"in \.png, \.svg or \.pdf.*: --plot a\.png$"):
        check_ending(Path("a.gif"), "--plot")
    with pytest.raises(click.UsageError, match=r"end in \.svg, and it is 'a'.*: --output a\.svg$"):
        check_ending(Path("a"), "--output", [".svg"])


def test_without_matplotlib_only_an_svg_of_our_own_can_be(tmp_path, monkeypatch):
    """Lost otherwise: a minute of measuring for a picture that nobody can draw."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    refuse_early(tmp_path / "a.svg", "--output", [".svg"])
    with pytest.raises(NoPicture, match=r"needs matplotlib.*learn\]'\nWithout it, --json"):
        refuse_early(tmp_path / "a.svg", "--plot")


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_it_is_what_its_name_says(tmp_path, ending):
    """Lost otherwise: pictures of one kind under the names of others."""
    pytest.importorskip("matplotlib")
    from tinytorch.plots.style import figure

    path = tmp_path / f"a picture.{ending.upper()}"
    write_picture(path, figure)
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending]
    assert path.read_bytes().startswith(start)
