"""From where territories are built when nobody says. Owns the rule."""

from __future__ import annotations

from territorymap.model.plan import Plan


def is_around_homes(plan: Plan, measures: tuple[str, ...], n_territories: int | None) -> bool:
    """Tell whether the homes of the reps are what to start from.

    So they are where the workload, which has the ways from home in it, is to be even, and each territory is somebody's
    whose home is known. Cut without a look at homes, the ways would be longer than the visits.
    """
    if n_territories not in (None, len(plan.territories)) or not plan.territories:
        return False
    reps = {rep.rep_id: rep for rep in plan.reps}
    found = [None if t.rep_id is None else reps.get(t.rep_id) for t in plan.territories]
    at_home = all(rep is not None and rep.has_home for rep in found)
    known = (plan.measure_named(name) for name in measures)
    return at_home and any(m is not None and m.is_workload for m in known)
