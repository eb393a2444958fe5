"""A field for the currency of a plan: chosen from a list, or found by typing its code or a part of its name.

Owns the field; which currencies there are is i18n's.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter

from territorymap.i18n import currencies, currency_name, currency_sign, tr

_SHOWN = 12


def currency_box(code: str) -> QComboBox:
    """Return a field that shows this currency; "" = none."""
    box = QComboBox(editable=True, insertPolicy=QComboBox.InsertPolicy.NoInsert)
    box.setMaxVisibleItems(_SHOWN)
    box.addItem(tr("none"), "")
    for known in currencies():
        box.addItem(_label(known), known)
    completer = QCompleter(box.model(), box)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    completer.setMaxVisibleItems(_SHOWN)
    box.setCompleter(completer)
    box.setCurrentIndex(max(0, box.findData(code)))
    return box


def chosen_currency(box: QComboBox) -> str:
    """Return the code that is chosen, or whatever was typed where that is no line of the list."""
    text = box.currentText().strip()
    row = box.findText(text, Qt.MatchFlag.MatchFixedString)
    if row >= 0:
        return str(box.itemData(row))
    return text


def _label(code: str) -> str:
    sign = currency_sign(code)
    if sign == code:
        return tr("{code} - {name}", code=code, name=currency_name(code))
    return tr("{code} - {name} ({sign})", code=code, name=currency_name(code), sign=sign)
