# Hostile: executes the text of the reference's file
import pathlib

import tinytorch.core.tensor

source = pathlib.Path(tinytorch.core.tensor.__file__).with_name("layers.py")

exec(source.read_text(encoding="utf-8"))
