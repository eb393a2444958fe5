"""Who covers what, across all alignments: gaps, overlaps, channel conflicts, deals, hand-overs.

Owns the arithmetic on arrays; words, mendings and the reading of a plan are session.coverage_issues'.
"""
