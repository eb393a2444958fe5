"""Light and dark: the palette, the few style rules, and following the system.

Owns colours of widgets; not the colours of the map (mapview.palette).
"""

from __future__ import annotations

import gc
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from territorymap.collecting import uncollected
from territorymap.resources import shipped

CHOICES = ("system", "light", "dark")


@dataclass(frozen=True)
class Tokens:
    """Named colours of one theme, as #rrggbb."""

    is_dark: bool
    window: str
    base: str
    alternate: str
    raised: str
    text: str
    muted: str
    disabled: str
    border: str
    hover: str
    accent: str
    accent_text: str
    selection: str
    selection_text: str
    danger: str
    warning: str
    good: str


LIGHT = Tokens(
    is_dark=False,
    window="#f3f4f6",
    base="#ffffff",
    alternate="#f7f8fa",
    raised="#ffffff",
    text="#1b232e",
    muted="#566170",
    disabled="#9aa3ae",
    border="#d3d8df",
    hover="#e6eaef",
    accent="#1a6aa8",
    accent_text="#ffffff",
    selection="#cfe3f5",
    selection_text="#0f2033",
    danger="#b3261e",
    warning="#8a5a00",
    good="#1f7a45",
)
# Fusion draws outlines darker than the window, so in the dark fields must be lighter than it to be seen.
DARK = Tokens(
    is_dark=True,
    window="#1e2227",
    base="#282d35",
    alternate="#2d323b",
    raised="#363c47",
    text="#e7eaee",
    muted="#a3adba",
    disabled="#737d8a",
    border="#464e5a",
    hover="#3c4450",
    accent="#6db3ee",
    accent_text="#0d1620",
    selection="#2b5478",
    selection_text="#f3f7fb",
    danger="#ff8a80",
    warning="#f0c060",
    good="#7fd6a2",
)


class Theme(QObject):
    """The theme in use; one a process, made by :func:`install`."""

    changed = Signal(object)  # Tokens

    def __init__(self, app: QApplication, choice: str) -> None:
        super().__init__(app)
        self.setObjectName("territorymap-theme")
        self._app = app
        self.choice = choice if choice in CHOICES else "system"
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._apply()

    @property
    def tokens(self) -> Tokens:
        return DARK if self.is_dark else LIGHT

    @property
    def is_dark(self) -> bool:
        if self.choice == "system":
            return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self.choice == "dark"

    def choose(self, choice: str) -> None:
        """Switch to "system", "light" or "dark"."""
        self.choice = choice if choice in CHOICES else "system"
        self._apply()

    def _follow(self) -> None:
        if self.choice == "system":
            self._apply()

    def _apply(self) -> None:
        tokens = self.tokens
        style = build_style(tokens)
        if style != self._app.styleSheet():  # else every widget of the window would be styled again, for nothing
            # Qt walks over a list of all widgets and sends each an event: the collector may not take one meanwhile.
            gc.collect()
            with uncollected():
                self._app.setPalette(build_palette(tokens))
                self._app.setStyleSheet(style)
        self.changed.emit(tokens)


def install(app: QApplication, choice: str = "system") -> Theme:
    """Return the application's theme, made at the first call."""
    theme = current(app)
    if theme is None:
        return Theme(app, choice)
    theme.choose(choice)
    return theme


def current(app: QApplication | None = None) -> Theme | None:
    """Return the theme of the application, None before :func:`install`."""
    instance = app or QApplication.instance()
    return instance.findChild(Theme, "territorymap-theme") if instance is not None else None


def tokens() -> Tokens:
    """Return the colours in use."""
    theme = current()
    return theme.tokens if theme is not None else LIGHT


def build_palette(t: Tokens) -> QPalette:
    """Return the palette of these colours."""
    palette = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: t.window,
        role.WindowText: t.text,
        role.Base: t.base,
        role.AlternateBase: t.alternate,
        role.Text: t.text,
        role.Button: t.raised,
        role.ButtonText: t.text,
        role.BrightText: t.danger,
        role.ToolTipBase: t.raised,
        role.ToolTipText: t.text,
        role.PlaceholderText: t.muted,
        role.Highlight: t.selection,
        role.HighlightedText: t.selection_text,
        role.Accent: t.accent,
        role.Link: t.accent,
        role.LinkVisited: t.accent,
        role.Light: "#ffffff" if not t.is_dark else "#3a414b",
        role.Midlight: t.hover,
        role.Mid: t.border,
        role.Dark: t.disabled if not t.is_dark else "#12151a",
        role.Shadow: "#8a929c" if not t.is_dark else "#000000",
    }
    for key, value in colours.items():
        palette.setColor(key, QColor(value))
    disabled = QPalette.ColorGroup.Disabled
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText):
        palette.setColor(disabled, key, QColor(t.disabled))
    palette.setColor(disabled, role.Highlight, QColor(t.hover))
    palette.setColor(disabled, role.Base, QColor(t.window))
    return palette


def build_style(t: Tokens) -> str:
    """Return the style sheet: only what a palette cannot say."""
    tick = shipped("resources", "icons", "tick-dark.svg" if t.is_dark else "tick-light.svg").as_posix()
    return f"""
QToolTip {{ color: {t.text}; background: {t.raised}; border: 1px solid {t.border}; padding: 4px 6px; }}
QMainWindow::separator {{ background: {t.window}; width: 5px; height: 5px; }}
QMainWindow::separator:hover {{ background: {t.accent}; }}
QToolBar {{ background: {t.window}; border: 0; border-bottom: 1px solid {t.border}; padding: 3px 6px; spacing: 2px; }}
QToolBar::separator {{ background: {t.border}; width: 1px; margin: 5px 5px; }}
QToolBar QToolButton {{ border: 1px solid transparent; border-radius: 5px; padding: 4px 6px; color: {t.text}; }}
QToolBar QToolButton:hover {{ background: {t.hover}; }}
QToolBar QToolButton:checked {{ background: {t.selection}; border-color: {t.accent}; color: {t.selection_text}; }}
QToolBar QToolButton:focus {{ border-color: {t.accent}; }}
QToolBar QToolButton:disabled {{ color: {t.disabled}; }}
QMenuBar {{ background: {t.window}; }}
QStatusBar {{ background: {t.window}; border-top: 1px solid {t.border}; }}
QStatusBar::item {{ border: 0; }}
QDockWidget {{ font-weight: 600; }}
QDockWidget > QWidget {{ font-weight: normal; }}
QWidget#startPage, QWidget#startScroll {{ background: {t.base}; }}
QLabel[role="muted"] {{ color: {t.muted}; }}
QLabel[role="warning"] {{ color: {t.warning}; }}
QLabel[role="danger"] {{ color: {t.danger}; }}
QLabel[role="good"] {{ color: {t.good}; }}
QLabel[role="muted"]:disabled {{ color: {t.disabled}; }}
QCheckBox::indicator, QAbstractItemView::indicator {{
    width: 14px; height: 14px; border: 1px solid {t.muted}; border-radius: 3px; background: {t.base};
}}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{
    background: {t.accent}; border-color: {t.accent}; image: url("{tick}");
}}
QCheckBox::indicator:disabled {{ border-color: {t.disabled}; background: {t.window}; }}
QCheckBox::indicator:focus {{ border: 2px solid {t.accent}; }}
QFrame#solving {{ background: {t.hover}; border-bottom: 1px solid {t.accent}; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QFrame#agreed {{ background: {t.hover}; border-bottom: 1px solid {t.warning}; }}
QFrame#recentRow {{ border: 1px solid transparent; border-radius: 6px; }}
QFrame#recentRow:hover {{ background: {t.hover}; }}
QFrame#recentRow:focus {{ border-color: {t.accent}; }}
QPushButton#startAction {{
    border: 1px solid {t.border}; border-radius: 8px; padding: 0; background: {t.raised}; text-align: left;
}}
QPushButton#startAction:hover, QPushButton#startAction:focus {{ border-color: {t.accent}; background: {t.hover}; }}
"""
