"""The page Partners: all partners with tier, figures and what to put right, the details of one, and their terms.

Owns actions and questions, and the way of each change to the plan; figures are metrics.partners'.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSplitter,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.metrics.partners.sheet import PartnerBook, PartnerSheet
from territorymap.model.period import Period, period_of
from territorymap.session.commands import partners as commands
from territorymap.session.coverage_issues.reading import CoverageWatch
from territorymap.session.partners import TABLES, partner_book, usual_period
from territorymap.session.session import PlanChange
from territorymap.ui.partners.asks import ask_partner
from territorymap.ui.partners.columns import partner_columns
from territorymap.ui.partners.deeds import PartnerDeeds
from territorymap.ui.partners.summary import summary_of
from territorymap.ui.partners.terms_dialog import TermsDialog
from territorymap.ui.partners.tier_dialog import TierDialog
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.record_table import RecordTable
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.parts.words import plain_tip
from territorymap.ui.selection import Selection

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

_QUARTERS, _YEARS = 12, 4
_OWN_TABLES = TABLES[: TABLES.index("rep")]
_AFTER_GROUND_MS = 700
_SHOWN = ("all", "working", "recruiting", "left")


class PartnersPage(PartnerDeeds):
    """Partners of the plan."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, parent)
        self._main: MainWindow | None = None
        self._watch: CoverageWatch | None = None  # conflicts, kept while nothing changes that they stand on
        self._make_actions()
        self.period = QComboBox()
        self.period.setAccessibleName(tr("Period"))
        self.period.setToolTip(tr("The quarter or year that is shown"))
        self.shown = QComboBox()
        self.shown.setAccessibleName(tr("Which partners"))
        for key, text in zip(
            _SHOWN, (tr("All partners"), tr("Agreed and active"), tr("In recruitment"), tr("Left")), strict=True
        ):
            self.shown.addItem(text, key)
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.summary.setProperty("role", "muted")
        self._table_box = QVBoxLayout()
        self._build()
        self._wire()
        self.session_replaced()

    # -- making --------------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        make = self.make_action
        self.new = make(
            "partner_new", tr("&New partner…"), tr("Add a candidate or partner"), self.ask_new, icon="panel-new"
        )
        self.edit = make(
            "partner_edit",
            tr("&Edit profile…"),
            tr("Change name, type, contact and days"),
            self.ask_edit,
            shortcut="F2",
            icon="panel-edit",
            is_local=True,
        )
        self.delete = make(
            "partner_delete",
            tr("&Delete"),
            tr("Delete the partners with all that is told of them"),
            self.delete_chosen,
            shortcut="Del",
            icon="panel-delete",
            is_local=True,
        )
        self.give = make(
            "partner_earned",
            tr("Give the tiers &earned"),
            tr("Give each working partner, or the chosen ones, the tier that it earned"),
            self.give_earned,
            icon="check",
        )
        self.flags = make(
            "partner_flags",
            tr("&Take up corrective actions"),
            tr("Make an action of each broken rule, with root cause, owner and due date"),
            self.take_flags,
            icon="warning",
        )
        self.tiers = make(
            "partner_tiers",
            tr("&Tiers…"),
            tr("Names, order, criteria and benefits of the tiers"),
            self.ask_tiers,
            icon="panel-list",
        )
        self.terms = make(
            "partner_terms",
            tr("Te&rms…"),
            tr("Criteria of recruitment, onboarding steps, corrective rules, market"),
            self.ask_terms,
            icon="settings",
        )
        kinds = (
            ("partners", tr("&Partners…")),
            ("credentials", tr("&Certifications and trainings…")),
            ("partner_figures", tr("&Figures by period…")),
        )
        self.imports = [
            self._menu_action(f"partner_import_{k}", text, partial(self.ask_import, k)) for k, text in kinds
        ]
        self.exports = [
            self._menu_action(f"partner_export_{name}", text, partial(self.ask_export, name))
            for name, text in (("partner_html", tr("As a &page to print…")), ("partner_xlsx", tr("As a &workbook…")))
        ]  # fmt: skip

    def _menu_action(self, name: str, text: str, run: Callable[[], object]) -> QAction:
        return self.make_action(name, text, text.replace("&", "").rstrip("…"), run)

    def _build(self) -> None:
        pad = ems(self, 0.8)
        bar = QHBoxLayout()
        for action in (self.new, self.edit, self.delete):
            bar.addWidget(self._button(action))
        bar.addWidget(self._menu_button(tr("&Import"), "import", self.imports))
        bar.addWidget(self._menu_button(tr("&Review sheets"), "export", self.exports))
        for action in (self.give, self.flags, self.tiers, self.terms):
            bar.addWidget(self._button(action))
        bar.addStretch(1)
        line = QHBoxLayout()
        line.addWidget(self.period)
        line.addWidget(self.shown)
        line.addSpacing(pad)
        line.addWidget(self.summary, 1)
        above = QWidget()
        above.setLayout(self._table_box)
        self._table_box.setContentsMargins(0, 0, 0, 0)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(above)
        self.split.addWidget(self.details)
        self.split.setStretchFactor(0, 2)
        self.split.setStretchFactor(1, 3)
        self.split.setChildrenCollapsible(False)
        self.split.setSizes([ems(self, 40), ems(self, 60)])
        above.setMinimumHeight(lines(self, 9))
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(pad, pad, pad, pad)
        layout.addLayout(bar)
        layout.addLayout(line)
        layout.addWidget(self.split, 1)
        self.empty = EmptyState(
            "partner",
            tr("No partners yet"),
            tr(
                "Partners are companies that cover territories: resellers, distributors, referral partners, "
                "integrators. Add a candidate, or bring in a list; a rep of the same name becomes a partner."
            ),
        )
        self.empty.offer(self.new)
        self.empty.offer(self.imports[0])
        self._stack = QStackedLayout(self)
        for page in (self.empty, content):
            self._stack.addWidget(page)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _menu_button(self, text: str, icon: str, actions: list[QAction]) -> QToolButton:
        action = self.make_action(f"partner_{icon}", text, text.replace("&", ""), lambda: None, icon=icon)
        button = self._button(action)
        menu = QMenu(button)
        menu.addActions(actions)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _wire(self) -> None:
        self._wire_details()
        for box in (self.period, self.shown):
            box.currentIndexChanged.connect(lambda _at: self._show_sheets())

    def _make_table(self, currency: str) -> None:
        """Make the table anew: its columns speak of one currency."""
        if self.table is not None:
            self._table_box.removeWidget(self.table)
            self.table.deleteLater()
        self.table = RecordTable[PartnerSheet](partner_columns(currency), lambda s: s.partner.rep_id, tr("Partners"))
        self.table.offer([self.edit, self.give, self.flags, None, self.delete, None])
        self.table.chosen.connect(self._show_details)
        self.table.opened.connect(lambda _sheet: self.ask_edit())
        self._table_box.addWidget(self.table)
        self._currency = currency

    # -- following -----------------------------------------------------------------------------------------------------

    def take_window(self, main: MainWindow) -> None:
        self._main = main

    def concerns(self, change: PlanChange) -> bool:
        return change.delta.is_full or change.kind == "veil" or change.touches(*TABLES)

    def plan_changed(self, change: PlanChange) -> None:
        super().plan_changed(change)
        if self._soon.isActive() and not change.touches(*_OWN_TABLES):
            self._soon.start(_AFTER_GROUND_MS)  # who paints on the map goes on first: all conflicts are looked for anew

    def session_replaced(self) -> None:
        self.book = None
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        super().session_replaced()

    def refresh(self) -> None:
        """Read the partners anew."""
        session = self.session
        if session is None:
            return
        can = self.can_write
        for action in (self.new, self.tiers, self.terms, *self.imports):
            action.setEnabled(can)
        try:
            if self._watch is None:
                self._watch = CoverageWatch(session)
            self.book = partner_book(session, self._watch.look(), self.book)
        except UserError as error:
            self.empty.say(error.message, error.hint)
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1 if self.book.partners else 0)
        if self._currency != self.book.inputs.currency:
            self._make_table(self.book.inputs.currency)
        self._fill_periods(self.book)
        self._show_sheets()

    def _fill_periods(self, book: PartnerBook) -> None:
        """List quarters, then years, the newest first; what was chosen stays."""
        chosen: Period | None = self.period.currentData()
        now = period_of("quarter", date.today())
        quarters = sorted({*book.periods("quarter"), now, now.previous}, reverse=True)[:_QUARTERS]
        years = sorted({*book.periods("year"), period_of("year", date.today())}, reverse=True)[:_YEARS]
        wanted = chosen or usual_period(book, date.today())
        periods = [*quarters, *years]
        if wanted not in periods:
            periods.insert(0, wanted)
        self.period.blockSignals(True)
        self.period.clear()
        for period in periods:
            self.period.addItem(period.label, period)
        self.period.setCurrentIndex(periods.index(wanted))
        self.period.blockSignals(False)

    def _show_sheets(self) -> None:
        book, period = self.book, self.period.currentData()
        if book is None or period is None or self.table is None:
            return
        sheets = book.sheets(period, date.today())
        shown = {
            "all": sheets,
            "working": [s for s in sheets if s.is_working],
            "recruiting": [s for s in sheets if s.partner.status in ("candidate", "scored")],
            "left": [s for s in sheets if s.partner.status == "left"],
        }[self.shown.currentData()]
        self.table.show_records(shown)
        if shown and not self.table.selected:
            self.table.select([self.table.model.rows[0].partner.rep_id])
        said, moves = summary_of(book, sheets, period, date.today())
        self.summary.setText(said)
        self.summary.setToolTip(plain_tip(moves))
        self._show_details()

    def _show_details(self) -> None:
        sheet, book = self.sheet, self.book
        self.details.setVisible(sheet is not None)
        if sheet is not None and book is not None:
            self.details.show_sheet(sheet, book.inputs, can_write=self.can_write)
        chosen = self.table.selected if self.table is not None else []
        can = self.can_write
        self.edit.setEnabled(can and len(chosen) == 1)
        self.delete.setEnabled(can and bool(chosen))
        self.give.setEnabled(can and bool(self._to_give()))
        self.flags.setEnabled(can and any(f.action_id is None for s in self._meant() for f in s.flags))

    def _meant(self) -> list[PartnerSheet]:
        """The partners that a command is for: the chosen ones where there are several, else all that are shown."""
        if self.table is None:
            return []
        chosen = self.table.selected
        return chosen if len(chosen) > 1 else list(self.table.model.rows)

    # -- doing ---------------------------------------------------------------------------------------------------------

    def ask_new(self) -> None:
        """Ask for a new partner, and go to it."""
        session = self.session
        assert session is not None
        before = {partner.rep_id for partner in self.book.inputs.partners} if self.book is not None else set()
        form = ask_partner(session, self._attempt, self.window(), None)

        def go() -> None:
            new = [rep_id for rep_id in (self.book.partners if self.book is not None else ()) if rep_id not in before]
            if new and self.table is not None:
                self.shown.setCurrentIndex(0)
                self.table.select(new)

        form.accepted.connect(go)

    def delete_chosen(self) -> None:
        """Delete the chosen partners; undo brings them back."""
        session, chosen = self.session, self.table.selected if self.table is not None else []
        if session is not None and chosen:
            self._do(lambda: commands.delete_partners(session, [s.partner.rep_id for s in chosen]))

    def _to_give(self) -> dict[int, int | None]:
        return {
            s.partner.rep_id: s.tier_earned.row_id if s.tier_earned is not None else None
            for s in self._meant()
            if s.is_working and s.partner.tier_id != (s.tier_earned.row_id if s.tier_earned is not None else None)
        }

    def give_earned(self) -> None:
        """Give the chosen partners, or all that are shown, the tier that each earned."""
        session, given = self.session, self._to_give()
        if session is not None and given:
            self._do(lambda: commands.give_tiers(session, given, date.today()))

    def take_flags(self) -> None:
        """Make corrective actions of the flags of the chosen partners, or of all that are shown."""
        sheets, currency = self._meant(), self._currency or ""
        self._do(lambda: commands.take_flags(sheets, currency))

    def ask_tiers(self) -> None:
        """Open the editor of tiers."""
        if self.session is not None and self.book is not None:
            TierDialog(self.session, self.book.tiers, self._attempt, self.window()).open()

    def ask_terms(self) -> None:
        """Open the terms of the programme."""
        if self.session is not None and self.book is not None:
            TermsDialog(self.session, self.book.inputs.programme, self._attempt, self.window()).open()

    def ask_import(self, kind: str) -> None:
        """Ask for a file of partners, credentials or figures."""
        from territorymap.ui.partners.import_dialog import PartnerImportDialog
        from territorymap.ui.preferences import Preferences

        if self.session is not None:
            preferences = self._main.preferences if self._main is not None else Preferences()
            dialog = PartnerImportDialog(self.session, preferences, kind, self.window())
            dialog.imported.connect(self.said)
            dialog.imported.connect(lambda _text: self.refresh_now())
            dialog.open()

    def ask_export(self, name: str) -> None:
        """Ask for the file of review sheets or assessments."""
        if self._main is not None:
            self._main.files.export(name, self.window())
