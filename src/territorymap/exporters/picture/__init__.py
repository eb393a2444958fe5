"""A map drawn by matplotlib without a window: frames, ground, labels, page."""
