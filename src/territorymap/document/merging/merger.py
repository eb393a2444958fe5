"""A merge as the session uses it: prepared from a file, told, then written within a step. Owns that order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from territorymap.document.checking import has_true_marks, lies_in, references_in
from territorymap.document.document import Document
from territorymap.document.geopackage import decode_grounds
from territorymap.document.merging.compare import compare_files
from territorymap.document.merging.describe import Words, conflicts_of
from territorymap.document.merging.ground import ground_of
from territorymap.document.merging.imported import import_steps
from territorymap.document.merging.merge import Merge
from territorymap.document.merging.names import Renamed, made_unique
from territorymap.document.merging.states import StepEvents
from territorymap.document.merging.stored import write_conflicts
from territorymap.document.merging.theirs import opened_theirs
from territorymap.document.merging.threeway import CONFLICT, MINE, SAME, THEIRS
from territorymap.document.merging.vouched import is_vouched_for
from territorymap.document.merging.writing import Writing
from territorymap.document.problems import damaged, garbled, translated
from territorymap.i18n import ntr, tr
from territorymap.model.merging import MergeConflict, MergeReport

if TYPE_CHECKING:
    from territorymap.document.writer import Writer


class Merger:
    """Another plan file, ready to be merged into an open document."""

    def __init__(self, mine: Document, theirs: Document, path: Path) -> None:
        self.path = path
        self._mine = mine
        self._theirs = theirs
        self._events = StepEvents(mine.connection), StepEvents(theirs.connection)
        self._merge: Merge | None = None
        self._conflicts: list[MergeConflict] = []
        self._made_at = ""

    @property
    def theirs(self) -> Document:
        """Return the other plan, open on a copy."""
        return self._theirs

    @property
    def tip(self) -> str:
        """Return the newest record of the other file."""
        return self.merge.tips[1]

    def refuse_contradictions(self) -> None:
        """Look whether the other file's rows are what its history says.

        Raises
        ------
        UserError
            if they are not, or point to nothing, or clash.
        """
        connection = self._theirs.connection
        with translated(self.path, is_opening=True):
            problems = references_in(connection)
            if not problems and not self._is_vouched_for():
                problems = lies_in(connection)
        for problem in problems:
            raise damaged(self.path, problem)

    def _is_vouched_for(self) -> bool:
        """Tell whether the other file's rows are known to be what its history says, without reading all of it again."""
        if self._theirs.is_taken_in:
            return has_true_marks(self._theirs.connection, self._theirs.history())
        return self._mine.is_as_journal and is_vouched_for(
            *self._events, (self._mine.history(), self._theirs.history()), self._theirs.path
        )

    @property
    def merge(self) -> Merge:
        """Return what comes of the two files as they are now.

        Raises
        ------
        UserError
            if the journal of the other file is damaged.
        """
        if self._merge is None or self._made_at != self._mine.last_uuid:
            self._made_at = self._mine.last_uuid
            try:
                self._merge = compare_files(*self._events)
                decode_grounds([ground_of(unit).geom for unit in self._merge.theirs.items["unit"].values()])
                self._conflicts = conflicts_of(self._merge)
            except (ValueError, KeyError) as error:
                raise garbled(self.path, str(error)) from error
        return self._merge

    def report(self, prefer: str = MINE) -> MergeReport:
        """Return what a merge would bring; nothing is written."""
        merge = self.merge
        counts = merge.counts()
        return MergeReport(
            taken_mine=counts[MINE],
            taken_theirs=counts[THEIRS],
            same=counts[SAME],
            conflicts=tuple(self._conflicts),
            has_common_past=merge.has_common_past,
            notes=tuple(self._notes(prefer)),
        )

    def _notes(self, prefer: str) -> Iterator[str]:
        merge = self.merge
        if not merge.has_common_past:
            yield tr(
                "These plans have no common past: accounts are matched by key, units by code, territories and reps"
                " by name."
            )
            known = set(merge.mine.keys("unit").values())
            n = sum(key not in known for key in merge.theirs.keys("unit").values())
            if n:
                yield ntr(
                    "{n} unit of the other plan is not one of this plan; it is left out.",
                    "{n} units of the other plan are not among those of this plan; they are left out.",
                    n,
                )
        rows = {key: item.merged(prefer) for key, item in merge.items.items()}
        yield from (_told(renamed) for renamed in made_unique(merge, rows))

    def write(self, writer: Writer, prefer: str) -> None:
        """Write the result, the conflicts and the other side's steps; the caller holds the step.

        A conflict that is left open shows the value of the preferred side.
        """
        merge = self.merge
        Writing(writer, merge, prefer).write()
        write_conflicts(writer, self._conflicts, writer.step_uuid)
        if merge.has_common_past:
            import_steps(writer.connection, self._theirs.connection, writer.step_uuid, self._mine.history())
        writer.is_step_kept = True

    @property
    def is_news(self) -> bool:
        """Tell whether there is anything to write."""
        return self.merge.is_news


def _told(renamed: Renamed) -> str:
    return tr("{old} was there twice; one is now {new}.", old=renamed.old, new=renamed.new)


@contextmanager
def merger(mine: Document, path: Path) -> Iterator[Merger]:
    """Open another plan file, to be merged into an open one.

    Raises
    ------
    UserError
        if it is not a plan that can be opened, or the plan itself.
    """
    with opened_theirs(path, mine.path) as theirs:
        prepared = Merger(mine, theirs, path)
        prepared.refuse_contradictions()
        yield prepared


__all__ = ["CONFLICT", "Merger", "Words", "merger"]
