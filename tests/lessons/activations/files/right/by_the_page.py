"""Module 02: Activations."""
import numpy as np
from typing import Optional
from tinytorch.core.tensor import Tensor
from tinytorch.core.given.special import erf

TOLERANCE = 1e-10

__all__ = ["Sigmoid", "ReLU", "Tanh", "GELU", "Softmax"]


class Sigmoid:
    """Maps any real number to (0, 1)."""

    def parameters(self):
        """Return empty list (activations have no learnable parameters)."""
        return []

    def forward(self, x: Tensor) -> Tensor:
        """Apply sigmoid activation element-wise."""
        ### BEGIN SOLUTION
        z = x.clamp(-80, 80)
        return 1.0 / (1.0 + (-z).exp())
        ### END SOLUTION

    def __call__(self, x: Tensor) -> Tensor:
        """Allows the activation to be called like a function."""
        return self.forward(x)


class ReLU:
    """f(x) = max(0, x)"""

    def parameters(self):
        """Return empty list (activations have no learnable parameters)."""
        return []

    def forward(self, x: Tensor) -> Tensor:
        """Apply ReLU activation element-wise."""
        ### BEGIN SOLUTION
        return np.maximum(0, x)
        ### END SOLUTION

    def __call__(self, x: Tensor) -> Tensor:
        """Allows the activation to be called like a function."""
        return self.forward(x)


class Tanh:
    """f(x) = (e^x - e^-x) / (e^x + e^-x)"""

    def parameters(self):
        """Return empty list (activations have no learnable parameters)."""
        return []

    def forward(self, x: Tensor) -> Tensor:
        """Apply tanh activation element-wise."""
        ### BEGIN SOLUTION
        z = x.clamp(-20, 20)
        e, f = z.exp(), (-z).exp()
        return (e - f) / (e + f)
        ### END SOLUTION

    def __call__(self, x: Tensor) -> Tensor:
        """Allows the activation to be called like a function."""
        return self.forward(x)


class GELU:
    """f(x) = x * Phi(x)"""

    def parameters(self):
        """Return empty list (activations have no learnable parameters)."""
        return []

    def forward(self, x: Tensor) -> Tensor:
        """Apply GELU activation element-wise."""
        ### BEGIN SOLUTION
        return 0.5 * x * (1.0 + erf(x / np.sqrt(2.0)))
        ### END SOLUTION

    def __call__(self, x: Tensor) -> Tensor:
        """Allows the activation to be called like a function."""
        return self.forward(x)


class Softmax:
    """f(x_i) = e^(x_i) / sum(e^(x_j))"""

    def __init__(self, dim: int = -1):
        self.dim = dim

    def parameters(self):
        """Return empty list (activations have no learnable parameters)."""
        return []

    def forward(self, x: Tensor, dim: Optional[int] = None) -> Tensor:
        """Apply softmax activation along specified dimension."""
        ### BEGIN SOLUTION
        dim = self.dim if dim is None else dim
        x_max = x.max(axis=dim, keepdims=True)
        x_shifted = x - x_max
        exp_values = x_shifted.exp()
        exp_sum = exp_values.sum(axis=dim, keepdims=True)
        return exp_values / exp_sum
        ### END SOLUTION

    def __call__(self, x: Tensor, dim: Optional[int] = None) -> Tensor:
        """Allows the activation to be called like a function."""
        return self.forward(x, dim)
