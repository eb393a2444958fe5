"""Situations in memory: alignments written as letters, deals as rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from territorymap.metrics.coverage.situation import Deals, Side, Situation
from territorymap.model.role_matrix import RoleMatrix

NAN = float("nan")
TODAY = "2026-06-15"


def side(
    role: str,
    units: str,
    teams: dict[str, tuple[int, ...]],
    unit_ix: Sequence[int],
    *,
    scope: str = "",
    by_name: dict[int, str] | None = None,
    partners: Sequence[int] = (),
    key: int = 1,
) -> Side:
    """Return an alignment: ``units`` "AAB." says whose each unit is, ``scope`` "1101" which accounts it covers."""
    names = list(teams)
    ground = np.array([names.index(letter) if letter != "." else -1 for letter in units], dtype=np.int32)
    n = len(unit_ix)
    in_scope = np.array([letter == "1" for letter in scope] if scope else [True] * n, dtype=np.bool_)
    override = np.full(n, -1, dtype=np.int32)
    for account, name in (by_name or {}).items():
        override[account] = names.index(name)
    owner = np.where(in_scope, np.append(ground, np.int32(-1))[np.asarray(unit_ix, dtype=np.int64)], -1)
    owner = np.where(override >= 0, override, owner).astype(np.int32)
    led = np.array([bool(team) and team[0] in partners for team in teams.values()], dtype=np.bool_)
    return Side(key, role, in_scope, owner, override >= 0, ground, tuple(teams.values()), led, is_whole=not scope)


def deals(
    *rows: tuple[int, int, str, str, float, str], expected: Sequence[str] = (), closed: Sequence[str] = ()
) -> Deals:
    """Return deals of (account, seller, registered, expires, amount, stage)."""
    account, rep, registered, expires, amount, stage = zip(*rows, strict=True) if rows else ([],) * 6
    n = len(rows)

    def days(values: Sequence[str]) -> np.ndarray:
        return np.array(list(values) or [""] * n, dtype="U10")

    return Deals(
        np.arange(1, n + 1),
        np.array(account, dtype=np.int64),
        np.array(rep, dtype=np.int64),
        np.array(amount, dtype=float),
        np.array([s not in ("won", "lost") for s in stage], dtype=np.bool_),
        np.array([s == "won" for s in stage], dtype=np.bool_),
        days(registered),
        days(expires),
        days(expected),
        days(closed),
    )


def situation(
    sides: Sequence[Side],
    unit_ix: Sequence[int],
    revenue: Sequence[float],
    *,
    deals: Deals | None = None,
    partners: Sequence[int] = (),
    rules: Sequence[tuple[str, str, str]] = (),
) -> Situation:
    return Situation(
        sides,
        np.array(unit_ix, dtype=np.int32),
        np.array(revenue, dtype=float),
        TODAY,
        RoleMatrix.of(rules),
        deals or Deals(),
        frozenset(partners),
    )
