"""The reps of a plan as columns that the import of reps reads again, and the teams of territories, a row a person.

Owns these columns; not how a file writes them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.tables import Column
from territorymap.exporters.view import ExportView
from territorymap.metrics.team import plan_teams
from territorymap.model.units import strings
from territorymap.model.written import words_text


def rep_columns(view: ExportView) -> list[Column]:
    """Return a row a rep, partners included; "territory" is the first that it leads, as the import takes one."""
    reps = view.plan.reps
    led: dict[int, str] = {}
    for territory, name in zip(view.plan.territories, view.territory_names()[:-1], strict=True):
        if territory.rep_id is not None:
            led.setdefault(territory.rep_id, str(name))
    return [
        Column("rep_name", strings(rep.name for rep in reps)),
        Column("home_postal_code", strings(rep.home_postal_code for rep in reps)),
        Column("home_city", strings(rep.home_city for rep in reps)),
        Column("home_state", strings(rep.home_state for rep in reps)),
        Column("home_country", strings(rep.home_country for rep in reps)),
        Column("lon", _numbers(rep.lon for rep in reps), "degrees"),
        Column("lat", _numbers(rep.lat for rep in reps), "degrees"),
        Column("capacity_h", _numbers(rep.capacity_h for rep in reps), "hours"),
        Column("fte", _numbers(rep.fte for rep in reps)),
        Column("role", strings(rep.role for rep in reps)),
        Column("seniority", strings(rep.seniority for rep in reps)),
        Column("career_level", strings(rep.career_level for rep in reps)),
        Column("started_on", strings(rep.started_on for rep in reps)),
        Column("languages", strings(words_text(rep.languages) for rep in reps)),
        Column("verticals", strings(words_text(rep.verticals) for rep in reps)),
        Column("territory", strings(led.get(rep.rep_id, "") for rep in reps)),
    ]


def team_columns(view: ExportView) -> list[Column]:
    """Return a row for each person in the team of each territory; a vacancy has one row, without a rep."""
    plan, names = view.plan, view.territory_names()
    regions = {region.region_id: region for region in plan.regions}
    capacity = view.balance.capacity_h
    rows: list[tuple[int, str, str, float]] = []
    for ix, team in enumerate(plan_teams(plan)):
        rows += [(ix, seat.rep.name, seat.kind, seat.share) for seat in team]
        if plan.territories[ix].rep_id is None:
            rows.append((ix, "", "vacant", float("nan")))
    at = np.array([row[0] for row in rows], dtype=np.int64)
    around = [regions.get(t.region_id) if t.region_id is not None else None for t in plan.territories]
    return [
        Column("territory", names[at] if len(at) else strings(())),
        Column("rep", strings(row[1] for row in rows)),
        Column("part", strings(row[2] for row in rows)),
        Column("share", _numbers(row[3] for row in rows), "ratio"),
        Column("vacant_since", strings(plan.territories[ix].vacant_since for ix in at)),
        Column("territory_capacity_h", capacity[at] if len(at) else _numbers(()), "hours"),
        Column("region", strings(region.name if (region := around[ix]) is not None else "" for ix in at)),
        Column("manager", strings(region.manager if (region := around[ix]) is not None else "" for ix in at)),
    ]


def _numbers(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
