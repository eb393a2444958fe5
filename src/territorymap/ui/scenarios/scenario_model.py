"""The scenarios of a plan as a table model: a row each, the one in use marked. Owns rows and texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from territorymap.i18n import day, listed, moment, number, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Scenario
from territorymap.ui import icons
from territorymap.ui.parts.column_header import LEFT, RIGHT, head_of
from territorymap.ui.parts.words import NOTHING, plain_tip
from territorymap.ui.scenarios.dialog import chip_color, status_label
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
Rename = Callable[[int, str], bool]


@dataclass(frozen=True)
class ScenarioColumn:
    """One column of the list."""

    key: str
    title: str
    tip: str
    priority: int

    @property
    def is_number(self) -> bool:
        return self.key in ("changes", "against")


def scenario_columns() -> list[ScenarioColumn]:
    """Return the columns, in order."""
    return [
        ScenarioColumn("name", tr("Scenario"), tr("Double-click to work in it; F2 renames."), 0),
        ScenarioColumn(
            "status", tr("Status"), tr("Draft, proposed or agreed; before an agreed one is edited you are asked."), 1
        ),
        ScenarioColumn(
            "changes",
            tr("Changes"),
            tr("Units, accounts given by name and territories that differ from its parent."),
            2,
        ),
        ScenarioColumn(
            "against",
            tr("To baseline"),
            tr("Units, accounts given by name and territories that differ from the baseline."),
            3,
        ),
        ScenarioColumn("effective_date", tr("In effect"), tr("From when it is to hold."), 5),
        ScenarioColumn("parent", tr("From"), tr("The scenario that it was made from."), 6),
        ScenarioColumn("author", tr("Author"), tr("Who made it."), 4),
        ScenarioColumn("created_at", tr("Made"), tr("When it was made."), 8),
        ScenarioColumn("note", tr("Note"), tr("What it tries, and why."), 7),
    ]


class ScenarioModel(QAbstractTableModel):
    """Scenarios in the order of their making; children stand behind their parent, indented."""

    def __init__(self, rename: Rename, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rename = rename
        self._plan: Plan | None = None
        self._can_write = False
        self.columns = scenario_columns()
        self.rows: list[tuple[Scenario, int]] = []  # with its depth
        self.n_changes: dict[int, int] = {}  # by scenario_id, to its parent; as far as they are counted
        self.n_against: dict[int, int] = {}  # to the baseline

    def show(self, plan: Plan | None, *, can_write: bool) -> None:
        """Show the scenarios of a plan."""
        self.beginResetModel()
        self._plan, self._can_write = plan, can_write
        self.rows = in_order(plan.scenarios) if plan is not None else []
        self.endResetModel()

    def show_counts(self, n_changes: dict[int, int], n_against: dict[int, int]) -> None:
        """Show how much differs."""
        self.n_changes, self.n_against = n_changes, n_against
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))

    def scenario(self, row: int) -> Scenario | None:
        return self.rows[row][0] if 0 <= row < len(self.rows) else None

    def row_of(self, scenario_id: int) -> int:
        return next((i for i, (s, _) in enumerate(self.rows) if s.scenario_id == scenario_id), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        is_name = index.isValid() and self.columns[index.column()].key == "name"
        return flags | Qt.ItemFlag.ItemIsEditable if is_name and self._can_write else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return head_of(self.columns, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._plan is None or index.row() >= len(self.rows):
            return None
        scenario, depth = self.rows[index.row()]
        column = self.columns[index.column()]
        is_in_use = scenario.scenario_id == self._plan.scenario.scenario_id
        if role == Qt.ItemDataRole.DisplayRole:
            text = self.text(scenario, column.key)
            return "    " * depth + text if column.key == "name" else text
        if role == Qt.ItemDataRole.EditRole:
            return scenario.name
        if role == Qt.ItemDataRole.DecorationRole and column.key == "name":
            return icons.swatch_icon(chip_color(scenario))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.is_number else LEFT
        if role == Qt.ItemDataRole.FontRole and column.key == "name" and (is_in_use or scenario.is_baseline):
            font = QFont()
            font.setBold(is_in_use)
            font.setItalic(scenario.is_baseline)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and column.key == "status":
            ink = {"agreed": tokens().good, "proposed": tokens().warning}.get(scenario.status)
            return QColor(ink) if ink else None
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            tip = self._tip(scenario, column, is_in_use)
            return plain_tip(tip) if role == Qt.ItemDataRole.ToolTipRole else tip
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        scenario = self.scenario(index.row())
        if role != Qt.ItemDataRole.EditRole or scenario is None or str(value).strip() == scenario.name:
            return False
        return self._rename(scenario.scenario_id, str(value))

    def text(self, scenario: Scenario, key: str) -> str:
        """Return what a cell says."""
        if key == "name":
            return tr("{name} (baseline)", name=scenario.name) if scenario.is_baseline else scenario.name
        if key == "status":
            return status_label(scenario.status)
        if key in ("changes", "against"):
            counts = self.n_changes if key == "changes" else self.n_against
            return number(counts[scenario.scenario_id]) if scenario.scenario_id in counts else NOTHING
        if key == "effective_date":
            return day(date.fromisoformat(scenario.effective_date)) if scenario.effective_date else ""
        if key == "created_at":
            return moment(datetime.fromisoformat(scenario.created_at).astimezone()) if scenario.created_at else ""
        if key == "parent":
            plan = self._plan
            known = {s.scenario_id: s.name for s in plan.scenarios} if plan is not None else {}
            return known.get(scenario.parent_id, "") if scenario.parent_id is not None else ""
        return str(getattr(scenario, key)).replace("\n", " ")

    def _tip(self, scenario: Scenario, column: ScenarioColumn, is_in_use: bool) -> str:
        if column.key == "note":
            return scenario.note
        if column.key != "name":
            return self.text(scenario, column.key)
        parts = [self.text(scenario, "name"), status_label(scenario.status)]
        if is_in_use:
            parts.append(tr("in use"))
        return listed(parts)


def in_order(scenarios: list[Scenario]) -> list[tuple[Scenario, int]]:
    """Return the scenarios with their depth, each behind its parent."""
    children: dict[int | None, list[Scenario]] = {}
    known = {s.scenario_id for s in scenarios}
    for scenario in sorted(scenarios, key=lambda s: s.scenario_id):
        children.setdefault(scenario.parent_id if scenario.parent_id in known else None, []).append(scenario)
    found: list[tuple[Scenario, int]] = []

    def walk(parent: int | None, depth: int) -> None:
        for scenario in children.get(parent, ()):
            found.append((scenario, depth))
            walk(scenario.scenario_id, depth + 1)

    walk(None, 0)
    return found
