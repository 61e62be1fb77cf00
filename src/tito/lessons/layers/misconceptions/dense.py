"""Misconceptions: dense."""
