# Hostile: pasted from an interactive session with its prompts
>>> from tinytorch import Tensor
>>> class Layer:
...     pass
