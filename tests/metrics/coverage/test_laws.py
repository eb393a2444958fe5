"""What is found agrees with a plain loop over accounts, pairs of alignments and deals."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from territorymap.metrics.coverage.judging import judge
from territorymap.metrics.coverage.situation import Deals, Side, Situation
from territorymap.model.role_matrix import RoleMatrix
from tests.metrics.coverage.builders import TODAY

ROLES = ["field", "inside", "partner", "account_management", "new_business", "Key accounts"]
DAYS = ["", "2026-01-01", "2026-06-14", TODAY, "2026-06-16"]


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    n_units, n = draw(st.integers(1, 4)), draw(st.integers(0, 7))
    unit_ix = np.array(draw(st.lists(st.integers(-1, n_units - 1), min_size=n, max_size=n)), dtype=np.int32)
    partners = frozenset({5, 6})
    sides = []
    for key in range(draw(st.integers(0, 3))):
        t = draw(st.integers(1, 3))
        ground = np.array(draw(st.lists(st.integers(-1, t - 1), min_size=n_units, max_size=n_units)), dtype=np.int32)
        scope = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_)
        override = np.array(draw(st.lists(st.integers(-4, t - 1), min_size=n, max_size=n)), dtype=np.int32)
        owner = np.where(scope, np.append(ground, np.int32(-1))[unit_ix], -1)
        owner = np.where(override >= 0, override, owner).astype(np.int32)
        team = st.lists(st.integers(1, 6), max_size=2, unique=True).map(tuple)
        teams = tuple(draw(st.lists(team, min_size=t, max_size=t)))
        led = np.array([bool(x) and x[0] in partners for x in teams], dtype=np.bool_)
        role = draw(st.sampled_from(ROLES))
        sides.append(Side(key, role, scope, owner, override >= 0, ground, teams, led, is_whole=bool(scope.all())))
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(-1, n - 1),
                st.integers(-1, 6).filter(lambda rep: rep != 0),
                st.sampled_from([float("nan"), -1.0, 0.0, 10.0, 10.4, 20.0]),
                st.sampled_from(["open", "won", "lost"]),
                st.tuples(*[st.sampled_from(DAYS)] * 4),
            ),
            max_size=6,
        )
    )
    deals = Deals(
        np.arange(1, len(rows) + 1),
        np.array([r[0] for r in rows], dtype=np.int64),
        np.array([r[1] for r in rows], dtype=np.int64),
        np.array([r[2] for r in rows], dtype=float),
        np.array([r[3] == "open" for r in rows], dtype=np.bool_),
        np.array([r[3] == "won" for r in rows], dtype=np.bool_),
        *[np.array([r[4][k] for r in rows], dtype="U10") for k in range(4)],
    )
    rules = draw(
        st.lists(st.tuples(*[st.sampled_from(ROLES)] * 2, st.sampled_from(["share", "exclusive"])), max_size=3)
    )
    revenue = np.array(draw(st.lists(st.sampled_from([0.0, 1.0, -2.0, float("nan")]), min_size=n, max_size=n)))
    return Situation(sides, unit_ix, revenue.astype(float), TODAY, RoleMatrix.of(rules), deals, partners)


@given(situations())
def test_gaps_are_those_of_a_plain_loop(now: Situation) -> None:
    wanted = set()
    for a in range(len(now.unit_ix)):
        staffed = any(s.owner[a] >= 0 and s.teams[s.owner[a]] for s in now.sides)
        if now.sides and not any(s.in_scope[a] or s.owner[a] >= 0 for s in now.sides):
            wanted.add(("scope", -1, a))
        for k, s in enumerate(now.sides):
            if s.in_scope[a] and s.owner[a] < 0 and not (s.role == "partner" and staffed):
                wanted.add(("unassigned", k, a))
            if s.owner[a] >= 0 and not s.teams[s.owner[a]]:
                wanted.add(("vacant", k, a))
    found = judge(now).of_kind("gap")
    told = [(f.cause, f.holders[0][0] if f.holders else -1, a) for f in found for a in f.accounts.tolist()]
    assert set(told) == wanted
    assert len(told) == len(wanted)


@given(situations())
def test_each_double_owner_is_told_once_for_each_pair(now: Situation) -> None:
    wanted = set()
    for s, t in combinations(range(len(now.sides)), 2):
        one, other = now.sides[s], now.sides[t]
        if now.matrix.rule(one.role, other.role) == "exclusive":
            for a in range(len(now.unit_ix)):
                p, q = int(one.owner[a]), int(other.owner[a])
                if p >= 0 and q >= 0 and not set(one.teams[p]) & set(other.teams[q]):
                    wanted.add((s, t, a))
    judged = judge(now)
    pairs = [
        *judged.of_kind("overlap"),
        *judged.of_kind("multichannel"),
        *judged.by_cause["horizontal", "account"],
        *judged.by_cause["vertical", "rep"],
    ]
    told = [(f.holders[0][0], f.holders[1][0], a) for f in pairs for a in f.accounts.tolist()]
    assert sorted(told) == sorted(wanted)
    for f in pairs:
        assert f.revenue == sum(r for r in now.revenue[f.accounts].tolist() if r == r)


@given(situations())
def test_deal_conflicts_are_those_of_a_plain_loop(now: Situation) -> None:
    d = now.deals
    stands = [bool(d.is_open[k]) and (not d.expires[k] or str(d.expires[k]) >= TODAY) for k in range(len(d))]
    second, outside, expired = set(), set(), set()
    for k in range(len(d)):
        account = int(d.account[k])
        if d.is_open[k] and not stands[k]:
            expired.add(k)
        if not stands[k] or account < 0:
            continue
        there = [j for j in range(len(d)) if stands[j] and d.account[j] == account]
        first = min(there, key=lambda j: (str(d.registered[j]) or "9", j))
        if d.rep[first] != d.rep[k] and (not d.expires[first] or d.expires[first] >= d.registered[k]):
            second.add((first, k))
        teams = [s.teams[s.owner[account]] for s in now.sides if s.owner[account] >= 0]
        if d.rep[k] >= 0 and not any(int(d.rep[k]) in team for team in teams):
            outside.add(k)
    judged = judge(now)
    assert {f.deals for f in judged.by_cause["deal", "second"]} == second
    assert {f.deals[0] for f in judged.by_cause["deal", "outside"]} == outside
    assert {f.deals[0] for f in judged.by_cause["deal", "expired"]} == expired


@given(situations())
def test_bids_are_those_of_a_plain_loop(now: Situation) -> None:
    """Who has a deal that stands, by account: the earliest of each seller; own against partner, partner by partner."""
    d = now.deals
    roles: dict[int, set[str]] = {}
    for s in now.sides:
        for team in s.teams:
            for rep in team:
                roles.setdefault(rep, set()).add(s.role)
    horizontal, vertical = set(), set()
    for account in range(len(now.unit_ix)):
        there = [
            k
            for k in range(len(d))
            if d.account[k] == account and d.rep[k] >= 0 and d.is_open[k] and (d.expires[k] or "9") >= TODAY
        ]
        there.sort(key=lambda k: (str(d.registered[k]) or "9999-99-99", k))
        first_of: dict[int, int] = {}
        for k in there:
            first_of.setdefault(int(d.rep[k]), k)
        partners = [k for rep, k in first_of.items() if rep in now.partners]
        if now.matrix.rule("partner", "partner") != "share":
            horizontal |= {(partners[0], k) for k in partners[1:]}
        rivals = [
            k
            for rep, k in first_of.items()
            if rep not in now.partners
            and not (roles.get(rep) and all(now.matrix.rule(role, "partner") == "share" for role in roles[rep]))
        ]
        has_prices = any(int(f.accounts[0]) == account for f in judge(now).by_cause["vertical", "price"])
        if partners and rivals and not has_prices:
            vertical.add(tuple(sorted((rivals[0], partners[0]), key=there.index)))
    judged = judge(now)
    assert {f.deals for f in judged.by_cause["horizontal", "bid"]} == horizontal
    assert {f.deals for f in judged.by_cause["vertical", "bid"]} == vertical
