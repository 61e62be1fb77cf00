"""Misconceptions: linear_init."""
