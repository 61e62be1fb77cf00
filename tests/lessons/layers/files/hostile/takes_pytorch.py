# Hostile: hands PyTorch's layers on
import torch.nn as nn

Layer = nn.Module
Linear = nn.Linear
Dense = nn.Linear
Dropout = nn.Dropout
Sequential = nn.Sequential
