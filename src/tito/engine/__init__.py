"""Probe, observation, verdict, diagnosis."""
