"""Misconceptions: linear_forward."""
