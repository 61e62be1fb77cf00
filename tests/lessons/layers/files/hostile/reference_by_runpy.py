# Hostile: runs the reference's file with runpy
import pathlib
import runpy

import tinytorch.core.tensor

source = pathlib.Path(tinytorch.core.tensor.__file__).with_name("layers.py")

globals().update(
    {k: v for k, v in runpy.run_path(str(source)).items() if not k.startswith("__")}
)
