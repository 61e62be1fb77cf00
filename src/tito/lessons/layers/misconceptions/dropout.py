"""Misconceptions: dropout."""
