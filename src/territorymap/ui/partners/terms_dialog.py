"""The terms of the programme: criteria of recruitment, onboarding steps, corrective rules, measures of the market.

Owns the four tables that are typed into; commands check what may be.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.importers.numbers import parse_number
from territorymap.metrics.partners.programme import RATIO_RULES, Programme, Rule, Step
from territorymap.metrics.partners.recruiting import Criterion
from territorymap.metrics.partners.words import rule_word
from territorymap.session.commands.partners import set_market, set_recruitment, set_rules
from territorymap.session.session import Command, Session
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.partners.typed_rows import Rows

Attempt = Callable[[Callable[[], Command]], UserError | None]


class TermsDialog(FormDialog):
    """All terms of the programme on four tabs; each that was changed is one step."""

    def __init__(
        self, session: Session, programme: Programme, attempt: Attempt, parent: QWidget | None = None, tab: int = 0
    ) -> None:
        super().__init__(tr("Terms of the partner programme"), tr("&Save"), parent, width_ems=92)
        self._session, self._programme, self._attempt = session, programme, attempt
        self.criteria = Rows((tr("Criterion"), tr("Weight")), (0, 12), tr("Criteria of recruitment"))
        for criterion in programme.criteria:
            self.criteria.add(criterion.key, (criterion.name, f"{criterion.weight:g}"))
        self.pass_mark = QDoubleSpinBox()
        self.pass_mark.setRange(0, 10)
        self.pass_mark.setSingleStep(0.5)
        self.pass_mark.setDecimals(1)
        self.pass_mark.setValue(programme.pass_mark)
        self.steps = Rows((tr("Step"), tr("Days after the agreement")), (0, 24), tr("Onboarding steps"))
        for step in programme.steps:
            self.steps.add(None, (step.title, str(step.days)))
        self.rules = Rows(
            (tr("Rule"), tr("Limit"), tr("Days until due"), tr("Owner")), (0, 12, 15, 18), tr("Corrective rules")
        )
        for rule in programme.rules:
            limit = "" if math.isnan(rule.limit) else _limit(rule)
            fixed = (0, 1) if math.isnan(rule.limit) else (0,)
            self.rules.add(rule.key, (rule_word(rule.key), limit, str(rule.due_days), rule.owner), fixed)
            item = self.rules.cell(self.rules.rowCount() - 1, 0)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if rule.is_on else Qt.CheckState.Unchecked)
        self.tabs = QTabWidget()
        self.tabs.addTab(self._recruitment(), tr("Recruitment"))
        self.tabs.addTab(self._with_buttons(self.steps, ""), tr("Onboarding"))
        self.tabs.addTab(
            self._page(self.rules, tr("A ticked rule flags each working partner that breaks it. Limits of revenue, "
                                      "growth and open deals are shares, such as 90 %.")),
            tr("To put right"),
        )  # fmt: skip
        self.tabs.addTab(self._market(), tr("Market"))
        self.tabs.setCurrentIndex(tab)
        self.insert(self.tabs)
        self.submit_with(self._save)

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _page(self, widget: QWidget, note: str) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        if note:
            column.addWidget(muted(note))
        column.addWidget(widget, 1)
        return page

    def _with_buttons(self, rows: Rows, note: str) -> QWidget:
        page = self._page(rows, note)
        row = QHBoxLayout()
        for text, run in (
            (tr("&Add"), rows.add_empty),
            (tr("&Remove"), lambda: rows.removeRow(rows.currentRow())),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, run=run: run())
            row.addWidget(button)
        row.addStretch(1)
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addLayout(row)
        return page

    def _recruitment(self) -> QWidget:
        note = tr("A candidate is scored 0 to 10 by each criterion; its score is the mean by the weights.")
        page = self._with_buttons(self.criteria, note)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.addRow(tr("It passes from"), self.pass_mark)
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addLayout(form)
        return page

    def _market(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.addRow(muted(tr("Penetration counts the accounts of a partner's territories with revenue above 0; market "
                             "share is its revenue of a year of the potential there.")))  # fmt: skip
        self.revenue, self.potential = QComboBox(), QComboBox()
        measures = [measure for measure in self._session.plan.measures if measure.source == "account"]
        for box, chosen in (
            (self.revenue, self._programme.revenue_measure), (self.potential, self._programme.potential_measure),
        ):  # fmt: skip
            box.addItem(tr("By its name"), "")
            for measure in measures:
                box.addItem(measure.name, measure.uuid)
            box.setCurrentIndex(max(0, box.findData(chosen)))
        form.addRow(tr("Measure of revenue"), self.revenue)
        form.addRow(tr("Measure of potential"), self.potential)
        return page

    # -- reading -------------------------------------------------------------------------------------------------------

    def told_criteria(self) -> list[Criterion]:
        """Return the criteria as typed; rows left empty do not count."""
        found = []
        for row in range(self.criteria.rowCount()):
            name, weight = self.criteria.cells(row)
            if name or weight:
                key = str(self.criteria.key(row) or uuid4().hex[:8])
                found.append(Criterion(key, name, _number(tr("Weight"), weight)))
        return found

    def told_steps(self) -> list[Step]:
        """Return the onboarding steps as typed."""
        found = []
        for row in range(self.steps.rowCount()):
            title, days = self.steps.cells(row)
            if title or days:
                found.append(Step(title, round(_number(tr("Days after the agreement"), days or "0"))))
        return found

    def told_rules(self) -> list[Rule]:
        """Return the corrective rules as typed."""
        found = []
        for row, rule in enumerate(self._programme.rules):
            _, limit, days, owner = self.rules.cells(row)
            is_on = self.rules.cell(row, 0).checkState() == Qt.CheckState.Checked
            value = math.nan if math.isnan(rule.limit) else _number(rule_word(rule.key), limit)
            found.append(Rule(rule.key, value, is_on, round(_number(tr("Days until due"), days)), owner))
        return found

    def _save(self) -> UserError | None:
        """Write what was changed, the first refusal wins."""
        session, old = self._session, self._programme
        try:
            criteria, steps, rules = self.told_criteria(), self.told_steps(), self.told_rules()
        except UserError as error:
            return error
        mark = self.pass_mark.value()
        todo: list[Callable[[], Command]] = []
        if (tuple(criteria), mark, tuple(steps)) != (old.criteria, old.pass_mark, old.steps):
            todo.append(lambda: set_recruitment(session, criteria, mark, steps))
        if repr(tuple(rules)) != repr(old.rules):  # nan is not nan
            todo.append(lambda: set_rules(session, rules))
        chosen = str(self.revenue.currentData()), str(self.potential.currentData())
        if chosen != (old.revenue_measure, old.potential_measure):
            todo.append(lambda: set_market(session, *chosen))
        for build in todo:
            refusal = self._attempt(build)
            if refusal is not None:
                return refusal
        return None


def _limit(rule: Rule) -> str:
    return f"{rule.limit * 100:.6g} %" if rule.key in RATIO_RULES else f"{rule.limit:g}"


def _number(what: str, text: str) -> float:
    value = parse_number(text)
    if value is None or value != value:
        raise UserError(tr("{field}: “{text}” is not a number.", field=what, text=text))
    return value
