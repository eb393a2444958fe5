"""Commands of quota, forecast and pay: set, share and spread quotas; set assumptions; make and change pay plans.

Owns what is written as one step; the amounts are worked out by metrics and session.money.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import money, ntr, tr
from territorymap.metrics.pay_terms import PayTerms, terms_from_json
from territorymap.metrics.quota_split import SplitRules, rounded_to_sum, split_target, to_cents
from territorymap.model.coverage import Assumption, PayPlan, Quota
from territorymap.model.period import Period, period_of
from territorymap.model.plan import Plan
from territorymap.session.commands.registers import add_records, checked_row, delete_records, edit_record
from territorymap.session.money.quotas import QuotaTable
from territorymap.session.session import Command

Records = Mapping[int, Quota]
Target = tuple[int | None, int | None, int | None]  # alignment_id, territory_id, rep_id


def set_quotas(
    records: Records, period: Period, amounts: Mapping[Target, float | None], label: str, notes: tuple[str, ...] = ()
) -> Command:
    """Set quotas of a period; None takes one away.

    Raises
    ------
    UserError
        if an amount is below 0 or no number.
    """
    rows = {target: None if amount is None else _row(target, period, amount) for target, amount in amounts.items()}

    def run(writer: Writer, plan: Plan) -> None:
        known: dict[Target, list[int]] = {}
        for record in records.values():
            if record.period == period.text:
                known.setdefault(target_of(record), []).append(record.row_id)
        gone: list[int] = []
        for target, row in rows.items():
            _check(plan, target)
            ids = known.get(target, [])
            if row is None:
                gone += ids
            elif ids:
                writer.update("quota", {ids[-1]: {"amount": row["amount"]}})
                gone += ids[:-1]
        writer.insert("quota", [row for target, row in rows.items() if row is not None and target not in known])
        if gone:
            writer.delete("quota", gone)

    return Command(label, run, notes)


def target_of(record: Quota) -> Target:
    """Return whose quota a record is; that of a territory or rep does not go by alignment."""
    if record.territory_id is not None or record.rep_id is not None:
        return None, record.territory_id, record.rep_id
    return record.alignment_id, None, None


def _row(target: Target, period: Period, amount: float) -> dict[str, object]:
    alignment_id, territory_id, rep_id = target
    if not np.isfinite(amount) or amount < 0:
        raise UserError(
            tr("A quota of {amount} cannot be.", amount=str(amount)), tr("Give an amount from 0 on, or clear it.")
        )
    values = {
        "period": period.text,
        "alignment_id": alignment_id,
        "territory_id": territory_id,
        "rep_id": rep_id,
        "amount": to_cents(amount) / 100,
    }
    return checked_row(Quota, values)


def _check(plan: Plan, target: Target) -> None:
    _, territory_id, rep_id = target
    if territory_id is not None and territory_id not in {t.territory_id for t in plan.territories}:
        raise UserError(tr("This territory is not in the plan any more."), tr("Choose another one."))
    if rep_id is not None and plan.rep(rep_id) is None:
        raise UserError(tr("This rep is not in the plan any more."), tr("Choose another one."))


def share_target(
    plan: Plan,
    records: Records,
    table: QuotaTable,
    total: float,
    rules: SplitRules,
    keep: Collection[int] = (),
) -> Command:
    """Share a target among the territories of the alignment in use, from the top down.

    Parameters
    ----------
    keep : territory_ids whose quota stays as it is; the others share what these leave

    Raises
    ------
    UserError
        where the target, the floors or the ceilings leave no way.
    """
    ids = [t.territory_id for t in plan.territories]
    kept = np.array([i in set(keep) for i in ids], dtype=np.bool_) & np.isfinite(table.quota)
    if not ids:
        raise UserError(
            tr("There is no territory to share a target among."), tr("Draw territories first, or build them.")
        )
    held = sum(to_cents(q) for q in table.quota[kept])
    left = to_cents(total) - held if np.isfinite(total) and total > 0 else 0
    if left <= 0 and kept.any():
        raise UserError(
            tr("The quotas that stay add up to {sum}, no less than the target.", sum=_cash(plan, held / 100)),
            tr("Raise the target, or let fewer stay."),
        )
    if kept.all():
        raise UserError(tr("All quotas stay as they are, so nothing is left to share."), tr("Let fewer stay."))
    free = ~kept
    cents = split_target(
        left / 100 if kept.any() else total, table.potential[free], table.history[free], table.capacity_h[free], rules
    )
    amounts: dict[Target, float | None] = {(plan.alignment.alignment_id, None, None): total}
    for ix, cent in zip(np.flatnonzero(free).tolist(), cents, strict=True):
        amounts[None, ids[ix], None] = cent / 100
    # No amount: everybody sees the history.
    label = tr("Share a target as quotas of {period}", period=table.period.label)
    return set_quotas(records, table.period, amounts, label)


def promise_bottom_up(plan: Plan, records: Records, table: QuotaTable, step: float) -> Command:
    """Set each quota to what the territory can promise from below, rounded; the target becomes their sum."""
    total = to_cents(float(np.nansum(table.bottom_up)))
    if total <= 0:
        raise UserError(
            tr("From below, no territory can promise anything."),
            tr("Choose measures of history and potential, or import deals."),
        )
    step_cents = max(1, to_cents(step))
    total = round(total / step_cents) * step_cents or total
    cents = rounded_to_sum(table.bottom_up, total, step_cents)
    amounts: dict[Target, float | None] = {(plan.alignment.alignment_id, None, None): total / 100}
    for territory, cent in zip(plan.territories, cents, strict=True):
        amounts[None, territory.territory_id, None] = cent / 100
    return set_quotas(
        records, table.period, amounts, tr("Set quotas of {period} from below", period=table.period.label)
    )


def spread_quotas(plan: Plan, records: Records, table: QuotaTable, kind: str, weights: Sequence[float] = ()) -> Command:
    """Spread quotas of a period over its quarters or months; each sum stays to the cent.

    Parameters
    ----------
    kind : "quarter" or "month"
    weights : one for each part, such as 20, 25, 25, 30; none = all alike

    Raises
    ------
    UserError
        where the period has no such parts, or the weights do not fit them.
    """
    parts = parts_of(table.period, kind)
    weight = np.array(weights if len(weights) else [1.0] * len(parts), dtype=np.float64)
    if len(weight) != len(parts) or not np.isfinite(weight).all() or (weight < 0).any() or weight.sum() <= 0:
        raise UserError(
            tr("{period} has {n} parts, so it takes {n} weights from 0 on.", period=table.period.label, n=len(parts)),
            tr("Such as: {example}.", example=", ".join(["25"] * len(parts))),
        )
    if not np.isfinite(table.quota).any():
        raise UserError(
            tr("There is no quota for {period}.", period=table.period.label),
            tr("Share a target first, then spread it."),
        )
    share = weight / weight.sum()
    commands: list[tuple[Period, dict[Target, float | None]]] = [(part, {}) for part in parts]
    rows: list[tuple[Target, float]] = [
        ((None, t.territory_id, None), float(q))
        for t, q in zip(plan.territories, table.quota, strict=True)
        if np.isfinite(q)
    ]
    if np.isfinite(table.target.amount):
        rows.append(((plan.alignment.alignment_id, None, None), table.target.amount))
    for target, amount in rows:
        for (_, amounts), cents in zip(commands, rounded_to_sum(share * amount, to_cents(amount), 1), strict=True):
            amounts[target] = cents / 100
    label = tr("Spread quotas of {period}", period=table.period.label)
    steps = [set_quotas(records, part, amounts, label) for part, amounts in commands]

    def run(writer: Writer, current: Plan) -> None:
        for step in steps:
            step.run(writer, current)

    return Command(label, run)


def parts_of(period: Period, kind: str) -> list[Period]:
    """Return the quarters or months of a period; UserError where it has none."""
    order = ("year", "quarter", "month")
    if kind not in order or period.kind not in order or order.index(kind) <= order.index(period.kind):
        raise UserError(
            tr("{period} cannot be spread over parts of this kind.", period=period.label),
            tr("Spread a year over quarters or months, a quarter over months."),
        )
    found = [period_of(kind, period.start)]
    while found[-1].end < period.end:
        found.append(found[-1].following)
    return found


def clear_quotas(records: Records, period: Period) -> Command:
    """Take all quotas of exactly this period away."""
    ids = [record.row_id for record in records.values() if record.period == period.text]
    if not ids:
        raise UserError(
            tr("There is no quota of exactly {period}.", period=period.label),
            tr("What is shown follows from other periods; clear those."),
        )
    label = ntr("Clear {n} quota of {period}", "Clear {n} quotas of {period}", len(ids), period=period.label)
    return delete_records(Quota, ids, label)


def set_assumption(records: Mapping[int, Assumption], topic: str, content: str, label: str) -> Command:
    """Set the assumptions of a topic, whatever stood there."""
    ids = [record.row_id for record in records.values() if record.topic == topic]

    def run(writer: Writer, plan: Plan) -> None:
        if ids:
            writer.update("assumption", {ids[-1]: {"content": content}})
        else:
            writer.insert("assumption", [checked_row(Assumption, {"topic": topic, "content": content})])

    return Command(label, run)


def add_pay_plan(records: Mapping[int, PayPlan], name: str, role: str, terms: PayTerms) -> Command:
    """Add a pay plan; UserError where the name is taken or empty."""
    _check_name(records, name, None)
    row = {"plan_name": name.strip(), "role": role.strip(), "content": _content(terms)}
    return add_records(PayPlan, [row], tr("Add the pay plan {name}", name=name.strip()))


def edit_pay_plan(records: Mapping[int, PayPlan], row_id: int, name: str, role: str, terms: PayTerms) -> Command:
    """Change a pay plan; UserError where the name is taken or empty."""
    _check_name(records, name, row_id)
    row = {"plan_name": name.strip(), "role": role.strip(), "content": _content(terms)}
    return edit_record(PayPlan, row_id, row, tr("Edit the pay plan {name}", name=name.strip()))


def delete_pay_plan(records: Mapping[int, PayPlan], row_id: int) -> Command:
    """Delete a pay plan."""
    return delete_records(PayPlan, [row_id], tr("Delete the pay plan {name}", name=records[row_id].plan_name))


def _content(terms: PayTerms) -> str:
    text = terms.to_json()
    terms_from_json(text)  # refuses what could not be read again
    return text


def _check_name(records: Mapping[int, PayPlan], name: str, row_id: int | None) -> None:
    if not name.strip():
        raise UserError(tr("A pay plan needs a name."), tr("Give it one, such as the role that it is for."))
    taken = {r.plan_name.casefold() for r in records.values() if r.row_id != row_id}
    if name.strip().casefold() in taken:
        raise UserError(tr("There is a pay plan {name} already.", name=repr(name.strip())), tr("Give another name."))


def _cash(plan: Plan, amount: float) -> str:
    return money(amount, plan.info.currency)
