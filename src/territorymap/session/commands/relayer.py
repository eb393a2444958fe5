"""Putting a plan on other units, as one undoable step. Owns the rows; what goes where is session.relayer's."""

from __future__ import annotations

import numpy as np

from territorymap.document import Writer
from territorymap.document.geopackage import encode_polygons
from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.variant import variant_of
from territorymap.session.commands.parts import part_uuid
from territorymap.session.relayer import Relayering
from territorymap.session.session import Command


def change_units(plan: Plan, new: Relayering) -> Command:
    """Change the unit layer of the plan as prepared by :class:`territorymap.session.relayer.Carrying`.

    A unit of the same code keeps its row, so what did not change is not written. Measures of the new layer that the
    plan does not have are added.
    """

    def run(writer: Writer, plan: Plan) -> None:
        ids = _write_units(writer, plan, new)
        _write_accounts(writer, plan, new, ids)
        _write_assignments(writer, plan, new, ids)
        kept = set(ids.tolist())
        writer.delete("unit", [unit_id for unit_id in plan.units.unit_id.tolist() if unit_id not in kept])
        layer = new.layer
        writer.update(
            "plan",
            {
                1: {
                    "unit_layer": layer.layer_id,
                    "unit_layer_title": layer.title,
                    "unit_word": layer.unit_word,
                    "attribution": layer.attribution,
                }
            },
        )

    title = new.layer.title or tr("units of the planner's own")
    return Command(tr("Change the unit layer to {layer}", layer=title), run)


def _write_units(writer: Writer, plan: Plan, new: Relayering) -> np.ndarray:
    """Write the rows of the units; returns the unit_id of each new unit."""
    layer, known = new.layer, plan.units.ix_by_code
    measures = dict(new.values)
    with writer.adding_columns("unit"):
        for name, brought in layer.values.items():
            is_known = (measure := plan.measure_named(name)) is not None and measure.source == "unit"
            if not is_known:
                own = name if measure is None else tr("{name} of units", name=name)
                measures[writer.add_measure(own, "unit").column_name] = brought
    columns: dict[str, list[object]] = {
        "unit_name": list(layer.name),
        "parent_code": list(layer.parent_code),
        "parent_name": list(layer.parent_name),
        "country": list(layer.country),
        "lon": np.asarray(layer.lon, dtype=float).tolist(),
        "lat": np.asarray(layer.lat, dtype=float).tolist(),
        "area_km2": np.asarray(layer.area_km2, dtype=float).tolist(),
        "perimeter_km": np.asarray(layer.perimeter_km, dtype=float).tolist(),
        "locked": new.locked.astype(int).tolist(),
        "part_of": [str(whole) or None for whole in layer.part_of],
        "uuid": [
            part_uuid(plan, str(whole), shape) if whole else None
            for whole, shape in zip(layer.part_of, layer.geometry, strict=True)
        ],
        "geom": list(encode_polygons(layer.geometry)),
        **{column: [None if v != v else v for v in values.tolist()] for column, values in measures.items()},
    }
    names = list(columns)
    ids = np.full(len(layer), -1, dtype=np.int64)
    updates: dict[int, dict[str, object]] = {}
    inserts: list[dict[str, object]] = []
    added: list[int] = []
    for ix, row in enumerate(zip(*columns.values(), strict=True)):
        code = str(layer.code[ix])
        values = dict(zip(names, row, strict=True))
        if code in known:
            ids[ix] = plan.units.unit_id[known[code]]
            updates[int(ids[ix])] = values
        else:
            inserts.append({"unit_code": code, **values})
            added.append(ix)
    writer.update("unit", updates)
    ids[added] = writer.insert("unit", inserts)
    return ids


def _write_accounts(writer: Writer, plan: Plan, new: Relayering, ids: np.ndarray) -> None:
    before = np.append(plan.units.unit_id, -1)[plan.accounts.unit_ix]
    after = np.append(ids, -1)[new.account_unit]
    moved = np.flatnonzero(before != after)
    pairs = zip(plan.accounts.account_id[moved].tolist(), after[moved].tolist(), strict=True)
    writer.update("account", {account: {"unit_id": unit if unit >= 0 else None} for account, unit in pairs})


def _write_assignments(writer: Writer, plan: Plan, new: Relayering, ids: np.ndarray) -> None:
    """Write who has the units in every place, parents before those scenarios that store what differs from them."""
    parents = {scenario.scenario_id: scenario.parent_id for scenario in plan.scenarios}

    def depth(scenario_id: int | None) -> int:
        return 0 if scenario_id is None else 1 + depth(parents.get(scenario_id))

    choices = [(variant_of(plan), new.unit_territory), *new.others]
    in_use = plan.alignment.alignment_id
    for variant, unit_territory in sorted(choices, key=lambda choice: depth(choice[0].scenario.scenario_id)):
        with writer.within(variant.scenario.scenario_id, variant.alignment_id or in_use):
            owners = writer.owners(ids.tolist())
            before = np.array([-1 if (owner := owners[i]) is None else owner for i in ids.tolist()], dtype=np.int64)
            after = variant.territory_ids()[unit_territory]
            for owner in np.unique(after[after != before]).tolist():
                writer.assign(ids[(after == owner) & (before != owner)], owner if owner >= 0 else None)
