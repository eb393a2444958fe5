"""The scenario and alignment that an open plan is seen in: which it is, what it sees of a step, what others have.

Owns the place; transactions are the document's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from territorymap.document.effective import EffectiveView, Place
from territorymap.document.images import RowEvent
from territorymap.document.loading_choices import load_variant
from territorymap.document.outlines import empty_outlines
from territorymap.document.recorder import net_changes
from territorymap.document.scenarios import chain_of
from territorymap.document.table_columns import BadContentError
from territorymap.i18n import tr
from territorymap.model.change import RowChange
from territorymap.model.plan import Plan
from territorymap.model.records import Step
from territorymap.model.variant import Variant

_OWN = frozenset({"assignment", "override", "territory"})
_CHOICES = "('assignment', 'override', 'territory', 'territory_variant')"


class InUse:
    """Begins with the scenario that was in use last; it may go by a step, then another one is in use."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._view = EffectiveView(connection, self._first_place())

    @property
    def place(self) -> Place:
        return self._view.place

    def uuid(self) -> str:
        """Return the uuid of the scenario, "" if it has none."""
        sql = "SELECT uuid FROM scenario WHERE scenario_id = ?"
        row = self._connection.execute(sql, (self.place.scenario_id,)).fetchone()
        return str(row[0] or "") if row else ""

    def _first_place(self) -> Place:
        """Return the scenario that was in use last, else the first, and the first alignment."""
        (scenario_id,) = self._connection.execute(
            "SELECT coalesce((SELECT scenario_id FROM scenario WHERE uuid = (SELECT scenario_uuid FROM plan)),"
            " (SELECT min(scenario_id) FROM scenario))"
        ).fetchone()
        (alignment_id,) = self._connection.execute("SELECT min(alignment_id) FROM alignment").fetchone()
        for table, row_id in (("scenario", scenario_id), ("alignment", alignment_id)):
            if row_id is None:
                raise BadContentError(tr("the table {table} is not complete", table=table))
        return Place(chain_of(self._connection, int(scenario_id)), int(alignment_id))

    def place_of(self, scenario_id: int) -> Place:
        """Return the place of another scenario; BadContentError if there is none."""
        return Place(chain_of(self._connection, scenario_id), self.place.alignment_id)

    def seen(self, events: Sequence[RowEvent]) -> list[RowChange]:
        """Return what the scenario in use sees of a step, after it was written.

        Where the place is another one then, who has what must be read anew, and nothing is told of it.
        """
        is_elsewhere = any(event.table == "scenario" for event in events) and self._follow()
        changes = self._view.changes(net_changes(events))
        return [change for change in changes if not (is_elsewhere and change.table in _OWN)]

    def _follow(self) -> bool:
        """Take up that the scenario in use went or came to stand on another one; tells whether it did."""
        sql = "SELECT 1 FROM scenario WHERE scenario_id = ?"
        is_there = self._connection.execute(sql, (self.place.scenario_id,)).fetchone() is not None
        place = self.place_of(self.place.scenario_id) if is_there else self._first_place()
        if place == self.place:
            return False
        self._view = EffectiveView(self._connection, place)
        return True

    def write_switch(self, scenario_id: int, stale_territory_ids: Sequence[int]) -> None:
        """Write that another scenario is in use; the caller holds the transaction."""
        self._connection.execute(
            "UPDATE plan SET scenario_uuid = (SELECT uuid FROM scenario WHERE scenario_id = ?)", (scenario_id,)
        )
        empty_outlines(self._connection, stale_territory_ids)

    def switch(self, place: Place) -> None:
        self._view = EffectiveView(self._connection, place)

    def variant(self, scenario_id: int, plan: Plan) -> Variant:
        """Return who has what in a scenario, over the units and accounts of the plan."""
        place = self.place_of(scenario_id)
        return load_variant(self._connection, place, plan.units, plan.accounts, plan.scenarios)

    def scenario_of(self, step: Step) -> int | None:
        """Return the scenario in use when a step changed who has what; None if it did not, or that one is gone."""
        row = self._connection.execute(
            "SELECT scenario_id FROM scenario WHERE uuid = :uuid AND ("  # noqa: S608
            f" EXISTS (SELECT 1 FROM journal_row WHERE step_id = :step AND table_name IN {_CHOICES})"
            f" OR EXISTS (SELECT 1 FROM journal_bulk WHERE step_id = :step AND table_name IN {_CHOICES}))",
            {"uuid": step.scenario_uuid, "step": step.step_id},
        ).fetchone()
        return None if row is None else int(row[0])
