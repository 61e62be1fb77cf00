"""Misconceptions: linear_parameters."""
