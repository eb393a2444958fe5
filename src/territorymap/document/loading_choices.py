"""Reads what scenarios choose: territories, owners of units, overrides; and the short lists of the plan.

Owns the way from effective values to model.variant; changes nothing.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.document.checked_values import dicts, maybe_whole, number, positions, text, whole
from territorymap.document.effective import Place
from territorymap.document.scenarios import Record, territory_records
from territorymap.document.table_columns import BadContentError
from territorymap.model.accounts import Accounts
from territorymap.model.records import (
    CAP_KINDS,
    CAP_PER,
    SCENARIO_STATUSES,
    Alignment,
    Cap,
    Conflict,
    Override,
    Region,
    Scenario,
    Scene,
    Territory,
)
from territorymap.model.units import Units
from territorymap.model.variant import Variant
from territorymap.model.written import day_of, team_of

DEFAULT_COLOR = "#8c8c8c"
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_CONFLICT = ("uuid", "merge_uuid", "kind", "key", "field", "base", "mine", "theirs")
_WHO = ("mine_author", "mine_at", "theirs_author", "theirs_at", "state")


@dataclass(frozen=True)
class Lists:
    """What a plan has a handful of."""

    scenarios: list[Scenario]
    caps: list[Cap]
    scenes: list[Scene]
    conflicts: list[Conflict]
    alignments: list[Alignment]
    regions: list[Region]


def load_lists(connection: sqlite3.Connection) -> Lists:
    """Return scenarios, caps, scenes, conflicts, alignments and regions."""
    return Lists(
        _scenarios(connection),
        _caps(connection),
        _scenes(connection),
        _conflicts(connection),
        _alignments(connection),
        _regions(connection),
    )


def load_variant(
    connection: sqlite3.Connection, place: Place, units: Units, accounts: Accounts, scenarios: Sequence[Scenario]
) -> Variant:
    """Return who has what in a scenario.

    Raises
    ------
    BadContentError
        if a value has the wrong type or points to what is not there.
    """
    scenario = next(s for s in scenarios if s.scenario_id == place.scenario_id)
    territories = _territories(connection, territory_records(connection, place.chain, place.alignment_id))
    ix_by_id: dict[int | None, int] = {t.territory_id: ix for ix, t in enumerate(territories)} | {None: -1}
    overrides = _overrides(connection, place)
    account_override = np.full(len(accounts), -1, dtype=np.int32)
    if overrides:
        at = positions(accounts.account_id, list(overrides), "override.account_id")
        account_override[at] = _known(ix_by_id, [o.territory_id for o in overrides.values()], "override")
    return Variant(scenario, territories, _assignment(connection, place, units, ix_by_id), account_override, overrides)


def _assignment(
    connection: sqlite3.Connection, place: Place, units: Units, ix_by_id: dict[int | None, int]
) -> NDArray[np.int32]:
    unit_territory = np.full(len(units), -1, dtype=np.int32)
    owner_id: NDArray[np.object_] = np.full(len(units), None, dtype=object)
    sql = "SELECT unit_id, territory_id FROM assignment WHERE scenario_id = ? AND alignment_id = ?"
    for scenario_id in reversed(place.chain):
        rows = connection.execute(sql, (scenario_id, place.alignment_id)).fetchall()
        if rows:
            unit_ids, territory_ids = zip(*rows, strict=True)
            owner_id[positions(units.unit_id, unit_ids, "assignment.unit_id")] = territory_ids
    unit_territory[:] = _known(ix_by_id, owner_id.tolist(), "assignment")
    return unit_territory


def _overrides(connection: sqlite3.Connection, place: Place) -> dict[int, Override]:
    names = ("override_id", "uuid", "account_id", "territory_id", "reason", "author", "created_at")
    texts = ("uuid", "reason", "author", "created_at")
    found: dict[int, dict[str, Any]] = {}
    for scenario_id in reversed(place.chain):
        where, values = "scenario_id = ? AND alignment_id = ?", (scenario_id, place.alignment_id)
        found |= {row["account_id"]: row for row in dicts(connection, "override", names, where=where, values=values)}
    given = (row for row in found.values() if row["territory_id"] is not None)
    clean = [{**row, **{name: text(row[name], f"override.{name}") for name in texts}} for row in given]
    return {row["account_id"]: Override(**row) for row in sorted(clean, key=lambda row: row["override_id"])}


def _territories(connection: sqlite3.Connection, records: dict[int, Record]) -> list[Territory]:
    territories = [
        Territory(
            row["territory_id"],
            row["uuid"] or "",
            text(row["territory_name"], "territory.territory_name"),
            color_of(row["color"]),
            maybe_whole(row["rep_id"], "territory.rep_id"),
            bool(row["locked"]),
            maybe_whole(row["region_id"], "territory.region_id"),
            whole(row["sort_order"] or 0, "territory.sort_order"),
            team_of(row["team"]),
            day_of(text(row["vacant_since"], "territory.vacant_since")),
        )
        for row in records.values()
    ]
    rep_ids = {rep_id for (rep_id,) in connection.execute("SELECT rep_id FROM rep")} | {None}
    if lost := next((t for t in territories if t.rep_id not in rep_ids), None):
        raise BadContentError(f"territory.rep_id: {lost.rep_id}")
    return sorted(territories, key=lambda t: (t.sort_order, t.territory_id))


def color_of(value: Any, default: str = DEFAULT_COLOR) -> str:
    """Return a colour as the screen takes it; the default for what is none."""
    return value.lower() if isinstance(value, str) and _HEX.fullmatch(value) else default


def _known(ix_by_id: dict[int | None, int], row_ids: Sequence[Any], where: str) -> list[int]:
    try:
        return [ix_by_id[row_id] for row_id in row_ids]
    except KeyError as error:
        raise BadContentError(f"{where}.territory_id: {error}") from error


def _scenarios(connection: sqlite3.Connection) -> list[Scenario]:
    texts = ("uuid", "color", "note", "author", "effective_date", "status", "created_at")
    names = ("scenario_id", "scenario_name", "parent_scenario_id", "is_baseline", *texts)
    found = []
    for row in dicts(connection, "scenario", names):
        clean = {name: text(row[name], f"scenario.{name}") for name in texts}
        if (clean["status"] or "draft") not in SCENARIO_STATUSES:
            raise BadContentError(f"scenario.status: {clean['status']!r}")
        found.append(
            Scenario(
                scenario_id=row["scenario_id"],
                name=text(row["scenario_name"], "scenario.scenario_name"),
                parent_id=maybe_whole(row["parent_scenario_id"], "scenario.parent_scenario_id"),
                is_baseline=bool(row["is_baseline"]),
                **{**clean, "status": clean["status"] or "draft", "color": color_of(clean["color"], "")},
            )
        )
    return found


def _alignments(connection: sqlite3.Connection) -> list[Alignment]:
    texts = ("uuid", "role", "scope", "color", "note")
    found = []
    for row in dicts(connection, "alignment", ("alignment_id", "alignment_name", "sort_order", *texts)):
        clean = {name: text(row[name], f"alignment.{name}") for name in texts}
        found.append(
            Alignment(
                alignment_id=row["alignment_id"],
                name=text(row["alignment_name"], "alignment.alignment_name"),
                sort_order=whole(row["sort_order"] or 0, "alignment.sort_order"),
                **{**clean, "color": color_of(clean["color"], "")},
            )
        )
    return sorted(found, key=lambda alignment: (alignment.sort_order, alignment.alignment_id))


def _regions(connection: sqlite3.Connection) -> list[Region]:
    names = ("region_id", "uuid", "region_name", "parent_region_id", "manager", "alignment_id")
    return [
        Region(
            r["region_id"],
            r["uuid"] or "",
            text(r["region_name"], "region.region_name"),
            maybe_whole(r["parent_region_id"], "region.parent_region_id"),
            text(r["manager"], "region.manager"),
            maybe_whole(r["alignment_id"], "region.alignment_id"),
        )
        for r in dicts(connection, "region", names)
    ]


def _caps(connection: sqlite3.Connection) -> list[Cap]:
    found = []
    for row in dicts(connection, "cap", ("cap_id", "uuid", "measure_id", "per", "kind", "max_share")):
        if row["per"] not in CAP_PER or row["kind"] not in CAP_KINDS:
            raise BadContentError(f"cap.per, cap.kind: {row['per']!r}, {row['kind']!r}")
        share = number(row["max_share"], "cap.max_share", default=0.0)
        measure_id = whole(row["measure_id"], "cap.measure_id")
        found.append(Cap(row["cap_id"], text(row["uuid"], "cap.uuid"), measure_id, row["per"], row["kind"], share))
    return found


def _scenes(connection: sqlite3.Connection) -> list[Scene]:
    found = []
    for row in dicts(connection, "scene", ("scene_id", "uuid", "caption", "notes", "content", "sort_order")):
        texts = {name: text(row[name], f"scene.{name}") for name in ("uuid", "caption", "notes", "content")}
        order = whole(row["sort_order"] or 0, "scene.sort_order")
        found.append(Scene(scene_id=row["scene_id"], sort_order=order, **texts))
    return sorted(found, key=lambda scene: (scene.sort_order, scene.scene_id))


def _conflicts(connection: sqlite3.Connection) -> list[Conflict]:
    names = (*_CONFLICT, *_WHO)
    found = []
    for row in dicts(connection, "conflict", ("conflict_id", *names)):
        clean = {name: text(row[name], f"conflict.{name}") for name in names}
        found.append(Conflict(conflict_id=row["conflict_id"], **clean))
    return found
