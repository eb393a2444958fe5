"""Importing accounts, the first time and again: what is new, changed and missing, as one step.

Owns the questions of an update; comparing is importers/'s, writing is session/'s.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QGroupBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from territorymap.geo.locate import UnitLocator
from territorymap.i18n import listed, ntr, tr
from territorymap.importers.accounts import AccountImport, build_accounts
from territorymap.importers.compare import ImportPreview, compare_accounts
from territorymap.importers.fields import fields_of
from territorymap.importers.geocode import Geocoder
from territorymap.importers.table import RawTable
from territorymap.model.plan import Plan
from territorymap.session.commands import import_accounts
from territorymap.session.session import Command, Session
from territorymap.ui.import_wizard.dialog import ImportDialog, Outcome
from territorymap.ui.import_wizard.result_view import ImportReport, ReportView, RowsView
from territorymap.ui.import_wizard.table_form import TableChoice
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import Progress

_MAX_LISTED = 2000


@dataclass(frozen=True)
class Ground:
    """What locating accounts needs of a plan, held still for a thread."""

    plan: Plan
    geometry: Any  # (U,) shapely
    codes: Any  # (U,)
    country: str  # of all units, "" = several


def ground_of(session: Session) -> Ground:
    """Return the ground of a session; call it on the GUI thread."""
    plan = session.plan
    countries = {str(country) for country in plan.units.country if country}
    return Ground(plan, session.geometry, plan.units.code, countries.pop() if len(countries) == 1 else "")


class AccountImportDialog(ImportDialog):
    """Accounts from a file; with a key, an update."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            preferences,
            "accounts",
            tr("Import accounts"),
            tr(
                "Accounts are customers and prospects. Each is located by its coordinates, its postal code or its city."
            ),
            parent,
        )
        self.remove_missing = QRadioButton()
        self.keep_missing = QRadioButton()

    def prepare(self) -> Ground:
        return ground_of(self.session)

    def read(self, table: RawTable, choice: TableChoice, ground: Any, progress: Progress, is_cancelled: Any) -> Outcome:
        is_update = bool(len(ground.plan.accounts)) and "account_key" in choice.columns.fields
        result = build_accounts(
            table,
            choice.columns,
            UnitLocator(ground.geometry),
            Geocoder(),
            ground.codes,
            progress,
            is_cancelled,
            default_country=ground.country,
            is_key_needed=is_update,
        )
        preview = compare_accounts(ground.plan, result) if is_update else None
        notes = [*result.notes, *(preview.notes if preview is not None else [])]
        return Outcome(dataclasses.replace(account_report(table, result), notes=notes), (result, preview))

    def command(self, outcome: Outcome) -> Command:
        result, preview = outcome.result
        return import_accounts(
            self.session.plan,
            result,
            is_update=preview is not None,
            is_missing_removed=preview is not None and self.remove_missing.isChecked(),
        )

    def apply_text(self, n: int) -> str:
        preview = self.outcome.result[1] if self.outcome is not None else None
        if preview is not None:
            return tr("&Update the accounts")
        return ntr("&Import {n} account", "&Import {n} accounts", n)

    def decorate(self, view: ReportView, outcome: Outcome) -> None:
        result, preview = outcome.result
        n_present = len(self.session.plan.accounts)
        if preview is not None:
            view.insert(self._update_box(preview))
            self._add_lists(view, result, preview)
            view.tabs.setCurrentIndex(0 if outcome.report.rejects or view.tabs.count() == 1 else 1)
        elif n_present:
            text = ntr(
                "The plan has {n} account already. Those of this file are added to it: no key column is chosen.",
                "The plan has {n} accounts already. Those of this file are added to them: no key column is chosen.",
                n_present,
            )
            label = QLabel(text)
            label.setWordWrap(True)
            label.setProperty("role", "warning")
            view.insert(label)

    def _update_box(self, preview: ImportPreview) -> QGroupBox:
        box = QGroupBox(tr("Compared with the plan"))
        column = QVBoxLayout(box)
        n_added, n_changed, n_missing = len(preview.added), len(preview.changed), len(preview.missing)
        parts = [
            ntr("{n} new", "{n} new", n_added),
            ntr("{n} changed", "{n} changed", n_changed),
            ntr("{n} as before", "{n} as before", len(preview.unchanged)),
            ntr("{n} missing in the file", "{n} missing in the file", n_missing),
        ]
        column.addWidget(QLabel(" · ".join(parts)))
        keep = ntr("&Keep the {n} missing account", "&Keep the {n} missing accounts", n_missing)
        remove = ntr("&Remove the {n} missing account", "&Remove the {n} missing accounts", n_missing)
        self.keep_missing = QRadioButton(keep)
        self.remove_missing = QRadioButton(remove)
        self.keep_missing.setChecked(True)
        group = QButtonGroup(box)
        for button in (self.keep_missing, self.remove_missing):
            group.addButton(button)
            button.setVisible(n_missing > 0)
            column.addWidget(button)
        note = QLabel(
            tr("Overrides and what the file has no column for stay as they are. It is one step: Undo takes it back.")
        )
        note.setWordWrap(True)
        note.setProperty("role", "muted")
        column.addWidget(note)
        return box

    def _add_lists(self, view: ReportView, result: AccountImport, preview: ImportPreview) -> None:
        accounts = self.session.plan.accounts
        headers = [tr("Key"), tr("Account")]
        added = [(str(result.account_key[i]), str(result.account_name[i])) for i in preview.added[:_MAX_LISTED]]
        missing = [(str(accounts.key[i]), str(accounts.name[i])) for i in preview.missing[:_MAX_LISTED]]
        if len(preview.changed):
            view.add_tab(tr("Changed"), RowsView([*headers, tr("What")], changed_rows(result, preview)))
        for title, rows in ((tr("New"), added), (tr("Missing"), missing)):
            if rows:
                view.add_tab(title, RowsView(headers, rows))


def account_report(table: RawTable, result: AccountImport) -> ImportReport:
    """Return the report of accounts that were read."""
    return ImportReport(
        tr("Import of accounts"), table, result.read, len(result), result.rejects, result.located, result.notes
    )


def changed_rows(result: AccountImport, preview: ImportPreview) -> list[tuple[str, str, str]]:
    """Return key, name and what changes of the accounts that change."""
    labels = {field.name: field.label() for field in fields_of("accounts")} | {"location": tr("Location")}
    rows = []
    for i, names in zip(preview.changed[:_MAX_LISTED].tolist(), preview.changed_fields, strict=False):
        what = listed(labels.get(name, name) for name in names)
        rows.append((str(result.account_key[i]), str(result.account_name[i]), what))
    return rows
