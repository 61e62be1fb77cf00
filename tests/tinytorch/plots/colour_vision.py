"""How colours look to those who lack one of the three kinds of cone, and in a grey print.

The matrices are those of Machado, Oliveira and Fernandes (2009), "A physiologically-based model for
simulation of color vision deficiency", for severity 1.0, on linear RGB.
"""

import numpy as np

MATRICES = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(rgb):
    """sRGB, 0 to 1, as amounts of light."""
    rgb = np.asarray(rgb, float)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def seen(rgb, vision):
    """The light of an sRGB colour as that vision has it, (..., 3)."""
    return (linear(rgb) @ np.transpose(MATRICES[vision])).clip(0, 1)


def luminance(rgb):
    """How bright an sRGB colour is, 0 to 1: what is left of it in grey."""
    return linear(rgb) @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    """The contrast ratio of WCAG 2, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(light):
    """Linear RGB in CIE L*a*b* (D65): distances are about what an eye sees."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = light @ np.transpose(to_xyz) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def distance(one, other, vision):
    """How far apart two sRGB colours are to that vision: CIE 1976; about 2 can just be seen."""
    return float(np.linalg.norm(lab(seen(one, vision)) - lab(seen(other, vision))))
