"""Checks: dropout."""
