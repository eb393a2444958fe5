"""The measures that are to be even: tick, tolerance, weight, least and most. Owns the widgets of these rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from territorymap.i18n import tr
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.parts.words import NOTHING, amount, digits_for, measure_label, measure_tip, plain_tip
from territorymap.ui.solving.asked import Shared, first_measures

if TYPE_CHECKING:
    from territorymap.session.solving.aims import Aim

_MOST_ROWS = 6  # more are scrolled to
_MOST = 1e12


@dataclass
class Row:
    """The widgets of one measure."""

    shared: Shared
    tick: QCheckBox
    tolerance: QDoubleSpinBox
    weight: QDoubleSpinBox
    least: QDoubleSpinBox
    most: QDoubleSpinBox

    @property
    def is_wanted(self) -> bool:
        return self.tick.isChecked() and self.tick.isEnabled()


class MeasureGrid(QScrollArea):
    """A row for each measure of the plan."""

    changed = Signal()

    def __init__(
        self,
        shared: list[Shared],
        asked: list[dict[str, Any]],
        parent: QWidget | None = None,
        *,
        has_limits: bool = True,
    ) -> None:
        """Make the rows.

        Parameters
        ----------
        asked : what :meth:`as_json` gave the last time; empty = as the plan's own tolerances say
        has_limits : ask for least and most, too
        """
        super().__init__(parent)
        self._has_limits = has_limits
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
        self._grid = QGridLayout(holder)
        self._grid.setContentsMargins(0, 0, ems(self, 1.5), 0)
        self._grid.setHorizontalSpacing(ems(self, 1))
        self._grid.setVerticalSpacing(ems(self, 0.5))
        heads = (
            (tr("To be even"), tr("Which measures are to be even")),
            (tr("Tolerance"), tr("How far a territory may be from its target")),
            (tr("Weight"), tr("How much more this measure counts than the others")),
            (tr("At least"), tr("What every territory must have; a dash = no limit")),
            (tr("At most"), tr("What no territory may exceed; a dash = no limit")),
        )
        for column, (title, tip) in enumerate(heads if has_limits else heads[:3]):
            head = QLabel(title)
            head.setProperty("role", "muted")
            head.setToolTip(tip)
            self._grid.addWidget(head, 0, column)
        self._grid.setColumnStretch(0, 1)
        known = {str(row.get("measure")): row for row in asked}
        first = set(known) & {s.measure.name for s in shared if not s.obstacle} or first_measures(shared)
        self.rows = [self._add(s, known.get(s.measure.name), s.measure.name in first) for s in shared]
        self._grid.setRowStretch(len(self.rows) + 1, 1)
        self.setWidget(holder)
        for ground in (holder, self.viewport()):
            ground.setAutoFillBackground(False)
        height = holder.sizeHint().height()
        shown = min(len(self.rows), _MOST_ROWS) + 1
        self.setFixedHeight(min(height, round(height * shown / (len(self.rows) + 1)) + lines(self, 0.4)))

    def _add(self, shared: Shared, asked: dict[str, Any] | None, is_first: bool) -> Row:
        measure, at = shared.measure, self._grid.rowCount()
        label = measure_label(measure)
        tick = QCheckBox(label.replace("&", "&&"))
        tick.setToolTip(shared.obstacle or plain_tip(measure_tip(measure)))
        tick.setEnabled(not shared.obstacle)
        tick.setChecked(is_first)
        asked = asked or {}
        tolerance = _box(tr("Tolerance of {name}", name=label), 0.1, 1000, 1)
        tolerance.setPrefix("± ")
        tolerance.setSuffix(" %")
        tolerance.setValue(_number(asked, "tolerance", max(measure.tolerance, 0.001)) * 100)
        weight = _box(tr("Weight of {name}", name=label), 0.1, 100, 1)
        weight.setValue(_number(asked, "weight", 1.0))
        digits = digits_for_total(shared.total)
        least = _box(tr("Least of {name}", name=label), 0, _MOST, digits)
        most = _box(tr("Most of {name}", name=label), 0, _MOST, digits)
        for box, key in ((least, "least"), (most, "most")):
            box.setSpecialValueText(NOTHING)
            box.setValue(_number(asked, key, 0.0) if self._has_limits else 0.0)
            box.setToolTip(plain_tip(tr("{name}: {total} in all", name=label, total=amount(shared.total))))
        row = Row(shared, tick, tolerance, weight, least, most)
        for column, widget in enumerate((tick, tolerance, weight, least, most)):
            self._grid.addWidget(widget, at, column)
            widget.setVisible(self._has_limits or column < 3)
        tick.toggled.connect(lambda _on: self._follow(row))
        for box in (tolerance, weight, least, most):
            box.valueChanged.connect(self.changed)
        self._follow(row, is_telling=False)
        return row

    def _follow(self, row: Row, *, is_telling: bool = True) -> None:
        for box in (row.tolerance, row.weight, row.least, row.most):
            box.setEnabled(row.is_wanted)
        if is_telling:
            self.changed.emit()

    def row(self, name: str) -> Row:
        """Return the row of a measure."""
        return next(row for row in self.rows if row.shared.measure.name == name)

    @property
    def wanted(self) -> list[Row]:
        """Those that are ticked."""
        return [row for row in self.rows if row.is_wanted]

    def aims(self) -> tuple[Aim, ...]:
        """Return what is asked for."""
        from territorymap.session.solving.aims import Aim

        return tuple(
            Aim(
                row.shared.measure.name,
                row.tolerance.value() / 100,
                row.weight.value(),
                row.least.value() or None,
                row.most.value() or None,
            )
            for row in self.wanted
        )

    def as_json(self) -> list[dict[str, Any]]:
        """Return what is asked for, to be remembered."""
        return [
            {
                "measure": row.shared.measure.name,
                "tolerance": row.tolerance.value() / 100,
                "weight": row.weight.value(),
                "least": row.least.value(),
                "most": row.most.value(),
            }
            for row in self.wanted
        ]


def digits_for_total(total: float) -> int:
    """Return the decimals that a share of a total is written with."""
    return 0 if total >= 1000 or total == round(total) else digits_for_small(total)


def digits_for_small(total: float) -> int:
    import numpy as np

    return digits_for(np.array([total]))


def _box(name: str, least: float, most: float, digits: int) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(digits)
    box.setRange(least, most)
    box.setGroupSeparatorShown(True)
    box.setAccessibleName(name)
    box.setMinimumWidth(ems(box, 12))
    box.setMaximumWidth(ems(box, 17))
    return box


def _number(asked: dict[str, Any], key: str, usual: float) -> float:
    value = asked.get(key, usual)
    return float(value) if isinstance(value, int | float) else usual
