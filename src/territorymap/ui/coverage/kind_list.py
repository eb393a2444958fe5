"""The kinds of conflicts with their causes, how many there are, what they are worth. Owns the tree and its choice."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from territorymap.i18n import money, number, tr
from territorymap.metrics.coverage.findings import CAUSES, KINDS
from territorymap.session.coverage_issues.kind_words import cause_label, cause_meaning, kind_label
from territorymap.session.coverage_issues.reading import Look
from territorymap.ui.parts.inks import faint
from territorymap.ui.parts.scale import ems, tabular

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_PAIR = Qt.ItemDataRole.UserRole
Choice = tuple[str, str]  # kind, cause; "" = all causes of the kind


class KindList(QTreeWidget):
    """A row a kind, below it a row a cause."""

    chosen = Signal(str, str)  # kind, cause; "" = all causes

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Kinds of conflicts"))
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setFont(tabular(self.font()))
        self.setColumnCount(3)
        self.setHeaderLabels([tr("Kind"), tr("Number"), tr("Revenue")])
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformRowHeights(True)
        self.setIndentation(ems(self, 1.4))
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(ems(self, 4))
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
            self.headerItem().setTextAlignment(column, _RIGHT)
        self._items: dict[Choice, QTreeWidgetItem] = {}
        for kind in KINDS:
            top = self._item(self.invisibleRootItem(), kind, "")
            if len(CAUSES[kind]) > 1:
                for cause in CAUSES[kind]:
                    self._item(top, kind, cause)
        self.expandAll()
        self.currentItemChanged.connect(self._changed)

    def _item(self, parent: QTreeWidgetItem, kind: str, cause: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent)
        item.setData(0, _PAIR, (kind, cause))
        label = cause_label(kind, cause) if cause else kind_label(kind)
        item.setText(0, label)
        meaning = cause_meaning(kind, cause or CAUSES[kind][0]) if cause or len(CAUSES[kind]) == 1 else label
        item.setToolTip(0, meaning)
        if not cause:
            font = item.font(0)
            font.setBold(True)
            item.setFont(0, font)
        for column in (1, 2):
            item.setTextAlignment(column, _RIGHT)
        self._items[kind, cause] = item
        return item

    def _changed(self, item: QTreeWidgetItem | None, _: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(*item.data(0, _PAIR))

    @property
    def choice(self) -> Choice:
        """The kind and cause that is looked at."""
        item = self.currentItem()
        kind, cause = item.data(0, _PAIR) if item is not None else (KINDS[0], "")
        return kind, cause

    def choose(self, kind: str, cause: str = "") -> None:
        """Look at a kind, or one cause of it."""
        self.setCurrentItem(self._items.get((kind, cause), self._items[kind, ""]))

    def forget(self) -> None:
        """Look at nothing in particular; the next look begins with the first kind that there is."""
        self.setCurrentIndex(QModelIndex())

    def show_look(self, look: Look | None) -> None:
        """Show how many there are and what they are worth; what there is none of stands back."""
        quiet = faint(self.palette())
        for (kind, cause), item in self._items.items():
            n, worth = 0, ""
            if look is not None:
                total = look.judgement.sums[kind, cause]
                n = total.findings
                worth = money(total.revenue, look.plan.info.currency) if n else ""
            item.setText(1, number(n) if look is not None else "")
            item.setText(2, worth)
            for column in range(3):
                if n:
                    item.setData(column, Qt.ItemDataRole.ForegroundRole, None)
                else:
                    item.setForeground(column, quiet)
        if self.currentItem() is None and look is not None:
            first = next((choice for choice in self._items if choice[1] and look.judgement.by_cause[choice]), None)
            self.choose(*(first or (KINDS[0], "")))
