"""The scenario and alignment that an open plan is seen in: which they are, what they see of a step, what others have.

Owns the place; transactions are the document's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from territorymap.document.effective import EffectiveView, Place
from territorymap.document.loading_choices import load_variant
from territorymap.document.outlines import empty_outlines
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
    """Begins with the scenario and alignment that were in use last.

    One may go by a step, then another is in use; when it comes back by undo, it is in use again, as the file says.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._view = EffectiveView(connection, self._first_place())
        self._chosen = self.place  # what was asked for last; it may go by a step, and come back by undo
        self.elsewhere: frozenset[int] = frozenset()  # alignments besides the one in use that the last step changed

    @property
    def place(self) -> Place:
        return self._view.place

    def uuids(self) -> tuple[str, str]:
        """Return the uuids of the scenario and of the alignment, "" where it has none."""
        sql = (
            "SELECT (SELECT uuid FROM scenario WHERE scenario_id = ?), (SELECT uuid FROM alignment WHERE"
            " alignment_id = ?)"
        )
        scenario, alignment = self._connection.execute(
            sql, (self.place.scenario_id, self.place.alignment_id)
        ).fetchone()
        return str(scenario or ""), str(alignment or "")

    def _first_place(self) -> Place:
        """Return the scenario and the alignment that were in use last, else the first."""
        scenario_id, alignment_id = self._connection.execute(
            "SELECT coalesce((SELECT scenario_id FROM scenario WHERE uuid = (SELECT scenario_uuid FROM plan)),"
            " (SELECT min(scenario_id) FROM scenario)),"
            " coalesce((SELECT alignment_id FROM alignment WHERE uuid = (SELECT alignment_uuid FROM plan)),"
            " (SELECT alignment_id FROM alignment ORDER BY coalesce(sort_order, 0), alignment_id LIMIT 1))"
        ).fetchone()
        for table, row_id in (("scenario", scenario_id), ("alignment", alignment_id)):
            if row_id is None:
                raise BadContentError(tr("the table {table} is not complete", table=table))
        return Place(chain_of(self._connection, int(scenario_id)), int(alignment_id))

    def place_of(self, scenario_id: int, alignment_id: int | None = None) -> Place:
        """Return the place of another scenario, of another alignment if one is named; BadContentError without it."""
        return Place(
            chain_of(self._connection, scenario_id), self.place.alignment_id if alignment_id is None else alignment_id
        )

    def seen(self, step: Sequence[RowChange]) -> list[RowChange]:
        """Return what the scenario in use sees of a step's net changes, after they were written.

        Where the place is another one then, who has what must be read anew, and nothing is told of it.
        """
        is_elsewhere = any(change.table in ("scenario", "alignment") for change in step) and self._follow()
        changes, self.elsewhere = self._view.changes(step)
        return [change for change in changes if not (is_elsewhere and change.table in _OWN)]

    def _follow(self) -> bool:
        """Take up that the scenario or alignment in use went, or stands on another scenario; tells whether it did."""
        first, former, chosen = self._first_place(), self.place, self._chosen
        scenario_id = self._standing("scenario", chosen.scenario_id, former.scenario_id, first.scenario_id)
        alignment_id = self._standing("alignment", chosen.alignment_id, former.alignment_id, first.alignment_id)
        place = self.place_of(scenario_id, alignment_id)
        if place == former:
            return False
        self._view = EffectiveView(self._connection, place)
        return True

    def _standing(self, table: str, *row_ids: int) -> int:
        """Return the first of some scenarios or alignments that is there; the last is."""
        sql = f"SELECT 1 FROM {table} WHERE {table}_id = ?"  # noqa: S608
        return next((i for i in row_ids if self._connection.execute(sql, (i,)).fetchone() is not None), row_ids[-1])

    def write_switch(self, place: Place, stale_territory_ids: Sequence[int]) -> None:
        """Write that another place is in use; the caller holds the transaction."""
        self._connection.execute(
            "UPDATE plan SET scenario_uuid = (SELECT uuid FROM scenario WHERE scenario_id = ?),"
            " alignment_uuid = (SELECT uuid FROM alignment WHERE alignment_id = ?)",
            (place.scenario_id, place.alignment_id),
        )
        empty_outlines(self._connection, stale_territory_ids)

    def switch(self, place: Place) -> None:
        self._view, self._chosen = EffectiveView(self._connection, place), place

    def variant(self, scenario_id: int, plan: Plan, alignment_id: int | None = None) -> Variant:
        """Return who has what in a scenario and alignment, over the units and accounts of the plan."""
        place = self.place_of(scenario_id, alignment_id)
        return load_variant(self._connection, place, plan.units, plan.accounts, plan.scenarios)

    def place_of_step(self, step: Step) -> tuple[int, int]:
        """Return the scenario and alignment in use when a step changed who has what.

        Where it did not, or they are gone, those in use now.
        """
        here = self.place.scenario_id, self.place.alignment_id
        row = self._connection.execute(
            "SELECT (SELECT scenario_id FROM scenario WHERE uuid = :scenario),"  # noqa: S608
            " (SELECT alignment_id FROM alignment WHERE uuid = :alignment)"
            f" WHERE EXISTS (SELECT 1 FROM journal_row WHERE step_id = :step AND table_name IN {_CHOICES})"
            f" OR EXISTS (SELECT 1 FROM journal_bulk WHERE step_id = :step AND table_name IN {_CHOICES})",
            {"scenario": step.scenario_uuid, "alignment": step.alignment_uuid, "step": step.step_id},
        ).fetchone()
        found = row or (None, None)
        return (here[0] if found[0] is None else int(found[0]), here[1] if found[1] is None else int(found[1]))
