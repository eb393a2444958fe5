"""Merging a colleague's file into the open plan, and deciding what both changed; each is one undoable step.

Owns the commands; what is compared and written is document.merging's.

    with prepare_merge(session, path) as prepared:
        prepared.report            # what it would bring: counts and conflicts; nothing is written yet
        session.do(prepared.command())
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from territorymap.collecting import uncollected
from territorymap.document import Writer
from territorymap.document.merging.decide import decide_conflicts
from territorymap.document.merging.merger import Merger, merger
from territorymap.document.merging.threeway import MINE, THEIRS
from territorymap.document.problems import translated
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.merging import MergeReport
from territorymap.model.plan import Plan
from territorymap.session.part import part_of
from territorymap.session.session import Command

if TYPE_CHECKING:
    from territorymap.session.session import Session


class PreparedMerge:
    """Another plan file, compared with the open plan. Close it, or use it as a context."""

    def __init__(self, session: Session, path: Path) -> None:
        self.path = path
        self._mine = session.document.path
        self._stack = ExitStack()
        with uncollected():
            self._merger: Merger = self._stack.enter_context(merger(session.document, path))
            try:
                with translated(session.document.path):  # of the open plan, which may have been cut off meanwhile
                    self.report: MergeReport = self._merger.report()
            except BaseException:
                self._stack.close()
                raise

    @property
    def merger(self) -> Merger:
        """The comparison itself, for a preview."""
        return self._merger

    def renewed(self, prefer: str = MINE) -> MergeReport:
        """Compare again, with the plan as it is now; ``prefer`` decides which of two equal names gets a number."""
        with translated(self._mine):
            self.report = self._merger.report(prefer)
        return self.report

    def command(self, prefer: str = MINE) -> Command:
        """Return the merge as a step; what is left open shows the value of the preferred side."""
        if prefer not in (MINE, THEIRS):
            raise ValueError(prefer)

        def run(writer: Writer, plan: Plan) -> None:
            self._merger.write(writer, prefer)

        label = tr("Merge {name}", name=self.path.name)
        return Command(label, run, self.renewed(prefer).notes, kind="merge", ref_uuid=self._merger.tip)

    def close(self) -> None:
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def prepare_merge(session: Session, path: Path) -> PreparedMerge:
    """Compare another plan file with the open plan; nothing is written.

    Raises
    ------
    UserError
        if it is not a plan, damaged, newer, or the open plan itself; or the open plan is a part without what the others
        have, which cannot tell what is new of it.
    """
    part = part_of(session.plan)
    if part is not None and part.is_bare:
        raise UserError(
            tr("{name} is a part from which the others' accounts were left out.", name=session.document.path.name),
            tr("Open the whole plan and merge the part into it, not the other way round."),
        )
    return PreparedMerge(session, path)


def preview_merge(session: Session, path: Path) -> MergeReport:
    """Return what merging a file would bring; nothing is written."""
    with prepare_merge(session, path) as prepared:
        return prepared.report


def merge_file(session: Session, path: Path, *, prefer: str = MINE, initiator: str = "") -> MergeReport:
    """Merge a file into the open plan as one step; a file that brings nothing new makes none."""
    if session.is_read_only:
        raise UserError(
            tr("{name} is open for reading only.", name=session.document.path.name),
            tr("Save a copy and merge into the copy."),
        )
    with prepare_merge(session, path) as prepared:
        report = prepared.renewed(prefer)
        if not report.is_empty:
            with uncollected():
                session.do(prepared.command(prefer), initiator)
        return report


def decide(plan: Plan, uuids: Sequence[str], side: str) -> Command:
    """Decide open conflicts: "mine" or "theirs" becomes the value in the plan, and they are closed."""
    known = {conflict.uuid for conflict in plan.conflicts if conflict.state == "open"}
    if not uuids or any(uuid not in known for uuid in uuids):
        raise UserError(
            tr("This conflict is not open any more."), tr("Look at the list again: it may have been decided already.")
        )
    label = (
        ntr("Keep mine in {n} conflict", "Keep mine in {n} conflicts", len(uuids))
        if side == MINE
        else ntr("Take theirs in {n} conflict", "Take theirs in {n} conflicts", len(uuids))
    )
    return Command(label, lambda writer, plan: decide_conflicts(writer, uuids, side))
