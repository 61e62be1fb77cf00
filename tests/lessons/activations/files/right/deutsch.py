# Aktivierungen. Kommentare auf Deutsch, Namen auch.
import numpy as np

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor


class Aktivierung:
    """Grundlage: aufrufbar, ohne Parameter."""

    def __call__(self, eingabe):
        return self.forward(eingabe)

    def forward(self, eingabe):
        raise NotImplementedError(f"{type(self).__name__} braucht ein eigenes forward.")

    def parameters(self):
        return []


class ReLU(Aktivierung):
    def forward(self, eingabe):
        # Alles unter null wird null; NaN bleibt NaN, denn NaN mal null ist NaN.
        maske = np.float32(eingabe.data > 0)
        return eingabe * maske


class Sigmoid(Aktivierung):
    def forward(self, eingabe):
        # exp sieht nie etwas Positives
        negativ = eingabe.data < 0
        betrag = eingabe * np.where(negativ, -1.0, 1.0)
        e = (-betrag).exp()
        zaehler = e * negativ + (~negativ).astype(np.float32)
        return zaehler / (1 + e)


class Tanh(Aktivierung):
    def forward(self, eingabe):
        vorzeichen = np.where(eingabe.data < 0, -1.0, 1.0)
        e = (eingabe * vorzeichen * -2).exp()
        return vorzeichen * (1 - e) / (1 + e)


class Softmax(Aktivierung):
    def __init__(self, dim=-1):
        self.dim = dim

    def forward(self, eingabe):
        größte = eingabe.max(axis=self.dim, keepdims=True)
        potenzen = (eingabe - größte).exp()
        summe = potenzen.sum(axis=self.dim, keepdims=True)
        return potenzen / summe


class GELU(Aktivierung):
    def forward(self, eingabe):
        anteil = (1 + erf(eingabe / np.sqrt(2.0))) / 2
        return eingabe * anteil
