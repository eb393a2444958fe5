"""What comes of two files: every thing that a side changed, and where they disagree. Owns it, not how it is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from territorymap.document.merging.ground import Descent, Family, Shapes
from territorymap.document.merging.snapshot import Snapshot, Universe
from territorymap.document.merging.states import Past
from territorymap.document.merging.threeway import (
    CONFLICT,
    MINE,
    SAME,
    THEIRS,
    WHOLE,
    Bases,
    Item,
    Items,
    compare,
    owners,
)


@dataclass
class Merge:
    """What comes of two files: every thing that a side changed, and where they disagree."""

    mine: Snapshot
    theirs: Snapshot
    bases: list[Snapshot]
    lower: list[Snapshot]
    pasts: tuple[Past, Past]
    fork: str  # uuid of the last record with which both files begin; "" without a common past
    universe: Universe
    items: Items = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    descent: Descent = field(default_factory=lambda: Descent(Shapes()))
    shapes: Shapes = field(default_factory=Shapes)

    @property
    def has_common_past(self) -> bool:
        return bool(self.fork)

    @property
    def tips(self) -> tuple[str, str]:
        """Return the newest record of each file."""
        return self.pasts[0].records.tip, self.pasts[1].records.tip

    def side(self, side: str) -> Snapshot:
        return self.mine if side == MINE else self.theirs

    def counts(self) -> Counter[str]:
        """Return how many values were taken from each side, changed alike, or are in conflict."""
        counts: Counter[str] = Counter()
        for item in self.items.values():
            if item.follows_owner or self._comes_with_owner(item):
                continue
            counts.update(item.takes.values())
        for family in self.families.values():
            if family.take == "both":
                counts.update((MINE, THEIRS))
            else:
                counts[family.take] += 1
        return counts

    def _comes_with_owner(self, item: Item) -> bool:
        """Tell whether a thing is there, or gone, only because all of its scenario or account is."""
        for name in owners(item):
            owner = self.items.get(name)
            if owner is not None and WHOLE in owner.takes:
                return True
        return False

    @property
    def is_news(self) -> bool:
        """Tell whether the other side brings anything that is not known here."""
        counts = self.counts()
        return bool(counts[THEIRS] or counts[SAME] or counts[CONFLICT])


def take_up(merge: Merge, kind: str, key: str) -> None:
    bases = Bases(*([snapshot.items[kind].get(key) for snapshot in group] for group in (merge.bases, merge.lower)))
    item = compare(kind, key, bases, merge.mine.items[kind].get(key), merge.theirs.items[kind].get(key))
    if item is not None:
        merge.items[kind, key] = item


def keys_of(merge: Merge, kind: str) -> Iterator[str]:
    snapshots = [*merge.bases, *merge.lower, merge.mine, merge.theirs]
    yield from dict.fromkeys(key for snapshot in snapshots for key in snapshot.items[kind])
