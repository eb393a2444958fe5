"""The details of one partner: tabs from its profile to its actions. What is to be done is told by signals.

Owns the tabs and their buttons; the page writes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import ntr, number, tr, tr_as
from territorymap.metrics.partners import telling, words
from territorymap.metrics.partners.corrective import Flag
from territorymap.metrics.partners.sheet import PartnerInputs, PartnerSheet
from territorymap.model.coverage import Action, Credential
from territorymap.ui.partners.block_view import BlockView
from territorymap.ui.partners.scoring import ScoringView
from territorymap.ui.partners.trend_view import TrendView
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.scale import ems, scaled


class PartnerDetails(QWidget):
    """Shows one sheet."""

    edit_wanted = Signal()
    tier_wanted = Signal()
    earned_wanted = Signal()
    figures_wanted = Signal()
    plan_wanted = Signal(str)  # the joint plan as typed
    credential_wanted = Signal(object)  # Credential or None = a new one
    credentials_deleted = Signal(list)
    action_wanted = Signal(object)  # Action or None
    actions_done = Signal(list)
    actions_deleted = Signal(list)
    flags_wanted = Signal()
    territory_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet: PartnerSheet | None = None
        self._can_write = False
        self._currency = ""
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setFont(scaled(self.font(), 1.2, bold=True))
        self.profile, self.market, self.tier = BlockView(), BlockView(), BlockView()
        self.scoring = ScoringView()
        self.numbers, self.trend_rows, self.trend = BlockView(1), BlockView(), TrendView()
        self.pipeline = BlockView()
        self.plan = QPlainTextEdit()
        self.plan.setTabChangesFocus(True)
        self.plan.setAccessibleName(tr("Joint plan"))
        self.plan.setPlaceholderText(
            tr("What both sides will do this year: campaigns, customers to win, people to train, and who pays what.")
        )
        self.credentials = RecordTable[Credential](
            _credential_columns(self._state), lambda c: c.row_id, tr("Certifications and trainings")
        )
        self.todo = RecordTable[Action](_action_columns(self._is_late), lambda a: a.row_id, tr("Actions"))
        self.flags = RecordTable[Flag](
            _flag_columns(lambda: self._currency), lambda f: f.rule, tr("To put right"), is_sortable=False
        )
        self.buttons: dict[str, QPushButton] = {}
        self._tabs()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.title)
        layout.addWidget(self.tabs, 1)

    # -- making --------------------------------------------------------------------------------------------------------

    def _tabs(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._tab(self.profile, ("edit", tr("&Edit profile…"), self.edit_wanted.emit)), tr("Profile"))
        self.tabs.addTab(self.scoring, tr("Recruitment"))
        self.tabs.addTab(
            self._tab(
                self.credentials,
                ("credential_new", tr("&New…"), lambda: self.credential_wanted.emit(None)),
                ("credential_edit", tr("&Edit…"), self._edit_credential),
                ("credential_delete", tr("&Delete"), self._delete_credentials),
            ),
            tr("Certifications"),
        )
        self.tabs.addTab(
            self._tab(self.market, ("map", tr("Show on the &map"), self.territory_wanted.emit)), tr("Territories")
        )
        figures = QWidget()
        row = QHBoxLayout(figures)
        row.setContentsMargins(0, 0, 0, 0)
        right = QVBoxLayout()
        right.addWidget(self.trend)
        right.addWidget(self.trend_rows, 1)
        row.addWidget(self.numbers, 2)
        row.addLayout(right, 3)
        self.tabs.addTab(self._tab(figures, ("figures", tr("Set &figures…"), self.figures_wanted.emit)), tr("Figures"))
        self.tabs.addTab(
            self._tab(
                self.tier,
                ("earned", tr("Give the tier &earned"), self.earned_wanted.emit),
                ("tier", tr("Give &another…"), self.tier_wanted.emit),
            ),
            tr("Tier"),
        )
        self.tabs.addTab(self.pipeline, tr("Deals and conflicts"))
        self.tabs.addTab(
            self._tab(
                self.plan, ("plan", tr("&Save the plan"), lambda: self.plan_wanted.emit(self.plan.toPlainText()))
            ),
            tr("Joint plan"),
        )
        self.tabs.addTab(self._action_tab(), tr("Actions"))
        self.plan.textChanged.connect(self._enable)
        for table in (self.credentials, self.todo):
            table.chosen.connect(self._enable)
        self.credentials.opened.connect(self.credential_wanted)
        self.todo.opened.connect(self.action_wanted)

    def _tab(self, widget: QWidget, *buttons: tuple[str, str, Callable[[], object]]) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        pad = ems(self, 0.6)
        column.setContentsMargins(0, pad, 0, pad)
        row = QHBoxLayout()
        row.setContentsMargins(ems(self, 1), 0, 0, 0)
        for name, text, run in buttons:
            self._button(row, name, text, run)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(widget, 1)
        return page

    def _button(self, row: QHBoxLayout, name: str, text: str, run: Callable[[], object]) -> None:
        button = QPushButton(text)
        button.setObjectName(f"partner_{name}")
        button.clicked.connect(lambda _on=False: run())
        self.buttons[name] = button
        row.addWidget(button)

    def _action_tab(self) -> QWidget:
        self.flag_box = QWidget()
        column = QVBoxLayout(self.flag_box)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        self.flag_title = QLabel()
        row.addWidget(self.flag_title)
        self._button(row, "flags", tr("&Take them up"), self.flags_wanted.emit)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.flags)
        page = self._tab(
            self.todo,
            ("action_new", tr("&New…"), lambda: self.action_wanted.emit(None)),
            ("action_edit", tr("&Edit…"), self._edit_action),
            ("action_done", tr("D&one"), lambda: self.actions_done.emit(self.todo.selected)),
            ("action_delete", tr("&Delete"), lambda: self.actions_deleted.emit(self.todo.selected)),
        )
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, self.flag_box)
        return page

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_sheet(self, sheet: PartnerSheet, inputs: PartnerInputs, *, can_write: bool) -> None:
        """Show a partner; a joint plan that is being typed is kept while it is the same partner's."""
        former, self.sheet, self._can_write, self._currency = self.sheet, sheet, can_write, inputs.currency
        is_same = former is not None and former.partner.rep_id == sheet.partner.rep_id
        is_typing = is_same and former is not None and self.plan.toPlainText() != former.partner.joint_plan
        self.title.setText(tr("{name}, {period}", name=sheet.name, period=sheet.period.label))
        self.profile.show_blocks([telling.profile(sheet)], has_titles=False)
        self.scoring.show_sheet(sheet, inputs.programme, can_write=can_write)
        self.market.show_blocks([_territories(sheet), telling.market(sheet, inputs)])
        self.numbers.show_blocks([telling.numbers(sheet, inputs)])
        self.trend.show_trend(sheet.trend, inputs.currency)
        self.trend_rows.show_blocks([telling.trend(sheet, inputs)], has_titles=False)
        self.tier.show_blocks([telling.tier(sheet, inputs), telling.tier_history(sheet)])
        self.pipeline.show_blocks(
            [telling.pipeline(sheet, inputs), telling.deals(sheet, inputs), telling.conflicts(sheet, inputs)]
        )
        if not is_typing:
            self.plan.setPlainText(sheet.partner.joint_plan)
        self.plan.setReadOnly(not can_write)
        self.credentials.show_records([*sheet.held.expired, *sheet.held.valid, *sheet.coming])
        self.todo.show_records(sheet.actions)
        new = [flag for flag in sheet.flags if flag.action_id is None]
        self.flags.show_records(new)
        self.flag_box.setVisible(bool(new))
        self.flag_title.setText(ntr("{n} rule is broken:", "{n} rules are broken:", len(new)))
        self.flags.setFixedHeight(self.flags.view.verticalHeader().defaultSectionSize() * (min(len(new), 5) + 1) + 8)
        n_open = len(new) + len(sheet.open_actions())
        self.tabs.setTabText(self.tabs.count() - 1, tr("Actions ({n})", n=number(n_open)) if n_open else tr("Actions"))
        self._enable()

    def _enable(self) -> None:
        sheet, can = self.sheet, self._can_write
        n_actions, n_credentials = len(self.todo.selected), len(self.credentials.selected)
        earned = sheet.tier_earned.row_id if sheet is not None and sheet.tier_earned else None
        enabled = {
            "edit": can, "figures": can, "tier": can, "credential_new": can, "action_new": can, "flags": can,
            "map": sheet is not None and bool(sheet.territories),
            "earned": can and sheet is not None and sheet.is_working and sheet.partner.tier_id != earned,
            "plan": can and sheet is not None and self.plan.toPlainText().strip() != sheet.partner.joint_plan,
            "credential_edit": can and n_credentials == 1, "credential_delete": can and n_credentials > 0,
            "action_edit": can and n_actions == 1, "action_delete": can and n_actions > 0,
            "action_done": can and any(not action.done_on for action in self.todo.selected),
        }  # fmt: skip
        for name, is_on in enabled.items():
            self.buttons[name].setEnabled(bool(is_on))

    def _edit_credential(self) -> None:
        if chosen := self.credentials.selected:
            self.credential_wanted.emit(chosen[0])

    def _delete_credentials(self) -> None:
        self.credentials_deleted.emit(self.credentials.selected)

    def _edit_action(self) -> None:
        if chosen := self.todo.selected:
            self.action_wanted.emit(chosen[0])

    def _state(self, credential: Credential) -> str:
        held = self.sheet.held if self.sheet is not None else None
        if held is None or (credential in held.valid and credential not in held.expiring):
            return ""
        if credential in held.expired:
            return "expired"
        return "expiring" if credential in held.expiring else "coming"

    def _is_late(self, action: Action) -> bool:
        return self.sheet is not None and action in self.sheet.overdue()


def _territories(sheet: PartnerSheet) -> telling.Block:
    rows = tuple((name,) for name in sheet.territories)
    note = "" if rows else tr("It has no territory. Give it one in the panel Territories, as a rep is given one.")
    return telling.Block("territories", tr("Territories"), heads=(tr("Territory"),), rows=rows, note=note)


def _credential_columns(state: Callable[[Credential], str]) -> list[RecordColumn[Credential]]:
    def text(credential: Credential) -> str:
        return {
            "": tr("valid"), "expired": tr("run out"), "expiring": tr("runs out soon"), "coming": tr("not yet"),
        }[state(credential)]  # fmt: skip

    column = RecordColumn[Credential]
    return [
        column("title", tr("Title"), tr("What was certified or taught"), lambda c: c.title, priority=0),
        column("kind", tr("Kind"), tr("Certification or training"), lambda c: words.credential_word(c.kind),
               priority=1),
        column(
            "obtained", tr("Obtained on"), tr("The day from which it holds"), lambda c: words.date_text(c.obtained_on),
            lambda c: c.obtained_on or None, priority=2,
        ),
        column(
            "expires", tr("Expires on"), tr("The last day on which it holds"), lambda c: words.date_text(c.expires_on),
            lambda c: c.expires_on or None, priority=1,
        ),
        column(
            "state", tr_as("condition", "State"), tr("On the day that is looked at"), text,
            ink=lambda c: {"expired": "danger", "expiring": "warning"}.get(state(c), ""), priority=1,
        ),
    ]  # fmt: skip


def _action_columns(is_late: Callable[[Action], bool]) -> list[RecordColumn[Action]]:
    def state(action: Action) -> str:
        if action.done_on:
            return tr("done {day}", day=words.date_text(action.done_on))
        return tr("overdue") if is_late(action) else tr_as("an action", "open")

    column = RecordColumn[Action]
    return [
        column("title", tr("What"), tr("What is to be done"), lambda a: a.title, priority=0),
        column("kind", tr("Kind"), tr("Why it is on the list"), lambda a: words.action_word(a.kind), priority=2),
        column("cause", tr("Root cause"), tr("Why it came to it"), lambda a: a.root_cause, most_ems=32, priority=4),
        column("owner", tr("Owner"), tr("Who sees to it"), lambda a: a.owner or words.NOTHING, priority=1),
        column(
            "due", tr("Due"), tr("By when"), lambda a: words.date_text(a.due_on), lambda a: a.due_on or None, priority=1
        ),
        column(
            "state", tr_as("condition", "State"), tr("Open, overdue or done"), state,
            lambda a: (bool(a.done_on), a.due_on),
            ink=lambda a: "danger" if is_late(a) else "good" if a.done_on else "", priority=1,
        ),
    ]  # fmt: skip


def _flag_columns(currency: Callable[[], str]) -> list[RecordColumn[Flag]]:
    column = RecordColumn[Flag]
    return [
        column("what", tr("What"), tr("The rule that it breaks"), words.flag_sentence, priority=0),
        column(
            "cause", tr("Root cause"), tr("The likeliest one, by its figures"),
            lambda f: words.cause_sentence(f.cause, currency()), most_ems=44, priority=1,
        ),
        column("action", tr("Corrective action"), tr("What is proposed"), words.action_title, most_ems=36, priority=2),
        column("owner", tr("Owner"), tr("Who sees to it"), lambda f: f.owner or words.NOTHING, priority=3),
        column("due", tr("Due"), tr("By when"), lambda f: words.date_text(f.due_on), priority=2),
    ]  # fmt: skip


def today() -> str:
    """Return today as it is stored."""
    return date.today().isoformat()
