"""The layers of the framework, one file a lesson."""

import numpy as np

#: The lessons' files, in the order in which they build on each other.
MODULES = ("tensor", "activations", "layers", "losses", "autograd", "optimizers")

if not hasattr(np, "ndarray"):  # a file of that name was found before NumPy
    raise ImportError(
        "TinyTorch expects NumPy, and `import numpy` found "
        f"{getattr(np, '__file__', None) or np}. Rename that file or folder, so that it no longer "
        "hides NumPy."
    )
