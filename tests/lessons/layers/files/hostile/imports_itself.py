# Hostile: imports its classes from layers_dev, which is this file
from layers_dev import Dense, Dropout, Layer, Linear, Sequential
