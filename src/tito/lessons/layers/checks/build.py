"""Checks: build."""
