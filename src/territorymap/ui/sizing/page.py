"""The page Sizing: three methods side by side, whom the people are for, and everything that is assumed.

Owns the order of the page and the way of a change to the plan; each part shows itself.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QTabWidget, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.metrics.capacity.assumed import Sizing
from territorymap.metrics.capacity.sized import METHODS
from territorymap.model.coverage import Assumption
from territorymap.session.capacity import rates_finder, size_session, sizing_of, sizing_topic
from territorymap.session.commands.capacity import assume_sizing
from territorymap.session.session import PlanChange
from territorymap.ui.capacity.how import explain_method
from territorymap.ui.capacity.problem import Problem
from territorymap.ui.dialogs.explain import ExplainDialog
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection
from territorymap.ui.sizing.budget_form import TargetForm, TimeForm
from territorymap.ui.sizing.class_view import ClassView
from territorymap.ui.sizing.method_card import MethodCard
from territorymap.ui.sizing.rule_view import RuleView
from territorymap.ui.sizing.split_view import SplitView

ORIGIN = "sizing_page"
_TABLES = ("assumption", "funnel", "account", "unit", "rep", "measure", "segment", "plan", "alignment")


class SizingPage(PlanningPage):
    """How many people the accounts ask for."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.cards = {name: MethodCard(name) for name in METHODS}
        self.split, self.classes, self.rules = SplitView(), ClassView(), RuleView()
        self.time, self.target = TimeForm(), TargetForm()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for widget, title in (
            (self.split, tr("For whom")),
            (self.classes, tr("Classes")),
            (self.rules, tr("Field or inside")),
            (self.time, tr("Time")),
            (self.target, tr("Potential and target")),
        ):
            self.tabs.addTab(widget, title)
        self.heading, self.note = QLabel(), QLabel()
        self.note.setProperty("role", "warning")
        for label in (self.heading, self.note):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        content = QWidget()
        layout = QVBoxLayout(content)
        row = QHBoxLayout()
        row.setSpacing(ems(self, 1))
        for card in self.cards.values():
            row.addWidget(card, 1)
            card.build_wanted.connect(self.build_wanted)
            card.explanation_wanted.connect(lambda name=card.name: self._explain(name))
            card.mending_wanted.connect(lambda name=card.name: self._go_to(name))
        layout.addWidget(self.heading)
        layout.addLayout(row)
        layout.addWidget(self.note)
        layout.addWidget(self.tabs, 1)
        self._stack = QStackedLayout(self)
        self.problem = Problem(self, "accounts", self._stack)
        self._stack.addWidget(content)
        for part in (self.classes, self.rules, self.time, self.target):
            part.changed.connect(self._assume)
        self.target.funnel_wanted.connect(lambda: self.page_wanted.emit("funnel"))

    def concerns(self, change: PlanChange) -> bool:
        return change.delta.is_full or change.touches(*_TABLES)

    def session_replaced(self) -> None:
        for part in (self.split, self.classes, self.rules):
            part.forget()
        super().session_replaced()

    def refresh(self) -> None:
        """Compute the three methods anew and show them."""
        session = self.session
        if session is None:
            return
        if not len(session.plan.accounts):
            self.problem.say(
                tr("No accounts yet"), tr("Sizing counts the accounts of the plan. Import accounts first: menu File.")
            )
            return
        try:
            sizing = sizing_of(session)
            sized = size_session(session, sizing)
        except UserError as error:
            self.problem.refuse(error)
            return
        self.problem.clear()
        plan, can_write = session.plan, self.can_write
        n = int(sized.in_scope.sum())
        self.heading.setText(
            ntr(
                "How many people does {n} account ask for? Three answers, each from what is assumed below.",
                "How many people do {n} accounts ask for? Three answers, each from what is assumed below.",
                n,
            )
        )
        for method in sized.methods:
            self.cards[method.name].show_method(
                method, plan.alignment.role, sizing, plan.info.currency, can_build=can_write
            )
        self.note.setText("\n".join(sized.notes))
        self.note.setVisible(bool(sized.notes))
        self.split.show_sized(plan, sizing, sized)
        for part in (self.classes, self.rules, self.time, self.target):
            part.show_sized(plan, sizing, sized, can_write=can_write)

    def _explain(self, name: str) -> None:
        """Show how a method came to its people."""
        session = self.session
        assert session is not None
        sizing, find = sizing_of(session), rates_finder(session)
        sized = size_session(session, sizing)
        method = next(m for m in sized.methods if m.name == name)
        rates = (find("field", "", ""), find("inside", "", ""))
        ExplainDialog(explain_method(method, sizing, sized, rates, session.plan.info.currency), self).open()

    def _go_to(self, method: str) -> None:
        """Show what a method assumes."""
        part = self.time if method == "workload" else self.target
        self.tabs.setCurrentWidget(part)
        field = self.target.measures["revenue_key" if method == "funnel" else "potential_key"]
        (part if method == "workload" else field).setFocus()

    def _assume(self, sizing: Sizing) -> None:
        session = self.session
        assert session is not None
        if sizing == sizing_of(session):
            return
        self.do(lambda plan: assume_sizing(session.register(Assumption), sizing, sizing_topic(plan)))
        self.refresh_now()
