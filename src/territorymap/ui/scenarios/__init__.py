"""Scenarios in the window: switching, the panel, their dialogs; what changes rep against the baseline, and its caps."""
