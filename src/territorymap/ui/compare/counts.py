"""What the line under the lists of a comparison says: how much moves, and what that brings. Owns these sentences."""

from __future__ import annotations

from territorymap.i18n import ntr, number, tr
from territorymap.metrics.comparison import Comparison
from territorymap.ui.compare.move_rows import MoveRows

_SEPARATOR = "   ·   "


def moves_text(rows: MoveRows) -> str:
    """Return how many rows are shown and the totals of what they bring."""
    n_all, n = len(rows.moved), len(rows.shown)
    if n < n_all:
        first = tr("{shown} of {n} that move", shown=number(n), n=number(n_all))
    elif rows.is_of_units:
        first = ntr("{n} unit moves", "{n} units move", n_all)
    else:
        first = ntr("{n} account moves", "{n} accounts move", n_all)
    return _SEPARATOR.join([first, *(tr("{name} {value}", name=a, value=b) for a, b in rows.figures(rows.shown))])


def territories_text(comparison: Comparison) -> str:
    """Return how many territories there are, came and went, and what moves between them."""
    created = sum(pair.before < 0 for pair in comparison.pairs)
    deleted = sum(pair.after < 0 for pair in comparison.pairs)
    parts = [ntr("{n} territory", "{n} territories", len(comparison.pairs))]
    if created:
        parts.append(ntr("{n} created", "{n} created", created))
    if deleted:
        parts.append(ntr("{n} deleted", "{n} deleted", deleted))
    parts.append(ntr("{n} account moves", "{n} accounts move", len(comparison.accounts)))
    parts.append(ntr("{n} unit moves", "{n} units move", len(comparison.units)))
    return _SEPARATOR.join(parts)
