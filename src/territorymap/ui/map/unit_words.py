"""What the status bar says of the unit under the pointer."""

from __future__ import annotations

from territorymap.i18n import tr
from territorymap.model.plan import Plan


def describe_unit(plan: Plan, unit_ix: int) -> str:
    """Return the status line of a unit, "" for none."""
    if not 0 <= unit_ix < len(plan.units):
        return ""
    unit = f"{plan.units.name[unit_ix]} ({plan.units.code[unit_ix]})"
    ix = int(plan.unit_territory[unit_ix])
    if ix < 0:
        return tr("{unit}: unassigned", unit=unit)
    rep = plan.rep_of(ix)
    territory = plan.territories[ix].name
    if rep is None:
        return tr("{unit}: {territory}, vacant", unit=unit, territory=territory)
    return tr("{unit}: {territory}, {rep}", unit=unit, territory=territory, rep=rep.name)
