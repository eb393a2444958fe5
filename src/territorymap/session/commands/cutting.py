"""Cutting units along a line or polygon, and joining parts again; each is one undoable step.

Owns what becomes of the rows: units, assignments, accounts, measures; the geometry is geo.cut's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.geo.choose import units_by_majority
from territorymap.geo.cut import Cut, CutFailedError, CutPart, cut_geometry, join_geometry
from territorymap.geo.layer import Geometries
from territorymap.geo.repair import polygons_only
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import (
    enumerate_names,
    find_territory,
    refuse_locked_territories,
    refuse_locked_units,
)
from territorymap.session.commands.parts import (
    Family,
    descent_columns,
    family_of,
    ground_columns,
    part_codes,
    part_uuid,
    shared_by_area,
    summed,
)
from territorymap.session.session import Command

MAX_PARTS = 20_000


def cut_units(plan: Plan, geometry: Geometries, shape: shapely.Geometry, *, territory_id: int | None = None) -> Command:
    """Split the units that a line or a polygon crosses; the parts keep territory and lock of their unit.

    With a territory, what lies inside the polygon (whole units too), or to the left of the line, goes to it.

    Raises
    ------
    UserError
        if no unit is crossed, or a unit or territory that would change is locked.
    """
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        (shape,) = polygons_only(np.array([shape], dtype=object))  # a hand crosses its own line
    cut = checked_cut(plan, geometry, shape)
    target = None if territory_id is None else find_territory(plan, territory_id)
    inside = inner_units(geometry, shape, cut) if target is not None else np.empty(0, dtype=np.int64)
    if not cut.parts:
        raise UserError(_nothing_cut(plan, cut), _how_to_cut(shape))
    refuse_locked(plan, np.union1d(cut.wholes, inside), territory_id)
    step = CutStep(plan, cut)

    def run(writer: Writer, plan: Plan) -> None:
        ids = step.write(writer)
        if territory_id is not None:
            give_inside(writer, plan, cut, ids, inside, territory_id)

    return Command(step.label, run, step.notes)


def checked_cut(plan: Plan, geometry: Geometries, shape: shapely.Geometry, keep_whole: Sequence[int] = ()) -> Cut:
    """Return the cut; UserError where no clean parts come of it, or far too many."""
    try:
        cut = cut_geometry(geometry, shape, keep_whole=keep_whole)
    except CutFailedError as error:
        raise UserError(
            tr("The units cannot be cut here: {reason}.", reason=error),
            tr("Draw the line a little to the side, or check the boundaries with territorymap check."),
        ) from error
    if len(cut.parts) > MAX_PARTS:
        raise UserError(
            tr("This would make {n} parts.", n=len(cut.parts)), tr("Draw a simpler line, or zoom in and cut less.")
        )
    return cut


def inner_units(geometry: Geometries, shape: shapely.Geometry, cut: Cut) -> NDArray[np.int64]:
    """Return the unit_ix that stay whole and lie inside the polygon; none for a line."""
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return np.empty(0, dtype=np.int64)
    return np.setdiff1d(units_by_majority(geometry, shape), cut.wholes)


def refuse_locked(plan: Plan, unit_ix: NDArray[np.integer], territory_id: int | None) -> None:
    """UserError naming the locked units, or locked territories that have units or would take some."""
    touched = {int(ix) for ix in np.unique(plan.unit_territory[unit_ix])} - {-1}
    if territory_id is not None:
        touched.add(plan.territory_ix(territory_id))
    refuse_locked_territories((plan.territories[ix] for ix in sorted(touched)), plan)
    refuse_locked_units(plan, unit_ix)


def give_inside(
    writer: Writer, plan: Plan, cut: Cut, part_ids: Sequence[int], inside: NDArray[np.int64], territory_id: int
) -> None:
    """Give the parts and the whole units inside to a territory."""
    at = _position(plan, territory_id)
    moving = (
        inside if at < 0 else inside[plan.unit_territory[inside] != at]
    )  # a new territory has none, -1 is unassigned
    ids = [unit_id for unit_id, part in zip(part_ids, cut.parts, strict=True) if part.is_inside]
    writer.assign([*plan.units.unit_id[moving].tolist(), *ids], territory_id)


def _position(plan: Plan, territory_id: int) -> int:
    """Return the territory_ix; -1 for a territory that this very step has made."""
    return next((ix for ix, t in enumerate(plan.territories) if t.territory_id == territory_id), -1)


@dataclass(frozen=True)
class _Heirs:
    """The accounts of a unit that was cut."""

    account_ix: NDArray[np.int64]
    part: NDArray[np.int64]  # which of the parts, 0 = the largest
    n_unplaced: int  # without a position: they go with the largest


class CutStep:
    """The rows of a cut."""

    def __init__(self, plan: Plan, cut: Cut) -> None:
        self._plan, self._cut = plan, cut
        self._heirs = {ix: _heirs(plan, ix, cut.parts_of(ix)) for ix in cut.wholes}

    @property
    def label(self) -> str:
        plan, wholes = self._plan, self._cut.wholes
        if len(wholes) == 1:
            return tr("Cut {unit}", unit=unit_label(plan, wholes[0]))
        return ntr("Cut {n} unit", "Cut {n} units", len(wholes))

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what the person should know besides."""
        plan, notes = self._plan, []
        n = sum(heirs.n_unplaced for heirs in self._heirs.values())
        if n:
            notes.append(
                ntr(
                    "{n} account without a position went with the largest part.",
                    "{n} accounts without a position went with the largest parts.",
                    n,
                )
            )
        notes += whole_notes(plan, self._cut)
        return tuple(notes)

    def write(self, writer: Writer) -> list[int]:
        """Write the rows; returns the unit_id of each part of the cut, in its order."""
        plan, cut = self._plan, self._cut
        revised = list(cut.revised)
        columns = ground_columns(np.array([cut.revised[ix] for ix in revised], dtype=object)) if revised else []
        writer.update("unit", dict(zip(plan.units.unit_id[revised].tolist(), columns, strict=True)))
        taken = {str(code).casefold() for code in plan.units.code}
        rows: list[dict[str, object]] = []
        for whole_ix in cut.wholes:
            rows += _part_rows(plan, whole_ix, cut.parts_of(whole_ix), taken)
        ids = writer.insert("unit", rows)
        at = 0
        for whole_ix in cut.wholes:
            own = ids[at : at + len(cut.parts_of(whole_ix))]
            at += len(own)
            writer.copy_assignments(int(plan.units.unit_id[whole_ix]), own)
            heirs = self._heirs[whole_ix]
            accounts = plan.accounts.account_id[heirs.account_ix].tolist()
            writer.update(
                "account", {a: {"unit_id": own[p]} for a, p in zip(accounts, heirs.part.tolist(), strict=True)}
            )
        writer.delete("unit", plan.units.unit_id[cut.wholes].tolist())
        return ids


def _part_rows(plan: Plan, whole_ix: int, parts: Sequence[CutPart], taken: set[str]) -> list[dict[str, object]]:
    family = family_of(plan, whole_ix)
    ground = ground_columns(np.array([part.geometry for part in parts], dtype=object))
    area = [float(str(columns["area_km2"])) for columns in ground]
    shares = {column: shared_by_area(float(values[whole_ix]), area) for column, values in plan.units.values.items()}
    rows = []
    for i, (code, name) in enumerate(part_codes(family, len(parts), taken)):
        rows.append(
            {
                "unit_code": code,
                "unit_name": name,
                "part_of": family.code,
                "uuid": part_uuid(plan, family.code, parts[i].geometry),
                **descent_columns(plan, whole_ix),
                **ground[i],
                **{column: share[i] for column, share in shares.items()},
            }
        )
    return rows


def _heirs(plan: Plan, unit_ix: int, parts: Sequence[CutPart]) -> _Heirs:
    """Return which part each account of a unit goes to: where it lies, else the nearest, else the largest."""
    accounts = plan.accounts
    account_ix = np.sort(accounts.in_units(np.array([unit_ix])))
    lon, lat = accounts.lon[account_ix], accounts.lat[account_ix]
    placed = np.isfinite(lon) & np.isfinite(lat)
    part = np.zeros(len(account_ix), dtype=np.int64)
    shapes = np.array([p.geometry for p in parts], dtype=object)
    if placed.any():
        points = shapely.points(lon[placed], lat[placed])
        shapely.prepare(shapes)
        # The first that is nearest: 0 where the point lies in it; addresses on a generalised coast lie beside.
        part[placed] = np.argmin([shapely.distance(shape, points) for shape in shapes], axis=0)
    return _Heirs(account_ix, part, int((~placed).sum()))


def heirs_of(plan: Plan, unit_ix: int, parts: Sequence[CutPart]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (account_ix of the accounts lying in a unit, which of its parts each goes to)."""
    heirs = _heirs(plan, unit_ix, parts)
    return heirs.account_ix, heirs.part


def whole_notes(plan: Plan, cut: Cut) -> list[str]:
    """Return which units stayed whole though the line met them, and why."""
    notes = []
    if cut.not_crossed:
        names = enumerate_names([unit_label(plan, ix) for ix in cut.not_crossed])
        notes.append(
            ntr(
                "{names} stays whole: the line ends inside it.",
                "{names} stay whole: the line ends inside them.",
                len(cut.not_crossed),
                names=names,
            )
        )
    if cut.only_slivers:
        names = enumerate_names([unit_label(plan, ix) for ix in cut.only_slivers])
        notes.append(
            ntr(
                "{names} stays whole: the line only grazes it.",
                "{names} stay whole: the line only grazes them.",
                len(cut.only_slivers),
                names=names,
            )
        )
    return notes


def unit_label(plan: Plan, unit_ix: int) -> str:
    return f"{plan.units.name[unit_ix]} ({plan.units.code[unit_ix]})"


def _nothing_cut(plan: Plan, cut: Cut) -> str:
    return " ".join([tr("No unit is cut."), *whole_notes(plan, cut)])


def _how_to_cut(shape: shapely.Geometry) -> str:
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return tr("Draw the polygon so that its border runs through a unit.")
    return tr("Draw the line from outside a unit through it to the other side.")


# -- joining -----------------------------------------------------------------------------------------------------------


def join_parts(
    plan: Plan, geometry: Geometries, unit_ix: NDArray[np.integer], *, territory_id: int | None = None
) -> Command:
    """Join parts of one unit; one part alone is joined with all the others of its unit.

    Where all parts are joined the unit is whole again, with the sums of its parts. Parts of several units are joined
    unit by unit. If their territories differ the joined unit goes to ``territory_id`` if one of them has it, else to
    that of the largest part, and that is said.

    Raises
    ------
    UserError
        if none of the units is a part, or a part or its territory is locked.
    """
    families = _families(plan, np.unique(np.asarray(unit_ix, dtype=np.int64)))
    every = np.array(sorted(ix for group in families.values() for ix in group), dtype=np.int64)
    if not families:
        raise UserError(
            tr("None of these units is a part of a cut unit."), tr("Select parts: their codes end in -a, -b and so on.")
        )
    refuse_locked(plan, every, None)
    joins = [_Join(plan, geometry, np.array(group), territory_id) for group in families.values()]

    def run(writer: Writer, plan: Plan) -> None:
        for join in joins:
            join.write(writer)

    if len(joins) == 1:
        label = tr("Join the parts of {unit}", unit=joins[0].title)
    else:
        label = ntr("Join the parts of {n} unit", "Join the parts of {n} units", len(joins))
    return Command(label, run, tuple(join.note for join in joins if join.note))


def _families(plan: Plan, unit_ix: NDArray[np.int64]) -> dict[str, list[int]]:
    """Return the parts to be joined, by the code of their whole."""
    families: dict[str, list[int]] = {}
    for ix in unit_ix.tolist():
        if whole := str(plan.units.part_of[ix]):
            families.setdefault(whole, []).append(ix)
    for whole, group in families.items():
        if len(group) == 1:
            families[whole] = np.flatnonzero(plan.units.part_of == whole).tolist()
    return families


class _Join:
    """The rows of joining some parts of one unit."""

    def __init__(self, plan: Plan, geometry: Geometries, parts: NDArray[np.int64], territory_id: int | None) -> None:
        self._plan, self._geometry = plan, geometry
        self._parts = parts[np.argsort(-plan.units.area_km2[parts], kind="stable")]  # the largest first
        self._family = family_of(plan, int(self._parts[0]))
        everyone = plan.units.part_of == self._family.code
        self._is_whole = int(everyone.sum()) == len(parts)
        held = plan.unit_territory[self._parts]
        wanted = -1 if territory_id is None else _position(plan, territory_id)
        chosen = np.flatnonzero((held == wanted) & (territory_id is not None))
        self._heir = int(self._parts[chosen[0]]) if len(chosen) else int(self._parts[0])
        self.note = self._said(np.unique(held)) if len(np.unique(held)) > 1 else ""

    @property
    def title(self) -> str:
        return f"{self._family.name} ({self._family.code})"

    def _said(self, held: NDArray[np.int32]) -> str:
        plan, ix = self._plan, int(self._plan.unit_territory[self._heir])
        names = [plan.territories[t].name if t >= 0 else tr("no territory") for t in held.tolist()]
        return tr(
            "The parts of {unit} were in {names}; joined they are in {name}.",
            unit=self.title,
            names=enumerate_names(names),
            name=plan.territories[ix].name if ix >= 0 else tr("no territory"),
        )

    def _identity(self, shape: shapely.MultiPolygon) -> dict[str, object]:
        plan, family = self._plan, self._family
        if self._is_whole:
            return {"unit_code": family.code, "unit_name": family.name, "part_of": None, "uuid": None}
        first = min(self._parts.tolist(), key=lambda ix: str(plan.units.code[ix]))
        kept: Family = family_of(plan, first)
        return {
            "unit_code": str(plan.units.code[first]),
            "unit_name": f"{family.name} ({kept.letters})",
            "part_of": family.code,
            "uuid": part_uuid(plan, family.code, shape),
        }

    def write(self, writer: Writer) -> None:
        plan, units = self._plan, self._plan.units
        shape = join_geometry(self._geometry[self._parts])
        (ground,) = ground_columns(np.array([shape], dtype=object))
        identity = self._identity(shape)
        sums = {column: summed(values[self._parts]) for column, values in units.values.items()}
        row = {**identity, **descent_columns(plan, int(self._parts[0])), **ground, **sums}
        code = row.pop("unit_code")
        # One of the parts may have the code still; it is given when they are gone.
        (unit_id,) = writer.insert("unit", [{"unit_code": f"{code} +", **row}])
        writer.copy_assignments(int(units.unit_id[self._heir]), [unit_id])
        accounts = plan.accounts.account_id[np.sort(plan.accounts.in_units(self._parts))].tolist()
        writer.update("account", {account: {"unit_id": unit_id} for account in accounts})
        writer.delete("unit", units.unit_id[self._parts].tolist())
        writer.update("unit", {unit_id: {"unit_code": code}})
