"""The learning tool around tinytorch."""
