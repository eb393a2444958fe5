"""Who covers when a rep leaves, in every alignment, with the least overload and the fewest new owners.

Owns which ways are offered and which is proposed; the step is session.commands.turnover's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.records import Rep
from territorymap.session.commands.checks import refuse_locked_territories
from territorymap.session.session import Session
from territorymap.session.turnover.cover import Cover, Covered, Load, Turnover, covered_plan
from territorymap.session.turnover.ground import Ground, Workloads, hours_by_rep
from territorymap.session.turnover.heirs import HAIR_H, covered_by, heirs_of
from territorymap.session.turnover.notes import notes_on

IsCancelled = Callable[[], bool]
MOST_OWNERS = 4  # neighbours that share one territory
_WORTH = 0.05  # of a full job: so much less overload is worth another owner


def plan_cover(session: Session, rep_id: int, is_cancelled: IsCancelled = lambda: False) -> Turnover:
    """Return who could cover for a rep, and which of the ways is proposed.

    The fewest new owners are proposed that bear it within their capacities; where none can, another owner is taken as
    long as that makes the hours beyond them fewer by 5 % of a full job.

    Raises
    ------
    UserError
        if there is no such rep, the rep has no territory, or one of them is locked.
    """
    plan = session.plan
    rep = plan.rep(rep_id)
    if rep is None:
        raise UserError(tr("This rep is not in the plan any more."), tr("Choose another one."))
    places = [Ground(session, coverage) for coverage in session.coverages()]
    own = [(place, t) for place in places for t in place.territories_of(rep_id)]
    if not own:
        raise UserError(
            tr("{name} has no territory, so there is nothing to cover.", name=rep.name),
            tr("Choose a rep who is in charge of a territory."),
        )
    refuse_locked_territories([place.territories[t] for place, t in own], plan)
    loads = Workloads(plan, places)
    options: list[Cover] = []
    for most in range(1, MOST_OWNERS + 1):
        if is_cancelled():
            break
        cover = _cover(plan, places, own, loads, rep, most)
        if not options or (cover.n_owners > options[-1].n_owners and _is_less(cover, options[-1])):
            options.append(cover)
        elif most > 2 and cover.n_owners == options[-1].n_owners:
            break
    best = _best(options, loads.usual)
    teams = tuple(
        (place.coverage.alignment, territory)
        for place in places
        for territory in place.territories
        if territory.rep_id != rep_id and any(member.rep_uuid == rep.uuid for member in territory.team)
    )
    notes = tuple(tuple(notes_on(session, rep, option, loads, teams)) for option in options)
    return Turnover(rep, tuple(options), best, teams, notes)


def _is_less(one: Cover, other: Cover) -> bool:
    """Whether fewer hours are too much, or, with none in both, the fullest is less full."""
    if one.overload_h > HAIR_H or other.overload_h > HAIR_H:
        return one.overload_h < other.overload_h - HAIR_H
    return one.worst < other.worst - 1e-9


def _best(options: Sequence[Cover], full_h: float) -> int:
    for i, option in enumerate(options[:-1]):
        if option.overload_h <= HAIR_H or options[i + 1].overload_h > option.overload_h - _WORTH * full_h:
            return i
    return len(options) - 1


def _cover(
    plan: Plan, places: Sequence[Ground], own: Sequence[tuple[Ground, int]], loads: Workloads, rep: Rep, most: int
) -> Cover:
    """Cover each territory by ``most`` neighbours at most, the heaviest territory first."""
    load = dict(loads.before)
    covered: dict[int, Covered] = {}
    order = sorted(range(len(own)), key=lambda i: -float(own[i][0].totals.territory_total[own[i][0].row, own[i][1]]))
    for i in order:
        place, t = own[i]
        heirs, given, hours = heirs_of(place, t, loads, load, rep, most)
        covered[i] = covered_by(place, t, heirs, given, loads)
        for h, ix in enumerate(heirs):
            heir = place.territories[ix].rep_id
            assert heir is not None
            load[heir] += float(hours[h, given == h].sum())
    done = tuple(covered[i] for i in range(len(own)))
    return Cover(most, done, _loads_after(plan, places, done, loads, rep))


def _loads_after(
    plan: Plan, places: Sequence[Ground], covered: Sequence[Covered], loads: Workloads, rep: Rep
) -> tuple[Load, ...]:
    """Return what those who take something have to do then, ways from their own homes included."""
    after: dict[int, float] = {}
    for place in places:
        mine = [one for one in covered if one.alignment.alignment_id == place.coverage.alignment.alignment_id]
        if not mine:
            hours = hours_by_rep(place.plan, place.totals, place.row)
        else:
            changed = covered_plan(place.plan, mine, rep)
            hours = hours_by_rep(changed, place.totals.of_other(changed), place.row)
        for rep_id, amount in hours.items():
            after[rep_id] = after.get(rep_id, 0.0) + amount
    heirs = {heir.rep.rep_id: heir.rep for one in covered for heir in one.heirs}
    found = [
        Load(heir, loads.before[key], after.get(key, 0.0), loads.capacity(key), bool(heir.capacity_h))
        for key, heir in heirs.items()
    ]
    return tuple(sorted(found, key=lambda one: -one.after))
