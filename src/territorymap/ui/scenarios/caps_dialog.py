"""Asks how much may change rep before the program warns: caps, a line each. Owns the fields; the command is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.metrics.caps import measure_name
from territorymap.model.plan import Plan
from territorymap.model.records import Measure
from territorymap.session.commands.limits import CapWish, wish_of
from territorymap.ui import icons
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.scale import ems, lines

USUAL_SHARE = 0.10


class CapLine(QWidget):
    """One cap: who, what, how much, of which measure."""

    def __init__(self, wish: CapWish, measures: Sequence[Measure], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cap_id = wish.cap_id
        self.what = QComboBox()
        self.what.setAccessibleName(tr("What is limited"))
        for (per, kind), text in _sentences():
            self.what.addItem(text, (per, kind))
        kind = "lost" if wish.per == "plan" and wish.kind == "changed" else wish.kind
        at = next((i for i in range(self.what.count()) if self.what.itemData(i) == (wish.per, kind)), 0)
        self.what.setCurrentIndex(at)
        self.share = QDoubleSpinBox()
        self.share.setRange(0, 1000)
        self.share.setDecimals(1)
        self.share.setSuffix(tr(" %"))
        self.share.setValue(wish.max_share * 100)
        self.share.setAccessibleName(tr("Most"))
        self.measure = QComboBox()
        self.measure.setAccessibleName(tr("Measure"))
        for measure in measures:
            self.measure.addItem(measure_name(measure), measure.measure_id)
        self.measure.setCurrentIndex(max(0, self.measure.findData(wish.measure_id)))
        self.remove = QToolButton()
        self.remove.setAutoRaise(True)
        self.remove.setToolTip(tr("Remove this cap"))
        self.remove.setAccessibleName(tr("Remove this cap"))
        icons.set_icon(self.remove, "panel-delete")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(ems(self, 0.8))
        row.addWidget(self.what, 3)
        row.addWidget(self.share)
        row.addWidget(QLabel(tr("of")))
        row.addWidget(self.measure, 2)
        row.addWidget(self.remove)

    @property
    def wish(self) -> CapWish:
        per, kind = self.what.currentData()
        return CapWish(int(self.measure.currentData()), per, kind, round(self.share.value() / 100, 6), self._cap_id)


class CapsDialog(FormDialog):
    """All caps of the plan; ``wishes`` after OK."""

    def __init__(self, plan: Plan, parent: QWidget | None = None) -> None:
        super().__init__(tr("Caps on what changes rep"), tr("&Set"), parent, width_ems=76)
        self._measures = [m for m in plan.measures if m.is_shown or m.source == "builtin"]
        self._measures += [m for m in plan.measures if m not in self._measures and self._is_capped(plan, m)]
        self.insert(
            muted(
                tr(
                    "Measured against the baseline. While you draw, the card beside the pointer turns red when a "
                    "stroke would go beyond a cap; it can be done all the same."
                )
            )
        )
        self.lines: list[CapLine] = []
        holder = QWidget()
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(ems(self, 0.8))
        self.none = muted(tr("No cap is set yet."))
        self._column.addWidget(self.none)
        self._column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(holder)
        scroll.setMinimumHeight(lines(self, 10))
        self.insert(scroll)
        self.add = QPushButton(tr("&Add a cap"))
        self.add.setAutoDefault(False)
        icons.set_icon(self.add, "panel-new")
        self.add.clicked.connect(self.add_usual)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch(1)
        self.insert(row)
        for cap in plan.caps:
            wish = wish_of(cap)
            known = any(m.measure_id == cap.measure_id for m in plan.measures)
            self._add(wish if known else replace(wish, measure_id=self._measures[0].measure_id))
        if not plan.caps:
            self.add_usual()

    @property
    def wishes(self) -> list[CapWish]:
        return [line.wish for line in self.lines]

    def add_usual(self) -> None:
        """Add the first usual cap that is not there yet: no rep loses more than 10 % of revenue."""
        taken = {(w.measure_id, w.per, w.kind) for w in self.wishes}
        brought = [m for m in self._measures if m.source == "account"]
        rest = [m for m in self._measures if m not in brought]
        for measure in [*brought, *rest]:
            for (per, kind), _ in _sentences():
                if (measure.measure_id, per, kind) not in taken:
                    self._add(CapWish(measure.measure_id, per, kind, USUAL_SHARE))
                    return

    def _add(self, wish: CapWish) -> None:
        line = CapLine(wish, self._measures)
        line.remove.clicked.connect(lambda: self._remove(line))
        self.lines.append(line)
        self._column.insertWidget(self._column.count() - 1, line)
        self.none.hide()

    def _remove(self, line: CapLine) -> None:
        self.lines.remove(line)
        self._column.removeWidget(line)
        line.deleteLater()
        self.none.setVisible(not self.lines)

    @staticmethod
    def _is_capped(plan: Plan, measure: Measure) -> bool:
        return any(cap.measure_id == measure.measure_id for cap in plan.caps)


def _sentences() -> list[tuple[tuple[str, str], str]]:
    """Return (per, kind) and its words; of the plan as a whole what is lost is what changes rep."""
    return [
        (("rep", "lost"), tr("No rep loses more than")),
        (("rep", "gained"), tr("No rep gains more than")),
        (("rep", "changed"), tr("No rep loses and gains more than")),
        (("plan", "lost"), tr("In all there changes rep at most")),
        (("plan", "gained"), tr("In all reps gain at most")),
    ]
