"""Colours, dashes and marks that any eye tells apart; themes that leave no trace; labels."""

import itertools
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tinytorch.plots import colour_vision
from tinytorch.plots import style
from tinytorch.plots.style import spread

matplotlib = pytest.importorskip("matplotlib")
colors = pytest.importorskip("matplotlib.colors")

THEMES = {"light": False, "dark": True}
each_theme = pytest.mark.parametrize("dark", THEMES.values(), ids=THEMES)


def axes_in(dark):
    with style.theme(dark):
        return style.figure().subplots()


@each_theme
@pytest.mark.parametrize("vision", colour_vision.MATRICES)
def test_any_eye_can_tell_the_lines_apart_by_colour(dark, vision):
    """Lost otherwise: one man in twelve cannot see which line is which."""
    colours = [colors.to_rgb(look["color"]) for look in style.series(7, axes_in(dark))]
    for one, other in itertools.combinations(colours, 2):
        assert colour_vision.distance(one, other, vision) > 12


@each_theme
def test_a_print_in_grey_tells_the_lines_apart(dark):
    """Lost otherwise: on paper without colour all lines are one."""
    looks = style.series(7, axes_in(dark))
    for what in ("color", "linestyle", "marker"):
        assert len({look[what] for look in looks}) == 7
    with pytest.raises(ValueError, match=r"at most 7 lines .* got 8\. Draw"):
        style.series(8, axes_in(dark))


@each_theme
def test_everything_stands_out_from_its_ground(dark):
    """Lost otherwise: what is written on a dark page is black."""
    axes = axes_in(dark)
    ground = colors.to_rgb(axes.get_facecolor())
    for look in style.series(7, axes):
        assert colour_vision.contrast(colors.to_rgb(look["color"]), ground) > 2.2
        text = colors.to_rgb(style.readable(look["color"], axes))
        assert colour_vision.contrast(text, ground) >= 4.5
    for name, least in ((style.ink, 12), (style.faint, 4.5)):
        assert colour_vision.contrast(colors.to_rgb(name(axes)), ground) > least


@each_theme
def test_a_theme_leaves_no_trace(dark):
    """Lost otherwise: one picture of ours changes all pictures that follow it in a notebook."""
    with matplotlib.rc_context({"font.size": 31.5, "axes.facecolor": "pink"}):
        before = dict(matplotlib.rcParams)
        with style.theme(dark):
            assert matplotlib.rcParams["font.size"] == 11
        assert dict(matplotlib.rcParams) == before


def test_the_theme_of_a_person_is_seen():
    """Lost otherwise: drawn on axes of one's own, dark ones, the lines are dark blue."""
    with matplotlib.rc_context({"axes.facecolor": "black"}):
        assert style.colour("blue", style.figure().subplots()) == "#56B4E9"
    clear = style.figure(facecolor="none").subplots()
    clear.set_facecolor("none")
    assert style.colour("blue", clear) == "#0072B2"


def test_a_figure_needs_no_window_and_shows_itself():
    """Lost otherwise: pictures fail on a server, or pile up in pyplot until memory is full."""
    code = (
        "import sys, json; from tinytorch.plots import style\n"
        "with style.theme(): figure = style.figure(5, 2); figure.subplots()\n"
        "png = figure._repr_png_()\n"
        "print(json.dumps([png[:4].hex(), 'matplotlib.pyplot' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert json.loads(done.stdout) == [b"\x89PNG".hex(), False]


def test_without_matplotlib_a_sentence_says_how_to_get_it(monkeypatch):
    """Lost otherwise: a traceback, and no idea what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r"needs matplotlib.*tinytorch-lessons\[learn\]"):
        style.theme().__enter__()


@given(st.lists(st.floats(0, 1), max_size=8), st.floats(0.01, 0.2))
def test_names_beside_lines_never_overlap(wanted, gap):
    """Lost otherwise: two names on each other, and neither can be read."""
    places = spread(wanted, gap)
    ordered = sorted(places)
    assert all(high - low > gap * 0.999 for low, high in itertools.pairwise(ordered))
    for (one, here), (other, there) in itertools.combinations(zip(wanted, places, strict=True), 2):
        assert one == other or (one < other) == (here < there)
    if len(wanted) == 1:
        assert places == wanted


@pytest.mark.parametrize("backend", ["nonsense", "module://no_such_module", "", "agg", "QtAgg"])
def test_no_backend_is_needed(backend, tmp_path):
    """Lost otherwise: a picture drawn from a notebook cell, whose backend is handed on to tito."""
    program = (
        "import os, sys\n"
        "from tinytorch import ReLU, plots\n"
        "assert 'matplotlib' not in sys.modules\n"
        "plots.activations().figure.savefig('a.png')\n"
        "import matplotlib\n"
        "print(os.environ['MPLBACKEND'], matplotlib.get_backend(auto_select=False))"
    )
    environment = {**os.environ, "MPLBACKEND": backend}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "a.png").stat().st_size > 1000
    kept = "None" if backend in ("nonsense", "") else backend
    assert ran.stdout.lower() == f"{backend} {kept}\n".lower()
