"""How a dialog asks for help: it goes up to the window that has one.

Owns the way; which topic it is, is contexts.py's.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QWidget

from territorymap.i18n import tr

KEY = "help_key"  # the shortcut that every window gets, see part.py


class Helper(Protocol):
    """What shows the topic of a widget."""

    def help_on(self, widget: QWidget | None) -> None: ...


@runtime_checkable
class HasHelp(Protocol):
    """A window with a help."""

    help: Helper


def ask_help(widget: QWidget) -> None:
    """Show the topic of a widget, where a window above it has a help."""
    above: QWidget | None = widget
    while above is not None:
        if isinstance(above, HasHelp):
            above.help.help_on(widget)
            return
        above = above.parentWidget()


def help_button(widget: QWidget) -> QPushButton:
    """Return a button "Help" for a dialog that lays its own buttons out."""
    button = QPushButton(tr("Help"))
    button.setAutoDefault(False)
    button.clicked.connect(lambda: ask_help(widget))
    return button


def add_help_button(buttons: QDialogButtonBox, widget: QWidget) -> None:
    """Put the button "Help" among a dialog's, where the system wants it."""
    button = buttons.addButton(QDialogButtonBox.StandardButton.Help)
    button.setAutoDefault(False)
    buttons.helpRequested.connect(lambda: ask_help(widget))
