"""Choosing a rep inside a table cell.

Owns the editor; the command is the panel's.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.ui.dialogs.choose import rep_choices

Index = QModelIndex | QPersistentModelIndex


class RepDelegate(QStyledItemDelegate):
    """A drop-down of the plan's reps; choosing one writes it and closes the editor."""

    def __init__(self, plan: Callable[[], Plan], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan = plan

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = QComboBox(parent)
        box.setAccessibleName(tr("Rep"))
        for choice in rep_choices(self._plan()):
            box.addItem(choice.text, choice.key)
        box.activated.connect(lambda: self._finish(box))
        QTimer.singleShot(0, box, box.showPopup)
        return box

    def _finish(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(max(0, editor.findData(index.data(Qt.ItemDataRole.EditRole))))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData(), Qt.ItemDataRole.EditRole)
