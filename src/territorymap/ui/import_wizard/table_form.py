"""Choose a file, see its first rows, correct how it is read and what its columns mean.

Owns one file's choices; used by the import dialogs and by the pages of New plan.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.importers.columns import ColumnMap, guess_columns
from territorymap.importers.registry import table_extensions, table_formats
from territorymap.importers.table import RawTable, preview
from territorymap.importers.table_options import NO_HEADER, TableOptions
from territorymap.ui import icons
from territorymap.ui.import_wizard import meanings
from territorymap.ui.import_wizard.options_bar import OptionsBar
from territorymap.ui.import_wizard.preview_table import PreviewTable
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import run_task

PREVIEW_ROWS = 60


@dataclass(frozen=True)
class TableChoice:
    """A file, how to read it, and what its columns mean."""

    path: Path
    options: TableOptions
    columns: ColumnMap


class TableForm(QWidget):
    """Empty until a file is chosen; then its preview."""

    changed = Signal()

    def __init__(self, kind: str, hint: str, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self._preferences = preferences
        self._table: RawTable | None = None
        self._columns = ColumnMap(kind)
        self._unit_codes: Collection[str] = ()
        self.path: Path | None = None
        self.setAcceptDrops(True)
        self.choose_button = QPushButton(tr("Choose a file…"))
        icons.set_icon(self.choose_button, "open")
        self.choose_button.clicked.connect(self.choose_file)
        self.change_button = QPushButton(tr("Another file…"))
        self.change_button.clicked.connect(self.choose_file)
        self.remove_button = QPushButton(tr("Remove"))
        self.remove_button.setToolTip(tr("Do without this file"))
        self.remove_button.clicked.connect(self.clear)
        for button in (self.change_button, self.remove_button):
            button.setAutoDefault(False)  # Enter goes on with the file that was chosen, wherever the focus fell
        self._name = ElidedLabel()
        self.options_bar = OptionsBar(self)
        self.table = PreviewTable(self)
        self.key = QComboBox()
        self.key.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.key.setToolTip(
            tr("A number or name that stays the same from file to file, so that accounts can be updated later")
        )
        self.key.currentIndexChanged.connect(self._key_chosen)
        self._key_row = self._build_key_row()
        self._key_row.setVisible(kind == "accounts")
        self.notes = _line("muted")
        self.problem = _line("danger")
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty_page(hint))
        self._pages.addWidget(self._file_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.options_bar.changed.connect(self._read_again)
        self.table.meaning_changed.connect(self._meaning_changed)

    # -- state ---------------------------------------------------------------------------------------------------------

    @property
    def has_file(self) -> bool:
        return self._table is not None

    @property
    def choice(self) -> TableChoice | None:
        """What was chosen, None while there is no file or something is missing."""
        if self._table is None or self.path is None or self.why_not():
            return None
        return TableChoice(self.path, self._table.options, self._columns.ordered(self._table))

    def why_not(self) -> str:
        """Return what is missing before the file can be used, "" if nothing."""
        return meanings.problem(self._columns) if self._table is not None else ""

    def set_unit_codes(self, codes: Collection[str]) -> None:
        """Tell the codes of the plan's units: a column of them is known by its values."""
        self._unit_codes = codes

    def set_removable(self, is_removable: bool) -> None:
        self.remove_button.setVisible(is_removable)

    def clear(self) -> None:
        """Forget the file."""
        self._table, self.path = None, None
        self._pages.setCurrentIndex(0)
        self.changed.emit()

    # -- reading -------------------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file and show it."""
        chosen, _ = QFileDialog.getOpenFileName(
            self, tr("Choose a file"), str(self._preferences.folder("import")), file_filter()
        )
        if chosen:
            self.load(Path(chosen))

    def load(self, path: Path) -> None:
        """Show the first rows of a file, everything about it guessed."""
        self._preferences.set_folder("import", path.parent)
        self._read(path, TableOptions(has_areas=self.kind in ("alignment", "assignment")))

    def _read_again(self) -> None:
        if self.path is not None:
            self._read(self.path, self.options_bar.options)

    def _read(self, path: Path, options: TableOptions) -> None:
        run_task(
            self.window(),
            tr("Reading {name}…", name=path.name),
            lambda progress, is_cancelled: preview(path, options, PREVIEW_ROWS),
            lambda table: self._show(path, table),
            self._failed,
        )

    def _show(self, path: Path, table: RawTable) -> None:
        former = self._table
        same = former is not None and self.path == path and former.headers == table.headers
        if not same:
            self._columns = guess_columns(table, self.kind, self._unit_codes)
        self._table, self.path = table, path
        self._name.setText(path.name)
        self._name.setToolTip(str(path))
        has_choice = table.options.header_row != NO_HEADER or bool(table.options.delimiter or table.options.sheets)
        self.options_bar.show_options(table.options, has_header_choice=has_choice)
        self.table.set_table(table, meanings.choices(self.kind), self._roles())
        self._fill_key()
        self.notes.setText(" ".join(table.notes))
        self.notes.setVisible(bool(table.notes))
        self._pages.setCurrentIndex(1)
        self._tell()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self.problem.setText(f"{error.message} {error.hint}".strip())
        self.problem.show()
        if self._table is None:
            self._empty_problem.setText(self.problem.text())
            self._empty_problem.show()
        else:
            self.options_bar.show_options(self._table.options)

    # -- meaning -------------------------------------------------------------------------------------------------------

    def _roles(self) -> list[str]:
        return [self._columns.role_of(header) for header in self._table.headers] if self._table is not None else []

    def _meaning_changed(self, column: int) -> None:
        assert self._table is not None
        self._columns = self._columns.with_role(self._table.headers[column], self.table.meanings[column])
        self.table.show_meanings(self._roles())
        self._fill_key()
        self._tell()

    def _fill_key(self) -> None:
        if self._table is None or self.kind != "accounts":
            return
        self.key.blockSignals(True)
        self.key.clear()
        self.key.addItem(tr("nothing: every row is a new account"), "")
        for header in self._table.headers:
            self.key.addItem(header, header)
        self.key.setCurrentIndex(max(0, self.key.findData(self._columns.fields.get("account_key", ""))))
        self.key.blockSignals(False)

    def _key_chosen(self) -> None:
        header = str(self.key.currentData() or "")
        self._columns = self._columns.with_field("account_key", header or None)
        self.table.show_meanings(self._roles())
        self._tell()

    def _tell(self) -> None:
        text = self.why_not() or meanings.warning(self._columns)
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.changed.emit()

    # -- building ------------------------------------------------------------------------------------------------------

    def _empty_page(self, hint: str) -> QWidget:
        page = QWidget()
        text = QLabel(hint)
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text.setProperty("role", "muted")
        kinds = QLabel(tr("{formats}, or drop a file here", formats=_format_names()))
        kinds.setWordWrap(True)
        kinds.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        kinds.setProperty("role", "muted")
        self._empty_problem = _line("danger")
        self._empty_problem.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(page)
        column.addStretch(2)
        column.addWidget(text)
        column.addSpacing(10)
        column.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(kinds)
        column.addWidget(self._empty_problem)
        column.addStretch(3)
        return page

    def _build_key_row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        label = QLabel(tr("An account is &known again by"))
        label.setBuddy(self.key)
        row.addWidget(label)
        row.addWidget(self.key)
        row.addStretch(1)
        return holder

    def _file_page(self) -> QWidget:
        page = QWidget()
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self.change_button)
        head.addWidget(self.remove_button)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.options_bar)
        column.addWidget(self.notes)
        column.addWidget(self.table, 1)
        column.addWidget(self._key_row)
        column.addWidget(self.problem)
        return page

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.load(path)


def dropped_file(event: QDropEvent) -> Path | None:
    """Return the one local table file that is being dropped."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.casefold() in table_extensions() else None


def file_filter() -> str:
    """Return the filter of a file dialog for everything that can be read as a table."""
    patterns = " ".join(f"*{extension}" for extension in table_extensions())
    entries = [tr("Tables ({patterns})", patterns=patterns)]
    for fmt in table_formats():
        entries.append(f"{fmt.label()} ({' '.join('*' + e for e in fmt.extensions)})")
    return ";;".join([*entries, tr("All files (*)")])


def _format_names() -> str:
    return listed(fmt.label() for fmt in table_formats())


def _line(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.hide()
    return label
