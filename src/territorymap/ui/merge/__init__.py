"""Merging in the window: the dialog with its preview, the list of conflicts, their marks on the map.

Owns what is seen of a merge; what comes of it is session.merging's.
"""
