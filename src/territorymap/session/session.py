"""One open plan as a living thing: the only write path, undo and redo, and who is told.

Owns the order of events of an edit; not SQL (document), not what is kept of the plan (memory), not Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Document
from territorymap.document.following import Came
from territorymap.document.last_change import LastChanges
from territorymap.document.scenario_writer import RowGoneError
from territorymap.errors import UserError
from territorymap.exporters.view import LogSource
from territorymap.geo.adjacency import Adjacency
from territorymap.geo.layer import UnitLayer
from territorymap.geo.topology import Topology
from territorymap.i18n import tr
from territorymap.metrics.balance import Balance
from territorymap.metrics.disruption import Disruption
from territorymap.metrics.move_figures import Ages
from territorymap.metrics.totals import Totals
from territorymap.model.change import PlanDelta, RowChange
from territorymap.model.coverage import Partner, Record
from territorymap.model.plan import Plan
from territorymap.model.records import Step
from territorymap.model.variant import Variant, moved_territories
from territorymap.session.author import current_author
from territorymap.session.changelog.reading import read_log
from territorymap.session.comparison import Comparer
from territorymap.session.coverages import Coverage
from territorymap.session.edits import Check, Command, PlanChange
from territorymap.session.listeners import Listener, Listeners
from territorymap.session.memory import Memory
from territorymap.session.part import Guard, describe
from territorymap.session.registers import Aside, R
from territorymap.session.standing import Standing

if TYPE_CHECKING:
    from territorymap.metrics.partners.sheet import PartnerInputs
    from territorymap.session.coverage_issues.lists import CoverageLists
    from territorymap.session.coverage_issues.reading import CoverageWatch
    from territorymap.session.figures import Figures
    from territorymap.session.money.money import Money


__all__ = ["Command", "PlanChange", "Session"]

# A longer way through the history is told once, as a whole: each listener then reads everything anew.
TOLD_ONE_BY_ONE = 8


class Session:
    """An open plan. All writing goes through :meth:`do`; reading is of the public attributes."""

    def __init__(self, document: Document, progress: Callable[[float], None] | None = None) -> None:
        self.document = document
        self._memory = Memory(document, progress)
        if self._memory.part is not None:
            document.notices.append(describe(self.plan))
        self.hides_pay = False  # whether no view shows pay or quotas now; not kept in the file
        self.listeners = Listeners()
        self.guard: Check | None = None  # sees what a step changed before it is saved, and may refuse it
        self.hold: Check | None = None  # the same, of undo, redo and merges too: what is being solved stands still

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        author: str | None = None,
        read_only: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> Session:
        """Open a plan file; UserError says what is wrong with it and what to do.

        ``progress`` gets the share of the accounts read, and may raise Cancelled.
        """
        document = Document.open(path, author=author or current_author(), read_only=read_only)
        try:
            return cls(document, progress)
        except BaseException:
            document.close()
            raise

    @classmethod
    def create(cls, path: Path, layer: UnitLayer, *, title: str = "", author: str | None = None) -> Session:
        """Make a plan file of the layer's units, all unassigned, and open it."""
        document = Document.create(path, layer, title=title or path.stem, author=author or current_author())
        return cls(document)

    # -- the plan and the ground it stands on --------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        """The plan as arrays; live, and another object after some steps."""
        return self._memory.plan

    @property
    def rev(self) -> int:
        """A number that goes up with every change."""
        return self._memory.rev

    @property
    def ground_rev(self) -> int:
        """A number that goes up when units come, go or get other borders."""
        return self._memory.ground_rev

    @property
    def standing(self) -> Standing:
        return self._memory.standing

    @property
    def geometry(self) -> NDArray[np.object_]:
        """Polygons of the units, (U,) shapely, EPSG:4326."""
        return self.standing.geometry

    @property
    def topology(self) -> Topology:
        return self.standing.topology

    @property
    def adjacency(self) -> Adjacency:
        return self.standing.adjacency

    def pack_ahead(self) -> None:
        """Make the unit layer ready for the map page, to be taken once by :meth:`take_packed`.

        A layer that is seen for the first time may lack its levels of detail then; see :meth:`levels_to_find`.
        """
        self.standing.pack_ahead(self.plan)

    def levels_to_find(self) -> Callable[[], object] | None:
        """Return what finds the levels of detail that were left out, for a thread of its own; None if none were.

        They are kept for the next opening.
        """
        return self.standing.levels_to_find(self.plan)

    def take_packed(self) -> bytes:
        """Return the unit layer as the map page wants it; it is not kept here."""
        return self.standing.take_packed(self.plan)

    @property
    def totals(self) -> Totals:
        """Totals of every territory; computed in full once, then by deltas."""
        return self._memory.totals

    @property
    def balance(self) -> Balance:
        """Index, deviation and the plan's figures, with the plan's own target and tolerances."""
        return self._memory.balance

    def totals_for(self, plan: Plan) -> Totals:
        """Return totals of a plan on the same ground, such as this one without what is hidden of it."""
        return Totals(plan, self.adjacency, self.standing.perimeter_km)

    def register(self, kind: type[R]) -> Mapping[int, R]:
        """Return the records of a kind (see model.coverage) by ``row_id``; live, and read when first asked for."""
        return self._memory.registers.get(kind)

    def has_records(self, kind: type[Record]) -> bool:
        """Whether a register has any record; asking costs no reading of them."""
        return self._memory.registers.has(kind)

    def aside(self, kind: type[R]) -> Aside[R] | None:
        """Return what reads a long register in another thread; None where :meth:`register` takes but a blink."""
        return self._memory.registers.aside(kind)

    def take_aside(self, aside: Aside[R], records: dict[int, R]) -> bool:
        """Keep a register that was read in another thread; False if it has changed meanwhile."""
        return self._memory.registers.take(aside, records)

    def register_rev(self, kind: type[Record]) -> int:
        """Return a number that is another whenever a record of the kind may be."""
        return self._memory.registers.rev(kind)

    def set_hides_pay(self, on: bool) -> None:
        """Hide pay and quotas in every view, or show them again; not a step. Listeners get a change of kind "veil"."""
        if on != self.hides_pay:
            self.hides_pay = on
            self.listeners.tell(PlanChange(self.rev, "veil", "", "", PlanDelta(is_settings_changed=True), (), ()))

    def tell_figures(self) -> None:
        """Tell that figures of territories are of another period; not a step."""
        self.listeners.tell(PlanChange(self.rev, "veil", "", "", PlanDelta(is_settings_changed=True), (), ()))

    @property
    def figures(self) -> Figures:
        """Figures of territories that come from registers."""
        from territorymap.session.figures import Figures

        return Figures(self, hides_pay=self.hides_pay)

    @cached_property
    def money(self) -> Money:
        """Quota, forecast and pay."""
        from territorymap.session.money.money import Money

        return Money(self)

    def partner_inputs(self) -> PartnerInputs | None:
        """Return what sheets of the partners are made of, held still; None where the plan has no partners."""
        from territorymap.session.partners import partner_inputs

        return partner_inputs(self) if self.register(Partner) else None

    @property
    def plan_to_edit(self) -> Plan:
        """The plan that commands are made with; a view that is veiled has another to show."""
        return self.plan

    # -- scenarios and alignments --------------------------------------------------------------------------------------

    def variant(self, scenario_id: int, alignment_id: int | None = None) -> Variant:
        """Return who has what in a scenario and alignment (the one in use, if none is named); KeyError without it.

        Of the place in use the arrays are live; those of others stand until they change.
        """
        return self._memory.variant(scenario_id, alignment_id)

    def coverages(self) -> list[Coverage]:
        """Return who covers what in every alignment of the scenario in use, in the order of the plan."""
        return self._memory.coverages()

    @property
    def baseline(self) -> Variant | None:
        """Who has what in the baseline; None where the planner has not said which scenario that is."""
        return self._memory.baseline

    @property
    def disruption(self) -> Disruption | None:
        """What changes rep against the baseline; None where there is none, or where it is the scenario in use."""
        return self._memory.disruption

    def other_variants(self) -> list[Variant]:
        """Return who has what in every scenario and alignment but the one in use."""
        places = ((s.scenario_id, a.alignment_id) for s in self.plan.scenarios for a in self.plan.alignments)
        return [self.variant(*place) for place in places if place != self._memory.in_use]

    @cached_property
    def coverage_watch(self) -> CoverageWatch:
        """Looks for gaps and conflicts between alignments when asked; keeps what was found until a step."""
        from territorymap.session.coverage_issues.reading import CoverageWatch

        return CoverageWatch(self)

    @cached_property
    def comparer(self) -> Comparer:
        """Compares scenarios; keeps what was worked out."""
        return Comparer(self)

    def last_changes(self, scenario_ids: Sequence[int]) -> LastChanges:
        """Return when each unit and account last got another holder in these scenarios."""
        return self.document.last_changes(self.plan.scenarios, scenario_ids)

    def ages_against(self, scenario_id: int) -> Ages:
        """Return days since the last change of each unit and account, here or in another scenario."""
        return self.comparer.ages_with(scenario_id)

    def switch_scenario(self, scenario_id: int, initiator: str = "") -> None:
        """Use another scenario from now on. Not a step; listeners get a full change of kind "switch"."""
        self._switch((scenario_id, self.document.alignment_id), initiator)

    def switch_alignment(self, alignment_id: int, initiator: str = "") -> None:
        """Use another alignment from now on; the scenario stays. Not a step; told as :meth:`switch_scenario` is."""
        self._switch((self.document.scenario_id, alignment_id), initiator)

    def switch_to(self, variant: Variant, initiator: str = "") -> None:
        """Use the scenario and the alignment that something was made of, from now on."""
        alignment_id = variant.alignment_id
        in_use = self.document.alignment_id
        self.switch_place(variant.scenario.scenario_id, in_use if alignment_id is None else alignment_id, initiator)

    def switch_place(self, scenario_id: int, alignment_id: int, initiator: str = "") -> None:
        """Use another scenario and alignment at once; told once."""
        self._switch((scenario_id, alignment_id), initiator)

    def _switch(self, place: tuple[int, int], initiator: str) -> None:
        former = self._memory.in_use
        if place == former:
            return
        _ = self.totals  # as they are before
        after = self.variant(*place)
        is_scenario = place[0] != former[0]
        stale = self._with_other_ground(former[0], place[0]) if is_scenario else []
        self.document.switch(*place, stale)
        self._memory.take_place(former, after)
        label = tr("Scenario {name}", name=after.scenario.name) if is_scenario else self._alignment_label()
        self._tell_all("switch", label, initiator)

    def _alignment_label(self) -> str:
        return tr("Alignment {name}", name=self.plan.alignment.name)

    def _with_other_ground(self, scenario_id: int, other_id: int) -> list[int]:
        """Return the territory_id of those that do not hold the same units in both scenarios."""
        found: list[int] = []
        for alignment in self.plan.alignments:
            one, other = (self.variant(i, alignment.alignment_id) for i in (scenario_id, other_id))
            found += moved_territories(one, other)
        return found

    def _tell_all(self, kind: str, label: str, initiator: str, *, is_ground_changed: bool = False) -> PlanChange:
        """Tell that everything may have changed."""
        every = tuple(range(self.plan.n_territories))
        delta = PlanDelta(
            is_full=True, is_settings_changed=True, is_home_changed=True, is_ground_changed=is_ground_changed
        )
        change = PlanChange(self.rev, kind, label, initiator, delta, every, ())
        self.listeners.tell(change)
        return change

    # -- writing -------------------------------------------------------------------------------------------------------

    def do(
        self, command: Command, initiator: str = "", note: str = "", watch: Callable[[float], None] | None = None
    ) -> PlanChange:
        """Run a command as one undoable step, saved when this returns; ``note`` says why.

        ``watch`` is told the fraction that is written; nothing was changed if it raises.

        Raises
        ------
        UserError
            if the command is refused or the file cannot be written; nothing was changed then.
        """
        self._prepare()
        check = self._check(command)
        with self.document.step(command.label, command.kind, note, command.ref_uuid, check, watch) as writer:
            try:
                command.run(writer, self.plan)
            except RowGoneError as error:  # a page may show for a moment what undo has just taken back
                raise UserError(
                    tr("What was to be changed is not in the plan any more."),
                    tr("It was deleted or undone meanwhile; look at it again, then choose another one."),
                ) from error
        if writer.step is None:  # it is so already
            return PlanChange(self.rev, "do", command.label, initiator, PlanDelta(), (), (), command.notes)
        is_merge = command.kind == "merge"
        return self._changed("do", command.label, writer.changes, initiator, command.notes, is_merge=is_merge)

    def _check(self, command: Command) -> Check | None:
        """Return what may refuse the rows of a command; a merge is no edit of what is locked or agreed."""
        checks: list[Check] = [self.guard] if self.guard is not None else []
        if self._memory.part is not None:
            in_use = self.document.alignment_id
            others = (c.territories for c in self.coverages() if c.alignment.alignment_id != in_use)
            territories = [t for one in others for t in one]
            checks.append(Guard(self.plan, self._memory.part, territories, self._memory.registers.record).check)
        if command.kind == "merge":
            return self.hold
        if self.hold is not None:
            checks.append(self.hold)
        if not checks:
            return None

        def check(changes: Sequence[RowChange]) -> None:
            for one in checks:
                one(changes)

        return check

    def undo(self, initiator: str = "") -> PlanChange:
        """Take back the last step that stands, in the scenario that it was done in."""
        self._prepare()
        self._go_where(self.document.step_to_undo(), initiator)
        step, changes = self.document.undo(self.hold)
        return self._changed("undo", step.label, changes, initiator, is_merge=step.kind == "merge")

    def redo(self, initiator: str = "") -> PlanChange:
        """Do again what was last taken back, in the scenario that it was done in."""
        self._prepare()
        self._go_where(self.document.step_to_redo(), initiator)
        step, changes = self.document.redo(self.hold)
        return self._changed("redo", step.label, changes, initiator, is_merge=step.kind == "merge")

    def _go_where(self, step: Step | None, initiator: str) -> None:
        """Switch to where a step changed units or territories, so that the person sees what happens."""
        if step is not None:
            self._switch(self.document.place_of_step(step), initiator)

    def go_to(self, step_id: int, initiator: str = "") -> None:
        """Undo or redo until the given step is the last one done."""
        line = self.timeline()
        wanted = next((i for i, step in enumerate(line) if step.step_id == step_id), None)
        if wanted is None:
            raise UserError(
                tr("This step can no longer be reached."),
                tr("It was taken back before other work was done; the later steps would have to go first."),
            )
        n_done = sum(not step.is_undone for step in line)
        distance = wanted + 1 - n_done
        move = self.redo if distance > 0 else self.undo
        if abs(distance) <= TOLD_ONE_BY_ONE:
            for _ in range(abs(distance)):
                move(initiator)
            return
        ground_rev = self.ground_rev
        try:
            with self.listeners.silence():
                for _ in range(abs(distance)):
                    move(initiator)
        finally:
            kind = "redo" if distance > 0 else "undo"
            is_ground_changed = self.ground_rev != ground_rev
            self._tell_all(kind, line[wanted].label, initiator, is_ground_changed=is_ground_changed)

    def follow(self, initiator: str = "") -> Came | None:
        """Take up what another window has done to the plan meanwhile, and tell; None where that is nothing.

        Listeners get one change of kind "follow". Asking costs next to nothing; see ``Document.is_behind``.

        Raises
        ------
        UserError
            if the plan must be opened anew to see it.
        """
        if not self.document.is_behind:
            return None
        with self.document.catching_up() as came:
            if not came.is_news:
                return None
            label = came.steps[-1].label if came.steps else ""
            if came.is_deep:
                self._memory.read_anew()
                self._tell_all("follow", label, initiator, is_ground_changed=True)
            else:
                _ = self.totals
                self._changed("follow", label, came.changes, initiator, is_merge=came.is_merge)
        return came

    def change_log(self) -> LogSource:
        """Return what reads the change log from the file as headings and rows; it may be called in another thread."""
        return partial(read_log, self.document.path)

    def coverage_lists(self) -> Callable[[], CoverageLists]:
        """Return what lists conflicts and hand-overs of the plan as it stands; it may be called in another thread."""
        from territorymap.session.coverage_issues.lists import coverage_lists

        return coverage_lists(self.coverage_watch)

    def timeline(self) -> list[Step]:
        """Return the steps that undo and redo walk along, oldest first; undone ones are ahead of us."""
        return self.document.timeline()

    @property
    def is_read_only(self) -> bool:
        return self.document.is_read_only

    def _prepare(self) -> None:
        """Refuse where nothing can be written; have the totals as they are before, so that a delta can be put on."""
        if self.document.is_read_only:
            raise UserError(
                tr("{name} is open for reading only.", name=self.document.path.name),
                tr("Save a copy and work in the copy; or close it where it is open, and open it again here."),
            )
        _ = self.totals

    def _changed(
        self,
        kind: str,
        label: str,
        changes: Sequence[RowChange],
        initiator: str,
        notes: tuple[str, ...] = (),
        *,
        is_merge: bool = False,
    ) -> PlanChange:
        """Have memory follow what a step changed in the file, and tell.

        The step is saved. An error that nobody foresaw must not leave memory behind the file: it is read anew then.
        """
        try:
            followed = self._memory.follow(changes, is_merge=is_merge)
        except Exception as error:  # noqa: BLE001 - reported once memory is what the file is
            self._memory.read_anew()
            change = self._tell_all(kind, label, initiator, is_ground_changed=True)
            self.listeners.report([error])
            return change
        change = PlanChange(
            self.rev,
            kind,
            label,
            initiator,
            followed.delta,
            followed.touched,
            tuple(changes),
            notes,
            followed.elsewhere,
        )
        if changes or change.elsewhere or kind == "follow":  # other steps stand in the history all the same
            self.listeners.tell(change)
        return change

    # -- telling -------------------------------------------------------------------------------------------------------

    def listen(self, listener: Listener, *, is_first: bool = False) -> Callable[[], None]:
        """Call the listener after each change; returns how to stop that.

        ``is_first``: before all views, for what was worked out of the plan and is void now; a view may look at it.
        """
        return self.listeners.add(listener, is_first=is_first)

    # -- outlines and end ----------------------------------------------------------------------------------------------

    def refresh_outlines(self) -> int:
        """Write the dissolved outlines of territories changed since the last time; returns how many."""
        if self.is_read_only:
            return 0
        return self._memory.outlines.write(self.standing, self.plan, self._other_alignments)

    def save_copy(self, path: Path) -> None:
        """Write the plan as it stands into another file, with its outlines where the plan itself can be written."""
        with suppress(UserError):  # of a full disk, from which the copy is the way out; outlines are made again
            self.refresh_outlines()
        self.document.save_copy(path)

    def _other_alignments(self) -> list[Variant]:
        """Return who has what in the alignments that are not in use, in this scenario."""
        scenario_id, in_use = self._memory.in_use
        ids = [alignment.alignment_id for alignment in self.plan.alignments]
        return [self.variant(scenario_id, alignment_id) for alignment_id in ids if alignment_id != in_use]

    def close(self) -> None:
        """Refresh the outlines and leave one file at rest. May be called twice.

        Outlines that cannot be written are made next time.

        Raises
        ------
        UserError
            if the file is no longer under its name; it is closed all the same.
        """
        self.listeners.clear()
        if self.document.is_open:
            try:
                with suppress(UserError):
                    self.refresh_outlines()
            finally:
                self.document.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
