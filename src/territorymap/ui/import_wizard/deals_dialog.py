"""Importing a list of deals. Owns its questions; parsing is importers/'s, writing is session/'s."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from territorymap.i18n import money, ntr, tr
from territorymap.importers.deals import Known, build_deals
from territorymap.importers.table import RawTable
from territorymap.model.coverage import Deal
from territorymap.model.coverage_words import stage_label
from territorymap.session.commands.deals import import_deals, n_known_deals
from territorymap.session.session import Command, Session
from territorymap.ui.import_wizard.dialog import ImportDialog, Outcome
from territorymap.ui.import_wizard.result_view import ImportReport, ReportView, RowsView
from territorymap.ui.import_wizard.table_form import TableChoice
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import Progress

_MOST_SHOWN = 2_000


class DealImportDialog(ImportDialog):
    """Deals of a CRM or of a partner portal; a deal that is registered already is changed."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            preferences,
            "deals",
            tr("Import deals"),
            tr(
                "A list of your CRM or partner portal: the account by key or name, who registered the deal, amount, "
                "stage and days. Reps and partners must be in the plan. A deal that is registered already is changed."
            ),
            parent,
        )

    def prepare(self) -> Any:
        return Known.of(self.session.plan)

    def read(self, table: RawTable, choice: TableChoice, ground: Any, progress: Progress, is_cancelled: Any) -> Outcome:
        result = build_deals(table, choice.columns, ground, progress, is_cancelled)
        report = ImportReport(
            tr("Import of deals"), table, result.read, len(result), result.rejects, notes=result.notes
        )
        return Outcome(report, result)

    def command(self, outcome: Outcome) -> Command:
        return import_deals(self.session.plan, self.session.register(Deal), outcome.result)

    def command_work(self, outcome: Outcome) -> Callable[[], Command]:
        plan, deals = self.session.plan, dict(self.session.register(Deal))
        return lambda: import_deals(plan, deals, outcome.result)

    def decorate(self, view: ReportView, outcome: Outcome) -> None:
        plan, result = self.session.plan, outcome.result
        names = dict(zip(plan.accounts.account_id.tolist(), plan.accounts.name, strict=True))
        reps = {rep.rep_id: rep.name for rep in plan.reps}
        rows = [
            (
                str(record.get("deal_name") or ""),
                str(names.get(record["account_id"], "")),
                reps.get(record.get("rep_id"), ""),
                money(float(record.get("amount") or 0), plan.info.currency),
                stage_label(str(record.get("stage") or "registered")),
                str(record.get("registered_on") or ""),
            )
            for record in result.records[:_MOST_SHOWN]
        ]
        headers = [tr("Deal"), tr("Account"), tr("Rep or partner"), tr("Amount"), tr("Stage"), tr("Registered")]
        known = n_known_deals(self.session.register(Deal), result)
        title = ntr("{n} deal", "{n} deals", len(result))
        if known:
            title = ntr(
                "{deals}, {n} of them registered already", "{deals}, {n} of them registered already", known, deals=title
            )
        view.add_tab(title, RowsView(headers, rows))
        view.tabs.setCurrentIndex(0 if outcome.report.rejects else 1)

    def apply_text(self, n: int) -> str:
        return ntr("&Register {n} deal", "&Register {n} deals", n)
