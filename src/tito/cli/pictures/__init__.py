"""The pictures of `tito show`, and how each of them is made."""
