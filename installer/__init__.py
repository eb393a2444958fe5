"""Recipes that make what a planner double-clicks; build tools, not part of the program."""
