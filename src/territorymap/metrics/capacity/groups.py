"""Accounts of a plan by class, by who looks after them and by what else they are. Owns reading the plan's columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import listed, ntr, number, tr
from territorymap.metrics.capacity.assumed import AccountClass, ChannelRule, Sizing
from territorymap.metrics.capacity.classes import FIELD, INSIDE, abc_class, band_class, first_rule, nearest_home_km
from territorymap.metrics.workload import filled_constants, stem_points
from territorymap.model.plan import Plan
from territorymap.model.records import Measure, Segment
from territorymap.model.scope import PlanFields, condition_words, mask, scope_fields, scope_from_json

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Grouped:
    """Every account of a plan with its class and channel."""

    classes: tuple[AccountClass, ...]
    class_of: NDArray[np.int64]  # (A,) position in classes
    rule_of: NDArray[np.int64]  # (A,) position in the rules; -1 = none fits
    channel: NDArray[np.int64]  # (A,) FIELD or INSIDE
    home_km: Floats  # (A,) to the nearest home of a rep; nan = not known
    notes: tuple[str, ...]  # what could not be done as assumed


def measure_of(plan: Plan, uuid: str) -> Measure | None:
    """Return the measure of a uuid; None if it is not in the plan."""
    return next((m for m in plan.measures if m.uuid == uuid), None)


def segment_of(plan: Plan, uuid: str) -> Segment | None:
    return next((s for s in plan.segments if s.uuid == uuid), None)


def account_amount(plan: Plan, uuid: str) -> Floats | None:
    """Return (A,) a measure of the accounts; None if there is none of that uuid. nan = not told."""
    measure = measure_of(plan, uuid)
    if measure is None or measure.source != "account":
        return None
    return plan.accounts.values[measure.column_name]


def covered(plan: Plan) -> Bools:
    """Return (A,) the accounts that the alignment in use covers: those in its scope, and those given to it by name."""
    return np.asarray(plan.in_scope | (plan.account_override >= 0))


def group_accounts(plan: Plan, sizing: Sizing) -> Grouped:
    """Return class and channel of every account, as the planner assumes."""
    notes: list[str] = []
    classes = sizing.classes or (AccountClass(tr("All"), 12.0, 45.0, 12.0, 15.0),)
    class_of = _classes(plan, sizing, len(classes), notes)
    homes = np.array([(r.lon, r.lat) for r in plan.reps if r.has_home], dtype=np.float64).reshape(-1, 2)
    needs_km = sizing.travel == "plan" or any(rule.way == "distance" for rule in sizing.rules)
    km = np.full(len(plan.accounts), np.nan)
    if needs_km:
        km = nearest_home_km(*stem_points(plan), homes[:, 0], homes[:, 1])
        if not len(homes):
            notes.append(tr("No rep has a home yet, so distances are not known: give the reps homes."))
    masks = [_mask(plan, rule, classes, class_of, km, notes) for rule in sizing.rules]
    rule_of = first_rule(masks, len(plan.accounts))
    channels = np.array([_channel(r.channel) for r in sizing.rules] + [_channel(sizing.otherwise)])
    return Grouped(classes, class_of, rule_of, channels[rule_of], km, tuple(notes))


def way_min(plan: Plan, home_km: Floats) -> Floats:
    """Return (A,) minutes on the way to one visit by the plan's own estimate, from the nearest home.

    60 x detour / speed x (2 x stem / stops a trip + hop), as the plan's workload; no known home counts as 0 km.
    """
    from territorymap.metrics.workload import account_hop_km

    _, _, speed, detour, stops = filled_constants(plan.accounts.constants, plan.info.constants)
    stem = np.nan_to_num(home_km, nan=0.0)
    return np.asarray(60 * detour / speed * (2 * stem / stops + account_hop_km(plan)))


def rule_sentence(plan: Plan, rule: ChannelRule | None, otherwise: str = "field") -> str:
    """Return why accounts go where they go, in a sentence; None is the rest."""
    is_inside = (otherwise if rule is None else rule.channel) == "inside"
    if rule is None:
        if is_inside:
            return tr("All others go to inside sales.")
        return tr("All others are visited.")
    values = listed(rule.values[:4]) + (", …" if len(rule.values) > 4 else "")
    name = segment.name if (segment := segment_of(plan, rule.key)) is not None else tr("a column that is gone")
    if rule.way == "distance":
        km = number(rule.above_km)
        if is_inside:
            return tr("Location: over {km} km from the nearest home of a rep is served by telephone.", km=km)
        return tr("Location: over {km} km from the nearest home of a rep is visited.", km=km)
    if rule.way == "scope":
        names = {one.key: one.label for one in scope_fields(plan)}
        words = condition_words(scope_from_json(rule.scope), names, 4)
        return (
            tr("{condition}: by telephone.", condition=words)
            if is_inside
            else tr("{condition}: face to face.", condition=words)
        )
    if is_inside:
        return {
            "class": tr("Size: {values} is served by telephone.", values=values),
            "country": tr("Location: country {values} is served by telephone.", values=values),
            "state": tr("Location: {values} is served by telephone.", values=values),
            "segment": tr("{name}: {values} is sold by telephone.", name=name, values=values),
        }[rule.way]
    return {
        "class": tr("Size: {values} is visited.", values=values),
        "country": tr("Location: country {values} is visited.", values=values),
        "state": tr("Location: {values} is visited.", values=values),
        "segment": tr("{name}: {values} is sold face to face.", name=name, values=values),
    }[rule.way]


def _channel(word: str) -> int:
    return INSIDE if word == "inside" else FIELD


def _classes(plan: Plan, sizing: Sizing, n_classes: int, notes: list[str]) -> NDArray[np.int64]:
    n = len(plan.accounts)
    if sizing.class_way == "segment":
        segment = segment_of(plan, sizing.class_key)
        if segment is None:
            notes.append(tr("The column that classes go by is not in the plan: all accounts are in one class."))
            return np.zeros(n, dtype=np.int64)
        text = plan.accounts.segments[segment.column_name]
        masks = [is_one_of(text, c.values or (c.name,)) for c in sizing.classes]
        found = first_rule(masks, n)
        n_rest = int((found < 0).sum())
        if n_rest:
            notes.append(
                ntr(
                    "{n} account has a value of no class and counts in the last one.",
                    "{n} accounts have a value of no class and count in the last one.",
                    n_rest,
                )
            )
        return np.where(found < 0, n_classes - 1, found)
    if sizing.class_way in ("abc", "bands"):
        amount = account_amount(plan, sizing.class_key)
        if amount is None:
            notes.append(tr("The measure that classes go by is not in the plan: all accounts are in one class."))
            return np.zeros(n, dtype=np.int64)
        limits = sizing.limits[: n_classes - 1]
        if sizing.class_way == "abc":
            return abc_class(amount, sorted(limits))
        return band_class(amount, sorted(limits, reverse=True))
    return np.zeros(n, dtype=np.int64)


def _mask(
    plan: Plan,
    rule: ChannelRule,
    classes: tuple[AccountClass, ...],
    class_of: NDArray[np.int64],
    km: Floats,
    notes: list[str],
) -> Bools:
    accounts = plan.accounts
    if rule.way == "class":
        wanted = [at for at, one in enumerate(classes) if one.name in rule.values]
        return np.isin(class_of, wanted)
    if rule.way == "distance":
        with np.errstate(invalid="ignore"):
            return np.asarray(km > rule.above_km)
    if rule.way == "scope":
        return mask(scope_from_json(rule.scope), PlanFields(plan))
    if rule.way == "segment":
        segment = segment_of(plan, rule.key)
        if segment is None:
            notes.append(tr("A rule goes by a column that is not in the plan; it holds for nothing."))
            return np.zeros(len(accounts), dtype=np.bool_)
        return is_one_of(accounts.segments[segment.column_name], rule.values)
    return is_one_of(accounts.country if rule.way == "country" else accounts.state, rule.values)


def is_one_of(texts: NDArray[np.object_], values: tuple[str, ...]) -> Bools:
    """Return whether each text is one of the values, case and outer blanks aside."""
    wanted = {value.strip().casefold() for value in values}
    distinct, back = distinct_texts(texts)
    return np.array([text.strip().casefold() in wanted for text in distinct], dtype=np.bool_)[back]


def distinct_texts(texts: NDArray[np.object_]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct texts in order of appearance, and the position of each one among them."""
    at: dict[str, int] = {}
    back = np.fromiter((at.setdefault(str(text or ""), len(at)) for text in texts), np.int64, len(texts))
    return list(at), back
