"""How a file is to be read: sheet, encoding, delimiter, decimal mark, header row.

Owns the row of choices; guessing is importers/table.py's.
"""

from __future__ import annotations

import codecs
import dataclasses

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from territorymap.i18n import tr
from territorymap.importers.encoding import ENCODINGS
from territorymap.importers.table_options import TableOptions

_MAX_HEADER_ROW = 100


class OptionsBar(QWidget):
    """Shows the guesses and lets the planner correct each."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = TableOptions()
        self.sheet = self._combo(tr("Which sheet or layer of the file to read"))
        self.encoding = self._combo(tr("If letters with accents look wrong, try another"))
        self.delimiter = self._combo(tr("What stands between the columns"))
        self.decimal = self._combo(tr("How numbers are written"))
        self.header = QSpinBox(self)
        self.header.setRange(0, _MAX_HEADER_ROW)
        self.header.setSpecialValueText(tr("none"))
        self.header.setToolTip(tr("Number of the row that holds the column names"))
        self.header.setKeyboardTracking(False)
        self.header.valueChanged.connect(self.changed)
        for value, text in _encodings():
            self.encoding.addItem(text, value)
        for value, text in _delimiters():
            self.delimiter.addItem(text, value)
        self.decimal.addItem(tr("1,234.5 (point)"), ".")
        self.decimal.addItem(tr("1.234,5 (comma)"), ",")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self._labels: dict[QWidget, QLabel] = {}
        for text, widget in (
            (tr("S&heet"), self.sheet),
            (tr("&Encoding"), self.encoding),
            (tr("De&limiter"), self.delimiter),
            (tr("Nu&mbers"), self.decimal),
            (tr("&Names in row"), self.header),
        ):
            label = QLabel(text, self)
            label.setBuddy(widget)
            self._labels[widget] = label
            layout.addWidget(label)
            layout.addWidget(widget)
            layout.addSpacing(8)
        layout.addStretch(1)
        self.setEnabled(False)

    def show_options(self, options: TableOptions, *, has_header_choice: bool = True) -> None:
        """Show options as read; those that do not matter for the format are hidden."""
        self._options = options
        for widget in self._labels:
            widget.blockSignals(True)
        self.sheet.clear()
        for name in options.sheets:
            self.sheet.addItem(name, name)
        self.sheet.setCurrentIndex(max(0, self.sheet.findData(options.sheet)))
        _choose(self.encoding, _codec_name(options.encoding))
        _choose(self.delimiter, options.delimiter)
        _choose(self.decimal, options.decimal or ".")
        self.header.setValue(options.header_row or 0)
        for widget in self._labels:
            widget.blockSignals(False)
        self._show(self.sheet, len(options.sheets) > 1)
        self._show(self.encoding, bool(options.encoding))
        self._show(self.delimiter, bool(options.delimiter))
        self._show(self.header, has_header_choice)
        self.setEnabled(True)

    @property
    def options(self) -> TableOptions:
        """The options as they are chosen now."""
        return dataclasses.replace(
            self._options,
            sheet=str(self.sheet.currentData() or self._options.sheet),
            encoding=str(self.encoding.currentData() or "") if self._options.encoding else "",
            delimiter=str(self.delimiter.currentData() or "") if self._options.delimiter else "",
            decimal=str(self.decimal.currentData() or ""),
            header_row=self.header.value(),
        )

    def _combo(self, tip: str) -> QComboBox:
        box = QComboBox(self)
        box.setToolTip(tip)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.currentIndexChanged.connect(self.changed)
        return box

    def _show(self, widget: QWidget, is_shown: bool) -> None:
        widget.setVisible(is_shown)
        self._labels[widget].setVisible(is_shown)


def _choose(box: QComboBox, value: str) -> None:
    if value and box.findData(value) < 0:
        box.addItem(value, value)
    box.setCurrentIndex(max(0, box.findData(value)))


def _codec_name(name: str) -> str:
    """Return the name under which the list has a codec."""
    if not name:
        return ""
    try:
        wanted = codecs.lookup(name).name
    except LookupError:
        return name
    return next((known for known in ENCODINGS if codecs.lookup(known).name == wanted), name)


def _encodings() -> list[tuple[str, str]]:
    labels = {
        "utf-8": tr("UTF-8"),
        "cp1252": tr("Windows-1252 (Western)"),
        "latin-1": tr("Latin-1"),
        "utf-16-le": tr("UTF-16"),
        "utf-16-be": tr("UTF-16, big-endian"),
        "cp1250": tr("Windows-1250 (Central European)"),
        "cp1251": tr("Windows-1251 (Cyrillic)"),
        "cp437": tr("DOS 437"),
        "cp850": tr("DOS 850"),
        "mac_roman": tr("Mac Roman"),
        "shift_jis": tr("Shift JIS (Japanese)"),
        "gb18030": tr("GB 18030 (Chinese)"),
    }
    return [(name, labels.get(name, name)) for name in ENCODINGS]


def _delimiters() -> list[tuple[str, str]]:
    return [(",", tr("Comma")), (";", tr("Semicolon")), ("\t", tr("Tab")), ("|", tr("Bar |"))]
