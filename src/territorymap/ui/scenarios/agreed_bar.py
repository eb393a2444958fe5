"""Asks before an agreed scenario is edited: a strip over the map with two ways on. Owns which one was allowed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.session import Command, Session
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
        if session is not None:
            session.guard = self._guard
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
        self.setVisible(self.is_asking)

    def allow(self) -> None:
        """Let the scenario in use be edited."""
        if self._session is not None:
            self._allowed.add(self._session.plan.scenario.scenario_id)
        self.refresh()

    def _guard(self, command: Command) -> None:
        if self.is_asking and self._session is not None and not command.is_about_plan:
            raise UserError(
                tr("{name} is agreed and was not changed.", name=self._session.plan.scenario.name),
                tr("Press Edit it all the same above the map, or work in a new scenario from it."),
            )
