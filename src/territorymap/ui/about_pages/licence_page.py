"""All licences: a list that can be searched, the text of the one that is chosen, and where the bill of materials is.

Owns the page; notices.py knows the licences.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import ntr, tr
from territorymap.ui.about_pages.notices import Notice, all_notices, bill_of_materials
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.folders import open_folder
from territorymap.ui.parts.scale import ems


class LicencePage(QWidget):
    """Every part of the program with the text of its licence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: list[Notice] = all_notices()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a part or a licence"))
        self.search.setAccessibleName(tr("Find a part or a licence"))
        self.search.setClearButtonEnabled(True)
        self.count = muted("")
        self.list = self._make_list()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setAccessibleName(tr("Text of the licence"))
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.search, self.list, self.count):
            column.addWidget(widget)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(left)
        splitter.addWidget(self.text)
        splitter.setSizes([ems(self, 46), ems(self, 62)])
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.addWidget(splitter, 1)
        layout.addLayout(self._bill_row())
        self.search.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(lambda item: self._show(item))
        self._filter("")
        self.list.setCurrentIndex(self.list.model().index(0, 0))

    def _make_list(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setAccessibleName(tr("Parts of the program"))
        tree.setHeaderLabels([tr("Part"), tr("Version"), tr("Licence")])
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = tree.header()
        header.setStretchLastSection(True)
        for column, width in ((0, 19), (1, 10)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, ems(self, width))
        for row, notice in enumerate(self._notices):
            item = QTreeWidgetItem([notice.name, notice.version, notice.licence])
            item.setData(0, Qt.ItemDataRole.UserRole, row)
            for column, text in enumerate((notice.name, notice.version, notice.licence)):
                item.setToolTip(column, text)
            tree.addTopLevelItem(item)
        return tree

    def _bill_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        path = bill_of_materials()
        if path is None:
            row.addWidget(muted(tr("Only the installed program brings a bill of materials (SBOM).")), 1)
            return row
        label = QLabel(tr("Bill of materials (SBOM, CycloneDX): {path}", path=str(path)))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.show_bill = QPushButton(tr("&Show in folder"))
        self.show_bill.clicked.connect(lambda: open_folder(path.parent))
        row.addWidget(label, 1)
        row.addWidget(self.show_bill)
        return row

    def _filter(self, words: str) -> None:
        wanted = words.casefold().split()
        n_shown = 0
        for row, notice in enumerate(self._notices):
            item = self.list.topLevelItem(row)
            text = f"{notice.name} {notice.version} {notice.licence}".casefold()
            is_shown = all(word in text for word in wanted)
            n_shown += is_shown
            if item is not None:
                item.setHidden(not is_shown)
        self.count.setText(ntr("{n} part", "{n} parts", n_shown))

    def _show(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.text.setPlainText(self._notices[item.data(0, Qt.ItemDataRole.UserRole)].read())
