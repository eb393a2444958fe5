"""Bringing tables into a plan: file options, column meaning, what came of it. Parsing is importers/."""
