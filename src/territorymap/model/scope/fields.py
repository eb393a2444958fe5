"""The fields of a plan's accounts that a scope may ask, with their names and values. Owns the list of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.scope.masking import Array

NUMBER, TEXT, MARK = "number", "text", "mark"


@dataclass(frozen=True)
class Field:
    """One field: its key in a scope, its name on screen, what kind of value it has."""

    key: str
    label: str
    kind: str  # NUMBER | TEXT | MARK


@dataclass(frozen=True)
class _Own:
    """A field that every plan has."""

    label: Callable[[], str]
    kind: str
    read: Callable[[Plan], Array]


def _country(plan: Plan) -> Array:
    """The account's own country, else that of its unit."""
    own = plan.accounts.country
    if not len(plan.units):
        return own
    of_unit = np.append(plan.units.country, "")[plan.accounts.unit_ix]
    return np.where(own == "", of_unit, own)


def _visits(plan: Plan) -> Array:
    own = plan.accounts.constants[0]
    return np.where(np.isnan(own), plan.info.constants.visits, own)


def _of_unit(values: Array, plan: Plan, blank: object) -> Array:
    return np.append(values, np.array([blank], dtype=values.dtype))[plan.accounts.unit_ix]


_OWN: dict[str, _Own] = {
    "country": _Own(lambda: tr("Country"), TEXT, _country),
    "state": _Own(lambda: tr("State"), TEXT, lambda plan: plan.accounts.state),
    "city": _Own(lambda: tr("City"), TEXT, lambda plan: plan.accounts.city),
    "postal_code": _Own(lambda: tr("Postal code"), TEXT, lambda plan: plan.accounts.postal_code),
    "name": _Own(lambda: tr("Account name"), TEXT, lambda plan: plan.accounts.name),
    "key": _Own(lambda: tr("Account key"), TEXT, lambda plan: plan.accounts.key),
    "unit": _Own(lambda: tr("Unit code"), TEXT, lambda plan: _of_unit(plan.units.code, plan, "")),
    "parent": _Own(lambda: tr("Larger area"), TEXT, lambda plan: _of_unit(plan.units.parent_name, plan, "")),
    "visits": _Own(lambda: tr("Visits a year"), NUMBER, _visits),
    "satisfaction": _Own(lambda: tr("Satisfaction"), NUMBER, lambda plan: plan.accounts.satisfaction),
    "wants_change": _Own(lambda: tr("Wants another rep"), MARK, lambda plan: plan.accounts.wants_change),
    "protected": _Own(lambda: tr("Protected"), MARK, lambda plan: plan.accounts.is_protected),
}


# Fields that tell how an account is marked: they change without anything else of it being different.
MARK_FIELDS = ("satisfaction", "wants_change", "protected")


def scope_fields(plan: Plan) -> list[Field]:
    """Return the fields that a scope of this plan may ask: segments, measures, then those that every plan has.

    A measure of the units is that of the unit an account lies in. The builtin measures are not among them: they follow
    from who owns what.
    """
    segments = [Field(f"segment:{segment.uuid}", segment.name, TEXT) for segment in plan.segments]
    told = [measure for measure in plan.measures if measure.source != "builtin"]
    measures = [Field(f"measure:{measure.uuid}", measure.name, NUMBER) for measure in told]
    return [*segments, *measures, *(Field(key, own.label(), own.kind) for key, own in _OWN.items())]


def own_labels() -> dict[str, str]:
    """Return the names of the fields that every plan has, by key."""
    return {key: own.label() for key, own in _OWN.items()}


class PlanFields:
    """Values of a plan's accounts by field, all or some of them; each is gathered when it is first asked for."""

    def __init__(self, plan: Plan, account_ix: NDArray[np.integer] | None = None) -> None:
        self._plan = plan
        self._account_ix = account_ix
        self._known: dict[str, Array | None] = {}

    @property
    def n(self) -> int:
        return len(self._plan.accounts) if self._account_ix is None else len(self._account_ix)

    def values(self, key: str) -> Array | None:
        """Return (n,) the values of a field; None where the plan has no such field."""
        if key not in self._known:
            whole = self._whole(key)
            is_part = whole is not None and self._account_ix is not None
            self._known[key] = whole[self._account_ix] if is_part and whole is not None else whole
        return self._known[key]

    def _whole(self, key: str) -> Array | None:
        plan = self._plan
        if key in _OWN:
            return _OWN[key].read(plan)
        kind, _, uuid = key.partition(":")
        if kind == "segment":
            segment = next((s for s in plan.segments if s.uuid == uuid), None)
            return None if segment is None else plan.accounts.segments.get(segment.column_name)
        if kind == "measure":
            measure = next((m for m in plan.measures if m.uuid == uuid), None)
            if measure is not None and measure.source == "account":
                return plan.accounts.values.get(measure.column_name)
            if measure is not None and measure.source == "unit":
                values = plan.units.values.get(measure.column_name)
                return None if values is None else _of_unit(values, plan, np.nan)
        return None
