"""A second alignment over the one in use, as the page takes it: who has what in it, and how its lines look.

Owns the container "second" and the messages about it; drawing is the page's (resources/web/second.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from territorymap.mapview.container import pack
from territorymap.mapview.palette import dark_variant
from territorymap.model.records import Alignment, Rep
from territorymap.model.variant import Variant

# Lines over the pale fills of territories; told apart from each other and from the dark borders of the one in use.
INKS = ("#c2185b", "#1565c0", "#2e7d32", "#6a1b9a", "#c44e00", "#00838f", "#8a5a00", "#455a64")


def ink_of(alignment: Alignment) -> str:
    """Return the colour of an alignment's lines and chip: its own, else one by its number."""
    return alignment.color or INKS[alignment.alignment_id % len(INKS)]


def pack_second(variant: Variant, reps: Sequence[Rep]) -> bytes:
    """Return the container of an alignment: array unit_territory (U,); names of territories and reps in its head."""
    names = {rep.rep_id: rep.name for rep in reps}
    rows = [
        {"name": t.name, "rep": names.get(t.rep_id, "") if t.rep_id is not None else ""} for t in variant.territories
    ]
    return pack("second", {"unit_territory": variant.unit_territory.astype(np.int32)}, {"territories": rows})


def second(url: str, alignment: Alignment, now: str) -> dict[str, Any]:
    """Draw an alignment as lines over the one in use, which is called ``now``; ``url`` is its container."""
    color = ink_of(alignment)
    shown = {"name": alignment.name, "now": now, "color": color, "dark": dark_variant(color)}
    return {"kind": "second", "url": url, **shown}


def no_second() -> dict[str, Any]:
    """Show one alignment again."""
    return {"kind": "second", "url": "", "name": "", "now": "", "color": "", "dark": ""}
