"""Checks: layer."""
