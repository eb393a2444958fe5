"""Writes the change log of a plan into a file, in a thread of its own with its own look into the plan.

Owns the run with progress and cancel; rows are session.changelog's, the file exporters'.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from territorymap.document import Document
from territorymap.i18n import ntr, tr
from territorymap.session.changelog import ChangeLog, Wanted
from territorymap.session.changelog.table import WIDTHS, headers, table_rows
from territorymap.ui.tasks import Progress, run_task


def write_log(window: QWidget, plan: Path, wanted: Wanted, target: Path, *, hides_pay: bool = False) -> None:
    """Write the wanted steps of a plan, then say where they are."""

    def work(progress: Progress, is_cancelled: Callable[[], bool]) -> int:
        from territorymap.exporters.list_file import write_list

        with Document.open(plan, author="", read_only=True) as document:
            log = ChangeLog(document, hides_pay=hides_pay)
            rows = table_rows(log, log.entries(wanted), progress)
            return write_list(target, tr("Changes"), headers(), rows, widths=WIDTHS, is_cancelled=is_cancelled)

    def done(n_rows: int) -> None:
        toast = getattr(window, "toast", None)
        if toast is not None:
            rows = ntr("{n} change", "{n} changes", n_rows)
            toast.show_message(
                tr("{rows} were written to {name} in {folder}.", rows=rows, name=target.name, folder=target.parent)
            )

    run_task(window, tr("Writing {name}…", name=target.name), work, done)
