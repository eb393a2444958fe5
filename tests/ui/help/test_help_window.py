"""The help as a planner uses it: F1 where he is, links that do something, search, back, and the tour by a real drag."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pypdfium2
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

import territorymap.ui
from territorymap.i18n import LANGUAGES
from territorymap.ui.help.contexts import BY_CLASS, BY_TOOL, files_about, topic_of
from territorymap.ui.help.filling import BRACES
from territorymap.ui.help.keys import list_areas
from territorymap.ui.help.library import topic_names, topic_text
from territorymap.ui.help.naming import WindowNames
from territorymap.ui.help.sheet import ShortcutSheet
from territorymap.ui.help.window import HelpWindow
from territorymap.ui.main_window import MainWindow
from territorymap.ui.map_specs import TOOLS
from territorymap.ui.panels.panel import Panel
from territorymap.ui.planning.pages import list_pages
from tests.ui.conftest import wait_for

LINK = re.compile(r"(?<!!)\[[^\]]+\]\(((?:do|panel|page):[^)\s]+)\)")
# Widgets that are never seen by themselves.
BASES = {"Page", "Panel", "FormDialog", "HelpWindow"}


def modules() -> Iterator[str]:
    for info in pkgutil.walk_packages(territorymap.ui.__path__, "territorymap.ui."):
        yield info.name


class TestEverythingHasATopic:
    def test_every_dialog_panel_and_page_of_the_program(self) -> None:
        without = []
        for name in modules():
            module = import_module(name)
            for kind in vars(module).values():
                if not (inspect.isclass(kind) and kind.__module__ == name and issubclass(kind, (QDialog, Panel))):
                    continue
                known = any(parent.__name__ in BY_CLASS for parent in kind.__mro__)
                if not known and kind.__name__ not in BASES:
                    without.append(f"{name}:{kind.__name__}")
        assert without == []

    def test_every_topic_of_the_table_is_one_of_the_contents(self) -> None:
        assert {*BY_CLASS.values(), *BY_TOOL.values()} <= set(topic_names())
        assert set(BY_TOOL) == set(TOOLS)

    def test_every_planning_page_by_its_class(self) -> None:
        assert all(page.place.partition(":")[2] in BY_CLASS for page in list_pages())


def texts_name_only_what_is_there(helped: MainWindow) -> None:
    names = WindowNames(helped)
    for speaking in LANGUAGES:
        for topic in topic_names():
            text = topic_text(topic, speaking)
            for kind, value in BRACES.findall(text):
                if kind in ("menu", "key", "panel", "page"):
                    assert getattr(names, kind)(value), (topic, value)
            for target in LINK.findall(text):
                kind, _, value = target.partition(":")
                assert names.action(value) if kind == "do" else getattr(names, kind)(value), (topic, target)


def test_f1_links_and_search(qtbot: QtBot, opened: MainWindow) -> None:
    """One window for all of it: windows are dear."""
    f1_goes_by_the_focus(qtbot, opened)
    a_panel_asked_for_gets_the_focus(qtbot, opened)
    links_go_to_topics_and_do_things(qtbot, opened)
    search_marks_its_hits_and_esc_empties_it(qtbot, opened)


def test_every_topic_shown_and_the_sheet(opened: MainWindow, tmp_path: Path) -> None:
    focus_decides(opened)
    what_asks_for_a_file_or_tells_is_about_its_subject(opened)
    texts_name_only_what_is_there(opened)
    every_topic_can_be_shown(opened)
    sheet_has_every_command_with_a_key(opened)
    sheet_is_searched_and_written(opened, tmp_path)


def a_panel_asked_for_gets_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    """By its tab, by its key: F1 is about what the planner looks at then, and the keys go there."""
    window.activateWindow()
    wait_for(qtbot, window.isActiveWindow)
    window.map_view.setFocus()
    docks = window.docks.by_name
    bar = next(b for b in window.findChildren(QTabBar) if docks["reps"].windowTitle() in tab_texts(b))
    at = tab_texts(bar).index(docks["reps"].windowTitle())
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, bar.tabRect(at).center())
    wait_for(qtbot, lambda: topic_of(QApplication.focusWidget(), "pick") == "reps")
    for name, panel in window.panels.items():
        window.docks.go_to(name)
        focus = QApplication.focusWidget()
        assert focus is panel or panel.isAncestorOf(focus), name
    window.map_view.setFocus()
    window.docks.bring_up("reps")
    window.docks.bring_up("accounts")
    assert topic_of(QApplication.focusWidget(), "cut") == "cut", "what the program brings up leaves the keys"


def tab_texts(bar: QTabBar) -> list[str]:
    return [bar.tabText(i) for i in range(bar.count())]


def what_asks_for_a_file_or_tells_is_about_its_subject(window: MainWindow) -> None:
    assert topic_of(QFileDialog(window), "pick") == "plan-file"
    with files_about(window, "merging"):
        assert topic_of(QFileDialog(window), "pick") == "merging"
    assert topic_of(QFileDialog(window.changes_panel), "pick") == "changes"
    assert topic_of(QMessageBox(window.changes_panel), "pick") == "changes"
    assert topic_of(QMessageBox(window), "pick") == "troubleshooting"


def focus_decides(window: MainWindow) -> None:
    for name, panel in window.panels.items():
        inner = next((w for w in panel.findChildren(QWidget) if w.focusPolicy()), panel)
        assert topic_of(inner, "pick") == topic_of(panel, "pick") != "welcome", name
    assert topic_of(window.map_view, "border") == "border"
    assert topic_of(window.territory_panel.view, "pick") == "territories"
    assert topic_of(None, "pick") == "welcome"


def f1_goes_by_the_focus(qtbot: QtBot, helped: MainWindow) -> None:
    helped.commands["tool_border"].trigger()
    helped.map_view.setFocus()
    helped.commands["help"].trigger()
    window = the_help(helped)
    assert window.topic == "border"
    assert "Drag a border" in window.windowTitle()

    helped.activateWindow()
    wait_for(qtbot, helped.isActiveWindow)
    helped.territory_panel.view.setFocus()
    QTest.keyClick(helped.territory_panel.view, Qt.Key.Key_F1)
    assert window.topic == "territories"

    helped.activateWindow()
    helped.commands["balance_settings"].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    wait_for(qtbot, dialog.isActiveWindow)
    QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_F1)
    assert window.topic == "balance"
    assert window.isEnabled()
    window.activateWindow()
    wait_for(qtbot, window.isActiveWindow)
    QTest.keyClick(window.browser, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)  # the dialog does not lock it
    wait_for(qtbot, window.field.hasFocus)
    window.open_topic("welcome")
    help_button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Help")
    help_button.click()
    assert window.topic == "balance"
    dialog.reject()


def links_go_to_topics_and_do_things(qtbot: QtBot, helped: MainWindow) -> None:
    window = helped.help.show("welcome")
    window.follow("border")
    assert window.topic == "border"
    window.follow("do:tool_border")
    wait_for(qtbot, lambda: helped.map_view.tool == "border")
    window.go(-1)
    assert window.topic == "welcome"
    window.go(1)
    assert window.topic == "border"
    window.follow("panel:reps")
    assert helped.docks.by_name["reps"].isVisible()
    window.follow("page:quota")
    assert helped.planning.window is not None
    assert helped.planning.window.page_name == "quota"
    helped.planning.window.close()


def test_a_link_that_cannot_be_done_says_why(window: MainWindow) -> None:
    shown = window.help.show("quota")
    shown.follow("page:quota")
    assert "No plan is open" in shown.told.text()
    shown.follow("do:build")
    assert shown.told.isVisible()
    assert "needs an open plan" in shown.told.text()


def search_marks_its_hits_and_esc_empties_it(qtbot: QtBot, helped: MainWindow) -> None:
    window = helped.help.show("welcome")
    wait_for(qtbot, window.isVisible)
    QTest.keyClicks(window.field, "lasso")
    assert window.left.currentWidget() is window.results
    assert window.topic == "painting"
    assert window.browser.n_hits == len(window.browser.extraSelections()) > 0
    before = window.browser.hit_at
    QTest.keyClick(window.field, Qt.Key.Key_Return)
    assert window.browser.hit_at != before or window.browser.n_hits == 1
    QTest.keyClick(window.field, Qt.Key.Key_Escape)
    assert window.field.text() == ""
    assert window.left.currentWidget() is window.contents
    assert window.browser.n_hits == 0
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def every_topic_can_be_shown(helped: MainWindow) -> None:
    window = helped.help.show("welcome")
    window.browser.step_zoom(1)
    assert helped.preferences.text("help_zoom") == str(window.browser.zoom) != "1.0"
    for name in topic_names():
        window.open_topic(name)
        shown = window.browser.toPlainText()
        assert "{" not in shown.replace("{n}", ""), name
        assert "](" not in shown, name


def sheet_has_every_command_with_a_key(helped: MainWindow) -> None:
    entries = [entry for area in list_areas(helped) for entry in area.entries]
    named = [what for what, _ in entries]
    assert "" not in named
    assert {"Undo", "Redo"} <= set(named), "without the step that is next"
    told = {keys for _, keys in entries}
    for action in helped.commands.all():
        if action.shortcuts():
            native = QKeySequence.SequenceFormat.NativeText
            assert any(action.shortcut().toString(native) in keys for keys in told), action.text()


def sheet_is_searched_and_written(helped: MainWindow, tmp_path: Path) -> None:
    helped.help.show_shortcuts()
    sheet = helped.findChild(ShortcutSheet)
    assert sheet is not None
    n = len(sheet.shown)
    sheet.write(tmp_path / "all.pdf")
    paper_has_every_line_under_its_heading(helped, tmp_path / "all.pdf")
    sheet.search_for("fill hole")
    assert 0 < len(sheet.shown) < n
    sheet.write(tmp_path / "keys.pdf")
    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF")
    sheet.write(tmp_path / "keys.html")
    page = (tmp_path / "keys.html").read_text(encoding="utf-8")
    assert "Fill" in page
    assert "Rebalance" not in page
    sheet.search_for("no such thing")
    assert sheet.shown == []
    sheet.close()


def the_help(window: MainWindow) -> HelpWindow:
    assert window.help.window is not None
    return window.help.window


def paper_has_every_line_under_its_heading(helped: MainWindow, path: Path) -> None:
    """Two pages; each heading has a line of its own below it, and every key of the screen is on it."""
    document = pypdfium2.PdfDocument(path)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    assert len(pages) == 2
    lines = [line.strip() for page in pages for line in page.splitlines() if line.strip()]
    text = re.sub(r"\s", "", "".join(lines))
    for area in list_areas(helped):
        for what, keys in area.entries:
            assert re.sub(r"\s", "", what) in text
            assert re.sub(r"\s", "", keys) in text
        for at in (i for i, line in enumerate(lines) if line == area.title):
            begins = tuple(what.split()[0] for what, _ in area.entries)
            assert lines[at + 1].startswith(begins), (area.title, lines[at + 1])
