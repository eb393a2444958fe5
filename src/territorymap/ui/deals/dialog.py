"""Asks for a deal: its account, who registers it, amount, stage and days. Owns the fields; the step is given."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QLocale, QStringListModel, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.importers.numbers import parse_number
from territorymap.model.coverage import DEAL_STAGES, Deal
from territorymap.model.coverage_words import stage_label
from territorymap.model.plan import Plan
from territorymap.ui.dialogs.form import FormDialog
from territorymap.ui.parts.day_field import DayField
from territorymap.ui.parts.scale import lines

_MOST_OFFERED = 12
_UNKNOWN = -1


class DealDialog(FormDialog):
    """``values`` are the fields of a deal; a refusal is shown in the dialog."""

    def __init__(
        self, plan: Plan, deal: Deal | None, today: date, account_ix: int | None = None, parent: QWidget | None = None
    ) -> None:
        title = tr("Edit deal") if deal is not None else tr("Register a deal")
        super().__init__(title, tr("&Save") if deal is not None else tr("&Register"), parent, width_ems=58)
        self._plan = plan
        self._accounts = _account_texts(plan)
        chosen = account_ix
        if deal is not None and deal.account_id is not None:
            chosen = int(plan.accounts.account_id.searchsorted(deal.account_id))
        self._add_account(chosen)
        self.seller = QComboBox()
        self.seller.addItem(tr("nobody"), None)
        for rep in sorted(plan.reps, key=lambda rep: (not rep.is_partner, rep.name.casefold())):
            self.seller.addItem(tr("{name} (partner)", name=rep.name) if rep.is_partner else rep.name, rep.rep_id)
        self.seller.setCurrentIndex(max(0, self.seller.findData(deal.rep_id if deal is not None else None)))
        self.form.addRow(tr("&Rep or partner"), self.seller)
        self.name = QLineEdit(deal.deal_name if deal is not None else "")
        self.form.addRow(tr("&Name"), self.name)
        self.product = QLineEdit(deal.product if deal is not None else "")
        self.product.setToolTip(tr("What is sold; a SPIFF of a pay plan may ask for it"))
        self.form.addRow(tr("Prod&uct"), self.product)
        self._add_amount(deal)
        self._add_days(deal, today)
        self.note = QPlainTextEdit(deal.note if deal is not None else "")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(lines(self, 4))
        self.form.addRow(tr("N&ote"), self.note)
        (self.account if chosen is None else self.name).setFocus()

    def _add_account(self, chosen: int | None) -> None:
        self.account = QLineEdit()
        self.account.setPlaceholderText(tr("Type a part of the account's name or key"))
        completer = QCompleter(QStringListModel(self._accounts, self), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(_MOST_OFFERED)
        self.account.setCompleter(completer)
        if chosen is not None:
            self.account.setText(self._accounts[chosen])
        self.form.addRow(tr("&Account"), self.account)

    def _add_amount(self, deal: Deal | None) -> None:
        self.amount = QLineEdit(QLocale().toString(deal.amount, "f", 2 if deal.amount % 1 else 0) if deal else "")
        self.amount.setPlaceholderText("0")
        currency = self._plan.info.currency
        self.form.addRow(tr("A&mount in {currency}", currency=currency) if currency else tr("A&mount"), self.amount)
        self.stage = QComboBox()
        for stage in DEAL_STAGES:
            self.stage.addItem(stage_label(stage), stage)
        self.stage.setCurrentIndex(max(0, self.stage.findData(deal.stage if deal is not None else DEAL_STAGES[0])))
        self.form.addRow(tr("S&tage"), self.stage)
        self.probability = QSpinBox()
        self.probability.setRange(_UNKNOWN, 100)
        self.probability.setSpecialValueText(tr("by stage"))
        self.probability.setSuffix(" %")
        self.probability.setMinimumHeight(QLineEdit().sizeHint().height())  # as high as the fields beside it
        told = deal.probability if deal is not None else None
        self.probability.setValue(_UNKNOWN if told is None else round(told * 100))
        self.form.addRow(tr("&Probability"), self.probability)

    def _add_days(self, deal: Deal | None, today: date) -> None:
        labels = {
            "registered_on": tr("Registere&d on"),
            "expires_on": tr("E&xpires on"),
            "expected_on": tr("&Close expected on"),
            "closed_on": tr("C&losed on"),
        }
        self.days: dict[str, DayField] = {}
        for name, label in labels.items():
            text = getattr(deal, name) if deal is not None else today.isoformat() if name == "registered_on" else ""
            self.days[name] = DayField(text, label.replace("&", ""))
            self.form.addRow(label, self.days[name])
        self.stage.activated.connect(lambda _: self._settle_close(today))

    def _settle_close(self, today: date) -> None:
        """A deal that is won or lost has a day of close, an open one has none."""
        is_closed = self.stage.currentData() in ("won", "lost")
        if is_closed != bool(self.days["closed_on"].text):
            self.days["closed_on"].set_text(today.isoformat() if is_closed else "")

    def values(self) -> dict[str, object]:
        """Return the fields; UserError where the account or the amount cannot be understood."""
        amount = parse_number(self.amount.text(), QLocale().decimalPoint() if QLocale().decimalPoint() in ".," else ".")
        if amount is None:
            raise UserError(
                tr("{text} is not an amount.", text=repr(self.amount.text())), tr("Write a number, e.g. 12500.")
            )
        percent = self.probability.value()
        return {
            "account_id": self._account_id(),
            "rep_id": self.seller.currentData(),
            "deal_name": self.name.text(),
            "product": self.product.text(),
            "amount": 0.0 if amount != amount else amount,
            "stage": str(self.stage.currentData()),
            "probability": None if percent == _UNKNOWN else percent / 100,
            "note": self.note.toPlainText(),
            **{name: field.text for name, field in self.days.items()},
        }

    def _account_id(self) -> int:
        """Return the account that is meant: as offered, or the only one whose name or key is typed."""
        text = " ".join(self.account.text().split())
        accounts = self._plan.accounts
        if text in self._accounts:
            return int(accounts.account_id[self._accounts.index(text)])
        wanted = text.casefold()
        found = [
            int(account_id)
            for account_id, name, key in zip(accounts.account_id, accounts.name, accounts.key, strict=True)
            if wanted and wanted in (str(name).casefold(), str(key).casefold())
        ]
        if len(found) == 1:
            return found[0]
        if not text:
            raise UserError(tr("A deal needs an account."), tr("Choose the account that it is on."))
        if found:
            raise UserError(
                tr("{n} accounts are called {name}.", n=len(found), name=text), tr("Choose one from the list.")
            )
        raise UserError(tr("The plan has no account {key}.", key=repr(text)), tr("Choose one from the list."))


def _account_texts(plan: Plan) -> list[str]:
    """Return every account as the field shows it: its name with its key."""
    return [
        " ".join((f"{name} ({key})" if key else str(name)).split())
        for name, key in zip(plan.accounts.name, plan.accounts.key, strict=True)
    ]
