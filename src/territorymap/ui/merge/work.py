"""A colleague's file, opened and compared in a thread, with all that the dialog shows.

Owns its life until it is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from territorymap.errors import Cancelled
from territorymap.i18n import tr
from territorymap.model.merging import MergeReport
from territorymap.session.merge_preview import Fork, Incoming, counts_by_kind, incoming, read_fork
from territorymap.session.merging import PreparedMerge, prepare_merge
from territorymap.session.session import Command, Session
from territorymap.ui.tasks import Progress


@dataclass(frozen=True)
class Preview:
    """A merge that is ready to be done; close it at the end."""

    name: str
    report: MergeReport
    fork: Fork
    incoming: list[Incoming]
    by_kind: dict[str, Mapping[str, int]]
    prepared: PreparedMerge

    def command(self, prefer: str) -> Command:
        return self.prepared.command(prefer)

    def close(self) -> None:
        self.prepared.close()


def prepare(session: Session, path: Path, progress: Progress, is_cancelled: Callable[[], bool]) -> Preview:
    """Open and compare a file; nothing is written.

    Raises
    ------
    UserError
        if it is no plan that can be merged.
    Cancelled
        if that was asked for.
    """
    progress(0.05, 1.0, tr("Opening {name}…", name=path.name))
    prepared = prepare_merge(session, path)
    try:
        if is_cancelled():
            raise Cancelled
        progress(0.7, 1.0, tr("Comparing…"))
        merger = prepared.merger
        fork = read_fork(merger, session.document.history())
        if is_cancelled():
            raise Cancelled
        lines = incoming(merger)
        by_kind = counts_by_kind(merger)
        progress(1.0)
        return Preview(path.name, prepared.report, fork, lines, by_kind, prepared)
    except BaseException:
        prepared.close()
        raise
