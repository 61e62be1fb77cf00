"""Lesson 02, activations: its parts, its exercises, and its checks."""
