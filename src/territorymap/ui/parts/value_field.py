"""A list of values as one line of text, with the values that the data has to tick. Owns both ways of choosing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import number, tr
from territorymap.model.scope import folded
from territorymap.ui.parts.scale import ems, lines

MOST_LISTED = 2_000  # of the values that the data has; the search line finds the others
Counted = tuple[str, int]  # a value, and how many accounts have it
_COMMAS = ",，、"
_AT_COMMAS = str.maketrans(dict.fromkeys(_COMMAS, ","))
_VALUE = Qt.ItemDataRole.UserRole


def count_values(values: NDArray[np.generic] | None) -> list[Counted]:
    """Return the different texts of a field and how many accounts have each, the most frequent first."""
    if values is None or values.dtype != object:
        return []
    first: dict[str, str] = {}
    n_by: dict[str, int] = {}
    keys: dict[str, str] = {}
    for value in values.tolist():
        key = keys.get(value)
        if key is None:
            key = keys[value] = folded(value)
            first.setdefault(key, " ".join(value.split()))
        n_by[key] = n_by.get(key, 0) + 1
    n_by.pop("", None)
    return sorted(((first[key], n) for key, n in n_by.items()), key=lambda pair: (-pair[1], pair[0].casefold()))


def split_values(text: str) -> tuple[str, ...]:
    """Return the values of a line: parted by semicolons; one that holds a semicolon stands in double quotes."""
    if not text.strip():
        return ()
    row = next(csv.reader(io.StringIO(text.replace("\n", " ")), delimiter=";", skipinitialspace=True), [])
    values = (" ".join(value.split()) for value in row)
    first: dict[str, str] = {}
    for value in values:
        if value:
            first.setdefault(folded(value), value)
    return tuple(first.values())


def split_at_commas(values: Sequence[str], known: Sequence[Counted]) -> tuple[str, ...]:
    """Return values with those parted at commas that the data has only so: "Ohio, Texas" is two, "Smith, Inc." one."""
    if not any(mark in value for value in values for mark in _COMMAS):
        return tuple(values)
    texts = {folded(value) for value, _ in known}
    first: dict[str, str] = {}
    for value in values:
        parts = [part.strip() for part in value.translate(_AT_COMMAS).split(",")]
        is_list = folded(value) not in texts and all(folded(part) in texts for part in parts)
        for part in parts if is_list else [value]:
            first.setdefault(folded(part), part)
    return tuple(first.values())


def join_values(values: Sequence[str]) -> str:
    """Return values as one line that :func:`split_values` reads."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="").writerow(values)
    return out.getvalue().replace(";", "; ") if not any(";" in value for value in values) else out.getvalue()


class ValueField(QWidget):
    """A line to type values in, and a button that lists those of the data."""

    changed = Signal()

    def __init__(self, suggest: Callable[[], Sequence[Counted]], parent: QWidget | None = None) -> None:
        """``suggest`` returns the values of the field, the most frequent first."""
        super().__init__(parent)
        self._suggest = suggest
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Values, parted by ;"))
        self.line.setAccessibleName(tr("Values"))
        self.line.setToolTip(tr("Type values parted by semicolons, or choose from those in the data (Alt+Down)."))
        self.line.textChanged.connect(lambda _text: self.changed.emit())
        self.line.installEventFilter(self)
        self.button = QToolButton()
        self.button.setText(tr("Choose…"))
        self.button.setToolTip(tr("Choose among the values that the accounts have"))
        self.button.clicked.connect(self.choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(ems(self, 0.6))
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)

    @property
    def values(self) -> tuple[str, ...]:
        values = split_values(self.line.text())
        has_comma = any(mark in value for value in values for mark in _COMMAS)
        return split_at_commas(values, self._suggest()) if has_comma else values

    def set_values(self, values: Sequence[str]) -> None:
        self.line.setText(join_values(values))
        self.line.setCursorPosition(0)

    def choose(self) -> None:
        """List the values of the data under the line, those that are chosen ticked."""
        popup = ValueList(self._suggest(), self.values, self)
        popup.changed.connect(lambda: self.set_values(popup.values))
        popup.resize(max(self.width(), ems(self, 44)), popup.sizeHint().height())
        popup.move(self.mapToGlobal(QPoint(0, self.height())))
        popup.open()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
            if event.key() == Qt.Key.Key_Down and is_alt:
                self.choose()
                return True
        return False


class ValueList(QDialog):
    """Values to tick, found by a part of their text; a tick counts at once, Esc closes."""

    changed = Signal()

    def __init__(self, counted: Sequence[Counted], chosen: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr("Values in the data"))
        self._chosen = {folded(value): value for value in chosen}
        known = {folded(value) for value, _ in counted}
        extra = [(value, 0) for key, value in self._chosen.items() if key not in known]
        self._counted = [*extra, *counted]
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(tr("Type a part of a value"))
        self.search.setAccessibleName(tr("Search"))
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Values"))
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(lines(self, 12))
        self.list.itemChanged.connect(self._ticked)
        self.list.itemClicked.connect(self._clicked)
        self.note = QLabel()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        layout = QVBoxLayout(self)
        margin = ems(self, 0.8)
        layout.setContentsMargins(margin, margin, margin, margin)
        for widget in (self.search, self.list, self.note):
            layout.addWidget(widget)
        self._fill("")
        self.search.setFocus()

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(self._chosen.values())

    def _fill(self, text: str) -> None:
        words = folded(text).split()
        fitting = [pair for pair in self._counted if all(word in folded(pair[0]) for word in words)]
        self.list.blockSignals(True)
        self.list.clear()
        for value, n in fitting[:MOST_LISTED]:
            label = tr("{value}  ({n})", value=value, n=number(n)) if n else tr("{value}  (no account)", value=value)
            item = QListWidgetItem(label, self.list)
            item.setData(_VALUE, value)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(_state(folded(value) in self._chosen))
            item.setSizeHint(QSize(0, lines(self, 1.5)))
        self.list.blockSignals(False)
        self.list.setCurrentRow(0)
        n_more = len(fitting) - MOST_LISTED
        if not self._counted:
            self.note.setText(tr("No account has a value here."))
        elif not fitting:
            self.note.setText(tr("No value has these letters."))
        elif n_more > 0:
            self.note.setText(tr("{n} more; type a part of a value to find it.", n=number(n_more)))
        else:
            self.note.setText(tr("Enter ticks a value; Esc closes the list."))

    def _ticked(self, item: QListWidgetItem) -> None:
        value = str(item.data(_VALUE))
        if item.checkState() == Qt.CheckState.Checked:
            self._chosen.setdefault(folded(value), value)
        else:
            self._chosen.pop(folded(value), None)
        self._just_ticked = item
        self.changed.emit()

    _just_ticked: QListWidgetItem | None = None

    def _clicked(self, item: QListWidgetItem) -> None:
        """A click on the words ticks too; one on the box has done so by itself."""
        if self._just_ticked is not item:
            self._toggle(item)
        self._just_ticked = None

    def _toggle(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            item.setCheckState(_state(item.checkState() != Qt.CheckState.Checked))
            self._just_ticked = None

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
                self.list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._toggle(self.list.currentItem())
                return True
        return False


def _state(is_on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
