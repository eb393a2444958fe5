"""What the program is, the data it brings and the shortcuts: dialogs to read.

Owns their texts; versions and attributions come from where they are known.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from territorymap.i18n import listed, tr
from territorymap.ui.about_pages.dialog import AboutDialog
from territorymap.ui.parts.scale import ems, lines


class TextDialog(QDialog):
    """A head and a text to scroll."""

    def __init__(self, title: str, head: QWidget | None, body: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QTextBrowser(self)
        self.text.setOpenLinks(False)
        self.text.setHtml(body)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        if head is not None:
            layout.addWidget(head)
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)
        self.resize(ems(self, 78), lines(self, 32))


def about_dialog(parent: QWidget | None = None) -> AboutDialog:
    """Return the dialog with versions, data sources and licences."""
    return AboutDialog(parent)


def shortcuts_dialog(groups: Iterable[tuple[str, Iterable[QAction]]], parent: QWidget | None = None) -> TextDialog:
    """Return the sheet of all commands that have a key, by menu."""
    parts = [_map_keys_html()]
    for title, actions in groups:
        rows = "".join(_row(_plain(a.text()), _keys(a)) for a in actions if a.shortcuts())
        if rows:
            parts.append(f"<h3>{html.escape(title)}</h3><table width='100%'>{rows}</table>")
    return TextDialog(tr("Keyboard and tools"), None, "".join(parts), parent)


def _map_keys_html() -> str:
    entries = [
        (tr("Paint units into the target territory"), tr("Brush, lasso or rectangle, then drag")),
        (tr("Paint whole parents, such as states"), tr("The list after \u201cby\u201d, or P")),
        (tr("Fill a hole or a stray piece; a whole territory"), tr("Fill, then click; Ctrl and click")),
        (tr("Move the home of a rep"), tr("Pick, then drag the house; Alt: snap to nothing")),
        (tr("Pull a border"), tr("Border, press on it, then drag; [ ] or wheel: longer or shorter")),
        (tr("Let pieces fall apart while a border is pulled"), tr("Alt")),
        (tr("Draw a boundary or a cut by clicks"), tr("Enter or double click ends, Backspace takes a point back")),
        (tr("Give up a stroke while the button is down"), tr("Esc")),
        (tr("Take a stroke back"), tr("Ctrl+Z: one stroke is one step")),
        (tr("Zoom the map"), tr("Mouse wheel, or + and -")),
        (tr("Go to a result of Find"), tr("Arrow keys, Enter")),
    ]
    by_keys = [
        (tr("Go from unit to unit"), tr("Arrow keys (F2 begins and ends; not with the tool Pan)")),
        (tr("Give the unit, or the selection it is in, to the target; fill; set a point"), tr("Space")),
        (tr("Push the border over the unit, from where the cursor comes"), tr("Border, then Space; Shift: may split")),
        (tr("Select the unit; with a tool that draws: hold, and let go"), tr("Enter")),
        (tr("Select more units"), tr("Shift and arrow keys")),
        (tr("Go to the other neighbours on a side"), tr("The arrow back, then the same arrow again")),
        (tr("Move the pointer by 10 pixels, by 2"), tr("Alt and arrow keys, Alt+Shift and arrow keys")),
        (tr("Move the map"), tr("Ctrl and arrow keys; with the tool Pan: arrow keys")),
        (tr("Open the menu of the unit"), tr("Menu key, Shift+F10")),
    ]
    presenting = [
        (tr("Next scene, scene before"), tr("Page Down, Space or right arrow; Page Up or left arrow")),
        (tr("First scene, last scene"), tr("Home, End")),
        (tr("Show nothing"), tr("B")),
        (tr("Pointer, spotlight, zoom frame"), tr("P, S, Z; wheel: size of the spotlight")),
        (tr("Back to the place of the scene"), tr("0")),
        (tr("Find, export, what if"), tr("F, E, W")),
        (tr("Put a tool away; end the presentation"), tr("Esc")),
    ]
    return (
        _section(tr("On the map"), entries)
        + _section(tr("On the map, by keys alone"), by_keys)
        + _section(tr("While presenting"), presenting)
    )


def _section(title: str, entries: Iterable[tuple[str, str]]) -> str:
    rows = "".join(_row(what, keys) for what, keys in entries)
    return f"<h3>{html.escape(title)}</h3><table width='100%'>{rows}</table>"


def _row(what: str, keys: str) -> str:
    return f"<tr><td width='62%'>{html.escape(what)}</td><td>{html.escape(keys)}</td></tr>"


def _keys(action: QAction) -> str:
    return listed(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())


def _plain(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").replace("…", "").strip()
