"""Paper and orientation as an export offers them. Owns the two choices; sizes are paper's."""

from __future__ import annotations

from territorymap.exporters.choices import Choice
from territorymap.exporters.picture.paper import AUTO, ORIENTATIONS, PAPERS, orientation_labels, paper_labels
from territorymap.i18n import tr

PAPER = Choice(
    "paper",
    lambda: tr("Paper"),
    "choice",
    values=tuple((name, lambda name=name: paper_labels()[name]) for name in (AUTO, *PAPERS)),  # type: ignore[misc]
)
ORIENTATION = Choice(
    "orientation",
    lambda: tr("Orientation"),
    "choice",
    values=tuple((name, lambda name=name: orientation_labels()[name]) for name in ORIENTATIONS),  # type: ignore[misc]
)
