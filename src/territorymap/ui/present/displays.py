"""Which display the audience looks at, and which the presenter. Owns the choice; not what is shown on either."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget


def choose_screens(here: QScreen, wanted: str) -> tuple[QScreen, QScreen | None]:
    """Return the audience's display and, where there is another, the presenter's.

    Parameters
    ----------
    here : the display of the plan's own window
    wanted : name of the display that was chosen for the audience, "" = none was
    """
    screens = QGuiApplication.screens()
    others = [screen for screen in screens if screen is not here]
    chosen = next((screen for screen in screens if screen.name() == wanted), others[0] if others else here)
    own = here if chosen is not here else next(iter(others), None)
    return chosen, own


def fill_screen(window: QWidget, screen: QScreen) -> None:
    """Show a window over the whole of a display."""
    window.setScreen(screen)
    window.setGeometry(screen.geometry())
    window.showFullScreen()
