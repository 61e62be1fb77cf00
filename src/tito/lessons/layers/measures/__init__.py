"""Random observations reduced to facts, by the names that the checks use."""
