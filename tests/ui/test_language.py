"""Another language while a plan is open: chosen in the settings, and everything stands where it stood."""

from __future__ import annotations

import gettext
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from territorymap import i18n
from territorymap.session.session import Session
from territorymap.ui import theme
from territorymap.ui.language import start_language, use_language
from territorymap.ui.main_window import MainWindow
from territorymap.ui.parts.windows import windows_shown
from territorymap.ui.preferences import Preferences
from territorymap.ui.settings_dialog import ProgramSettingsDialog
from tests.ui.conftest import wait_for
from tests.ui.test_main_window import territory_by_unit


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    former = QLocale()
    yield
    use_language("en")
    i18n.install(gettext.NullTranslations(), i18n.SOURCE_LANGUAGE)
    QLocale.setDefault(former)


def test_a_language_is_chosen_in_the_settings_and_nothing_is_lost(
    qtbot: QtBot, qapp: QApplication, preferences: Preferences, plan: Path
) -> None:
    theme.install(qapp, "light")
    opened = MainWindow(None, preferences)  # no fixture's: another takes its place
    opened.show()
    opened.resize(1366, 768)
    assert opened.open_plan(plan)
    wait_for(qtbot, lambda: opened.map_view.is_ready)
    assert opened.session is not None
    session = opened.session
    territory = session.plan.territories[1]
    opened.selection.set_territory(territory.territory_id, "test")
    opened.selection.set_units(np.array([0, 1], dtype=np.int32), "test")
    opened.commands["tool_brush"].trigger()
    opened.docks.bring_up("history")
    opened.map_view.zoom_in()
    wait_for(qtbot, lambda: opened.map_view.zoom > 0)
    QTest.qWait(400)
    former_bounds, size = opened.map_view.bounds, opened.size()
    assert former_bounds is not None
    opened.find_bar.open()
    listeners = len(session.listeners)

    new = _choose(qtbot, opened, "简体中文")

    assert new.session is session
    assert not session.is_read_only
    assert [a.text() for a in new.menuBar().actions()][:2] == ["文件(&F)", "编辑(&E)"]
    assert new.windowTitle().endswith("Territory Map")
    assert _role_of_map(qtbot, new) == "地图"
    assert new.selection.territory_id == territory.territory_id
    assert new.selection.units.tolist() == [0, 1]
    assert new.map_view.tool == "brush"
    assert not new.docks.by_name["history"].isHidden()
    assert new.size() == size
    wait_for(qtbot, lambda: _is_near(new.map_view.bounds, former_bounds))
    box = QMessageBox(new)
    assert box.addButton(QMessageBox.StandardButton.Cancel).text().startswith("取消"), "Qt's own words too"
    box.deleteLater()

    # The plan is edited, and the step taken back, in the window that came.
    new.commands["give_units"].trigger()
    assert set(territory_by_unit(plan).values()) >= {territory.name}
    code = session.plan.units.code[0]
    assert territory_by_unit(plan)[code] == territory.name
    new.do_undo()
    assert territory_by_unit(plan).get(code) != territory.name

    back = _choose(qtbot, new, "English")
    assert back.menuBar().actions()[0].text() == "&File"
    assert back.session is session
    assert len(session.listeners) == listeners, "windows that are gone hear of no steps"
    _end(back)


def _choose(qtbot: QtBot, window: MainWindow, language: str) -> MainWindow:
    """Choose a language in the settings as a person does; return the window that takes the place of this one."""
    came: list[MainWindow] = []
    window.replaced.connect(came.append)
    window.commands["settings"].trigger()
    dialog = windows_shown(ProgramSettingsDialog)[0]
    dialog.language.setFocus()
    while dialog.language.currentText() != language:
        before = dialog.language.currentIndex()
        QTest.keyClick(dialog.language, Qt.Key.Key_Down)
        if dialog.language.currentIndex() == before:
            for _ in range(before):
                QTest.keyClick(dialog.language, Qt.Key.Key_Up)
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    wait_for(qtbot, lambda: bool(came))
    wait_for(qtbot, lambda: came[0].map_view.is_ready)
    return came[0]


def _role_of_map(qtbot: QtBot, window: MainWindow) -> str:
    found: list[object] = []
    script = "JSON.stringify(document.querySelector('[aria-roledescription]').getAttribute('aria-roledescription'))"
    window.map_view.page.runJavaScript(script, found.append)
    wait_for(qtbot, lambda: bool(found))
    return str(json.loads(str(found[0])))


def _is_near(bounds: tuple[float, ...] | None, wanted: tuple[float, ...]) -> bool:
    return bounds is not None and bool(np.allclose(bounds, wanted, atol=0.15 * (wanted[2] - wanted[0])))


def _end(window: MainWindow) -> None:
    window.close()
    window.end()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_choice_is_kept_and_the_environment_wins(preferences: Preferences, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "TERRITORYMAP_LANGUAGE"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert start_language(preferences) == "en", "of languages that we do not speak, English is understood best"
    preferences.set_text("language", "zh_CN")
    assert start_language(preferences) == "zh_CN"
    assert QLocale().language() == QLocale.Language.Chinese
    monkeypatch.setenv("TERRITORYMAP_LANGUAGE", "en")
    assert start_language(preferences) == "en"
    monkeypatch.setenv("TERRITORYMAP_LANGUAGE", "no-such")
    assert start_language(preferences) == "zh_CN", "a typing error in the environment is no reason not to start"


def test_no_language_is_changed_while_territories_are_solved(
    opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.solving.proposals.append(None)  # type: ignore[arg-type] # one waits to be taken
    opened.choose_language("zh_CN")
    QTest.qWait(20)
    opened.solving.proposals.clear()
    assert "while territories are being solved" in opened.toast.text
    assert isinstance(opened.session, Session)
    assert opened.preferences.text("language") == ""
