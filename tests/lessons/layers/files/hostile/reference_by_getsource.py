# Hostile: copies the reference's classes through inspect.getsource
import inspect

import numpy as np
import tinytorch.core.layers as given
from tinytorch.core.tensor import Tensor

for name in ("Layer", "Linear", "Dense", "Dropout", "Sequential"):
    exec(inspect.getsource(getattr(given, name)))
