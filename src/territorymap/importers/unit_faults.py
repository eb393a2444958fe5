"""The faults of a boundary file in words and sums. Owns sentences and counting; the search is geo.survey's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from territorymap.geo.repair import needs_mending
from territorymap.geo.survey import Fault, FaultKind
from territorymap.i18n import listed, ntr, number, tr

_MOST_NAMED = 3


@dataclass(frozen=True)
class FaultGroup:
    """All faults of one kind; gaps that a repair closes and wider ones are two groups."""

    kind: FaultKind
    is_wide: bool  # gaps wider than the tolerance
    faults: tuple[Fault, ...]
    tolerance_m: float = 0.0

    @property
    def area_km2(self) -> float:
        return sum(fault.area_km2 for fault in self.faults)

    @property
    def key(self) -> str:
        return "wide_gap" if self.is_wide else self.kind.value

    @property
    def is_repairable(self) -> bool:
        """Whether a repair of the borders changes it."""
        return not self.is_wide and self.kind not in (FaultKind.INVALID, FaultKind.SAME_CODE)


def group_faults(faults: Sequence[Fault], tolerance_m: float) -> list[FaultGroup]:
    """Return the faults by kind, those that a repair mends before the others."""
    made: dict[tuple[FaultKind, bool], list[Fault]] = {}
    for fault in faults:
        is_wide = fault.kind is FaultKind.GAP and not needs_mending(fault, tolerance_m)
        made.setdefault((fault.kind, is_wide), []).append(fault)
    order = list(FaultKind)
    groups = [FaultGroup(kind, is_wide, tuple(found), tolerance_m) for (kind, is_wide), found in made.items()]
    return sorted(groups, key=lambda group: (not group.is_repairable, order.index(group.kind)))


def group_title(group: FaultGroup) -> str:
    """Return how many there are of what."""
    n = len(group.faults)
    if group.is_wide:
        return ntr(
            "{n} hole wider than {metres} m that belongs to no unit",
            "{n} holes wider than {metres} m that belong to no unit",
            n,
            metres=number(group.tolerance_m, 0 if group.tolerance_m == int(group.tolerance_m) else 1),
        )
    return {
        FaultKind.INVALID: ntr("{n} border that crosses itself", "{n} borders that cross themselves", n),
        FaultKind.OVERLAP: ntr("{n} overlap", "{n} overlaps", n),
        FaultKind.SAME_SHAPE: ntr("{n} pair of units with the same shape", "{n} pairs of units with the same shape", n),
        FaultKind.GAP: ntr("{n} gap", "{n} gaps", n),
        FaultKind.MISMATCH: ntr(
            "{n} unit whose border does not quite meet its neighbour's",
            "{n} units whose borders do not quite meet their neighbours'",
            n,
        ),
        FaultKind.SAME_CODE: ntr("{n} code in several rows", "{n} codes in several rows", n),
    }[group.kind]


def group_advice(group: FaultGroup) -> str:
    """Return what is done about it, or was."""
    if group.is_wide:
        return tr("Wider than the tolerance; left open, as lakes should be.")
    return {
        FaultKind.INVALID: tr("Untangled; no ground is lost or won."),
        FaultKind.OVERLAP: tr("Repair gives each to the neighbour with the longer shared border."),
        FaultKind.SAME_SHAPE: tr("Repair keeps the first of each pair."),
        FaultKind.GAP: tr("Repair gives each to the neighbour with the longer shared border."),
        FaultKind.MISMATCH: tr("Repair makes both sides share one line."),
        FaultKind.SAME_CODE: tr("Rows of one code are one unit; their numbers are summed."),
    }[group.kind]


def fault_text(fault: Fault, codes: Sequence[str]) -> str:
    """Return one fault in a sentence that names the units."""
    units = named_codes([codes[i] for i in fault.units])
    area = area_text(fault.area_km2)
    if fault.kind is FaultKind.OVERLAP:
        return tr("{units} overlap by {area}", units=units, area=area)
    if fault.kind is FaultKind.SAME_SHAPE:
        return tr("{units} are the same {area}", units=units, area=area)
    if fault.kind is FaultKind.GAP:
        return tr(
            "{area}, {width} m wide, beside {units}",
            area=area,
            width=number(fault.width_m, 1 if fault.width_m < 100 else 0),
            units=units,
        )
    if fault.kind is FaultKind.INVALID:
        return tr("The border of {units} crosses itself", units=units)
    if fault.kind is FaultKind.SAME_CODE:
        return ntr("{units}: {n} row", "{units}: {n} rows", len(fault.rows), units=units)
    return tr("The border of {units}", units=units)


def named_codes(codes: Sequence[str]) -> str:
    """Return the first codes, and how many more there are."""
    distinct = list(dict.fromkeys(codes))
    if len(distinct) <= _MOST_NAMED:
        return listed(distinct)
    first = listed(distinct[:_MOST_NAMED])
    return tr("{codes} and {n} more", codes=first, n=number(len(distinct) - _MOST_NAMED))


def area_text(km2: float) -> str:
    """Return an area in square kilometres, small ones in square metres."""
    if km2 < 0.01:
        return tr("{n} m²", n=number(km2 * 1e6, 0 if km2 >= 1e-5 else 1))
    return tr("{n} km²", n=number(km2, 2))


def faults_json(faults: Sequence[Fault], tolerance_m: float) -> dict[str, dict[str, float | int]]:
    """Return counts and square kilometres by kind, for programs."""
    groups = group_faults(faults, tolerance_m)
    return {group.key: {"count": len(group.faults), "km2": round(group.area_km2, 6)} for group in groups}


def with_area(title: str, km2: float) -> str:
    """Return a count of faults with their area, where they have one."""
    return tr("{title}, {area}", title=title, area=area_text(km2)) if km2 > 0 else title
