"""A neural-network framework small enough to read: NumPy only."""
