"""Misconceptions: layer."""
