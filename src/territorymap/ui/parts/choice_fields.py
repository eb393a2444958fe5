"""Fields of a form made from declared choices: check box, number, list, text, file, names.

Owns the widgets and how they are read; what can be chosen is declared by each format (exporters.choices).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from territorymap.exporters.choices import Choice
from territorymap.i18n import tr
from territorymap.ui.dialogs.form import muted

_ROWS_OF_NAMES = 6
_ROOM_PX = 8  # around a name, for its check box


class ChoiceField:
    """One choice as a widget."""

    def __init__(self, choice: Choice, names: Sequence[str] = ()) -> None:
        self.choice = choice
        self._first = choice.initial if choice.proposed is None else choice.proposed
        make: Callable[[], tuple[QWidget, Callable[[], object]]] = {
            "flag": self._flag,
            "number": self._number,
            "choice": self._list,
            "text": self._text,
            "file": self._file,
            "names": lambda: self._names(names),
        }[choice.kind]
        self.widget, self.value = make()
        self.widget.setAccessibleName(choice.label())
        if choice.hint is not None:
            self.widget.setToolTip(choice.hint())
            self.widget.setAccessibleDescription(choice.hint())

    @property
    def label(self) -> str:
        """What stands before the widget; a check box says it itself."""
        return "" if self.choice.kind == "flag" else self.choice.label()

    def _flag(self) -> tuple[QWidget, Callable[[], object]]:
        box = QCheckBox(self.choice.label())
        box.setChecked(bool(self._first))
        return box, box.isChecked

    def _number(self) -> tuple[QWidget, Callable[[], object]]:
        box = QSpinBox()
        box.setRange(self.choice.minimum, self.choice.maximum)
        box.setSingleStep(100 if self.choice.maximum >= 5_000 else 1)
        box.setValue(int(str(self._first)))
        if self.choice.unit is not None:
            box.setSuffix(f" {self.choice.unit()}")
        return box, box.value

    def _list(self) -> tuple[QWidget, Callable[[], object]]:
        box = QComboBox()
        for value, label in self.choice.values:
            box.addItem(label(), value)
        box.setCurrentIndex(max(0, box.findData(self._first)))
        return box, lambda: str(box.currentData())

    def _text(self) -> tuple[QWidget, Callable[[], object]]:
        line = QLineEdit(str(self._first))
        if self.choice.hint is not None:
            line.setPlaceholderText(self.choice.hint())
        return line, lambda: line.text().strip()

    def _file(self) -> tuple[QWidget, Callable[[], object]]:
        holder, line, button = QWidget(), QLineEdit(), QPushButton(tr("Browse…"))
        line.setPlaceholderText(self.choice.hint() if self.choice.hint is not None else tr("None"))
        line.setAccessibleName(self.choice.label())
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(line, 1)
        row.addWidget(button)
        holder.setFocusProxy(line)

        def browse() -> None:
            patterns = " ".join(f"*{suffix}" for suffix in self.choice.suffixes) or "*"
            chosen, _ = QFileDialog.getOpenFileName(
                holder, self.choice.label(), line.text(), f"{self.choice.label()} ({patterns})"
            )
            if chosen:
                line.setText(chosen)

        button.clicked.connect(browse)
        return holder, lambda: Path(line.text().strip()).expanduser() if line.text().strip() else None

    def _names(self, names: Sequence[str]) -> tuple[QWidget, Callable[[], object]]:
        holder, box = QWidget(), QListWidget()
        hint = muted(self.choice.hint() if self.choice.hint is not None else tr("None ticked: all of them."))
        for name in names:
            item = QListWidgetItem(name, box)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setSizeHint(QSize(0, box.fontMetrics().height() + _ROOM_PX))
        box.setFixedHeight((box.fontMetrics().height() + _ROOM_PX) * _ROWS_OF_NAMES + _ROOM_PX)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(box)
        column.addWidget(hint)
        holder.setFocusProxy(box)

        def ticked() -> tuple[str, ...]:
            items = [box.item(row) for row in range(box.count())]
            return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)

        return holder, ticked


def read_fields(fields: Mapping[str, ChoiceField]) -> dict[str, object]:
    """Return what was chosen, by name."""
    return {name: field.value() for name, field in fields.items()}
