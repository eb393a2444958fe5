"""Conflicts and gaps of four alignments on 11,299 units and 100,000 accounts, against the same sums in pandas.

    python benchmarks/conflicts.py [--accounts 100000] [--deals 5000] [--seed 1]

Prints the whole judgement, the part that pandas does too (gaps, and accounts that two alignments own, by territory with
number, revenue and members), the ratio of both, and the judgement with 100,000 deals.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import TypeVar

import numpy as np
import pandas as pd

from territorymap.metrics.coverage.clashes import find_clashes
from territorymap.metrics.coverage.gaps import find_gaps
from territorymap.metrics.coverage.judging import judge
from territorymap.metrics.coverage.situation import Deals, Side, Situation
from territorymap.model.role_matrix import EXCLUSIVE

R = TypeVar("R")
N_UNITS, N_TERRITORIES = 11_299, 150
ROLES = ("field", "inside", "partner", "account_management")
TODAY = "2026-06-15"
DAYS = np.array([f"2026-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 28)])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--accounts", type=int, default=100_000)
    options.add_argument("--deals", type=int, default=5_000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    rng = np.random.default_rng(asked.seed)
    now = make_situation(rng, asked.accounts, asked.deals)
    whole, judged = timed(lambda: judge(now))
    own, _ = timed(lambda: [*find_gaps(now), *find_clashes(now)])
    peer, n_groups = timed(lambda: by_pandas(now))
    many = replace(now, deals=make_deals(rng, asked.accounts, 100_000))
    with_deals, _ = timed(lambda: judge(many))
    print(f"{asked.accounts:,} accounts, {len(ROLES)} alignments, {N_UNITS:,} units, {asked.deals:,} deals")
    print(f"whole judgement            {whole * 1e3:8.0f} ms, {len(judged.findings):,} findings")
    print(f"gaps and double owners     {own * 1e3:8.0f} ms")
    print(f"the same in pandas         {peer * 1e3:8.0f} ms, {n_groups:,} groups")
    print(f"ratio pandas / ours        {peer / own:8.1f}")
    print(f"judgement of 100,000 deals {with_deals * 1e3:8.0f} ms")


def timed(work: Callable[[], R]) -> tuple[float, R]:
    """Return the best of three runs, and what came of it."""
    best, result = float("inf"), work()
    for _ in range(3):
        begin = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begin)
    return best, result


def make_situation(rng: np.random.Generator, n_accounts: int, n_deals: int) -> Situation:
    unit_ix = rng.integers(0, N_UNITS, n_accounts).astype(np.int32)
    sides = []
    for key, role in enumerate(ROLES):
        ground = (np.arange(N_UNITS) * N_TERRITORIES // N_UNITS).astype(np.int32)
        ground[rng.random(N_UNITS) < 0.05] = -1
        in_scope, by_name = rng.random(n_accounts) < 0.6, rng.random(n_accounts) < 0.01
        owner = np.where(in_scope, ground[unit_ix], -1)
        owner = np.where(by_name, rng.integers(0, N_TERRITORIES, n_accounts), owner).astype(np.int32)
        teams = tuple(() if rng.random() < 0.05 else (1000 * key + t,) for t in range(N_TERRITORIES))
        led = np.full(N_TERRITORIES, role == "partner")
        sides.append(Side(key, role, in_scope, owner, by_name, ground, teams, led))
    partners = frozenset(range(2000, 2000 + N_TERRITORIES))
    revenue = rng.random(n_accounts) * 1000
    deals = make_deals(rng, n_accounts, n_deals)
    return Situation(sides, unit_ix, revenue, TODAY, deals=deals, partners=partners)


def make_deals(rng: np.random.Generator, n_accounts: int, n: int) -> Deals:
    is_open = rng.random(n) < 0.7
    sellers = rng.choice([0, 1000, 2000], n) + rng.integers(0, N_TERRITORIES, n)
    days = [rng.choice(DAYS, n) for _ in range(4)]
    return Deals(np.arange(n), rng.integers(0, n_accounts, n), sellers, rng.random(n) * 1e5, is_open, ~is_open, *days)


def by_pandas(now: Situation) -> int:
    """The same gaps and double owners as data frames: sums and members of each group; returns how many there are."""
    frame = pd.DataFrame({"unit": now.unit_ix, "revenue": now.revenue})
    for s, side in enumerate(now.sides):
        frame[f"owner{s}"], frame[f"scope{s}"] = side.owner, side.in_scope

    def groups(part: pd.DataFrame, *by: str) -> int:
        grouped = part.groupby(list(by))
        sums = grouped.agg({"revenue": ["size", "sum"]})
        members = {key: part.index.to_numpy()[rows] for key, rows in grouped.indices.items()}
        assert len(sums) == len(members)
        return len(members)

    owners = [f"owner{s}" for s in range(len(now.sides))]
    scopes = [f"scope{s}" for s in range(len(now.sides))]
    n = groups(frame[~frame[scopes].any(axis=1) & (frame[owners] < 0).all(axis=1)], "unit")
    for s, side in enumerate(now.sides):
        n += groups(frame[frame[f"scope{s}"] & (frame[f"owner{s}"] < 0)], "unit")
        n += groups(frame[frame[f"owner{s}"].isin([t for t, team in enumerate(side.teams) if not team])], f"owner{s}")
    for s, t in combinations(range(len(now.sides)), 2):
        if now.matrix.rule(now.sides[s].role, now.sides[t].role) == EXCLUSIVE:
            n += groups(frame[(frame[f"owner{s}"] >= 0) & (frame[f"owner{t}"] >= 0)], f"owner{s}", f"owner{t}")
    return n


if __name__ == "__main__":
    main()
