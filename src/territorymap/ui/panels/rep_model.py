"""The reps table as a model.

Owns texts, warnings and order; not the commands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from territorymap.i18n import listed, number, percent, tr
from territorymap.metrics.team import LEAD, rep_work
from territorymap.model.languages import language_name
from territorymap.model.period import parse_period
from territorymap.model.plan import Plan
from territorymap.model.records import LOCATION_LEVELS, Rep
from territorymap.model.role_words import role_label
from territorymap.model.tenure import tenure_text
from territorymap.session.session import Session
from territorymap.ui import icons
from territorymap.ui.parts.column_header import LEFT, RIGHT, head_of
from territorymap.ui.parts.order import name_order
from territorymap.ui.parts.words import NOTHING, amount, home_text, level_label
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class RepColumn:
    key: str
    title: str
    tip: str
    priority: int
    is_number: bool = False


def rep_columns() -> list[RepColumn]:
    return [
        RepColumn("name", tr("Rep"), tr("Name of the rep. Double-click to edit."), 0),
        RepColumn("home", tr("Home"), tr("Where the rep starts from; driving is counted from there."), 2),
        RepColumn("territories", tr("Territories"), tr("The territories the rep is in charge of."), 1),
        RepColumn("level", tr("Placed by"), tr("How the home was found on the map."), 6),
        RepColumn("capacity_h", tr("Capacity h"), tr("Hours a year for visits and driving."), 3, True),
        RepColumn(
            "load",
            tr("Load"),
            tr(
                "Workload of the rep's part of territories as a share of the capacity; a team divides it by its shares."
            ),
            4,
            True,
        ),
        RepColumn("fte", tr("FTE"), tr("Full-time equivalent: 1 is one full-time person."), 5, True),
        RepColumn("role", tr("Role"), tr("The sales role of the rep."), 7),
        RepColumn("seniority", tr("Seniority"), tr("Junior, senior, or as you call it."), 10),
        RepColumn("languages", tr("Languages"), tr("Languages that the rep speaks."), 11),
        RepColumn("verticals", tr("Verticals"), tr("Industries that the rep knows."), 12),
        RepColumn("career_level", tr("Career level"), tr("The step of the career ladder."), 8),
        RepColumn("tenure", tr("Tenure"), tr("How long the rep has been with the company."), 9, True),
    ]


class RepModel(QAbstractTableModel):
    """A row a rep."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self.columns = rep_columns()
        self.ids: list[int] = []
        self._sorted: tuple[int, bool] = (0, False)
        self._work: dict[int, float] | None = None  # hours by rep_id; None = to be added up

    @property
    def plan(self) -> Plan:
        assert self._session is not None
        return self._session.plan

    def show(self, session: Session | None) -> None:
        """Show the reps of a session; a model of a hundred rows is read anew each time."""
        self.beginResetModel()
        self._session, self._work = session, None
        self._order()
        self.endResetModel()

    def refresh(self) -> None:
        """Show other figures of the same reps."""
        self._work = None
        if self.ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.ids) - 1, len(self.columns) - 1))

    def sort_by(self, column: int, is_descending: bool) -> None:
        self._sorted = (column, is_descending)
        self.show(self._session)

    def _order(self) -> None:
        if self._session is None:
            self.ids = []
            return
        column, is_descending = self._sorted
        keys = {rep.rep_id: self._sort_key(self.columns[column].key, rep) for rep in self.plan.reps}
        ids = sorted(keys, key=lambda i: keys[i][1], reverse=is_descending)
        self.ids = sorted(ids, key=lambda i: keys[i][0])  # unknown ones come last in both directions

    def _sort_key(self, key: str, rep: Rep) -> tuple[bool, Any]:
        if key in ("capacity_h", "load", "fte"):
            value = {"capacity_h": rep.capacity_h, "load": self.load(rep), "fte": rep.fte}[key]
            return value is None, value or 0.0
        if key == "tenure":
            return not rep.started_on, -date.fromisoformat(rep.started_on).toordinal() if rep.started_on else 0
        text = self.text(key, rep)
        return not text, name_order(text)

    def rep(self, row: int) -> Rep | None:
        return self.plan.rep(self.ids[row])

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return head_of(self.columns, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        rep = self.rep(index.row()) if index.isValid() and index.row() < len(self.ids) else None
        if rep is None:
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(column.key, rep)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.is_number else LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(column.key, rep)
        if role == Qt.ItemDataRole.ForegroundRole and self.warning(column.key, rep):
            return QColor(tokens().warning)
        if role == Qt.ItemDataRole.DecorationRole and column.key == "name" and self.warning("name", rep):
            return icons.icon("panel-warning", tokens().warning)
        return None

    def text(self, key: str, rep: Rep) -> str:
        """Return what a cell says."""
        if key == "name":
            return rep.name
        if key == "home":
            return home_text(rep) or tr("no home")
        if key == "level":
            return level_label(LOCATION_LEVELS.index(rep.location_level)) if rep.has_home else tr("not on the map")
        if key == "capacity_h":
            return tr("not known") if rep.capacity_h is None else amount(rep.capacity_h)
        if key == "load":
            load = self.load(rep)
            return NOTHING if load is None else percent(load)
        if key == "role":
            return role_label(rep.role)
        if key == "career_level":
            return rep.career_level
        if key == "tenure":
            return tenure_text(rep.started_on, date.today())
        if key == "fte":
            return number(rep.fte, 2 if rep.fte != round(rep.fte) else 0)
        if key == "seniority":
            return rep.seniority
        if key == "languages":
            return listed(map(language_name, rep.languages))
        if key == "verticals":
            return listed(rep.verticals)
        return listed(self._places(rep))

    def _places(self, rep: Rep) -> list[str]:
        """Territories that a rep leads, then those with it in their team."""
        led = [t.name for t in self.plan.territories if t.rep_id == rep.rep_id]
        helped = [
            tr("{name} ({share})", name=t.name, share=percent(member.share))
            for t in self.plan.territories
            for member in t.team
            if member.rep_uuid == rep.uuid and member.kind != LEAD and t.rep_id != rep.rep_id
        ]
        return [*led, *helped]

    def tip(self, key: str, rep: Rep) -> str:
        """Return what a cell has to say besides."""
        if key == "tenure" and rep.started_on:
            return tr("Since {day}", day=parse_period(rep.started_on).label)
        return self.warning(key, rep) or self.text(key, rep)

    def load(self, rep: Rep) -> float | None:
        """Return workload / capacity of a rep; None where it cannot be told."""
        measure = self.plan.measure_named("workload_h")
        if self._session is None or measure is None or not rep.capacity_h:
            return None
        if self._work is None:
            row = self.plan.measures.index(measure)
            self._work = rep_work(self.plan, self._session.totals.territory_total[row])
        return self._work.get(rep.rep_id, 0.0) / rep.capacity_h

    def warning(self, key: str, rep: Rep) -> str:
        """Return what is missing and what follows, "" where nothing is."""
        no_home = tr("{name} has no home on the map, so no driving from home is counted.", name=rep.name)
        no_capacity = tr("The capacity of {name} is not known, so shares by capacity leave it out.", name=rep.name)
        missing = {"home": not rep.has_home, "capacity_h": rep.capacity_h is None}
        if key in ("home", "level"):
            return no_home if missing["home"] else ""
        if key == "capacity_h":
            return no_capacity if missing["capacity_h"] else ""
        if key == "name":
            sentences = [no_home] * missing["home"] + [no_capacity] * missing["capacity_h"]
            return "\n".join(sentences)
        load = self.load(rep)
        if key == "load" and load is not None and load > 1:
            return tr("{name} has more work than capacity.", name=rep.name)
        return ""
