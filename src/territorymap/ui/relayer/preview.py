"""What a change of the unit layer would change: sentences, territories before and after, unit by unit.

Owns the page; the figures are session.relayer's, the sentences relayer_report's.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import ntr, number, tr
from territorymap.session.relayer import RULES, Carrying, Relayering
from territorymap.session.relayer_report import Finding, findings, kind_label, summary_lines
from territorymap.ui.import_wizard.result_view import RowsView
from territorymap.ui.parts.scale import scaled


class PreviewPage(QWidget):
    """The second page; ``chosen`` is what would be done."""

    rule_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._carrying: Carrying | None = None
        self._by_rule: dict[str, Relayering] = {}
        self._findings: list[Finding] = []
        head = QLabel(tr("What would change"))
        head.setFont(scaled(head.font(), 1.35, bold=True))
        self.rules = {
            "area": QRadioButton(tr("by &area: who had most of its ground")),
            "accounts": QRadioButton(tr("by acco&unts: who had most of the accounts in it")),
        }
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.addWidget(QLabel(tr("A new unit goes to a territory")))
        for button in self.rules.values():
            group.addButton(button)
            row.addWidget(button)
            button.toggled.connect(self._rule_toggled)
        row.addStretch(1)
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setAccessibleName(tr("What would change"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self._list = QWidget()
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(tr("What is listed"))
        self.kinds.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.kinds.currentIndexChanged.connect(self._show_rows)
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.kinds, 0, Qt.AlignmentFlag.AlignLeft)
        self._rows = column
        self._rows_view: RowsView | None = None
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(10)
        body.addWidget(head)
        body.addLayout(row)
        body.addWidget(self.summary)
        body.addWidget(self.tabs, 1)

    @property
    def rule(self) -> str:
        return next((rule for rule, button in self.rules.items() if button.isChecked()), RULES[0])

    @property
    def chosen(self) -> Relayering | None:
        """What would be done, None as long as nothing was compared."""
        return self._by_rule.get(self.rule)

    def show_changes(self, carrying: Carrying) -> None:
        """Show what would change, by the rule that was chosen last."""
        self._carrying = carrying
        self._by_rule = {rule: carrying.by(rule) for rule in RULES}
        self.rules[self.rule].setChecked(True)
        self._show()

    def _rule_toggled(self, is_on: bool) -> None:
        if is_on and self._carrying is not None:
            self._show()

    def _show(self) -> None:
        new = self.chosen
        if new is None or self._carrying is None:
            return
        plan = self._carrying.plan
        self.summary.setText("\n".join(summary_lines(plan, new)))
        self._findings = findings(plan, new)
        self.tabs.clear()
        self.tabs.addTab(_territory_table(new), tr("Territories"))
        self.tabs.addTab(self._list, ntr("{n} change to look at", "{n} changes to look at", len(self._findings)))
        self._fill_kinds()

    def _fill_kinds(self) -> None:
        counts: dict[str, int] = {}
        for row in self._findings:
            counts[row.kind] = counts.get(row.kind, 0) + 1
        self.kinds.blockSignals(True)
        self.kinds.clear()
        self.kinds.addItem(tr("Everything ({n})", n=number(len(self._findings))), "")
        for kind, n in counts.items():
            self.kinds.addItem(tr("{kind} ({n})", kind=kind_label(kind), n=number(n)), kind)
        self.kinds.blockSignals(False)
        self._show_rows()

    def _show_rows(self) -> None:
        kind = self.kinds.currentData() or ""
        rows = [(kind_label(f.kind), f.what, f.detail) for f in self._findings if not kind or f.kind == kind]
        if self._rows_view is not None:
            self._rows.removeWidget(self._rows_view)
            self._rows_view.deleteLater()
        self._rows_view = _table([tr("What"), tr("Unit or account"), tr("Detail")], rows)
        self._rows_view.setAccessibleName(tr("Changes unit by unit"))
        self._rows.addWidget(self._rows_view, 1)


def _territory_table(new: Relayering) -> RowsView:
    names = list(new.territories[0].totals) if new.territories else []
    headers = [tr("Territory"), tr("Units"), tr("Accounts"), *names, ""]
    rows = [
        (
            t.name,
            _pair(*t.n_units),
            _pair(*t.n_accounts),
            *(_pair(*t.totals[name]) for name in names),
            "",
        )
        for t in new.territories
    ]
    view = _table(headers, rows)
    view.setAccessibleName(tr("Territories before and after"))
    return view


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> RowsView:
    return RowsView(headers, rows)


def _pair(before: float, after: float) -> str:
    """Return a number before and after, once where it stays."""
    was, is_now = number(before), number(after)
    return was if was == is_now else tr("{old} → {new}", old=was, new=is_now)
