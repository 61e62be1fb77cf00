"""Checks: linear."""
