# Hostile: takes the reference's classes from the package
import tinytorch

Layer = tinytorch.Layer
Linear = tinytorch.Linear
Dense = tinytorch.Dense
Dropout = tinytorch.Dropout
Sequential = tinytorch.Sequential
