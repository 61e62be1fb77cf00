"""What no lesson asks for: it is given, and what is fast and not plain stands here."""
