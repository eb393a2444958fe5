"""What the lists of the To do panel hold, and the model that shows one of them.

Owns which entries there are and their texts; buttons, selection and doing are lists_panel's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from territorymap.geo.holes import Hole, Piece
from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.session.commands.accounts import pointless_overrides
from territorymap.ui.parts.shapes import hole_text, piece_text
from territorymap.ui.parts.words import place_text, territory_name

Index = QModelIndex | QPersistentModelIndex
Ix = NDArray[np.int64]
UNASSIGNED, PLACELESS, POINTLESS, LOCKED = "unassigned", "placeless", "pointless", "locked"
HOLES, PIECES = "holes", "pieces"


@dataclass(frozen=True)
class Entries:
    """Positions of the lists; locked territories come before locked units."""

    units: Ix
    accounts: Ix
    overrides: Ix
    locked_territories: Ix
    locked_units: Ix
    holes: list[Hole] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def count(self, kind: str) -> int:
        return {
            UNASSIGNED: len(self.units),
            PLACELESS: len(self.accounts),
            POINTLESS: len(self.overrides),
            LOCKED: len(self.locked_territories) + len(self.locked_units),
            HOLES: len(self.holes),
            PIECES: len(self.pieces),
        }[kind]


def find_entries(plan: Plan) -> Entries:
    """Return what belongs in the lists, as array positions."""
    return Entries(
        units=np.flatnonzero(plan.unit_territory < 0),
        accounts=np.flatnonzero(plan.accounts.unit_ix < 0),
        overrides=pointless_overrides(plan),
        locked_territories=np.array([ix for ix, t in enumerate(plan.territories) if t.locked], dtype=np.int64),
        locked_units=np.flatnonzero(plan.units.locked),
    )


class EntryModel(QAbstractTableModel):
    """One of the lists: what it is, where it is, and what it belongs to."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan: Plan | None = None
        self._entries: Entries | None = None
        self._kind = UNASSIGNED

    def show(self, plan: Plan | None, entries: Entries | None, kind: str) -> None:
        self.beginResetModel()
        self._plan, self._entries, self._kind = plan, entries, kind
        self.endResetModel()

    def entry(self, row: int) -> tuple[str, int]:
        """Return ("unit" | "account" | "territory" | "holes" | "pieces", position)."""
        entries = self._entries
        assert entries is not None
        if self._kind in (HOLES, PIECES):
            return self._kind, row
        if self._kind == UNASSIGNED:
            return "unit", int(entries.units[row])
        if self._kind in (PLACELESS, POINTLESS):
            return "account", int((entries.accounts if self._kind == PLACELESS else entries.overrides)[row])
        n = len(entries.locked_territories)
        if row < n:
            return "territory", int(entries.locked_territories[row])
        return "unit", int(entries.locked_units[row - n])

    def rowCount(self, parent: Index | None = None) -> int:
        if self._entries is None or (parent is not None and parent.isValid()):
            return 0
        return self._entries.count(self._kind)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return int(Qt.AlignmentFlag.AlignLeft) if role == Qt.ItemDataRole.TextAlignmentRole else None
        first = {
            HOLES: tr("Hole"),
            PIECES: tr("Stray piece"),
            UNASSIGNED: tr("Unit"),
            PLACELESS: tr("Account"),
            POINTLESS: tr("Account"),
            LOCKED: tr("Locked"),
        }
        second = {
            UNASSIGNED: tr("In"),
            PLACELESS: tr("Place as imported"),
            POINTLESS: tr("Territory and reason"),
            LOCKED: tr("Kind"),
            HOLES: tr("Enclosed in"),
            PIECES: tr("Of the territory"),
        }
        return (first if section == 0 else second)[self._kind]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._plan is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._texts(*self.entry(index.row()))[index.column()]
        return None

    def _texts(self, what: str, ix: int) -> tuple[str, str]:
        plan = self._plan
        assert plan is not None
        assert self._entries is not None
        if what == HOLES:
            hole = self._entries.holes[ix]
            return hole_text(plan, hole), territory_name(plan, hole.territory_ix)
        if what == PIECES:
            piece = self._entries.pieces[ix]
            return piece_text(plan, piece), territory_name(plan, piece.territory_ix)
        if what == "territory":
            return plan.territories[ix].name, tr("territory")
        if what == "unit":
            u = plan.units
            name = tr("{name} ({code})", name=u.name[ix], code=u.code[ix]) if u.name[ix] else str(u.code[ix])
            return name, tr("unit") if self._kind == LOCKED else str(u.parent_name[ix])
        a = plan.accounts
        if self._kind == PLACELESS:
            return str(a.name[ix]), place_text((a.postal_code[ix], a.city[ix], a.state[ix], a.country[ix]))
        reason = plan.overrides[int(a.account_id[ix])].reason
        territory = territory_name(plan, int(plan.account_override[ix]))
        return str(a.name[ix]), tr("{territory}: {reason}", territory=territory, reason=reason)
