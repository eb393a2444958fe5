"""An open plan file: load, steps, undo and redo, copies, outlines, close.

Owns the life of the connection and every transaction; the parts stand in their own modules (see the package).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.collecting import uncollected
from territorymap.document.backups import copy_plan, list_backups
from territorymap.document.checking import problems_in
from territorymap.document.connection import transaction
from territorymap.document.creating import create_file
from territorymap.document.effective import Place
from territorymap.document.extracting import Wish as PartWish
from territorymap.document.extracting import extract_part
from territorymap.document.files import claimed
from territorymap.document.following import Came, Elsewhere, came_since, cannot_follow
from territorymap.document.history import History
from territorymap.document.images import RowEvent
from territorymap.document.in_place import Standing
from territorymap.document.in_use import InUse
from territorymap.document.journal import write_step
from territorymap.document.last_change import LastChangeReaders, LastChanges
from territorymap.document.loading import load_geometry, load_plan
from territorymap.document.loading_choices import Lists, load_lists
from territorymap.document.lock import PlanLock
from territorymap.document.opening import Opened, Wish, open_file
from territorymap.document.outlines import forget_outlines, missing_outlines, write_outlines
from territorymap.document.outside import is_untouched, take_in_changes
from territorymap.document.past import Past
from territorymap.document.problems import garbled, os_translated, translated
from territorymap.document.recorder import Recorder, net_changes
from territorymap.document.registers import R, count_register, load_register
from territorymap.document.state_folder import backup_folder, cache_folder
from territorymap.document.table_cache import table_state
from territorymap.document.table_columns import BadContentError, Progress
from territorymap.document.turning import changes_of, fits_history, turn_rows
from territorymap.document.writer import Writer
from territorymap.document.writing_turn import WritingTurn
from territorymap.errors import UserError
from territorymap.geo.layer import UnitLayer
from territorymap.i18n import ntr, tr
from territorymap.model.change import RowChange
from territorymap.model.plan import Plan
from territorymap.model.records import Scenario, Step
from territorymap.model.variant import Variant

__all__ = ["Document", "Writer"]

Check = Callable[[Sequence[RowChange]], None]
_SHARE_OF_ROWS = 0.7  # of a step, before its rows go to the journal


class Document:
    """One open plan file. Make it with :meth:`open` or :meth:`create`; one thread at a time."""

    def __init__(self, path: Path, opened: Opened, *, author: str) -> None:
        self.path = path
        self.author = author
        self.notices: list[str] = opened.notices
        self.is_read_only = opened.lock is None
        self.is_open = True
        self.is_taken_in = False  # the whole history was held against the rows when the file was opened, and they agree
        self._opened = opened
        self._connection = opened.connection
        self._is_in_step = False
        self._standing = Standing(path, self._connection, self._is_same, is_on_share=opened.is_on_share)
        self._last_changes = LastChangeReaders()
        try:
            with translated(path, is_opening=True):
                self._recorder = Recorder(self._connection)
                self._history = self._read_history()
                self._in_use = InUse(self._connection)
                _ = self._elsewhere  # as the file is before anything of it is read
                self._turn_to_write = WritingTurn(path, self._connection, self._is_same, is_on_share=opened.is_on_share)
                if not self.is_read_only and opened.is_on_share:
                    self._start_writing()
                if not self.is_read_only and opened.is_changed:
                    self._take_in_changes()
        except BaseException:
            self._release()
            raise

    @classmethod
    def open(cls, path: Path, *, author: str, read_only: bool = False, take_over: bool = False) -> Document:
        """Open a plan file; ``notices`` then says what the person should know (recovered, read-only because ...).

        ``take_over``: write although the lock row names somebody on another computer.

        Raises
        ------
        UserError
            if it is not a plan, damaged, newer, missing ...; the file is then byte for byte as it was.
        """
        path = Path(os.path.realpath(path))
        return cls(path, open_file(path, Wish(read_only, take_over)), author=author)

    @classmethod
    def create(cls, path: Path, layer: UnitLayer, *, title: str, author: str, overwrite: bool = False) -> Document:
        """Make a plan file of the layer's units, all unassigned, and open it."""
        path = Path(os.path.realpath(path))
        if path.exists() and not overwrite:
            raise UserError(tr("{name} is already there.", name=path.name), tr("Choose another name for the new plan."))
        if not path.parent.is_dir():
            raise UserError(tr("The folder {folder} is not there.", folder=path.parent), tr("Choose another folder."))
        with translated(path), os_translated(path):
            create_file(path, layer, title=title, author=author)
        return cls(path, open_file(path, Wish(is_new=True)), author=author)

    @property
    def connection(self) -> sqlite3.Connection:
        """The open file, for the other modules of this package."""
        return self._connection

    @property
    def last_uuid(self) -> str:
        """Return the uuid of the newest record of the file's own line."""
        return self._history.last_uuid

    # -- reading -------------------------------------------------------------------------------------------------------

    def load(self, progress: Progress | None = None) -> Plan:
        """Return the plan as arrays, checked; ``progress`` gets a ratio and may raise Cancelled."""
        with translated(self.path), self._one_moment():
            return load_plan(
                self._connection,
                self.place,
                cache=cache_folder() if self.is_as_journal else None,
                progress=progress,
            )

    @contextmanager
    def _one_moment(self) -> Iterator[None]:
        """Let all that is read be of one moment, the history too, whatever another window writes meanwhile."""
        if not self.is_read_only:
            yield
            return
        with self._elsewhere.still():
            self._history = self._read_history(self._history)
            yield

    def register(self, kind: type[R]) -> dict[int, R]:
        """Return the records of a register by their integer key."""
        with translated(self.path):
            return load_register(self._connection, kind)

    def register_size(self, kind: type[R]) -> int:
        """Return how many records a register has."""
        with translated(self.path):
            return count_register(self._connection, kind)

    @property
    def is_as_journal(self) -> bool:
        """Tell whether the rows are those of the journal, for all that is known.

        Open for reading only, a file that another program changed has rows which the journal does not know of.
        """
        return not (self.is_read_only and self._opened.is_changed)

    def state_of(self, table: str) -> str:
        """Return a name of the state of a table's rows: the same name means the same rows; "" if that is not known."""
        if not self.is_as_journal:
            return ""
        with translated(self.path):
            (uuid,) = self._connection.execute("SELECT uuid FROM plan").fetchone()
            state = table_state(self._connection, table)
        return f"{uuid} {table} {state}" if uuid and state else ""

    def geometry(self) -> NDArray[np.object_]:
        """Return the polygons of the units in unit_ix order, (U,) shapely."""
        if not self.is_read_only:
            self._standing.refuse_overwritten()
        with translated(self.path):
            return load_geometry(self._connection)

    def last_changes(self, scenarios: Sequence[Scenario], wanted: Sequence[int]) -> LastChanges:
        """Return when each unit and account last got another holder in these scenarios (their scenario_id)."""
        reader = self._last_changes.of(wanted, self.alignment_id)
        with translated(self.path):
            try:
                return reader.read(self._connection, self._history.steps, scenarios)
            except ValueError as error:
                raise BadContentError(str(error)) from error

    def history(self) -> list[Step]:
        """Return every recorded step, undo and redo included, oldest first."""
        return self._history.steps

    def timeline(self) -> list[Step]:
        """Return the steps that undo and redo walk along, oldest first; the first is the creation."""
        return self._history.line

    @uncollected()
    def changes_of(self, step_id: int) -> list[RowChange]:
        """Return what a step changed (for undo and redo: what they changed back)."""
        step = self._history.step(step_id)
        if step is None:
            raise KeyError(step_id)
        with translated(self.path):
            return changes_of(self._connection, self._history, step)

    @cached_property
    def past(self) -> Past:
        """The journal as people ask of it."""
        return Past(self._connection, lambda: self._history, self.path)

    # -- what another window does --------------------------------------------------------------------------------------

    @cached_property
    def _elsewhere(self) -> Elsewhere:
        return Elsewhere(self.path, self._connection, is_copy=self._opened.is_copy)

    @property
    def is_behind(self) -> bool:
        """Tell whether another window or program has written the file; asking costs microseconds."""
        with translated(self.path):
            if self.is_read_only:
                return self._elsewhere.has_written
            return not self._is_in_step and self._turn_to_write.is_changed_file

    @property
    def is_let_go(self) -> bool:
        """Tell whether it could be written by now: the other window, for which this one only reads, has closed it."""
        return self._opened.is_waiting and PlanLock.is_free(self.path)

    def refuse_changed_file(self) -> None:
        """Refuse as the next step would, where another program has written rows that the journal does not know."""
        with translated(self.path):
            self._turn_to_write.refuse_changed_file()

    @contextmanager
    def catching_up(self) -> Iterator[Came]:
        """Take up the steps that another window has written; until it ends all is read of that one moment.

        Raises
        ------
        UserError
            if the file is another one now, or cannot be followed step by step.
        """
        with translated(self.path), self._elsewhere.still():
            former = self._history
            history = self._read_history(former)
            if not history.continues(former):
                raise cannot_follow(self.path)
            came = came_since(self._connection, former, history)
            self._history = history
            yield replace(came, changes=tuple(self._in_use.seen(came.changes)))

    @property
    def can_undo(self) -> bool:
        return not self.is_read_only and self._history.to_undo is not None

    @property
    def can_redo(self) -> bool:
        return not self.is_read_only and self._history.to_redo is not None

    @property
    def undo_label(self) -> str:
        step = self._history.to_undo
        return step.label if step else ""

    @property
    def redo_label(self) -> str:
        step = self._history.to_redo
        return step.label if step else ""

    @property
    def size_bytes(self) -> int:
        """Return the size of the file, with what is not yet taken into it."""
        beside = [self.path, self.path.with_name(self.path.name + "-wal")]
        return sum(path.stat().st_size for path in beside if path.exists())

    @property
    def backup_dir(self) -> Path:
        return backup_folder(self.path)

    def backups(self) -> list[Path]:
        """Return the automatic backups of this plan, newest first."""
        return list_backups(self.backup_dir)

    @uncollected()
    def check(self) -> list[str]:
        """Return what is wrong with the file; empty if nothing is."""
        with translated(self.path):
            return problems_in(self._connection, self.place)

    # -- writing -------------------------------------------------------------------------------------------------------

    @contextmanager
    def step(
        self,
        label: str,
        kind: str = "do",
        note: str = "",
        ref_uuid: str = "",
        check: Callable[[Sequence[RowChange]], None] | None = None,
        watch: Callable[[float], None] | None = None,
    ) -> Iterator[Writer]:
        """Give a writer; on leaving, its rows are in the file as one step. An exception leaves all as it was.

        ``writer.changes`` are then those that the scenario in use sees. ``check`` gets what every scenario would see,
        and may raise to refuse it. ``watch`` is told the fraction that is done, and may raise as well.
        """
        told = watch or (lambda _share: None)
        writer = Writer(
            self._connection,
            self._recorder,
            author=self.author,
            place=self.place,
            watch=lambda share: told(share * _SHARE_OF_ROWS),
        )
        step, changes = None, []
        with self._writing():
            try:
                self._recorder.start()
                yield writer
                told(_SHARE_OF_ROWS)
                events = self._recorder.take()
                changes = net_changes(events)
                if check is not None:
                    check(changes)
                if events or writer.is_step_kept:
                    step = self._write_step(
                        kind, label, events=events, note=note, ref_uuid=ref_uuid, step_uuid=writer.step_uuid
                    )
                    forget_outlines(self._connection, events)
                told(1.0)
            finally:
                self._recorder.stop()
        if step is not None and writer.is_step_kept:
            self._history = self._read_history(self._history)  # a merge brings steps of the other side
        elif step is not None:
            self._history.add(step)
        writer.step, writer.changes = step, self._in_use.seen(changes)

    def undo(self, check: Check | None = None) -> tuple[Step, list[RowChange]]:
        """Take back the last step that stands; return it and the rows as they changed now.

        ``check`` sees the rows first, and refuses by a UserError.
        """
        step = self._history.to_undo
        if step is None:
            raise UserError(tr("There is nothing to undo."), tr("The history lists every step of the plan."))
        return self._turn(step, "undo", check)

    def redo(self, check: Check | None = None) -> tuple[Step, list[RowChange]]:
        """Do again what was last taken back; return that step and the rows as they changed now; see :meth:`undo`."""
        step = self._history.to_redo
        if step is None:
            raise UserError(tr("There is nothing to redo."), tr("Only what was taken back last can be done again."))
        return self._turn(step, "redo", check)

    @uncollected()
    def _turn(self, step: Step, kind: str, check: Check | None) -> tuple[Step, list[RowChange]]:
        with fits_history(self.path), self._writing():
            changes = turn_rows(self._connection, self._recorder, step, kind, check)
            record = self._write_step(kind, step.label, ref_uuid=step.uuid)
        self._history.add(record)
        turned = self._history.step(step.step_id)
        return turned or step, self._in_use.seen(changes)

    def _write_step(
        self,
        kind: str,
        label: str,
        *,
        events: Sequence[RowEvent] = (),
        ref_uuid: str = "",
        note: str = "",
        step_uuid: str = "",
    ) -> Step:
        return write_step(
            self._connection,
            kind=kind,
            label=label,
            author=self.author,
            parent_uuid=self._history.last_uuid,
            ref_uuid=ref_uuid,
            events=events,
            note=note,
            place=self._in_use.uuids(),
            step_uuid=step_uuid,
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: checks that the file is ours to write and unchanged, and tells what went wrong."""
        if self.is_read_only:
            raise UserError(
                tr("{name} is open for reading only.", name=self.path.name), tr("Use Save a copy and work in the copy.")
            )
        if self._is_in_step:
            raise RuntimeError("a step is already under way")
        columns = dict(self._recorder.columns)
        self._is_in_step = True
        is_ours = False
        try:
            with translated(self.path):
                self._standing.refuse_displaced()
                self._start_writing()
                with transaction(self._connection):
                    self._turn_to_write.refuse_changed_file()
                    is_ours = True
                    yield
        except BaseException as error:
            self._recorder.columns = columns
            if isinstance(error.__cause__, sqlite3.OperationalError):
                self._turn_to_write.give_space_back()
            raise
        finally:
            self._is_in_step = False
            if is_ours:
                self._standing.follow()

    def _start_writing(self) -> None:
        """Say in the file that we have it open, before the first change."""
        if self._turn_to_write.begin():
            self._standing.follow()

    def _is_same(self, other: sqlite3.Connection) -> bool:
        """Tell whether another connection sees the rows that our journal says."""
        return is_untouched(other, self._recorder, self._history)

    @uncollected()
    def _take_in_changes(self) -> None:
        try:
            # Before the file says that we have it open: what is refused here stays byte for byte as it was.
            with translated(self.path), transaction(self._connection):
                self._turn_to_write.refuse_changed_file()
                step, n_rows = take_in_changes(self._connection, self._recorder, self._history)
                load_plan(self._connection, self.place, cache=None)  # what cannot be read is refused now, or never
        except (ValueError, KeyError) as error:
            raise garbled(self.path, str(error)) from error
        self.is_taken_in = True
        self._start_writing()
        if step is not None:
            self._history.add(step)
            self.notices.append(
                ntr(
                    "Another program changed {n} row of this plan; that is now one step of the history.",
                    "Another program changed {n} rows of this plan; that is now one step of the history.",
                    n_rows,
                )
            )

    def _read_history(self, former: History | None = None) -> History:
        try:
            return History(self._connection, former)
        except (ValueError, KeyError) as error:
            raise BadContentError(str(error)) from error

    # -- scenarios -----------------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """The scenario and alignment in use."""
        return self._in_use.place

    @property
    def scenario_id(self) -> int:
        return self.place.scenario_id

    @property
    def alignment_id(self) -> int:
        return self.place.alignment_id

    def lists(self) -> Lists:
        """Return scenarios, caps, scenes and conflicts as they stand now."""
        with translated(self.path):
            return load_lists(self._connection)

    def variant(self, scenario_id: int, plan: Plan, alignment_id: int | None = None) -> Variant:
        """Return who has what in a scenario and alignment (the one in use, if none is named), over the plan's units."""
        with translated(self.path):
            return self._in_use.variant(scenario_id, plan, alignment_id)

    def switch(self, scenario_id: int, alignment_id: int, stale_territory_ids: Sequence[int]) -> None:
        """Use another scenario or alignment from now on, and at the next opening. Not a step.

        ``stale_territory_ids``: those that have other ground there, so that their outlines in the file are old.
        """
        with translated(self.path):
            place = self._in_use.place_of(scenario_id, alignment_id)
        if not self.is_read_only:
            with self._writing():
                self._in_use.write_switch(place, stale_territory_ids)
        self._in_use.switch(place)

    def place_of_step(self, step: Step) -> tuple[int, int]:
        """Return the scenario and alignment in use when a step changed who has what; what is gone, as it is now."""
        with translated(self.path):
            return self._in_use.place_of_step(step)

    @property
    def changed_elsewhere(self) -> frozenset[int]:
        """Return the alignments besides the one in use that the last step changed."""
        return self._in_use.elsewhere

    def step_to_undo(self) -> Step | None:
        return self._history.to_undo

    def step_to_redo(self) -> Step | None:
        return self._history.to_redo

    def annotate(self, step_id: int, note: str) -> None:
        """Put a note on a step: why it was done. Not a step itself."""
        note = note.strip()
        with self._writing():
            self._connection.execute("UPDATE journal_step SET note = ? WHERE step_id = ?", (note or None, step_id))
        self._history.annotate(step_id, note)

    # -- outlines, copies, end -----------------------------------------------------------------------------------------

    def territories_without_outline(self) -> list[int]:
        """Return territory_id of those whose outline is missing: an edit of their ground takes it away."""
        return missing_outlines(self._connection, self.place)

    def refresh_outlines(self, outlines: Sequence[tuple[int, shapely.Geometry | None]]) -> None:
        """Write dissolved outlines (None = no ground). Not a step: they can be computed again."""
        if outlines:
            with self._writing():
                write_outlines(self._connection, outlines)

    def save_copy(self, path: Path) -> None:
        """Write the plan as it stands into another file; that file is whole or as it was before."""
        target = Path(os.path.realpath(path))
        if target == self.path or (target.exists() and target.samefile(self.path)):
            raise UserError(
                tr("A copy cannot take the place of the plan itself."), tr("Choose another name or folder.")
            )
        with translated(target), os_translated(target), claimed(target):
            try:
                copy_plan(self._connection, target)
            except BadContentError as error:
                raise garbled(self.path, str(error)) from error

    def save_part(self, path: Path, wish: PartWish, watch: Callable[[float], None]) -> None:
        """Write a part of the plan into another file; may run in a thread while this one waits. See extracting."""
        with translated(self.path, is_opening=True):  # what the part's own file could not take was said already
            extract_part(self._connection, self.path, path, wish, watch)

    def close(self) -> None:
        """Leave one file at rest. May be called twice.

        Raises
        ------
        UserError
            if the file is no longer under its name; it is closed all the same, and nothing is written over another.
        """
        if not self.is_open:
            return
        try:
            if self._turn_to_write.is_begun:
                with translated(self.path):
                    self._standing.refuse_displaced(is_closing=True)
                    self._turn_to_write.end()
        except UserError as error:
            if not isinstance(error.__cause__, sqlite3.OperationalError):
                raise
            # Every step is saved already. A full disk, or a reader that keeps the WAL: the next open tidies up.
        finally:
            self._release()

    def _release(self) -> None:
        self.is_open = False
        self._standing.close(self._connection)
        self._opened.scratch.close()
        if self._opened.lock is not None:
            self._opened.lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
