"""What is done to the partner whose details are shown: asked, written, told in the window.

Owns the way of each of these changes to the plan; not the page around (page).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import numpy as np
from PySide6.QtWidgets import QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.metrics.partners.sheet import PartnerBook, PartnerSheet
from territorymap.model.coverage import Action, Credential
from territorymap.session.commands import partners as commands
from territorymap.session.partners import holders
from territorymap.session.session import Command
from territorymap.ui.partners.asks import ask_action, ask_credential, ask_figures, ask_partner, ask_tier
from territorymap.ui.partners.details import PartnerDetails, today
from territorymap.ui.parts.record_table import RecordTable
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection

ORIGIN = "partners_page"


class PartnerDeeds(PlanningPage):
    """A page with the details of one partner."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.book: PartnerBook | None = None
        self.table: RecordTable[PartnerSheet] | None = None
        self.details = PartnerDetails()
        self._currency: str | None = None

    @property
    def sheet(self) -> PartnerSheet | None:
        """The partner whose details are shown: the first that is chosen."""
        chosen = self.table.selected if self.table is not None else []
        return chosen[0] if chosen else None

    def _wire_details(self) -> None:
        details = self.details
        details.edit_wanted.connect(self.ask_edit)
        details.tier_wanted.connect(self._ask_tier)
        details.earned_wanted.connect(self._give_this)
        details.figures_wanted.connect(self._ask_figures)
        details.plan_wanted.connect(self._save_plan)
        details.credential_wanted.connect(self._ask_credential)
        details.credentials_deleted.connect(self._delete_credentials)
        details.action_wanted.connect(self._ask_action)
        details.actions_done.connect(self._done)
        details.actions_deleted.connect(self._delete_actions)
        details.flags_wanted.connect(self._take_this)
        details.territory_wanted.connect(self._show_territories)
        details.scoring.status_wanted.connect(self._set_status)
        details.scoring.scores_wanted.connect(self._set_scores)
        details.scoring.done_wanted.connect(self._set_done)
        details.scoring.step_wanted.connect(lambda: self._ask_action(None, "onboarding"))

    def _attempt(self, build: Callable[[], Command]) -> UserError | None:
        """Run a command; the refusal, or None. What it says besides is told in the window."""
        session = self.session
        if session is None:
            return None
        try:
            change = session.do(build(), initiator=ORIGIN)
        except UserError as error:
            return error
        self.said.emit(" ".join((tr("Done: {step}", step=change.label), *change.notes)))
        self.refresh_now()
        return None

    def _do(self, build: Callable[[], Command]) -> None:
        error = self._attempt(build)
        if error is not None:
            self.failed.emit(error)
            self.refresh_now()

    def ask_edit(self) -> None:
        """Change the profile of the partner that is shown."""
        session, sheet = self.session, self.sheet
        if session is not None and sheet is not None and self.can_write:
            ask_partner(session, self._attempt, self.window(), sheet.partner, sheet.name)

    def _give_this(self) -> None:
        session, sheet = self.session, self.sheet
        if session is not None and sheet is not None:
            tier = sheet.tier_earned.row_id if sheet.tier_earned is not None else None
            self._do(lambda: commands.give_tiers(session, {sheet.partner.rep_id: tier}, date.today()))

    def _take_this(self) -> None:
        sheet, currency = self.sheet, self._currency or ""
        if sheet is not None:
            self._do(lambda: commands.take_flags([sheet], currency))

    def _ask_tier(self) -> None:
        session, sheet, book = self.session, self.sheet, self.book
        if session is not None and sheet is not None and book is not None:
            ask_tier(session, self._attempt, self.window(), [sheet.partner.rep_id], book.tiers, sheet.partner.tier_id)

    def _ask_figures(self) -> None:
        session, sheet, book = self.session, self.sheet, self.book
        if session is not None and sheet is not None and book is not None:
            rep_id = sheet.partner.rep_id
            ask_figures(session, self._attempt, self.window(), rep_id, sheet.period, lambda p: book.told(rep_id, p))

    def _save_plan(self, text: str) -> None:
        session, sheet = self.session, self.sheet
        if session is not None and sheet is not None:
            self._do(lambda: commands.edit_partner(session, sheet.partner.rep_id, {"joint_plan": text}))

    def _ask_credential(self, credential: Credential | None) -> None:
        session, sheet = self.session, self.sheet
        if session is not None and sheet is not None and self.can_write:
            ask_credential(session, self._attempt, self.window(), sheet.partner.rep_id, credential)

    def _delete_credentials(self, chosen: list[Credential]) -> None:
        session = self.session
        if session is not None and chosen:
            self._do(lambda: commands.delete_credentials(session, [c.row_id for c in chosen]))

    def _ask_action(self, action: Action | None, kind: str = "agreed") -> None:
        session, sheet = self.session, self.sheet
        if session is not None and sheet is not None and self.can_write:
            ask_action(session, self._attempt, self.window(), sheet.partner.rep_id, action, kind)

    def _done(self, chosen: list[Action]) -> None:
        session = self.session
        if session is None:
            return
        for action in chosen:
            if not action.done_on:
                self._do(partial(commands.edit_action, session, action.row_id, {"done_on": today()}))

    def _set_done(self, row_id: int, on: str) -> None:
        session = self.session
        if session is not None:
            self._do(lambda: commands.edit_action(session, row_id, {"done_on": on}))

    def _delete_actions(self, chosen: list[Action]) -> None:
        session = self.session
        if session is not None and chosen:
            self._do(lambda: commands.delete_actions(session, [a.row_id for a in chosen]))

    def _set_status(self, status: str) -> None:
        session, sheet = self.session, self.sheet
        if session is not None and sheet is not None:
            self._do(lambda: commands.set_status(session, sheet.partner.rep_id, status, date.today()))

    def _set_scores(self, scores: str) -> None:
        session, sheet = self.session, self.sheet
        if session is not None and sheet is not None:
            self._do(lambda: commands.edit_partner(session, sheet.partner.rep_id, {"scores": scores}))

    def _show_territories(self) -> None:
        """Fly to the ground of the partner in the alignment in use."""
        session, sheet = self.session, self.sheet
        if session is None or sheet is None:
            return
        plan, rep_id = session.plan, sheet.partner.rep_id
        own = [ix for ix, territory in enumerate(plan.territories) if rep_id in holders(plan, territory)]
        units = np.flatnonzero(np.isin(plan.unit_territory, own))
        if not len(units):
            self.failed.emit(
                UserError(
                    tr("{name} has no ground in the alignment in use.", name=sheet.name),
                    tr("Switch to the alignment in which it covers territories."),
                )
            )
            return
        self.selection.set_territory(plan.territories[own[0]].territory_id, ORIGIN)
        self.zoom_to_units(units)
