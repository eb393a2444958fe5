"""The shortcuts sheet: all keys by area, searched as one types, written as PDF or web page to be printed.

Owns the showing and the writing; the keys come from keys.py.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSaveFile, QSize, Qt
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.ui.help.keys import Area
from territorymap.ui.help.printing import print_columns
from territorymap.ui.messages import show_error
from territorymap.ui.parts.scale import ems, lines, scaled
from territorymap.ui.preferences import Preferences

_FOLDER = "shortcuts"
_PADDING = 12  # pixels around the text of a cell


class _Wrapping(QStyledItemDelegate):
    """Lines as high as their wrapped text takes: no key is cut off."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        view = self.parent()
        assert isinstance(view, QTreeWidget)
        if index.parent().isValid():
            room = view.columnWidth(index.column()) - _PADDING - (view.indentation() if index.column() == 0 else 0)
            flags = Qt.TextFlag.TextWordWrap
            box = option.fontMetrics.boundingRect(QRect(0, 0, max(40, room), 10_000), flags, str(index.data()))
            hint.setHeight(max(hint.height(), box.height() + 4))
        return hint

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.features |= QStyleOptionViewItem.ViewItemFeature.WrapText


class ShortcutSheet(QDialog):
    """Stands beside the map; what is typed leaves the lines that have all the words."""

    def __init__(self, areas: Sequence[Area], preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard and tools"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.areas, self._preferences = list(areas), preferences
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(tr("Search: a command, or a key such as Ctrl+B"))
        self.field.setAccessibleName(tr("Search the shortcuts"))
        self.field.setClearButtonEnabled(True)
        self.table = QTreeWidget(self)
        self.table.setColumnCount(2)
        self.table.setHeaderLabels([tr("What"), tr("Keys or mouse")])
        self.table.setRootIsDecorated(False)
        self.table.setIndentation(ems(self, 1.4))
        self.table.setAlternatingRowColors(True)
        self.table.setItemDelegate(_Wrapping(self.table))
        self.table.setAccessibleName(tr("Keyboard and tools"))
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.header().sectionResized.connect(lambda *_: self.table.scheduleDelayedItemsLayout())
        self.found = QLabel(self)
        self.found.setProperty("role", "muted")
        buttons = QDialogButtonBox(self)
        save = buttons.addButton(tr("&Save to print…"), QDialogButtonBox.ButtonRole.ActionRole)
        save.setAutoDefault(False)
        save.setToolTip(tr("Write the sheet as PDF or web page"))
        save.clicked.connect(self._ask_where)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.field, self.table, self.found, buttons):
            layout.addWidget(widget, 1 if widget is self.table else 0)
        self.resize(ems(self, 96), lines(self, 36))
        self._fill()
        self.field.textChanged.connect(self.search_for)
        self.search_for("")
        self.field.setFocus()

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What and keys of the lines that are left."""
        return [(item.text(0), item.text(1)) for item in self._items() if not item.isHidden()]

    def search_for(self, query: str) -> None:
        """Leave the lines that have all the words, in command, keys or the name of their area."""
        words = query.casefold().split()
        for head in self._heads():
            n_left = 0
            for item in children_of(head):
                text = f"{head.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in text for word in words))
                n_left += not item.isHidden()
            head.setHidden(n_left == 0)
        n = len(self.shown)
        self.found.setText(ntr("{n} line", "{n} lines", n) if n else tr("No line has all of these words."))

    def write(self, path: Path) -> None:
        """Write the lines that are left, as PDF or as web page by the ending."""
        if path.suffix.casefold() == ".pdf":
            _write_pdf(_tables(self.areas, set(self.shown)), path)
        else:
            _write_file(sheet_html(self.areas, set(self.shown)).encode("utf-8"), path)

    def _ask_where(self) -> None:
        proposal = self._preferences.folder(_FOLDER) / tr("Keyboard and tools.pdf")
        kinds = ";;".join([tr("PDF (*.pdf)"), tr("Web page (*.html)")])
        chosen, kind = QFileDialog.getSaveFileName(self, tr("Save the shortcuts"), str(proposal), kinds)
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.casefold() not in (".pdf", ".html", ".htm"):
            path = path.with_name(path.name + (".html" if "html" in kind else ".pdf"))
        try:
            self.write(path)
        except UserError as error:
            show_error(self, error)
            return
        self._preferences.set_folder(_FOLDER, path.parent)
        self.found.setText(tr("Written: {path}", path=path))

    def _fill(self) -> None:
        for area in self.areas:
            head = QTreeWidgetItem(self.table, [area.title])
            head.setFirstColumnSpanned(True)
            head.setFont(0, scaled(self.font(), 1.05, bold=True))
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for what, keys in area.entries:
                item = QTreeWidgetItem(head, [what, keys])
                item.setToolTip(0, what)
                item.setToolTip(1, keys)
            head.setExpanded(True)

    def _heads(self) -> list[QTreeWidgetItem]:
        return children_of(self.table.invisibleRootItem())

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for head in self._heads() for item in children_of(head)]


def children_of(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    """Return what stands directly under an item of a tree."""
    found = (item.child(i) for i in range(item.childCount()))
    return [child for child in found if child is not None]


_STYLE = (
    "body { font-family: sans-serif; font-size: 9pt; color: #1b232e; } h1 { font-size: 14pt; }"
    " th { text-align: left; font-size: 10.5pt; padding-top: 10px; }"
    " td { vertical-align: top; border-bottom: 1px solid #d3d8df; }"
)


def sheet_html(areas: Sequence[Area], wanted: set[tuple[str, str]] | None = None) -> str:
    """Return the sheet as a page of its own; ``wanted`` leaves out other lines."""
    title = html.escape(_title())
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title><style>{_STYLE}"
        f"</style></head><body><h1>{title}</h1>{_tables(areas, wanted)}</body></html>"
    )


def _title() -> str:
    return tr("Territory Map: keyboard and tools")


def _tables(areas: Sequence[Area], wanted: set[tuple[str, str]] | None) -> str:
    """Return a table for each area; its name is the table's head, so that it is there again on the next page."""
    parts = []
    for area in areas:
        rows = "".join(
            f"<tr><td width='58%'>{html.escape(what)}</td><td width='42%'>{html.escape(keys)}</td></tr>"
            for what, keys in area.entries
            if wanted is None or (what, keys) in wanted
        )
        if rows:
            head = f"<thead><tr><th colspan='2'>{html.escape(area.title)}</th></tr></thead>"
            parts.append(f"<table width='100%' cellpadding='2' cellspacing='0'>{head}{rows}</table>")
    return "".join(parts)


def _write_pdf(body: str, path: Path) -> None:
    """Let Qt lay the page out; the file comes into its place only when it is whole."""
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        raise _refused(path, file.errorString())
    writer = QPdfWriter(file)
    print_columns(writer, _title(), body, _STYLE)
    del writer
    if not file.commit():
        raise _refused(path, file.errorString())


def _write_file(content: bytes, path: Path) -> None:
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly) or file.write(content) < 0 or not file.commit():
        raise _refused(path, file.errorString())


def _refused(path: Path, reason: str) -> UserError:
    return UserError(
        tr("{name} could not be written: {reason}.", name=path.name, reason=reason),
        tr("Choose another folder, or close the program that has the file open."),
    )
