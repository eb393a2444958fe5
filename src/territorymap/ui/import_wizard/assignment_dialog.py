"""Importing from a CRM report which account belongs to which territory.

Owns its questions; parsing is importers/'s, writing is session/'s.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from PySide6.QtWidgets import QWidget

from territorymap.i18n import ntr, number, tr
from territorymap.importers.assignment import build_assignment
from territorymap.importers.table import RawTable
from territorymap.session.commands import import_assignment
from territorymap.session.session import Command, Session
from territorymap.ui.import_wizard.dialog import ImportDialog, Outcome
from territorymap.ui.import_wizard.result_view import ImportReport, ReportView, RowsView
from territorymap.ui.import_wizard.table_form import TableChoice
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import Progress


class AssignmentImportDialog(ImportDialog):
    """A list account -> territory, as Salesforce, HubSpot and Dynamics report it."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            preferences,
            "assignment",
            tr("Import accounts' territories"),
            tr(
                "A report of your CRM that tells the territory of each account. Where no unit has a territory yet, "
                "units follow most of their accounts; an account that differs from its unit is given by name."
            ),
            parent,
        )

    def prepare(self) -> Any:
        return self.session.plan.accounts.key

    def read(self, table: RawTable, choice: TableChoice, ground: Any, progress: Progress, is_cancelled: Any) -> Outcome:
        result = build_assignment(table, choice.columns, ground, progress, is_cancelled)
        title = tr("Import of accounts' territories")
        report = ImportReport(title, table, result.read, result.n_rows, result.rejects, notes=result.notes)
        return Outcome(report, result)

    def command(self, outcome: Outcome) -> Command:
        return import_assignment(self.session.plan, outcome.result)

    def decorate(self, view: ReportView, outcome: Outcome) -> None:
        counts = Counter(str(name) for name in outcome.result.territory)
        known = {t.name.strip().casefold() for t in self.session.plan.territories}
        rows = [
            (name or tr("none"), number(n), "" if not name or name.casefold() in known else tr("will be made"))
            for name, n in counts.items()
        ]
        headers = [tr("Territory"), tr("Accounts"), tr("New")]
        view.add_tab(ntr("{n} territory", "{n} territories", len(rows)), RowsView(headers, rows))
        view.tabs.setCurrentIndex(0 if outcome.report.rejects else 1)

    def apply_text(self, n: int) -> str:
        return ntr("&Take over {n} account", "&Take over {n} accounts", n)
