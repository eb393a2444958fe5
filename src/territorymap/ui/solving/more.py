"""The folded part of the dialog Build: radius, borders of larger areas, barriers, islands. Owns these fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout

from territorymap.i18n import ntr, tr
from territorymap.session.session import Session
from territorymap.ui.map.levels import level_word, levels_of
from territorymap.ui.parts.words import NOTHING
from territorymap.ui.selection import Selection
from territorymap.ui.solving.asked import flag_of, number_of

if TYPE_CHECKING:
    from territorymap.session.solving.aims import GroundWishes

FREE, NOBODY, BARRIER = "free", "nobody", "barrier"
KEPT, PREFERRED = "kept", "preferred"
INERTIA, DIAMETER = "inertia", "diameter"  # of optimise.shapes


class MoreWishes:
    """What may be joined with what, and how far a territory may reach."""

    def __init__(self, session: Session, selection: Selection, asked: dict[str, Any]) -> None:
        self._session, self._units = session, selection.units
        self.radius = QDoubleSpinBox()
        self.radius.setRange(0, 20_000)
        self.radius.setDecimals(0)
        self.radius.setSpecialValueText(NOTHING)
        self.radius.setSuffix(tr(" km"))
        self.radius.setValue(number_of(asked, "radius", 0.0))
        self.radius.setToolTip(
            tr("How far a unit may be from the home or the seed of its territory, else from its middle")
        )
        self.shape = QComboBox()
        self.shape.addItem(tr("customers near the middle, short borders"), INERTIA)
        self.shape.addItem(tr("no two units far apart"), DIAMETER)
        self.shape.setCurrentIndex(max(0, self.shape.findData(str(asked.get("shape", INERTIA)))))
        self.borders = QComboBox()
        self.borders.addItem(tr("as it comes"), ("", ""))
        for level in levels_of(session.plan):
            word = level_word(level)
            self.borders.addItem(tr("{area}: borders preferred", area=word), (level.key, PREFERRED))
            self.borders.addItem(tr("{area}: borders never crossed", area=word), (level.key, KEPT))
        self.borders.setToolTip(tr("Whether territories are to follow the borders of larger areas, such as states"))
        wanted = (str(asked.get("level", "")), str(asked.get("level_rule", "")))
        at = next((i for i in range(self.borders.count()) if self._border_at(i) == wanted), 0)
        self.borders.setCurrentIndex(at)
        self.borders.setEnabled(self.borders.count() > 1)
        n = len(self._units)
        self.selected = QComboBox()
        self.selected.addItem(tr("take part like all others"), FREE)
        if n:
            self.selected.addItem(tr("go to nobody"), NOBODY)
            self.selected.addItem(tr("are parted from the rest: no territory reaches over their edge"), BARRIER)
        self.selected.setEnabled(n > 0)
        self.selected.setToolTip(
            ntr("{n} unit is selected.", "{n} units are selected.", n)
            if n
            else tr("Select units on the map first, such as those beyond a river or a mountain range.")
        )
        self.islands = QCheckBox(tr("Islan&ds belong to the nearest ground"))
        self.islands.setChecked(flag_of(asked, "islands", True))
        self.islands.setToolTip(tr("Off: ground that no border joins needs a territory of its own"))

    def _border_at(self, i: int) -> tuple[str, str]:
        key, rule = self.borders.itemData(i)
        return str(key), str(rule)

    def fill(self, form: QFormLayout) -> None:
        """Put the fields into the form."""
        form.addRow(tr("C&ompact means"), self.shape)
        form.addRow(tr("Farthest &reach"), self.radius)
        form.addRow(tr("&Larger areas"), self.borders)
        form.addRow(tr("Selected u&nits"), self.selected)
        form.addRow("", self.islands)

    def wishes(self) -> dict[str, Any]:
        """Return what is asked for beside the usual, as fields of Wishes."""
        return {
            "max_radius_km": self.radius.value() or None,
            "ground": self._ground(),
            "shape": str(self.shape.currentData()),
        }

    def _ground(self) -> GroundWishes:
        from territorymap.session.solving.aims import Borders, GroundWishes

        key, rule = self._border_at(self.borders.currentIndex())
        what = self.selected.currentData()
        return GroundWishes(
            barriers=self._edge() if what == BARRIER else (),
            nobody=tuple(int(u) for u in self._units) if what == NOBODY else (),
            joins_islands=self.islands.isChecked(),
            borders=Borders(key, rule == KEPT) if key else None,
        )

    def _edge(self) -> tuple[tuple[int, int], ...]:
        """Return the neighbours of which one is selected and the other is not."""
        inside = np.zeros(len(self._session.plan.units), dtype=np.bool_)
        inside[self._units] = True
        pair = self._session.adjacency.pair
        crossing = pair[inside[pair[:, 0]] != inside[pair[:, 1]]]
        return tuple((int(a), int(b)) for a, b in crossing)

    def read(self) -> dict[str, Any]:
        """Return what is asked for, to be remembered; the selection is another one the next time."""
        key, rule = self._border_at(self.borders.currentIndex())
        return {
            "radius": self.radius.value(),
            "shape": self.shape.currentData(),
            "level": key,
            "level_rule": rule,
            "islands": self.islands.isChecked(),
        }
