"""Conflicts and gaps of the coverage of an open plan: read, told in words, mended.

Named apart from the conflicts of a merge (session.conflicts). Owns words and mendings; the arithmetic is
metrics.coverage's.
"""
