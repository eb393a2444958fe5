"""Real mouse and key events on tables, and what stands in them."""

from __future__ import annotations

import sqlite3
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView

from territorymap.session.session import Session

NO_KEY = Qt.KeyboardModifier.NoModifier


def texts(view: QTableView, column: int) -> list[str]:
    """Return what a column says, top to bottom."""
    model = view.model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def column_named(view: QTableView, title: str) -> int:
    model = view.model()
    titles = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    return titles.index(title)


def point(view: QTableView, row: int, column: int) -> QPoint:
    return view.visualRect(view.model().index(row, column)).center()


def click(view: QTableView, row: int, column: int, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, point(view, row, column))


def double_click(view: QTableView, row: int, column: int) -> None:
    click(view, row, column)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NO_KEY, point(view, row, column))


def click_header(view: QTableView, column: int) -> None:
    header = view.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) // 2, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, NO_KEY, at)


def rows_in_file(session: Session, sql: str) -> list[tuple[Any, ...]]:
    """Ask the plan file itself, as another program would."""
    connection = sqlite3.connect(f"file:{session.document.path}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
