"""Profiling: what a model costs, counted in one run of it, layer by layer."""

from __future__ import annotations

from tinytorch.profiling.rows import Row
from tinytorch.profiling.running import kept_by_graph
from tinytorch.profiling.summarising import summary
from tinytorch.profiling.table import Summary

__all__ = ["Row", "Summary", "kept_by_graph", "summary"]
