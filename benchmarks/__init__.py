"""How fast TinyTorch is, beside what NumPy can do at all and beside PyTorch; see README.md."""
