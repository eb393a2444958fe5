"""Numbers of a plan: totals, balance, workload, compactness, contiguity. One file a family, each registered."""
