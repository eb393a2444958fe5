"""Random edits of a plan, the same for the same numbers. Not a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from hypothesis import strategies as st

from territorymap.document.registers import columns_of_record
from territorymap.errors import UserError
from territorymap.model.coverage import (
    Action,
    Assumption,
    Credential,
    Deal,
    Figure,
    Funnel,
    Partner,
    PayPlan,
    Quota,
    RoleRule,
    Tier,
)
from territorymap.session import commands as c
from territorymap.session.commands.registers import add_records, delete_records, edit_record
from territorymap.session.commands.scenarios import delete_scenario, edit_scenario, new_scenario, set_baseline
from territorymap.session.session import Command, Session

Edit = tuple[str, int, int]
NAMES = ("North", "South", "Mid", "West", "north")
COLORS = ("#101010", "#202020", "#303030")


def _assign(s: Session, a: int, b: int) -> Command:
    units = np.unique([a % len(s.plan.units), (a * 7 + b) % len(s.plan.units)])
    return c.assign_units(s.plan, units, _territory(s, b) if b % 4 else None)


def _territory(s: Session, n: int) -> int:
    if not s.plan.territories:
        raise UserError("there is no territory", "")
    return s.plan.territories[n % len(s.plan.territories)].territory_id


def _rep(s: Session, n: int) -> int:
    if not s.plan.reps:
        raise UserError("there is no rep", "")
    return s.plan.reps[n % len(s.plan.reps)].rep_id


def _accounts(s: Session, n: int) -> np.ndarray:
    if not len(s.plan.accounts):
        raise UserError("there is no account", "")
    return np.array([n % len(s.plan.accounts)])


def _cut(s: Session, a: int, b: int) -> Command:
    """Cut along a line through two rows of squares, or through one."""
    x = 0.35 + (a % 4) + 0.3 * (b % 2)
    top = 4.5 if b % 3 else 1.2
    return c.cut_units(s.plan, s.geometry, shapely.LineString([(x, -0.5), (x + 0.05, top)]))


def _join(s: Session, a: int, b: int) -> Command:
    parts = np.flatnonzero(s.plan.units.part_of != "")
    if not len(parts):
        raise UserError("there is no part", "")
    return c.join_parts(s.plan, s.geometry, parts[[a % len(parts)]])


def _edit_account(s: Session, a: int, b: int) -> Command:
    row = {"account_name": f"Account {b % 3}"} if b % 2 else {"city": f"City {b % 5}", "account_key": f"K{b % 3}"}
    account_id = int(s.plan.accounts.account_id[_accounts(s, a)[0]])
    return Command("Edit account", lambda writer, plan: writer.update("account", {account_id: row}))


def _add_account(s: Session, a: int, b: int) -> Command:
    unit = a % len(s.plan.units)
    lon, lat = float(s.plan.units.lon[unit]), float(s.plan.units.lat[unit])
    row = {
        "account_key": f"N{b % 3}" if b % 2 else "",
        "account_name": f"New {b % 3}",
        "lon": lon,
        "lat": lat,
        "location_level": "coordinates",
        "unit_id": int(s.plan.units.unit_id[unit]),
    }
    return Command("Add account", lambda writer, plan: writer.insert("account", [row]) and None)


def _delete_account(s: Session, a: int, b: int) -> Command:
    ids = s.plan.accounts.account_id[_accounts(s, a)]
    return Command("Delete account", lambda writer, plan: writer.delete("account", ids))


def _measure(s: Session, a: int, b: int) -> Command:
    name = f"Potential {a % 2}"
    if s.plan.measure_named(name):
        raise UserError("it is there", "")
    return Command("Add measure", lambda writer, plan: writer.add_measure(name, "account") and None)


def _scenario(s: Session, n: int) -> int:
    return s.plan.scenarios[n % len(s.plan.scenarios)].scenario_id


def _region(s: Session, a: int, b: int) -> Command:
    """Make a region, or put a territory into one, or take a region away."""
    regions, territory_id = s.plan.regions, _territory(s, b)
    if not regions or a % 3 == 0:
        row = {"region_name": f"Region {b % 3}"}
        if row["region_name"] in [region.name for region in regions]:
            raise UserError("it is there", "")
        return Command("Add region", lambda writer, plan: writer.insert("region", [row]) and None)
    region_id = regions[a % len(regions)].region_id
    if a % 3 == 1:
        values = {territory_id: {"region_id": region_id}}
        return Command("Put into region", lambda writer, plan: writer.update("territory", values))
    return Command("Delete region", lambda writer, plan: writer.delete("region", [region_id]))


def _alignment(s: Session, a: int, b: int) -> Command:
    """Make an alignment, empty or as a copy; say what it covers and for which role; take one away."""
    alignment_id = s.plan.alignments[b % len(s.plan.alignments)].alignment_id
    name = f"Alignment {b % 3}"
    if a % 4 == 0:
        return c.new_alignment(s.plan, name, copy_of=alignment_id if b % 2 else None, with_reps=bool(a % 8))
    if a % 4 == 1:
        scope = ("", '{"field":"name","contains":["Mill"]}', '{"field":"city","empty":true}')[b % 3]
        return c.set_scope(s.plan, alignment_id, scope)
    if a % 4 == 2:
        return c.edit_alignment(s.plan, alignment_id, role=("inside", "partner")[a % 2], name=name)
    return c.delete_alignment(s.plan, alignment_id)


_VALUES: dict[type, tuple[dict[str, object], dict[str, object]]] = {
    RoleRule: ({"role_a": "field", "role_b": "partner", "rule": "share"}, {"rule": "exclusive"}),
    Tier: ({"tier_name": "Gold", "sort_order": 1}, {"benefits": "More"}),
    Partner: ({"status": "active"}, {"status": "left"}),
    Credential: ({"title": "Pro", "kind": "training"}, {"expires_on": "2027-01-01"}),
    Deal: ({"deal_name": "Big", "amount": 5.0, "stage": "registered"}, {"stage": "won"}),
    Action: ({"title": "Call", "kind": "agreed"}, {"done_on": "2026-12-01"}),
    Figure: ({"metric": "calls", "period": "2026", "amount": 1.0}, {"amount": 2.0}),
    Quota: ({"period": "2026", "amount": 10.0}, {"amount": 20.0}),
    PayPlan: ({"plan_name": "Base", "role": "field", "content": "{}"}, {"content": "[]"}),
    Funnel: ({"role": "field", "content": "{}"}, {"content": "[]"}),
    Assumption: ({"topic": "sizing", "content": "{}"}, {"content": "[]"}),
}


def _record(s: Session, a: int, b: int) -> Command:
    """Add a record of a register, with all that it can point to; edit one; delete one."""
    kind = list(_VALUES)[a % len(_VALUES)]
    new, changed = _VALUES[kind]
    known = sorted(s.register(kind))
    if not known or b % 3 == 0:
        row = dict(new)
        for name, value in _targets(s, a + b).items():
            if name in columns_of_record(kind):
                row[name] = value
        return add_records(kind, [row], "Add")
    if b % 3 == 1:
        pointers = {n: v for n, v in _targets(s, b).items() if n in columns_of_record(kind) and n != "alignment_id"}
        return edit_record(kind, known[b % len(known)], changed | (pointers if b % 2 else {}), "Edit")
    return delete_records(kind, [known[b % len(known)]], "Delete")


def _targets(s: Session, n: int) -> dict[str, object]:
    found: dict[str, object] = {"rep_id": _rep(s, n), "account_id": int(s.plan.accounts.account_id[_accounts(s, n)[0]])}
    if s.plan.territories and n % 2:
        found |= {"territory_id": _territory(s, n), "alignment_id": s.plan.alignment.alignment_id}
    if tiers := sorted(s.register(Tier)):
        found["tier_id"] = tiers[n % len(tiers)]
    return found


EDITS: dict[str, Callable[[Session, int, int], Command]] = {
    "assign": _assign,
    "create": lambda s, a, b: c.create_territory(s.plan, NAMES[a % 5], unit_ix=np.array([b % len(s.plan.units)])),
    "rename": lambda s, a, b: c.rename_territory(s.plan, _territory(s, a), NAMES[b % 5]),
    "recolor": lambda s, a, b: c.recolor_territory(s.plan, _territory(s, a), COLORS[b % 3]),
    "delete": lambda s, a, b: c.delete_territories(s.plan, [_territory(s, a)]),
    "merge": lambda s, a, b: c.merge_territories(s.plan, [_territory(s, a), _territory(s, b)], _territory(s, b)),
    "lock": lambda s, a, b: c.set_units_locked(s.plan, np.array([a % len(s.plan.units)]), bool(b % 2)),
    "rep": lambda s, a, b: c.set_territory_rep(s.plan, _territory(s, a), _rep(s, b) if b % 3 else None),
    "override": lambda s, a, b: c.set_override(s.plan, _accounts(s, a), _territory(s, b), f"Reason {b % 2}"),
    "clear": lambda s, a, b: c.clear_overrides(s.plan, _accounts(s, a)),
    "account": _edit_account,
    "add account": _add_account,
    "delete account": _delete_account,
    "measure": _measure,
    "add rep": lambda s, a, b: c.add_rep(s.plan, name=f"Rep {a % 4}"),
    "edit rep": lambda s, a, b: c.edit_rep(s.plan, _rep(s, a), capacity_h=float(b % 3), name=f"Rep {b % 4}"),
    "delete rep": lambda s, a, b: c.delete_reps(s.plan, [_rep(s, a)]),
    "region": _region,
    "scenario": lambda s, a, b: new_scenario(s.plan, f"Scenario {a % 4}", parent_id=_scenario(s, b)),
    "edit scenario": lambda s, a, b: edit_scenario(
        s.plan, _scenario(s, a), name=f"Scenario {b % 4}", note="!" * (b % 3)
    ),
    "delete scenario": lambda s, a, b: delete_scenario(s.plan, _scenario(s, a)),
    "baseline": lambda s, a, b: set_baseline(s.plan, _scenario(s, a) if b % 4 else None),
    "alignment": _alignment,
    "record": _record,
    "settings": lambda s, a, b: c.edit_plan(s.plan, note=f"Note {b % 3}"),
    "cut": _cut,
    "join": _join,
}


def edits(most: int, kinds: Sequence[str] = (), undone: bool = True) -> st.SearchStrategy[list[Edit]]:
    """Return lists of edits, undo and redo among them."""
    names = [*(kinds or EDITS), *(("undo", "undo", "redo", "switch", "use") if undone else ())]
    return st.lists(st.tuples(st.sampled_from(names), st.integers(0, 40), st.integers(0, 40)), max_size=most)


def play(session: Session, history: Sequence[Edit], *, is_own_only: bool = False) -> int:
    """Do the edits that the plan allows; returns how many. ``is_own_only``: undo no step that the other has too."""
    n_before = len([step for step in session.timeline() if not step.is_undone])
    n = 0
    for kind, a, b in history:
        try:
            if kind == "undo":
                if not is_own_only or len([s for s in session.timeline() if not s.is_undone]) > n_before:
                    session.undo()
            elif kind == "redo":
                session.redo()
            elif kind == "switch":
                session.switch_scenario(_scenario(session, a))
            elif kind == "use":
                session.switch_alignment(session.plan.alignments[a % len(session.plan.alignments)].alignment_id)
            else:
                session.do(EDITS[kind](session, a, b))
            n += 1
        except UserError:
            continue
    return n
