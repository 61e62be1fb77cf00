# Hostile: all classes are there, but no body is written

class Layer:
    """To do."""

    def __call__(self, x, *args, **kwargs):
        """To do."""
        raise NotImplementedError("Layer.__call__ is not written yet")

    def forward(self, x):
        """To do."""
        raise NotImplementedError("Layer.forward is not written yet")

class Linear(Layer):
    """To do."""

    def __init__(self, in_features, out_features, bias=True):
        """To do."""
        raise NotImplementedError("Linear.__init__ is not written yet")

    def forward(self, x):
        """To do."""
        raise NotImplementedError("Linear.forward is not written yet")

    def parameters(self):
        """To do."""
        raise NotImplementedError("Linear.parameters is not written yet")

class Dense(Layer):
    """To do."""

    def __init__(self, input_size, output_size, bias=True):
        """To do."""
        raise NotImplementedError("Dense.__init__ is not written yet")

class Dropout(Layer):
    """To do."""

    def __init__(self, p=0.5):
        """To do."""
        raise NotImplementedError("Dropout.__init__ is not written yet")

    def forward(self, x, training=True):
        """To do."""
        raise NotImplementedError("Dropout.forward is not written yet")

    def parameters(self):
        """To do."""
        raise NotImplementedError("Dropout.parameters is not written yet")

class Sequential(Layer):
    """To do."""

    def __init__(self, *layers):
        """To do."""
        raise NotImplementedError("Sequential.__init__ is not written yet")

    def forward(self, x):
        """To do."""
        raise NotImplementedError("Sequential.forward is not written yet")

    def parameters(self):
        """To do."""
        raise NotImplementedError("Sequential.parameters is not written yet")
