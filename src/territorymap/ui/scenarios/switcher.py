"""The scenario in use, on the tool bar: a list with colour chips. Owns the box; switching is asked for by a signal."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from territorymap.i18n import tr
from territorymap.model.records import Scenario
from territorymap.ui import icons
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import plain_tip
from territorymap.ui.scenarios.dialog import chip_color, status_label
from territorymap.ui.tool_bar import Guest

_WIDE_EMS, _NARROW_EMS = 22, 6
_MARGIN = 2
NEW = -1  # data of the last line: a new scenario from the one in use


class ScenarioSwitcher(Guest):
    """Lists the scenarios; the last line makes a new one."""

    switch_wanted = Signal(int)  # scenario_id
    new_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._in_use = 0
        self.box = QComboBox(self)
        self.box.setFixedWidth(ems(self, _WIDE_EMS))
        self.box.setMaxVisibleItems(20)
        self.box.setIconSize(QSize(14, 14))
        self.box.setAccessibleName(tr("Scenario"))
        self.box.activated.connect(self._activated)
        self._label = label = QLabel(tr("Scenario"), self)
        label.setProperty("role", "muted")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        row.addWidget(label)
        row.addWidget(self.box)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    @property
    def narrow_width(self) -> int:
        return ems(self, _NARROW_EMS) + 2 * _MARGIN

    @property
    def spare(self) -> int:
        return ems(self, _WIDE_EMS) - ems(self, _NARROW_EMS) + self._label.sizeHint().width() + self._row.spacing()

    def set_narrow(self, is_narrow: bool) -> None:
        self._label.setVisible(not is_narrow)
        self.box.setFixedWidth(ems(self, _NARROW_EMS if is_narrow else _WIDE_EMS))

    def show_scenarios(self, scenarios: Sequence[Scenario], in_use: int, *, can_write: bool) -> None:
        """List these; ``in_use`` is the scenario_id of the one that is shown."""
        self._in_use = in_use
        self.box.clear()
        for scenario in scenarios:
            text = tr("{name} (baseline)", name=scenario.name) if scenario.is_baseline else scenario.name
            self.box.addItem(icons.swatch_icon(chip_color(scenario)), text, scenario.scenario_id)
            at = self.box.count() - 1
            self.box.setItemData(at, plain_tip(_tip(scenario)), Qt.ItemDataRole.ToolTipRole)
            if scenario.is_baseline:
                font = QFont(self.box.font())
                font.setItalic(True)
                self.box.setItemData(at, font, Qt.ItemDataRole.FontRole)
        if can_write:
            self.box.insertSeparator(self.box.count())
            self.box.addItem(icons.icon("panel-new"), tr("New from this…"), NEW)
        self._choose_in_use()
        longest = max((QFontMetrics(self.box.font()).horizontalAdvance(s.name) for s in scenarios), default=0)
        self.box.view().setMinimumWidth(min(longest + ems(self, 16), ems(self, 60)))
        chosen = next((s for s in scenarios if s.scenario_id == in_use), None)
        tip = tr("The scenario that is shown and edited (Ctrl+Tab: the next one)")
        self.box.setToolTip(plain_tip(tip + ("\n" + _tip(chosen) if chosen else "")))
        self.box.setEnabled(bool(scenarios))

    def _choose_in_use(self) -> None:
        self.box.setCurrentIndex(self.box.findData(self._in_use))

    def _activated(self, at: int) -> None:
        wanted = self.box.itemData(at)
        self._choose_in_use()  # until it is done; a refusal leaves it
        if wanted == NEW:
            self.new_wanted.emit()
        elif wanted is not None and wanted != self._in_use:
            self.switch_wanted.emit(int(wanted))


def _tip(scenario: Scenario) -> str:
    parts = [scenario.name, status_label(scenario.status)]
    if scenario.is_baseline:
        parts.append(tr("baseline"))
    return " · ".join(parts) + (f"\n{scenario.note}" if scenario.note else "")
