"""Opens the file of a colleague: on a copy, through the same gate as any plan, so it is never changed.

Owns the copy; the checks are opening's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from territorymap.document.connection import connected, copy_pages
from territorymap.document.document import Document
from territorymap.document.files import copy_to_look_at
from territorymap.document.half_made import scratch_folder
from territorymap.document.lock import PlanLock
from territorymap.document.opening import Wish, check_bytes, check_place, open_file
from territorymap.document.problems import os_translated, translated
from territorymap.document.resting import remove_mark
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.coverage import TABLES
from territorymap.model.scope import scope_from_json


@contextmanager
def opened_theirs(path: Path, mine: Path) -> Iterator[Document]:
    """Open another plan to merge it into ``mine``; what other programs changed in it is taken in, on the copy.

    Raises
    ------
    UserError
        if it is the plan itself, or no plan that can be opened.
    """
    check_place(path)
    path = path.resolve()
    if path == mine or (mine.exists() and path.samefile(mine)):
        raise UserError(
            tr("{name} is the plan itself.", name=path.name), tr("Choose the file that your colleague sent back.")
        )
    with ExitStack() as stack:
        folder = stack.enter_context(scratch_folder())
        copy = _copied(path, folder)
        # Its name in messages is the file's own; a copy needs no backup.
        document = Document(copy, open_file(copy, Wish(is_new=True)), author="")
        stack.callback(document.close)
        _check_values(document)
        yield document


def _check_values(document: Document) -> None:
    """Read all that a merge may take, and keep none of it: every value has the type and range that it must have."""
    plan = document.load()
    for scenario in plan.scenarios:
        for alignment in plan.alignments:
            document.variant(scenario.scenario_id, plan, alignment.alignment_id)
    for alignment in plan.alignments:
        scope_from_json(alignment.scope)
    for kind in TABLES:
        document.register(kind)


def _copied(path: Path, folder: Path) -> Path:
    """Copy the file, with what a crash left beside it; one that is open elsewhere is copied by SQLite."""
    copy = folder / path.name
    with translated(path, is_opening=True), os_translated(copy):
        try:
            lock = PlanLock.acquire(path)
        except OSError:
            lock = None
        if lock is not None:
            try:
                check_bytes(path)
                return copy_to_look_at(path, folder)
            finally:
                lock.release()
        with connected(path, is_read_only=True) as source, sqlite3.connect(copy) as target:
            copy_pages(source, target)
        target.close()
        with connected(copy) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'rest_mark'").fetchone():
                remove_mark(connection)
        return copy
