"""How a dialog asks for help: it goes up to the window that has one.

Owns the way; which topic it is, is contexts.py's.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QDialogButtonBox, QWidget

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


def add_help_button(buttons: QDialogButtonBox, widget: QWidget) -> None:
    """Put the button "Help" among a dialog's, where the system wants it."""
    button = buttons.addButton(QDialogButtonBox.StandardButton.Help)
    button.setAutoDefault(False)
    buttons.helpRequested.connect(lambda: ask_help(widget))
