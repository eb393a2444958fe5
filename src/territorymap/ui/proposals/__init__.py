"""Proposals of the optimiser on a chart and in a table: compared, previewed on the map, taken."""
