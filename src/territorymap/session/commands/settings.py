"""The plan's own settings: title, target, constants, tolerances, shown measures."""

from __future__ import annotations

import math

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import is_currency, listed, tr
from territorymap.model.plan import Plan
from territorymap.model.records import CONSTANT_RANGES, Measure
from territorymap.session.commands.checks import clean_day, clean_name
from territorymap.session.session import Command

TARGET_KINDS = ("equal", "capacity")
_FEW_CURRENCIES = ("USD", "EUR", "CNY")


def check_constant(name: str, value: float) -> None:
    """UserError unless the workload constant is in its range."""
    low, high = CONSTANT_RANGES[name]
    if not (math.isfinite(value) and low <= value <= high):
        raise UserError(
            tr("{name} cannot be {value}.", name=name, value=value),
            tr("Give a number from {low} to {high}.", low=f"{low:g}", high=f"{high:g}"),
        )


def edit_plan(
    plan: Plan,
    *,
    title: str | None = None,
    note: str | None = None,
    effective_date: str | None = None,
    currency: str | None = None,
    target_kind: str | None = None,
    constants: dict[str, float] | None = None,
) -> Command:
    """Change what the plan says of itself; what is None stays."""
    row: dict[str, str | float | int | None] = {}
    if title is not None:
        row["title"] = clean_name(title, (), "")
    if note is not None:
        row["note"] = note
    if effective_date is not None:
        row["effective_date"] = clean_day(effective_date)
    if currency is not None:
        row["currency"] = _checked_currency(currency)
    if target_kind is not None:
        if target_kind not in TARGET_KINDS:
            raise UserError(
                tr("The target cannot be {value}.", value=target_kind), tr("Choose equal shares or shares by capacity.")
            )
        row["target_kind"] = target_kind
    for name, value in (constants or {}).items():
        check_constant(name, value)
        row[name] = float(value)
    return Command(tr("Change plan settings"), lambda writer, plan: writer.update("plan", {1: row}))


def _checked_currency(text: str) -> str:
    """Return the ISO 4217 code of a currency, "" = none."""
    code = text.strip().upper()
    if code and not is_currency(code):
        raise UserError(
            tr("There is no currency {code}.", code=repr(text.strip())),
            tr(
                "Give its code of three letters, such as {codes}; an empty text means none.",
                codes=listed(_FEW_CURRENCIES),
            ),
        )
    return code


def set_tolerance(plan: Plan, measure_id: int, tolerance: float) -> Command:
    """Set how far the index of a measure may be from 1, as a ratio."""
    measure = _find(plan, measure_id)
    if not (math.isfinite(tolerance) and 0 <= tolerance <= 10):
        raise UserError(tr("A tolerance cannot be {value}.", value=tolerance), tr("Give a share such as 0.05 (5 %)."))
    return Command(
        tr("Set the tolerance of {name}", name=measure.name),
        lambda writer, plan: writer.update("measure", {measure_id: {"tolerance": float(tolerance)}}),
    )


def edit_settings(
    plan: Plan,
    *,
    target_kind: str | None = None,
    constants: dict[str, float] | None = None,
    tolerances: dict[int, float] | None = None,
    shown: dict[int, bool] | None = None,
) -> Command:
    """Change target, constants, tolerances and shown measures in one step."""
    whole = edit_plan(plan, target_kind=target_kind, constants=constants)
    parts = [set_tolerance(plan, measure_id, value) for measure_id, value in (tolerances or {}).items()]
    parts += [show_measure(plan, measure_id, value) for measure_id, value in (shown or {}).items()]

    def run(writer: Writer, plan: Plan) -> None:
        if target_kind is not None or constants:
            whole.run(writer, plan)
        for part in parts:
            part.run(writer, plan)

    return Command(whole.label, run)


def show_measure(plan: Plan, measure_id: int, is_shown: bool) -> Command:
    """Show or hide a measure in table, map and balance."""
    measure = _find(plan, measure_id)
    label = tr("Show {name}", name=measure.name) if is_shown else tr("Hide {name}", name=measure.name)
    return Command(label, lambda writer, plan: writer.update("measure", {measure_id: {"is_shown": int(is_shown)}}))


def _find(plan: Plan, measure_id: int) -> Measure:
    for measure in plan.measures:
        if measure.measure_id == measure_id:
            return measure
    raise UserError(tr("This measure is no longer in the plan."), tr("Choose another measure."))
