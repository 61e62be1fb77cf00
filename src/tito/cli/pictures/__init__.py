"""What `tito show` can show: one file a picture, loaded only when that picture is asked for."""

from __future__ import annotations

#: In the order of the list; each is a click command called ``command`` in a module of that name.
PICTURES = (
    "layers",
    "init",
    "dropout",
    "activations",
    "weights",
    "training",
)
