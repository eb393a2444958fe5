"""A comparison of two scenarios as plain values, for the command line. Owns the names of its fields."""

from __future__ import annotations

import math
from typing import Any

from territorymap.metrics.comparison import TERRITORY, Comparison, Pair, Side
from territorymap.metrics.move_figures import Ages, is_other_rep, kind_word, measure_of_accounts, moved_amounts


def comparison_json(comparison: Comparison, ages: Ages | None = None) -> dict[str, Any]:
    """Return the comparison as plain values: totals of what moves, territories old -> new, every move."""
    before, after = comparison.before, comparison.after
    return {
        "before": before.name,
        "after": after.name,
        "moves": {
            "units": len(comparison.units),
            "accounts": len(comparison.accounts),
            "units_to_another_territory": int((comparison.unit_kind == TERRITORY).sum()),
            "accounts_to_another_territory": int((comparison.account_kind == TERRITORY).sum()),
            "accounts_to_another_rep": int(is_other_rep(comparison).sum()),
            **{m.name: _plain(x) for m, x in zip(after.plan.measures, moved_amounts(comparison), strict=True)},
        },
        "territories": [_pair_json(comparison, pair) for pair in comparison.pairs],
        "units": [_unit_json(comparison, ages, int(ix)) for ix in comparison.units],
        "accounts": [_account_json(comparison, ages, int(ix)) for ix in comparison.accounts],
    }


def _pair_json(comparison: Comparison, pair: Pair) -> dict[str, Any]:
    sides = {"before": (comparison.before, pair.before), "after": (comparison.after, pair.after)}
    return {
        "uuid": next(s.plan.territories[ix].uuid for s, ix in sides.values() if ix >= 0),
        "state": "created" if pair.before < 0 else "deleted" if pair.after < 0 else "kept",
        "kept": _plain(pair.kept),
        **{name: _territory_json(side, ix) if ix >= 0 else None for name, (side, ix) in sides.items()},
    }


def _territory_json(side: Side, ix: int) -> dict[str, Any]:
    rep, balance = side.reps[ix], side.balance
    return {
        "name": side.plan.territories[ix].name,
        "rep": rep.name if rep is not None else None,
        "n_units": int(side.n_units[ix]),
        "n_accounts": int(side.n_accounts[ix]),
        "totals": {m.name: _plain(side.total[row, ix]) for row, m in enumerate(side.plan.measures)},
        "index": {name: _plain(balance.index[row, ix]) for row, name in enumerate(balance.measures)},
    }


def _ends_json(comparison: Comparison, kind: int, origin: int, target: int) -> dict[str, Any]:
    before, after = comparison.before, comparison.after
    was, is_ = before.territory(origin), after.territory(target)
    rep_was, rep_is = before.reps[origin], after.reps[target]
    return {
        "change": kind_word(kind, origin, target),
        "from": was.name if was is not None else None,
        "to": is_.name if is_ is not None else None,
        "rep_from": rep_was.name if rep_was is not None else None,
        "rep_to": rep_is.name if rep_is is not None else None,
    }


def _unit_json(comparison: Comparison, ages: Ages | None, ix: int) -> dict[str, Any]:
    units = comparison.after.plan.units
    ends = int(comparison.unit_from[ix]), int(comparison.unit_to[ix])
    return {
        "code": str(units.code[ix]),
        "name": str(units.name[ix]),
        **_ends_json(comparison, int(comparison.unit_kind[ix]), *ends),
        "days_since_change": None if ages is None else _plain(ages.unit[ix], 2),
    }


def _account_json(comparison: Comparison, ages: Ages | None, ix: int) -> dict[str, Any]:
    plan = comparison.after.plan
    ends = int(comparison.account_from[ix]), int(comparison.account_to[ix])
    numbers = {m.name: measure_of_accounts(comparison, m) for m in plan.measures}
    return {
        "key": str(plan.accounts.key[ix]),
        "name": str(plan.accounts.name[ix]),
        **_ends_json(comparison, int(comparison.account_kind[ix]), *ends),
        "measures": {name: _plain(values[ix]) for name, values in numbers.items() if values is not None},
        "days_since_change": None if ages is None else _plain(ages.account[ix], 2),
    }


def _plain(value: float, digits: int | None = None) -> float | int | None:
    number = float(value)
    if not math.isfinite(number):
        return None
    if digits is not None:
        number = round(number, digits)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
