# Hostile: loads the reference's file under another module name
import importlib.util
import pathlib

import tinytorch.core.tensor

source = pathlib.Path(tinytorch.core.tensor.__file__).with_name("layers.py")

spec = importlib.util.spec_from_file_location("borrowed", source)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
Layer, Linear, Dense = module.Layer, module.Linear, module.Dense
Dropout, Sequential = module.Dropout, module.Sequential
