"""Alignments in the window: the page, the switcher, the scope builder, a second alignment as outline."""
