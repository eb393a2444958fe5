"""Conflicts of merges as rows: what both sides changed, to what, who and when, and how it was decided.

Owns the columns; what a conflict is and how it is decided is document.merging's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.tables import Column
from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.units import strings

EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)


def conflict_columns(plan: Plan) -> list[Column]:
    """Return a row a conflict, the open ones first."""
    rows = sorted(plan.conflicts, key=lambda conflict: conflict.state != "open")
    names = {thing.uuid: thing.name for things in (plan.territories, plan.reps, plan.scenarios) for thing in things}
    return [
        Column("conflict_state", strings(_state(row.state) for row in rows)),
        Column("conflict_kind", strings(row.kind for row in rows)),
        Column("conflict_key", strings(_thing(row.key, names) for row in rows)),
        Column("conflict_field", strings(row.field for row in rows)),
        Column("base", strings(value_text(row.base) for row in rows)),
        Column("mine", strings(value_text(row.mine) for row in rows)),
        Column("theirs", strings(value_text(row.theirs) for row in rows)),
        Column("mine_author", strings(row.mine_author for row in rows)),
        Column("mine_at", _moments(row.mine_at for row in rows), "moment"),
        Column("theirs_author", strings(row.theirs_author for row in rows)),
        Column("theirs_at", _moments(row.theirs_at for row in rows), "moment"),
    ]


def value_text(stored: str) -> str:
    """Return a value as a person reads it: the words stored with it, else the value itself."""
    try:
        value = json.loads(stored)
    except ValueError:
        return stored
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return str(value["text"])
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _thing(key: str, names: dict[str, str]) -> str:
    """Return what a key is of: its last part, by name where it is a uuid of something that bears one."""
    last = key.rsplit("|", 1)[-1]
    return names.get(last, last)


def _state(state: str) -> str:
    return {"open": tr("open"), "mine": tr("decided: mine"), "theirs": tr("decided: theirs")}.get(state, state)


def _moments(texts: Iterable[str]) -> NDArray[np.float64]:
    """Return ISO 8601 moments as Excel counts them, in days since its epoch, UTC; nan = not told."""
    return np.array([_days(text) for text in texts], dtype=np.float64)


def _days(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return float("nan")
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (moment - EXCEL_EPOCH).total_seconds() / 86_400
