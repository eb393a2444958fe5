"""Asks how a role is paid, and shows meanwhile what 80, 100 and 120 % would pay.

Owns the fields and reading them; what may be is pay_terms'.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QTabWidget, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import listed, money, number, percent, tr
from territorymap.metrics.pay import LEVELS, payout_at
from territorymap.metrics.pay_terms import (
    ATTAINMENT,
    ONE,
    PERIODS,
    TEAMS,
    ZERO,
    Contest,
    PayTerms,
    PayTier,
    RetentionBonus,
    Spiff,
    TeamBonus,
    check_terms,
    terms_from_json,
)
from territorymap.model.coverage import ROLES
from territorymap.model.role_words import role_label
from territorymap.ui.capacity.inputs import Chooser, NumberBox, label_for
from territorymap.ui.dialogs.form import FormDialog, make_form, muted
from territorymap.ui.money.rows_field import RowsField
from territorymap.ui.money.typed import read_amount
from territorymap.ui.parts.scale import ems

Submit = Callable[[str, str, PayTerms], UserError | None]


class PayPlanDialog(FormDialog):
    """A pay plan: pay and tiers, bonuses, contests and SPIFFs."""

    def __init__(
        self, title: str, name: str, role: str, terms: PayTerms, currency: str, submit: Submit, parent: QWidget
    ) -> None:
        super().__init__(title, tr("Save"), parent, width_ems=84)
        self._currency = currency
        self.name = QLineEdit(name)
        self.role = QComboBox(editable=True)
        self.role.setAccessibleName(tr("Role"))
        self.role.addItem(tr("any role"), "")
        for known in ROLES:
            self.role.addItem(role_label(known), known)
        at = self.role.findData(role)
        if at >= 0:
            self.role.setCurrentIndex(at)
        else:
            self.role.setEditText(role)
        self.form.addRow(tr("&Name"), self.name)
        self.form.addRow(tr("&Role"), self.role)
        self._make_pay()
        self._make_bonuses()
        self._make_contests()
        tabs = QTabWidget()
        for maker, words in (
            (self._pay_page, tr("Pay and tiers")),
            (self._bonus_page, tr("Bonuses")),
            (self._contest_page, tr("Contests and SPIFFs")),
        ):
            tabs.addTab(maker(), words)
        self.insert(tabs)
        self.preview = muted("")
        self.insert(self.preview)
        self._show_terms(terms)
        self._wire()
        self._tell()
        self.submit_with(lambda: self._send(submit))

    def _make_pay(self) -> None:
        self.period = Chooser(tr("Amounts are for"))
        self.period.show_choices([(period_word(p), p) for p in PERIODS], "year")
        self.base = NumberBox(tr("Base pay"), 0, 1e12, digits=2, is_short=True, width_ems=14)
        self.variable = NumberBox(tr("Variable pay at 100 %"), 0, 1e12, digits=2, is_short=True, width_ems=14)
        self.threshold = NumberBox(
            tr("Threshold"),
            0,
            10,
            digits=2,
            is_short=True,
            is_share=True,
            width_ems=9,
            tip=tr("Below it tiers pay nothing; 0 = none"),
        )
        self.tiers = RowsField(
            tr("Tiers"),
            (
                (tr("From attainment, %"), tr("Where the tier begins; the first begins at 0")),
                (tr("Rate"), tr("1 = a point pays its part of variable pay; 1.5 = half as much again")),
            ),
            ("100", "1.5"),
        )
        self.is_capped = QCheckBox(tr("At &most"))
        self.cap = NumberBox(
            tr("Cap"), 0, 1000, digits=2, is_short=True, width_ems=9, tip=tr("Most that tiers pay, times variable pay")
        )

    def _make_bonuses(self) -> None:
        self.has_retention = QCheckBox(tr("Re&tention bonus"))
        self.retention_from = NumberBox(
            tr("Retention from"), 0, 10, digits=2, is_short=True, is_share=True, width_ems=9
        )
        self.retention_pays = NumberBox(tr("Retention pays"), 0, 1e12, digits=2, is_short=True, width_ems=14)
        self.retention_metric = QLineEdit("retention")
        self.retention_metric.setToolTip(tr("The figure by period that tells the retention of a rep or territory"))
        self.has_team = QCheckBox(tr("T&eam bonus"))
        self.team = Chooser(tr("The team is"))
        self.team.show_choices([(team_word(t), t) for t in TEAMS], "region")
        self.team_from = NumberBox(tr("Team from"), 0, 10, digits=2, is_short=True, is_share=True, width_ems=9)
        self.team_pays = NumberBox(tr("Team pays"), 0, 1e12, digits=2, is_short=True, width_ems=14)

    def _make_contests(self) -> None:
        self.contests = RowsField(
            tr("Contests"),
            (
                (tr("Contest"), tr("Its name")),
                (tr("Counts"), tr("attainment, or the name of a figure by period")),
                (tr("Prizes"), tr("For the first, second ..., parted by semicolons")),
                (tr("At least"), tr("Who has less gets nothing: 1 is 100 % of attainment")),
            ),
            (tr("Contest"), ATTAINMENT, "3000; 2000; 1000", "0"),
        )
        self.spiffs = RowsField(
            tr("SPIFFs"),
            (
                (tr("SPIFF"), tr("Its name")),
                (tr("Product"), tr("Words of the deal's product or name; empty = any deal")),
                (tr("Per deal"), tr("Paid for each deal that is won")),
                (tr("% of deal"), tr("Paid besides, of the deal's amount")),
                (tr("From"), tr("Smaller deals do not count")),
            ),
            (tr("SPIFF"), "", "200", "0", "0"),
        )

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _pay_page(self) -> QWidget:
        page = QWidget()
        form = make_form(page)
        form.addRow(tr("Amounts are for a"), self.period)
        form.addRow(tr("&Base pay"), self.base)
        form.addRow(tr("&Variable pay at 100 %"), self.variable)
        form.addRow(tr("Nothing below"), self.threshold)
        form.addRow(tr("&Tiers"), self.tiers)
        form.addRow(self.is_capped, self._line(self.cap, muted(tr("times variable pay"))))
        page.setLayout(form)
        return page

    def _bonus_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        retention = self._line(
            label_for(tr("from"), self.retention_from),
            self.retention_from,
            label_for(tr("pays"), self.retention_pays),
            self.retention_pays,
            label_for(tr("by the figure"), self.retention_metric),
            self.retention_metric,
        )
        team = self._line(
            label_for(tr("of the"), self.team),
            self.team,
            label_for(tr("from"), self.team_from),
            self.team_from,
            label_for(tr("pays"), self.team_pays),
            self.team_pays,
        )
        for box, line in ((self.has_retention, retention), (self.has_team, team)):
            column.addWidget(box)
            column.addWidget(line)
        column.addStretch(1)
        return page

    def _contest_page(self) -> QWidget:
        page = QWidget()
        form = make_form(page)
        form.addRow(tr("&Contests"), self.contests)
        form.addRow(tr("&SPIFFs"), self.spiffs)
        page.setLayout(form)
        return page

    def _line(self, *widgets: QWidget) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(ems(self, 0.8))
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch(1)
        return holder

    # -- values --------------------------------------------------------------------------------------------------------

    def _show_terms(self, terms: PayTerms) -> None:
        self.period.show_choices([(period_word(p), p) for p in PERIODS], terms.period)
        self.base.show_amount(float(terms.base))
        self.variable.show_amount(float(terms.variable))
        self.threshold.show_amount(float(terms.threshold))
        self.tiers.show_rows([(_plain(tier.start * 100), _plain(tier.rate)) for tier in terms.tiers])
        self.is_capped.setChecked(terms.cap is not None)
        self.cap.show_amount(float(terms.cap if terms.cap is not None else 2))
        retention = terms.retention or RetentionBonus(Decimal("0.95"), Decimal(3_000))
        self.has_retention.setChecked(terms.retention is not None)
        self.retention_from.show_amount(float(retention.threshold))
        self.retention_pays.show_amount(float(retention.amount))
        self.retention_metric.setText(retention.metric)
        team = terms.team or TeamBonus("region", ONE, Decimal(2_000))
        self.has_team.setChecked(terms.team is not None)
        self.team.show_choices([(team_word(t), t) for t in TEAMS], team.team)
        self.team_from.show_amount(float(team.threshold))
        self.team_pays.show_amount(float(team.amount))
        self.contests.show_rows(
            [(c.name, c.metric, "; ".join(map(_plain, c.prizes)), _plain(c.least)) for c in terms.contests]
        )
        self.spiffs.show_rows(
            [(s.name, s.product, _plain(s.amount), _plain(s.rate * 100), _plain(s.least)) for s in terms.spiffs]
        )

    def _wire(self) -> None:
        for box in (self.base, self.variable, self.threshold, self.cap, self.retention_from, self.retention_pays,
                    self.team_from, self.team_pays):  # fmt: skip
            box.when_changed(lambda _value: self._tell())
        for check in (self.is_capped, self.has_retention, self.has_team):
            check.toggled.connect(lambda _on: self._tell())
        for field in (self.tiers, self.contests, self.spiffs):
            field.changed.connect(self._tell)
        for chooser in (self.period, self.team):
            chooser.when_changed(lambda _value: self._tell())

    @property
    def terms(self) -> PayTerms:
        """What the fields say; UserError where that cannot be paid."""
        retention = RetentionBonus(
            _decimal(self.retention_from.amount),
            _decimal(self.retention_pays.amount),
            self.retention_metric.text().strip() or "retention",
        )
        team = TeamBonus(str(self.team.currentData()), _decimal(self.team_from.amount), _decimal(self.team_pays.amount))
        terms = PayTerms(
            base=_decimal(self.base.amount),
            variable=_decimal(self.variable.amount),
            period=str(self.period.currentData()),
            threshold=_decimal(self.threshold.amount),
            tiers=tuple(PayTier(_typed(start) / 100, _typed(rate)) for start, rate in self.tiers.rows)
            or (PayTier(ZERO, ONE),),
            cap=_decimal(self.cap.amount) if self.is_capped.isChecked() else None,
            retention=retention if self.has_retention.isChecked() else None,
            team=team if self.has_team.isChecked() else None,
            contests=tuple(
                Contest(
                    name, metric or ATTAINMENT, tuple(_typed(p) for p in prizes.split(";") if p.strip()), _typed(least)
                )
                for name, metric, prizes, least in self.contests.rows
            ),
            spiffs=tuple(
                Spiff(name, product, _typed(amount), _typed(rate) / 100, _typed(least))
                for name, product, amount, rate, least in self.spiffs.rows
            ),
        )
        check_terms(terms)
        return terms_from_json(terms.to_json())

    @property
    def role_key(self) -> str:
        """The role that was chosen, or typed."""
        at = self.role.findText(self.role.currentText())
        return str(self.role.itemData(at)) if at >= 0 else self.role.currentText().strip()

    def _tell(self) -> None:
        for part, on in (
            (self.cap, self.is_capped),
            (self.retention_from, self.has_retention),
            (self.retention_pays, self.has_retention),
            (self.retention_metric, self.has_retention),
            (self.team, self.has_team),
            (self.team_from, self.has_team),
            (self.team_pays, self.has_team),
        ):
            part.setEnabled(on.isChecked())
        try:
            terms = self.terms
        except UserError as error:
            self.preview.setText(error.message)
            return
        self.show_problem(None)
        pays = [money(float(payout_at(terms, level, terms.period)), self._currency) for level in LEVELS]
        self.preview.setText(
            tr(
                "Variable pay a {period}: {low} at 80 %, {even} at 100 %, {high} at 120 %, with the team bonus where "
                "the team reaches it too.",
                period=period_word(terms.period),
                low=pays[0],
                even=pays[1],
                high=pays[2],
            )
        )

    def _send(self, submit: Submit) -> UserError | None:
        try:
            terms = self.terms
        except UserError as error:
            return error
        return submit(self.name.text(), self.role_key, terms)


def period_word(period: str) -> str:
    """Return what a period of a pay plan is called."""
    return {"year": tr("year"), "quarter": tr("quarter"), "month": tr("month")}[period]


def team_word(team: str) -> str:
    """Return what a team of a bonus is called."""
    return {"region": tr("region"), "role": tr("whole alignment"), "territory": tr("own territories")}[team]


def tier_text(terms: PayTerms) -> str:
    """Return tiers and threshold of a plan in a line: "from 0 % × 1, from 100 % × 1.25, nothing below 60 %"."""
    parts = [
        tr("from {start} × {rate}", start=percent(float(tier.start)), rate=_plain(tier.rate)) for tier in terms.tiers
    ]
    if terms.threshold > 0:
        parts.append(tr("nothing below {threshold}", threshold=percent(float(terms.threshold))))
    return listed(parts)


def _plain(value: Decimal) -> str:
    plain = value.normalize()
    return number(float(plain), max(0, -int(plain.as_tuple().exponent)))


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value)))


def _typed_list(text: str) -> tuple[Decimal, ...]:
    return tuple(_typed(part) for part in text.split(";") if part.strip())


def _typed(text: str) -> Decimal:
    amount = read_amount(text.replace("%", ""))
    return ZERO if amount is None else _decimal(amount)
