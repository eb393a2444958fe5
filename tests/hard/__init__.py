"""Small samples of what benchmarks/hard_*.py do at length."""
