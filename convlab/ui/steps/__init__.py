"""Step by step: every number of a small layer."""
