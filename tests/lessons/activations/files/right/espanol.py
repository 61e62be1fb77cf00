# -*- coding: utf-8 -*-
"""Funciones de activación, sin ninguna clase base."""
from math import sqrt

from tinytorch.core.given.special import erf as función_error
from tinytorch.core.tensor import Tensor


def sin_parámetros(self):
    return []


def llamar(self, x):
    return self.forward(x)


class ReLU:
    parameters = sin_parámetros
    __call__ = llamar

    def forward(self, x):
        # lo negativo se vuelve cero
        return x.maximum(Tensor(0.0))


class Sigmoid:
    parameters = sin_parámetros
    __call__ = llamar

    def forward(self, x):
        # dos fórmulas, según el signo; exp nunca ve un número positivo
        es_positivo = x > 0
        e = x.where(~es_positivo, -x).exp()
        return (1 / (1 + e)).where(es_positivo, e / (1 + e))


class Tanh:
    parameters = sin_parámetros
    __call__ = llamar

    def forward(self, x):
        return 2 * Sigmoid()(2 * x) - 1


class Softmax:
    parameters = sin_parámetros
    __call__ = llamar

    def __init__(self, dim=-1):
        self.eje = dim

    def forward(self, x):
        desplazado = x - x.max(axis=self.eje, keepdims=True)
        potencias = desplazado.exp()
        return potencias / potencias.sum(axis=self.eje, keepdims=True)


class GELU:
    parameters = sin_parámetros
    __call__ = llamar

    def forward(self, x):
        return x / 2 * (1 + función_error(x / sqrt(2)))
