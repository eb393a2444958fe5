"""Importing reps and alignments: the smaller imports.

Owns their questions; parsing is importers/'s, writing is session/'s.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from PySide6.QtWidgets import QWidget

from territorymap.geo.locate import UnitLocator
from territorymap.i18n import ntr, number, tr
from territorymap.importers.alignment import AlignmentImport, build_alignment
from territorymap.importers.finer_codes import PostalGround
from territorymap.importers.geocode import Geocoder
from territorymap.importers.reps import RepImport, build_reps
from territorymap.importers.table import RawTable
from territorymap.session.commands import import_alignment, import_reps
from territorymap.session.session import Command, Session
from territorymap.ui.import_wizard.accounts_dialog import Ground, ground_of
from territorymap.ui.import_wizard.dialog import ImportDialog, Outcome
from territorymap.ui.import_wizard.result_view import ImportReport, ReportView, RowsView
from territorymap.ui.import_wizard.table_form import TableChoice
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import Progress


class RepImportDialog(ImportDialog):
    """Reps from a file; those of a name the plan has are updated."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            preferences,
            "reps",
            tr("Import reps"),
            tr("Reps cover territories. Home and capacity make workload and fair shares more exact."),
            parent,
        )

    def prepare(self) -> Any:
        return ground_of(self.session)

    def read(
        self, table: RawTable, choice: TableChoice, ground: Ground, progress: Progress, is_cancelled: Any
    ) -> Outcome:
        result = build_reps(
            table,
            choice.columns,
            Geocoder(),
            UnitLocator(ground.geometry),
            progress,
            is_cancelled,
            default_country=ground.country,
        )
        return Outcome(rep_report(table, result), result)

    def command(self, outcome: Outcome) -> Command:
        return import_reps(self.session.plan, outcome.result)

    def decorate(self, view: ReportView, outcome: Outcome) -> None:
        levels = {
            "coordinates": tr("by coordinates"),
            "postal_code": tr("by postal code"),
            "city": tr("by city"),
            "none": tr("without a place"),
        }
        rows = [
            (
                str(record.get("rep_name") or ""),
                " ".join(str(record.get(f"home_{part}") or "") for part in ("postal_code", "city", "state")).strip(),
                levels.get(str(record.get("location_level", "none")), ""),
                str(record.get("territory") or ""),
            )
            for record in outcome.result.records
        ]
        headers = [tr("Rep"), tr("Home"), tr("Located"), tr("Territory")]
        view.add_tab(ntr("{n} rep", "{n} reps", len(rows)), RowsView(headers, rows))
        view.tabs.setCurrentIndex(0 if outcome.report.rejects else 1)

    def apply_text(self, n: int) -> str:
        return ntr("&Import {n} rep", "&Import {n} reps", n)


class AlignmentImportDialog(ImportDialog):
    """A list unit code -> territory, with reps and regions if it has them."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            preferences,
            "alignment",
            tr("Import an alignment"),
            tr("An alignment says which unit belongs to which territory, a row a unit. Units it does not name stay."),
            parent,
        )

    def prepare(self) -> Any:
        return ground_of(self.session)

    def read(
        self, table: RawTable, choice: TableChoice, ground: Ground, progress: Progress, is_cancelled: Any
    ) -> Outcome:
        postal = PostalGround(Geocoder(), UnitLocator(ground.geometry), ground.country)
        names = ground.plan.units.name
        result = build_alignment(table, choice.columns, ground.codes, names, progress, is_cancelled, postal=postal)
        return Outcome(alignment_report(table, result), result)

    def command(self, outcome: Outcome) -> Command:
        return import_alignment(self.session.plan, outcome.result, self.session.adjacency)

    def decorate(self, view: ReportView, outcome: Outcome) -> None:
        counts = Counter(str(name) for name in outcome.result.territory)
        known = {t.name.strip().casefold() for t in self.session.plan.territories}
        rows = [
            (
                name or tr("unassigned"),
                number(n),
                "" if not name or name.strip().casefold() in known else tr("will be made"),
            )
            for name, n in counts.items()
        ]
        headers = [tr("Territory"), tr("Units"), tr("New")]
        view.add_tab(ntr("{n} territory", "{n} territories", len(rows)), RowsView(headers, rows))
        view.tabs.setCurrentIndex(0 if outcome.report.rejects else 1)

    def apply_text(self, n: int) -> str:
        n_units = len(self.outcome.result) if self.outcome is not None else 0  # a row can be a range of units
        return ntr("&Assign {n} unit", "&Assign {n} units", n_units)


def rep_report(table: RawTable, result: RepImport) -> ImportReport:
    """Return the report of reps that were read."""
    return ImportReport(
        tr("Import of reps"), table, result.read, len(result.records), result.rejects, result.located, result.notes
    )


def alignment_report(table: RawTable, result: AlignmentImport) -> ImportReport:
    """Return the report of an alignment that was read."""
    return ImportReport(
        tr("Import of an alignment"), table, result.read, result.n_rows, result.rejects, notes=result.notes
    )
