"""Splitting, merging, dissolving and adding a territory in the window: what is asked, what it comes to, taking it."""
