"""What is remembered between runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray
from pytestqt.qtbot import QtBot

from territorymap.ui.preferences import MAX_RECENT, Preferences, plans_dir, state_dir


def again(preferences: Preferences, path: Path) -> Preferences:
    preferences.sync()
    return Preferences(path)


def test_recent_plans_are_kept_last_first_each_once(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "s.ini"
    preferences = Preferences(file)
    for name in ("a", "b, with comma", "a"):
        preferences.add_recent(tmp_path / f"{name}.gpkg")
    expected = [(tmp_path / f"{name}.gpkg").resolve() for name in ("a", "b, with comma")]
    assert again(preferences, file).recent == expected


def test_one_recent_plan_survives_a_restart(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "s.ini"
    preferences = Preferences(file)
    preferences.add_recent(tmp_path / "one.gpkg")
    assert again(preferences, file).recent == [(tmp_path / "one.gpkg").resolve()]


def test_the_list_of_recent_plans_is_short(tmp_path: Path, qtbot: QtBot) -> None:
    preferences = Preferences(tmp_path / "s.ini")
    for n in range(MAX_RECENT + 5):
        preferences.add_recent(tmp_path / f"{n}.gpkg")
    assert len(preferences.recent) == MAX_RECENT


def test_a_removed_plan_is_gone_and_listeners_hear_it(tmp_path: Path, qtbot: QtBot) -> None:
    preferences = Preferences(tmp_path / "s.ini")
    preferences.add_recent(tmp_path / "a.gpkg")
    with qtbot.waitSignal(preferences.recent_changed):
        preferences.remove_recent((tmp_path / "a.gpkg").resolve())
    assert preferences.recent == []


def test_switches_names_and_bytes_survive_a_restart(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "s.ini"
    preferences = Preferences(file)
    preferences.set_flag("show_labels", False)
    preferences.theme = "dark"
    preferences.author = "  Ada Lovelace "
    preferences.set_blob("layout", QByteArray(b"\0\1\2"))
    later = again(preferences, file)
    assert not later.flag("show_labels", True)
    assert later.flag("unknown", True)
    assert later.theme == "dark"
    assert later.author == "Ada Lovelace"
    assert later.blob("layout") == QByteArray(b"\0\1\2")
    assert later.blob("nothing") is None


def test_a_folder_that_is_gone_gives_way_to_the_default(tmp_path: Path, qtbot: QtBot) -> None:
    preferences = Preferences(tmp_path / "s.ini")
    gone = tmp_path / "gone"
    preferences.set_folder("import", gone)
    assert preferences.folder("import") == plans_dir()
    preferences.set_folder("import", tmp_path)
    assert preferences.folder("import") == tmp_path


def test_the_environment_moves_everything(state_folder: Path) -> None:
    assert state_dir() == state_folder
    assert plans_dir() == state_folder / "plans"
