"""What ``check`` finds: faults of the file and shapes, and what is unfinished.

Owns the record and its two forms, JSON and text; mends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.cli.naming import listed
from territorymap.geo.repair import polygons_only
from territorymap.i18n import clauses, ntr, number, tr
from territorymap.model.plan import Plan
from territorymap.model.records import LOCATION_LEVELS
from territorymap.session.commands.accounts import pointless_overrides
from territorymap.session.session import Session

OVERLAP_SHARE = 1e-6  # of the smaller unit: less is rounding of coordinates


@dataclass(frozen=True)
class Findings:
    """Everything that ``check`` looks at."""

    problems: list[str]  # faults; empty = the plan is sound
    unassigned_units: list[str]  # codes
    unassigned_accounts: int
    pieces: dict[str, int]  # by territory
    overlaps: int  # pairs of units
    pointless_overrides: list[str]  # account keys, or names where there is no key
    accounts_outside: int  # have a position, but lie in no unit
    accounts_without_place: int
    alignment: str  # the one in use, of which units, accounts and pieces are told
    others: dict[str, tuple[int, int]]  # by name of each other alignment: unassigned units, accounts in scope

    @property
    def is_ok(self) -> bool:
        return not self.problems

    @property
    def is_only_overlapping(self) -> bool:
        """Whether units that overlap are the only fault: the file itself is sound."""
        return bool(self.overlaps) and len(self.problems) == 1

    def to_json(self) -> dict[str, Any]:
        return {
            "ok": self.is_ok,
            "problems": self.problems,
            "unassigned_units": self.unassigned_units,
            "unassigned_accounts": self.unassigned_accounts,
            "pieces": self.pieces,
            "noncontiguous": sum(n > 1 for n in self.pieces.values()),
            "overlaps": self.overlaps,
            "pointless_overrides": self.pointless_overrides,
            "accounts_outside": self.accounts_outside,
            "accounts_without_place": self.accounts_without_place,
            "alignment": self.alignment,
            "other_alignments": {
                name: {"unassigned_units": units, "unassigned_accounts": accounts}
                for name, (units, accounts) in self.others.items()
            },
        }

    def to_text(self) -> dict[str, str]:
        in_pieces = [tr("{name} ({n})", name=name, n=n) for name, n in self.pieces.items() if n > 1]
        in_use = {tr("Alignment"): self.alignment} if self.others else {}
        others = {
            tr("Alignment {name}", name=name): tr(
                "{units} unassigned units, {accounts} unassigned accounts", units=number(n), accounts=number(n_accounts)
            )
            for name, (n, n_accounts) in self.others.items()
        }
        return {
            tr("Faults"): clauses(self.problems) or tr("none"),
            **in_use,
            tr("Unassigned units"): _counted(self.unassigned_units),
            tr("Unassigned accounts"): number(self.unassigned_accounts),
            tr("Territories in pieces"): _counted(in_pieces),
            tr("Overlapping units"): ntr("{n} pair", "{n} pairs", self.overlaps) if self.overlaps else tr("none"),
            tr("Pointless overrides"): _counted(self.pointless_overrides),
            tr("Accounts outside all units"): number(self.accounts_outside),
            tr("Accounts without a place"): number(self.accounts_without_place),
            **others,
        }


def examine(session: Session) -> Findings:
    """Return what there is to say about an open plan."""
    plan, accounts = session.plan, session.plan.accounts
    overlaps = count_overlaps(session.geometry)
    problems = list(session.document.check())
    if overlaps:
        problems.append(ntr("{n} pair of units overlaps.", "{n} pairs of units overlap.", overlaps))
    has_place = np.isfinite(accounts.lon) & np.isfinite(accounts.lat)
    return Findings(
        problems=problems,
        unassigned_units=[str(code) for code in plan.units.code[plan.unit_territory < 0]],
        unassigned_accounts=session.totals.n_unassigned_accounts,
        pieces={t.name: int(n) for t, n in zip(plan.territories, session.totals.pieces, strict=True)},
        overlaps=overlaps,
        pointless_overrides=[_account_name(plan, int(ix)) for ix in pointless_overrides(plan)],
        accounts_outside=int((has_place & (accounts.unit_ix < 0)).sum()),
        accounts_without_place=int((accounts.level == LOCATION_LEVELS.index("none")).sum()),
        alignment=plan.alignment.name,
        others={
            one.alignment.name: (int((one.unit_territory < 0).sum()), int((one.in_scope & (one.owner < 0)).sum()))
            for one in session.coverages()
            if one.alignment.alignment_id != plan.alignment.alignment_id
        },
    )


def count_overlaps(geometry: NDArray[np.object_]) -> int:
    """Return how many pairs of units share ground."""
    if bool(shapely.coverage_is_valid(geometry)):
        return 0
    geometry = polygons_only(geometry)
    left, right = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    left, right = left[left < right], right[left < right]
    shared = shapely.area(shapely.intersection(geometry[left], geometry[right]))
    smaller = np.minimum(shapely.area(geometry[left]), shapely.area(geometry[right]))
    return int((shared > OVERLAP_SHARE * smaller).sum())


def _account_name(plan: Plan, ix: int) -> str:
    return str(plan.accounts.key[ix] or plan.accounts.name[ix])


def _counted(names: list[str]) -> str:
    return tr("{n}: {names}", n=number(len(names)), names=listed(names)) if names else tr("none")
