"""The line that says which two scenarios are compared, and how the map shows them. Owns its fields; not the figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.mapview.comparing import WAYS
from territorymap.model.plan import Plan
from territorymap.model.records import Scenario
from territorymap.session.session import Session
from territorymap.ui import icons
from territorymap.ui.parts.scale import ems

# A checked button is hardly told from an unchecked one in Fusion's dark look.
CHECKED = (
    "QPushButton:checked { background: palette(highlight); color: palette(highlighted-text);"
    " border: 1px solid palette(mid); border-radius: 3px; padding: 3px 6px; }"
)


class PairBar(QWidget):
    """Before, after, and the ways of the map."""

    pair_chosen = Signal(int, int)  # scenario_id before and after
    way_wanted = Signal(str)  # one of WAYS, "" = none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.before = _box(tr("Scenario before"), tr("What is compared with: the scenario before"))
        self.after = _box(tr("Scenario after"), tr("What is compared: the scenario after"))
        self.swap = QToolButton()
        self.swap.setText("⇄")
        self.swap.setAutoRaise(True)
        self.swap.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.swap.setToolTip(tr("Change before and after"))
        self.swap.setAccessibleName(tr("Change before and after"))
        self.ways: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        row = QHBoxLayout(self)
        pad = ems(self, 0.6)
        row.setContentsMargins(pad, pad, pad, 0)
        row.setSpacing(pad)
        arrow = QLabel("→")
        row.addWidget(self.before, 2)
        row.addWidget(arrow)
        row.addWidget(self.after, 2)
        row.addWidget(self.swap)
        row.addStretch(1)
        self._on_map = QLabel(tr("On the map"))
        self._on_map.setProperty("role", "muted")
        row.addWidget(self._on_map)
        for way in WAYS:
            row.addWidget(self._way_button(way))
        self.before.currentIndexChanged.connect(lambda _: self._chosen(self.before))
        self.after.currentIndexChanged.connect(lambda _: self._chosen(self.after))
        self.swap.clicked.connect(self._swap)

    def _way_button(self, way: str) -> QPushButton:
        text, tip = way_words(way)
        button = QPushButton(text)
        button.setCheckable(True)
        button.setStyleSheet(CHECKED)
        button.setToolTip(tip)
        button.clicked.connect(lambda on, way=way: self.way_wanted.emit(way if on else ""))
        self.ways[way] = button
        return button

    def show_narrow(self, is_narrow: bool) -> None:
        """Leave out what explains itself where there is little room."""
        self._on_map.setVisible(not is_narrow)

    @property
    def pair(self) -> tuple[int, int] | None:
        """scenario_id before and after; None where there is but one."""
        before, after = self.before.currentData(), self.after.currentData()
        return None if before is None or before == after else (int(before), int(after))

    def show_scenarios(self, scenarios: Sequence[Scenario], pair: tuple[int, int] | None) -> None:
        """List the scenarios; says nothing of a choice that is made from here."""
        for box, chosen in ((self.before, 0), (self.after, 1)):
            box.blockSignals(True)
            box.clear()
            for scenario in scenarios:
                name = tr("{scenario} (baseline)", scenario=scenario.name) if scenario.is_baseline else scenario.name
                mark = QIcon(icons.swatch(scenario.color)) if scenario.color else QIcon()
                box.addItem(mark, name, scenario.scenario_id)
            if pair is not None:
                box.setCurrentIndex(box.findData(pair[chosen]))
            box.blockSignals(False)
        self.swap.setEnabled(len(scenarios) > 1)

    def show_way(self, way: str, *, is_possible: bool) -> None:
        """Show which way the map compares in."""
        for name, button in self.ways.items():
            button.setChecked(name == way)
            button.setEnabled(is_possible)

    def _chosen(self, box: QComboBox) -> None:
        other = self.after if box is self.before else self.before
        if box.currentData() == other.currentData():
            # One scenario is not compared with itself: the other one makes way.
            other.blockSignals(True)
            other.setCurrentIndex(next((i for i in range(other.count()) if i != box.currentIndex()), -1))
            other.blockSignals(False)
        self._emit()

    def _swap(self) -> None:
        before, after = self.before.currentIndex(), self.after.currentIndex()
        for box, index in ((self.before, after), (self.after, before)):
            box.blockSignals(True)
            box.setCurrentIndex(index)
            box.blockSignals(False)
        self._emit()

    def _emit(self) -> None:
        pair = self.pair
        if pair is not None:
            self.pair_chosen.emit(*pair)


def way_words(way: str) -> tuple[str, str]:
    """Return the name of a way of the map and what it does."""
    return {
        "swipe": (tr("S&wipe"), tr("One map over the other; a line between them is dragged by mouse or arrow keys")),
        "side": (tr("Side b&y side"), tr("Two maps that move together")),
        "outline": (tr("&Outline"), tr("What moves has the colour before as outline and the colour after as fill")),
    }[way]


def _box(name: str, tip: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.setMaximumWidth(ems(box, 30))
    return box


def default_pair(session: Session | None) -> tuple[int, int] | None:
    """Return the scenario to compare with and the one in use: the baseline, else what it began as, else any other."""
    if session is None:
        return None
    plan = session.plan
    others = [s.scenario_id for s in plan.scenarios if s.scenario_id != plan.scenario.scenario_id]
    if not others:
        return None
    wanted = [_baseline_id(plan), plan.scenario.parent_id, others[0]]
    return next(i for i in wanted if i in others), plan.scenario.scenario_id


def _baseline_id(plan: Plan) -> int | None:
    return plan.baseline.scenario_id if plan.baseline is not None else None
