"""Facts about random weights: their spread, centre and law."""
