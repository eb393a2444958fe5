"""Asks before an agreed scenario is edited: a strip over the map with two ways on. Owns which one was allowed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.change import RowChange
from territorymap.model.records import Scenario
from territorymap.session.session import Session
from territorymap.ui.parts.scale import ems

AGREED = "agreed"


class AgreedBar(QFrame):
    """Shown while the scenario in use is agreed; edits of it are refused until the planner says otherwise."""

    copy_wanted = Signal()
    edit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("agreed")
        self._session: Session | None = None
        self._allowed: set[int] = set()  # scenario_id that may be edited though agreed
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.copy = QPushButton(tr("&Work in a new one from it…"))
        self.edit = QPushButton(tr("E&dit it all the same"))
        self.copy.clicked.connect(self.copy_wanted)
        self.edit.clicked.connect(self.edit_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(ems(self, 1.2), ems(self, 0.6), ems(self, 0.8), ems(self, 0.6))
        row.addWidget(self.text, 1)
        row.addWidget(self.copy)
        row.addWidget(self.edit)
        self.hide()

    def set_session(self, session: Session | None) -> None:
        """Watch over another plan, or none."""
        self._session, self._allowed = session, set()
        self.refresh()

    @property
    def is_asking(self) -> bool:
        """Whether edits of the scenario in use are held back."""
        session = self._session
        if session is None or session.is_read_only:
            return False
        scenario = session.plan.scenario
        return scenario.status == AGREED and scenario.scenario_id not in self._allowed

    def refresh(self) -> None:
        """Show the strip where it is needed."""
        session = self._session
        if session is not None:
            agreed = {s.scenario_id for s in session.plan.scenarios if s.status == AGREED}
            self._allowed &= agreed  # one that is agreed anew is asked for anew
            self.text.setText(
                tr("{name} is agreed. Edit it all the same, or work in a new one?", name=session.plan.scenario.name)
            )
            # Only while it asks: the rows of every step are gone through for it.
            session.guard = self._guard if self.is_asking else None
        self.setVisible(self.is_asking)

    def allow(self) -> None:
        """Let the scenario in use be edited."""
        if self._session is not None:
            self._allowed.add(self._session.plan.scenario.scenario_id)
        self.refresh()

    def _guard(self, changes: Sequence[RowChange]) -> None:
        """Refuse a step that changes who has what, or a territory, in the agreed scenario."""
        assert self._session is not None
        scenario = self._session.plan.scenario
        is_gone = any(c.table == "scenario" and c.new is None and c.row_id == scenario.scenario_id for c in changes)
        if not is_gone and any(_is_of(change, scenario) for change in changes):
            raise UserError(
                tr("{name} is agreed and was not changed.", name=scenario.name),
                tr("Press Edit it all the same above the map, or work in a new scenario from it."),
            )


def _is_of(change: RowChange, scenario: Scenario) -> bool:
    """Whether a row says something of a scenario; what the first one has of territories stands in their own table."""
    if change.table == "territory":
        return scenario.parent_id is None
    if change.table not in ("assignment", "override", "territory_variant"):
        return False
    return (change.new or change.old or {}).get("scenario_id") == scenario.scenario_id
