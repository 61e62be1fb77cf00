# Hostile: subclasses the reference's classes
from tinytorch.core import layers as given


class Layer(given.Layer):
    pass


class Linear(given.Linear):
    pass


class Dense(given.Dense):
    pass


class Dropout(given.Dropout):
    pass


class Sequential(given.Sequential):
    pass
