"""Checks: dense."""
