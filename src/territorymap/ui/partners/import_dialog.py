"""Importing partners, their certifications and trainings, or their figures by period.

Owns the three dialogs' words and previews; rows are read by importers, written by session.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from territorymap.i18n import ntr, tr
from territorymap.importers.partners import PartnerImport
from territorymap.importers.table import RawTable
from territorymap.session.commands.partners import import_partners
from territorymap.session.partner_intake import Names, build_for, names_of
from territorymap.session.session import Command, Session
from territorymap.ui.import_wizard.dialog import ImportDialog, Outcome
from territorymap.ui.import_wizard.result_view import ImportReport, ReportView, RowsView
from territorymap.ui.import_wizard.table_form import TableChoice
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import Progress

_MOST_SHOWN = 10_000


class PartnerImportDialog(ImportDialog):
    """One of the three kinds of files."""

    def __init__(self, session: Session, preferences: Preferences, kind: str, parent: QWidget | None = None) -> None:
        title, hint = {
            "partners": (
                tr("Import partners"),
                tr("A row a partner. Those whose name the plan has are changed in what the file tells; a rep of that "
                   "name becomes a partner."),
            ),
            "credentials": (
                tr("Import certifications and trainings"),
                tr("A row a certification or training of a partner, with the days on which it begins and runs out."),
            ),
            "partner_figures": (
                tr("Import figures of partners"),
                tr("A row a partner and period: revenue, target, satisfaction. What stands there already is changed."),
            ),
        }[kind]  # fmt: skip
        super().__init__(session, preferences, kind, title, hint, parent)
        self._title = title

    def prepare(self) -> Names:
        return names_of(self.session)

    def read(self, table: RawTable, choice: TableChoice, ground: Any, progress: Progress, is_cancelled: Any) -> Outcome:
        result = build_for(ground, table, choice.columns)
        report = ImportReport(self._title, table, result.read, len(result), result.rejects, notes=result.notes)
        return Outcome(report, result)

    def command(self, outcome: Outcome) -> Command:
        return import_partners(self.session, outcome.result, date.today().isoformat())

    def decorate(self, view: ReportView, outcome: Outcome) -> None:
        result: PartnerImport = outcome.result
        from territorymap.importers.fields import fields_of

        shown = [spec for spec in fields_of(result.kind) if spec.name in result.fields]
        rows = [
            tuple("" if record.get(spec.name) is None else str(record[spec.name]) for spec in shown)
            for record in result.records[:_MOST_SHOWN]
        ]
        text = ntr("{n} row to import", "{n} rows to import", len(result))
        view.add_tab(text, RowsView([spec.label() for spec in shown], rows))
        view.tabs.setCurrentIndex(0 if outcome.report.rejects else 1)
