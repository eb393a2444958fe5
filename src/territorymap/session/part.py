"""What may be edited in a part of a plan: its own territories and what nobody has. The rest is to be seen only.

Owns the refusals, and that the others' territories look locked; how a part is made stands in document.extracting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from territorymap.document.coverage_tables import COVERAGE_TABLES
from territorymap.document.part import Part, read_part
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.change import Row, RowChange
from territorymap.model.plan import Plan
from territorymap.model.records import Territory

# Rows that belong to the whole plan: a part may add to them, but what is there stays as it is.
_OF_THE_WHOLE = ("plan", "measure", "segment", "region", "alignment", "cap")
_SETTINGS = frozenset({"role_rule", "tier", "pay_plan", "funnel", "assumption"})  # registers of the whole plan
_ALWAYS_OF_THE_WHOLE = frozenset({"region", "alignment", "cap", "plan"})


def part_of(plan: Plan) -> Part | None:
    """Return what this plan is a part of; None for a whole plan."""
    return read_part(plan.info.extract_of, plan.info.extract_territories)


def is_outside(part: Part, territory: Territory) -> bool:
    """Tell whether a territory is shown in a part but not its own."""
    return territory.uuid in part.others or (not part.own and not part.others)


def lock_outside(plan: Plan) -> None:
    """Let the others' territories be locked in the plan in memory; in the file their own lock stays as it was."""
    part = part_of(plan)
    if part is None:
        return
    plan.territories = [
        replace(t, locked=True, is_outside=True) if is_outside(part, t) and not t.is_outside else t
        for t in plan.territories
    ]


def describe(plan: Plan) -> str:
    """Return one sentence on what this is a part of and what may be edited; "" for a whole plan."""
    part = part_of(plan)
    if part is None:
        return ""
    names = ", ".join(t.name for t in plan.territories if not is_outside(part, t)) or tr("nothing")
    text = tr(
        "This is a part of “{plan}”: {names} can be edited, the rest is locked. Send it back with File, Send a copy.",
        plan=part.title,
        names=names,
    )
    if part.is_bare:
        text += " " + tr("Accounts and figures of the others were left out of this file.")
    return text


class Guard:
    """Refuses what a step would change outside the part."""

    def __init__(
        self,
        plan: Plan,
        part: Part,
        elsewhere: Sequence[Territory] = (),
        record: Callable[[str, int], object] = lambda _table, _row_id: None,
    ) -> None:
        """``plan``: as it is before the step; ``elsewhere``: the territories of the alignments not in use.

        ``record``: returns a record of a register by table and key.
        """
        self._plan, self._record = plan, record
        self._outside = {t.territory_id for t in (*plan.territories, *elsewhere) if is_outside(part, t)}
        self._elsewhere = list(elsewhere)
        self._outside_ix = np.array([is_outside(part, t) for t in plan.territories] + [False])  # the last: nobody

    def check(self, changes: Sequence[RowChange]) -> None:
        """Raise UserError naming who has it, if a step changes what is not in the part."""
        plan = self._plan
        units, accounts, territories = set(), set(), set()
        for change in changes:
            row = change.new or change.old or {}
            if change.table in ("assignment", "override"):
                territories |= {v for v in _owners(change) if v in self._outside}
            if change.table in ("assignment", "unit"):
                unit_id = change.row_id if change.table == "unit" else int(str(row["unit_id"]))
                if change.table == "assignment" or change.old is not None:
                    units.add(unit_id)
            elif change.table in ("override", "account"):
                accounts.add(change.row_id if change.table == "account" else int(str(row["account_id"])))
                if change.table == "account" and row.get("unit_id") is not None:
                    units.add(int(str(row["unit_id"])))
            elif change.table == "territory" and change.row_id in self._outside:
                territories.add(change.row_id)
            elif change.table == "territory_variant" and row.get("territory_id") in self._outside:
                territories.add(int(str(row["territory_id"])))
            elif change.table == "rep" and change.old is not None:
                territories |= {t.territory_id for t in plan.territories if t.rep_id == change.row_id} & self._outside
            elif change.table in COVERAGE_TABLES:
                where = self._about(change)
                accounts |= where["account_id"]
                territories |= where["territory_id"] & self._outside
                covered = {t.territory_id for t in (*plan.territories, *self._elsewhere) if t.rep_id in where["rep_id"]}
                territories |= covered if covered <= self._outside else set()
            elif _is_of_the_whole(change):
                raise _of_the_whole()
        owners = {int(ix) for ix in (*self._owners_of_units(units), *self._owners_of_accounts(accounts))}
        outside = [t for ix, t in enumerate(plan.territories) if ix in owners or t.territory_id in territories]
        outside += [t for t in self._elsewhere if t.territory_id in territories]
        if outside:
            raise not_in_part(outside, plan)

    def _about(self, change: RowChange) -> dict[str, set[int]]:
        """Return what a record of a register is about, before and after; of an update it tells what differs only."""
        if change.table in _SETTINGS:
            raise _of_the_whole()
        kept = None if change.old is None else self._record(change.table, change.row_id)
        found: dict[str, set[int]] = {}
        for name in ("account_id", "territory_id", "rep_id"):
            values = (getattr(kept, name, None), (change.old or {}).get(name), (change.new or {}).get(name))
            found[name] = {int(str(value)) for value in values if value is not None}
        return found

    def _owners_of_units(self, unit_ids: Iterable[int]) -> Iterable[int]:
        ix = np.flatnonzero(np.isin(self._plan.units.unit_id, list(unit_ids)))
        return self._only_outside(self._plan.unit_territory[ix])

    def _owners_of_accounts(self, account_ids: Iterable[int]) -> Iterable[int]:
        ix = np.flatnonzero(np.isin(self._plan.accounts.account_id, list(account_ids)))
        return self._only_outside(self._plan.territory_of_accounts(ix))

    def _only_outside(self, territory_ix: np.ndarray) -> Iterable[int]:
        found = np.unique(territory_ix)
        return [int(ix) for ix in found[self._outside_ix[found]]]


def _is_of_the_whole(change: RowChange) -> bool:
    """Whether a row says something of the whole plan, such as its target or which scenario is the baseline."""
    if change.table == "scenario":
        return change.old is not None and "is_baseline" in (change.new or {})
    return change.table in _ALWAYS_OF_THE_WHOLE or (change.table in _OF_THE_WHOLE and change.old is not None)


def _of_the_whole() -> UserError:
    return UserError(
        tr("This belongs to the whole plan and cannot be changed in a part of it."),
        tr("Ask whoever sent you the part to change it there."),
    )


def _owners(change: RowChange) -> set[int]:
    rows: tuple[Row | None, ...] = (change.old, change.new)
    values = (row.get("territory_id") for row in rows if row is not None)
    return {int(str(value)) for value in values if value is not None}


def not_in_part(territories: Sequence[Territory], plan: Plan) -> UserError:
    """Return the refusal that names territories and who has them."""
    names = []
    for territory in territories[:3]:
        rep = plan.rep(territory.rep_id)
        names.append(tr("{name} ({rep})", name=territory.name, rep=rep.name) if rep else territory.name)
    listed = ", ".join(names)
    if len(territories) > len(names):
        listed = tr("{names} and {n} more", names=listed, n=len(territories) - len(names))
    return UserError(
        ntr(
            "{names} is not in your part of the plan.",
            "{names} are not in your part of the plan.",
            len(territories),
            names=listed,
        ),
        tr("It is shown, but only whoever has the whole plan can change it."),
    )
