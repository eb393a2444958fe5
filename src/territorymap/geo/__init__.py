"""Unit layers and what follows from their shape: topology, adjacency, contiguity, distance. Pure functions, no plan."""
