"""Light and dark: readable in both, icons in the ink of the theme."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from territorymap.resources import shipped
from territorymap.ui import icons, theme
from territorymap.ui.theme import DARK, LIGHT, Tokens


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio."""

    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
@pytest.mark.parametrize("ink", ["text", "muted", "danger", "warning", "good"])
@pytest.mark.parametrize("ground", ["window", "base", "raised", "alternate"])
def test_text_can_be_read(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_selected_text_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.selection_text, tokens.selection) >= 4.5
    assert contrast(tokens.accent_text, tokens.accent) >= 4.5


def test_icons_follow_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    current = theme.install(qapp, "light")
    holder = QWidget()
    qtbot.addWidget(holder)
    action = QAction(holder)
    icons.set_icon(action, "close")

    def ink() -> QColor:
        image = action.icon().pixmap(32, 32).toImage()
        return max(
            (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())),
            key=lambda color: color.alpha(),
        )

    light = ink().lightness()
    current.choose("dark")
    icons.refresh(holder)
    assert ink().lightness() > light + 100
    current.choose("light")


def test_every_icon_is_drawn_with_lines_in_the_ink_of_the_theme(qapp: QApplication) -> None:
    folder = shipped("resources", "icons")
    names = [p.stem for p in Path(folder).glob("*.svg") if not p.stem.startswith(("app", "panel-", "tick-"))]
    assert names
    for name in names:
        source = (folder / f"{name}.svg").read_text(encoding="utf-8")
        assert 'stroke="currentColor"' in source, name
        assert 'stroke-width="1.9"' in source, name
        image = icons.pixmap(name, 20, "#ff0000").toImage()
        inked = [image.pixelColor(x, y) for x in range(20) for y in range(20) if image.pixelColor(x, y).alpha() > 200]
        assert inked, name
        assert all(color.red() > 200 and color.blue() < 60 for color in inked), name


def test_a_theme_that_is_in_use_is_not_laid_over_the_window_again(qapp: QApplication, qtbot: QtBot) -> None:
    """Each start styled every widget twice."""
    used = theme.install(qapp, "light")

    class Styled(QWidget):
        n = 0

        def changeEvent(self, event: QEvent) -> None:
            self.n += event.type() == QEvent.Type.StyleChange
            super().changeEvent(event)

    widget = Styled()
    qtbot.addWidget(widget)
    widget.show()
    widget.n = 0
    used.choose("light")
    assert widget.n == 0
    used.choose("dark")
    assert widget.n > 0
    used.choose("light")


def test_no_widget_is_collected_while_qt_walks_over_all_of_them(qapp: QApplication, qtbot: QtBot) -> None:
    """Else Qt sends the next event to one that is no more: a crash, one in some hundred changes of the theme."""
    seen: list[tuple[bool, bool]] = []

    class Eye(QWidget):
        def changeEvent(self, event: QEvent) -> None:
            if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
                seen.append((gc.isenabled(), garbage() is None))
            super().changeEvent(event)

    chosen = theme.install(qapp, "light")
    label = QLabel("nobody needs me")
    label.ensurePolished()
    label.myself = label  # type: ignore[attr-defined]
    garbage = weakref.ref(label)
    del label
    eye = Eye()
    qtbot.addWidget(eye)
    eye.ensurePolished()
    was_enabled = gc.isenabled()
    gc.enable()
    try:
        chosen.choose("dark")
        assert gc.isenabled()
    finally:
        chosen.choose("light")
        if not was_enabled:
            gc.disable()
    assert seen
    assert set(seen) == {(False, True)}
