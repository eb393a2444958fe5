"""Building and rebalancing in the window: what is asked for, the run in the background, what becomes of its result."""
