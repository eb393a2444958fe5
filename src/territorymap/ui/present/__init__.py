"""Scenes and the presentation: what an audience sees, and what the presenter holds in hand."""
