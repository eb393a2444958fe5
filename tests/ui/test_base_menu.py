"""The menu "Base layer" of the real window: choosing, remembering, and a file that is gone later."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from territorymap.errors import UserError
from territorymap.session.session import Session
from territorymap.ui.main_window import MainWindow
from territorymap.ui.map.base_layer import CONTEXT, FILE, NONE
from tests.support.tiles import make_mbtiles, whole_levels
from tests.ui.conftest import wait_for


def checked(window: MainWindow) -> list[str]:
    return [action.text().replace("&", "") for action in window.menus.base.actions() if action.isChecked()]


def reopen(window: MainWindow, plan: Path, qtbot: QtBot) -> None:
    window.close_plan()
    assert window.open_plan(plan)
    wait_for(qtbot, lambda: window.map_view.is_ready)


def test_the_context_is_there_at_first_and_none_is_kept(opened: MainWindow, plan: Path, qtbot: QtBot) -> None:
    assert checked(opened) == ["Context"]
    assert [a.text().replace("&", "") for a in opened.menus.base.actions() if a.isVisible()] == [
        "None", "Context", "From file…",
    ]  # fmt: skip
    opened.commands["base_none"].trigger()
    assert checked(opened) == ["None"]
    reopen(opened, plan, qtbot)
    assert (opened.map_view.base.kind, checked(opened)) == (NONE, ["None"])
    opened.commands["base_context"].trigger()
    assert opened.map_view.base.kind == CONTEXT


def test_a_file_is_kept_for_the_plan_on_this_computer_and_not_in_the_plan(
    opened: MainWindow, plan: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    tiles = make_mbtiles(tmp_path / "streets.mbtiles", whole_levels(3))
    opened.base_menu.use_file(tiles)
    assert checked(opened) == ["streets.mbtiles"]
    opened.commands["base_context"].trigger()
    assert checked(opened) == ["Context"]
    next(a for a in opened.menus.base.actions() if a.text() == "streets.mbtiles").trigger()
    reopen(opened, plan, qtbot)
    assert (opened.map_view.base.kind, opened.map_view.base.path) == (FILE, tiles.resolve())
    opened.close_plan()
    assert opened.map_view.base.kind == CONTEXT
    assert b"streets.mbtiles" not in plan.read_bytes()
    tiles.unlink()  # nothing holds it any more


def test_the_dialog_offers_tiles_and_a_wrong_file_is_told_of(
    opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiles = make_mbtiles(tmp_path / "streets.mbtiles", whole_levels(3))
    text = tmp_path / "notes.mbtiles"
    text.write_text("no tiles")
    filters: list[str] = []
    told: list[UserError] = []

    def choose(path: Path) -> None:
        def answer(*arguments: object) -> tuple[str, str]:
            filters.append(str(arguments[3]))
            return str(path), ""

        monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
        opened.commands["base_file"].trigger()

    monkeypatch.setattr("territorymap.ui.base_menu.show_error", lambda _window, error, _title: told.append(error))
    choose(tiles)
    assert opened.map_view.base.path == tiles
    assert "*.mbtiles *.pmtiles" in filters[0]
    choose(text)
    assert opened.map_view.base.path == tiles  # as before
    assert checked(opened) == ["streets.mbtiles"]
    assert "notes.mbtiles" in told[0].message


def test_a_file_that_is_gone_is_told_of_and_the_context_is_shown(
    opened: MainWindow, plan: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    tiles = make_mbtiles(tmp_path / "streets.mbtiles", whole_levels(3))
    opened.base_menu.use_file(tiles)
    opened.close_plan()
    away = tiles.rename(tmp_path / "away.mbtiles")
    assert opened.open_plan(plan)
    wait_for(qtbot, lambda: opened.map_view.is_ready)
    assert opened.map_view.base.kind == CONTEXT
    assert checked(opened) == ["Context"]
    assert "streets.mbtiles" in opened.toast.text
    away.rename(tiles)  # the stick is back
    reopen(opened, plan, qtbot)
    assert opened.map_view.base.kind == FILE


def test_another_plan_is_not_shown_over_it(opened: MainWindow, plan: Path, tmp_path: Path, qtbot: QtBot) -> None:
    from tests.ui.panels.plans import make_session

    opened.base_menu.use_file(make_mbtiles(tmp_path / "streets.mbtiles", whole_levels(3)))
    other = tmp_path / "other.gpkg"
    make_session(other).close()
    assert opened.open_plan(other)
    assert opened.map_view.base.kind == CONTEXT
    with Session.open(other, read_only=True) as session:
        assert opened.preferences.plan_text(session.plan.info.uuid, "base_file") == ""
