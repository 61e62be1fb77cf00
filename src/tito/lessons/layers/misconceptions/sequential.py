"""Misconceptions: sequential."""
