"""Changing the unit layer of a plan: which units, what would change, do it."""
