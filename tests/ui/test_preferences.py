"""What is remembered between runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
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


HOSTILE = {
    "NULs": b"[General]\nauthor=A\0da\ntheme=\0\nrecent=/tmp/a\0b.gpkg, /tmp/c.gpkg\n[folder]\nplans=/tmp\0\n"
    + b"\0" * 1000,
    "noise": bytes(range(256)) * 500,
    "other kinds": b"[General]\nauthor=@Variant(\\0\\0\\0\\x7f)\nrecent=@Invalid()\ntheme=@Size(1 2)\n"
    b"[folder]\nplans=@Rect(1 2 3 4)\n[window]\ngeometry=@Point(1 2)\n[flag]\nshow_labels=@Variant(x)\n",
    "20,000 keys": b"[General]\n" + b"".join(b"key%d=value\n" % i for i in range(20_000)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_is_in_the_file_a_start_can_use_what_it_says(tmp_path: Path, qtbot: QtBot, kind: str) -> None:
    file = tmp_path / "s.ini"
    file.write_bytes(HOSTILE[kind])
    preferences = Preferences(file)
    assert isinstance(preferences.author + preferences.theme + preferences.text("language"), str)
    for path in preferences.recent:
        assert isinstance(path.resolve().is_file(), bool)  # ValueError for what no path can be
    assert preferences.folder("plans").is_dir()
    assert preferences.blob("geometry") is None
    assert isinstance(preferences.flag("show_labels", True), bool)
    preferences.add_recent(tmp_path / "new.gpkg")
    assert preferences.recent[0] == (tmp_path / "new.gpkg").resolve()
    assert again(preferences, file).recent[0] == preferences.recent[0]


def test_a_file_in_place_of_the_folder_costs_what_would_be_kept(
    state_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    shutil.rmtree(state_folder)
    state_folder.write_text("a file")
    preferences = Preferences()
    assert preferences.problem is not None
    assert str(state_folder) in preferences.problem.message
    preferences.theme = "dark"
    preferences.sync()
    assert preferences.theme == "dark"
    assert plans_dir().is_dir()
    assert state_folder.read_text() == "a file"


def test_nothing_is_said_where_all_is_well(state_folder: Path, qtbot: QtBot) -> None:
    assert Preferences().problem is None
