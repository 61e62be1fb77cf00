"""Profiling: what a model costs, counted in one run of it, layer by layer."""

from __future__ import annotations

from tinytorch.profiling.memory import kept_by_graph
from tinytorch.profiling.rows import Row, Summary
from tinytorch.profiling.summarising import summary

__all__ = ["Row", "Summary", "kept_by_graph", "summary"]
