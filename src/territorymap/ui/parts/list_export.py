"""Writing what a page lists to a file. Owns the question where to, and what is said of it; rows are the page's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QFileDialog, QWidget

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.cells import Cell


class Telling(Protocol):
    """A page that says what was done, and why something was refused."""

    said: SignalInstance  # str
    failed: SignalInstance  # UserError


def ask_list_file(parent: QWidget, title: str, name: str) -> Path | None:
    """Ask where a list is to go; None where the planner changed their mind."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, name, tr("Excel or CSV (*.xlsx *.csv)"))
    return Path(chosen) if chosen else None


def write_shown(
    page: Telling,
    path: Path,
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    widths: Sequence[int],
) -> None:
    """Write the rows that a page shows; a refusal goes out through its ``failed``."""
    from territorymap.exporters.list_file import write_list

    path = path if path.suffix else path.with_suffix(".xlsx")
    try:
        n = write_list(path, title, headers, rows, widths=widths)
    except UserError as error:
        page.failed.emit(error)
        return
    page.said.emit(ntr("{n} line was written to {name}.", "{n} lines were written to {name}.", n, name=path.name))
