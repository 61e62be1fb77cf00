"""Checks: sequential."""
