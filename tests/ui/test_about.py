"""About: versions to copy, all licences to read, from a checkout and from an installed program."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from territorymap import __version__
from territorymap.ui.about import about_dialog
from territorymap.ui.about_pages import licence_page
from territorymap.ui.about_pages.dialog import AboutDialog

LICENCES = 2


@pytest.fixture
def from_checkout(qtbot: QtBot) -> AboutDialog:
    dialog = about_dialog()
    dialog.show()
    return dialog


@pytest.fixture
def installed(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AboutDialog:
    """The dialog of a frozen program, with notices as installer/notices.py writes them."""
    folder = tmp_path / "resources" / "notices"
    (folder / "licences").mkdir(parents=True)
    rows = [
        {"name": "Territory Map", "version": __version__, "licence": "MIT", "file": "licences/own.txt"},
        {"name": "GDAL", "version": "3.12.4", "licence": "MIT", "file": "licences/GDAL.txt"},
        {"name": "GEOS", "version": "3.14.1", "licence": "LGPL-2.1-or-later", "file": "licences/GEOS.txt"},
    ]
    for row in rows:
        (folder / row["file"]).write_text(f"terms of {row['name']}", encoding="utf-8")
    (folder / "third-party.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "QT-LGPL.txt").write_text("how to replace Qt", encoding="utf-8")
    (folder / "sbom.cdx.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    dialog = about_dialog()
    dialog.show()
    return dialog


def shown(dialog: AboutDialog) -> list[str]:
    tree = dialog.licences.list
    items = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    return [item.text(0) for item in items if item is not None and not item.isHidden()]


def test_versions_of_what_makes_maps_and_files_are_shown_and_copied(from_checkout: AboutDialog) -> None:
    QTest.mouseClick(from_checkout.copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert f"Territory Map {__version__}" in text
    assert f"Qt {qVersion()}" in text
    for name in ("Python", "PySide6", "Chromium", "GDAL", "GEOS", "PROJ", "SQLite"):
        assert re.search(rf"(?m)^{name} \d+\.\d+", text), name
    labels = {label.accessibleName(): label.text() for label in from_checkout.findChildren(QLabel)}
    assert all(labels[line.rsplit(" ", 1)[0]] for line in text.splitlines()[:9])
    from_checkout.close()


def test_all_licences_can_be_read_from_a_checkout(from_checkout: AboutDialog) -> None:
    from_checkout.tabs.setCurrentIndex(LICENCES)
    page = from_checkout.licences
    assert page.text.toPlainText().startswith("MIT License")
    assert {"Territory Map", "shapely", "numpy", "PySide6"} <= set(shown(from_checkout))
    QTest.keyClicks(page.search, "shapely")
    assert shown(from_checkout) == ["shapely"]
    item = next(page.list.topLevelItem(r) for r in range(500) if page.list.topLevelItem(r).text(0) == "shapely")
    place = page.list.visualItemRect(item).center()
    QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "Sean C. Gillies" in page.text.toPlainText()
    from_checkout.close()


def test_the_installed_program_shows_its_notices_and_its_bill(
    installed: AboutDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(licence_page, "open_folder", opened.append)
    installed.tabs.setCurrentIndex(LICENCES)
    page = installed.licences
    assert shown(installed) == ["Territory Map", "Qt: your rights under the LGPL", "GDAL", "GEOS"]
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    assert page.text.toPlainText() == "how to replace Qt"
    QTest.keyClicks(page.search, "lgpl-2.1")
    assert shown(installed) == ["GEOS"]
    bill = tmp_path / "resources" / "notices" / "sbom.cdx.json"
    assert any(str(bill) in label.text() for label in page.findChildren(QLabel))
    QTest.mouseClick(page.show_bill, Qt.MouseButton.LeftButton)
    assert opened == [bill.parent]
    installed.close()


def test_every_source_of_the_data_is_named(from_checkout: AboutDialog) -> None:
    text = from_checkout.data.toPlainText()
    for words in ("Natural Earth", "GeoNames", "OpenStreetMap", "GeoBasis-DE", "Crown copyright", "Census Bureau"):
        assert words in text, words
    assert from_checkout.sizeHint().boundedTo(QSize(1366, 700)) == from_checkout.sizeHint()
    from_checkout.close()
