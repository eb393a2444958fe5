"""Open conflicts of merges as a planner reads them: which thing, which field, both values, who and when, and where.

Owns the reading; how conflicts come about and are decided stands in session.merging.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from territorymap.document.past import Past
from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.records import Conflict
from territorymap.session.changelog.words import field_name, thing_name

OPEN = "open"
_TABLES = {"assignment": "unit", "override": "account"}  # of what a choice is about


@dataclass(frozen=True)
class ConflictView:
    """One conflict in words, and where it is on the map."""

    conflict: Conflict
    what: str  # "Unit", "Account", "Territory" ...
    name: str  # of the thing
    field: str  # in words
    base: str
    mine: str
    theirs: str
    scenario: str = ""  # name, "" = not of one scenario
    unit_ix: tuple[int, ...] = ()
    account_ix: tuple[int, ...] = ()
    territory_ids: tuple[int, ...] = ()  # that it is about: those that either side names

    @property
    def uuid(self) -> str:
        return self.conflict.uuid

    @property
    def alignment_uuid(self) -> str:
        """Return the alignment whose unit or account it is about; "" where it is no such choice."""
        return self.conflict.key.split("|")[1] if self.conflict.kind in _TABLES else ""

    @property
    def scenario_uuid(self) -> str:
        """Return the scenario that it is about; "" where it is every scenario's."""
        is_choice = self.conflict.kind in (*_TABLES, "territory")
        return self.conflict.key.split("|")[0] if is_choice else ""


class ConflictReader:
    """Reads the conflicts of one plan."""

    def __init__(self, plan: Plan, past: Past) -> None:
        self._plan, self._past = plan, past
        self._names: dict[tuple[str, str], str] = {}

    def read(self, conflicts: Iterable[Conflict]) -> list[ConflictView]:
        """Return views, the open ones first, things of one kind together."""
        views = [self._view(conflict) for conflict in conflicts]
        order = {"assignment": 0, "override": 1, "territory": 2}
        return sorted(views, key=lambda v: (order.get(v.conflict.kind, 9), v.name.casefold(), v.field, v.uuid))

    def _view(self, conflict: Conflict) -> ConflictView:
        kind, field = conflict.kind, conflict.field
        place = conflict.key.split("|", 2 if kind in _TABLES else 1)
        key = place[-1]
        table = _TABLES.get(kind, kind)
        stored = [_stored(text) for text in (conflict.base, conflict.mine, conflict.theirs)]
        base, mine, theirs = (text for _, text in stored)
        values = [value for value, _ in stored]
        unit_ix, account_ix = self._where(table, key)
        named = {self._territory_id(_owner(value)) for value in values[1:]} if kind in _TABLES else set()
        own = self._territory_id(key) if table == "territory" else None
        return ConflictView(
            conflict,
            thing_name(table),
            self._name(table, key),
            _field_words(kind, field, self._name),
            base,
            mine,
            theirs,
            self._name("scenario", place[0]) if len(place) > 1 else "",
            unit_ix,
            account_ix,
            tuple(i for i in sorted(named | {own}, key=str) if i is not None),
        )

    def _name(self, table: str, key: str) -> str:
        if (table, key) not in self._names:
            self._names[(table, key)] = self._find_name(table, key)
        return self._names[(table, key)]

    def _find_name(self, table: str, key: str) -> str:
        if table == "plan":
            return self._plan.info.title
        if table == "unit":
            found = self._unit_ix.get(key)
            if found is not None:
                return str(self._plan.units.name[found] or self._plan.units.code[found])
        return self._past.name_of(table, key) or tr("something that is gone")

    # -- where ---------------------------------------------------------------------------------------------------------

    @cached_property
    def _unit_ix(self) -> dict[str, int]:
        """Position by outside key: the uuid of a part, else the code."""
        keys = self._past.keys("unit")
        position = {int(unit_id): ix for ix, unit_id in enumerate(self._plan.units.unit_id)}
        return {key: position[row_id] for row_id, key in keys.items() if row_id in position}

    @cached_property
    def _account_ix(self) -> dict[str, int]:
        keys = self._past.keys("account")
        ids = self._plan.accounts.account_id
        wanted = np.array(sorted(keys), dtype=np.int64)
        at = np.searchsorted(ids, wanted)
        return {
            keys[int(row_id)]: int(ix)
            for row_id, ix in zip(wanted, at, strict=True)
            if ix < len(ids) and ids[ix] == row_id
        }

    def _where(self, table: str, key: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        if table == "unit":
            ix = self._unit_ix.get(key)
            return (() if ix is None else (ix,)), ()
        if table == "account":
            ix = self._account_ix.get(key)
            return (), (() if ix is None else (ix,))
        return (), ()

    def _territory_id(self, uuid: object) -> int | None:
        return next((t.territory_id for t in self._plan.territories if t.uuid == uuid), None)


def open_conflicts(plan: Plan) -> list[Conflict]:
    """Return the conflicts that nobody has decided."""
    return [conflict for conflict in plan.conflicts if conflict.state == OPEN]


def by_territory(views: Sequence[ConflictView], territory_id: int) -> list[ConflictView]:
    """Return the conflicts that are about a territory."""
    return [view for view in views if territory_id in view.territory_ids]


def units_of(views: Sequence[ConflictView]) -> NDArray[np.int32]:
    return np.array(sorted({ix for view in views for ix in view.unit_ix}), dtype=np.int32)


def accounts_of(views: Sequence[ConflictView]) -> NDArray[np.int32]:
    return np.array(sorted({ix for view in views for ix in view.account_ix}), dtype=np.int32)


def moment_of(text: str) -> datetime | None:
    """Return a time as the file has it in the time of this computer; None if there is none."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        return None


def _stored(text: str) -> tuple[object, str]:
    """Return what one side has in a conflict, and the same in words."""
    try:
        found = json.loads(text)
        return found["value"], str(found["text"])
    except (ValueError, KeyError, TypeError):
        return None, text  # of another program: shown as it is


def _owner(value: object) -> object:
    """Return the territory of a choice, which is told by itself or as a whole row."""
    return value.get("territory") if isinstance(value, dict) else value


def _field_words(kind: str, field: str, name: Callable[[str, str], str]) -> str:
    if not field:
        return tr("kept or deleted")
    if ":" in field:
        table, key = field.split(":", 1)
        return name(table, key)
    special = {
        "name": tr("name"),
        "position": tr("place"),
        "home": tr("home"),
        "ground": tr("borders"),
        "parts": tr("how it is cut"),
        "baseline": tr("baseline"),
    }
    if field in special:
        return special[field]
    column = f"{field}_id" if field in ("territory", "rep", "region", "unit") else field
    return field_name(kind, column)
