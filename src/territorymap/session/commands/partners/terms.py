"""The terms of the partner programme: tiers, criteria of recruitment, onboarding steps, corrective rules, measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.metrics.partners.programme import (
    CORRECTIVE,
    MARKET,
    RECRUITMENT,
    Rule,
    Step,
    corrective_json,
    market_json,
    recruitment_json,
)
from territorymap.metrics.partners.recruiting import Criterion
from territorymap.metrics.partners.tiers import USUAL_MOST
from territorymap.model.coverage import Assumption, Partner, Tier
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import clean_name
from territorymap.session.commands.registers import checked_row
from territorymap.session.session import Command

if TYPE_CHECKING:
    from territorymap.session.session import Session

_SCALES = {"min_satisfaction": (0.0, 10.0), "min_growth": (-1.0, 100.0), "min_certifications": (0, 1000)}


def set_tiers(session: Session, rows: Sequence[Mapping[str, object]], *, insisted: bool = False) -> Command:
    """Make the tiers be these, from the lowest to the highest; a row with ``row_id`` keeps its tier, others are new.

    Raises
    ------
    UserError
        if a name is empty or stands twice, a criterion cannot be, a tier that partners hold would go, or there are more
        than five and nobody insists.
    """
    known = session.register(Tier)
    if len(rows) > USUAL_MOST and not insisted and len(rows) > len(known):
        raise UserError(
            tr("More than {n} tiers are hard to tell apart.", n=USUAL_MOST),
            tr("Join two of them, or insist: tick the box, or give --insist."),
        )
    names: list[str] = []
    clean: list[tuple[int | None, dict[str, object]]] = []
    for order, row in enumerate(rows):
        values = {k: v for k, v in row.items() if k != "row_id"}
        name = clean_name(str(values.get("tier_name") or ""), names, tr("tier"))
        names.append(name)
        for key, (low, high) in _SCALES.items():
            value = values.get(key)
            if value is not None and not low <= float(str(value)) <= high:
                raise UserError(
                    tr("{tier} cannot ask for {value}.", tier=name, value=str(value)),
                    tr("Give a number from {low} to {high}.", low=low, high=high),
                )
        key_of = row.get("row_id")
        checked = checked_row(Tier, {**values, "tier_name": name, "sort_order": order})
        clean.append((int(str(key_of)) if key_of is not None else None, checked))
    _refuse_held(session, {row_id for row_id, _ in clean if row_id is not None})

    def run(writer: Writer, plan: Plan) -> None:
        writer.delete("tier", [row_id for row_id in known if row_id not in {key for key, _ in clean}])
        writer.update("tier", {key: row for key, row in clean if key is not None and _differs(known[key], row)})
        for key, row in clean:  # one by one: the order of the rows is that of their keys
            if key is None:
                writer.insert("tier", [row])

    return Command(tr("Edit the tiers"), run)


def _differs(tier: Tier, row: Mapping[str, object]) -> bool:
    return any(getattr(tier, name) != value for name, value in row.items())


def _refuse_held(session: Session, kept: set[int]) -> None:
    held = {p.tier_id for p in session.register(Partner).values() if p.tier_id is not None}
    going = [tier for row_id, tier in session.register(Tier).items() if row_id not in kept and row_id in held]
    if going:
        names = {rep.rep_id: rep.name for rep in session.plan.reps}
        who = [names.get(p.rep_id, "") for p in session.register(Partner).values() if p.tier_id == going[0].row_id]
        raise UserError(
            tr("{names} has the tier {tier}.", names=who[0], tier=going[0].tier_name)
            if len(who) == 1
            else tr("{n} partners have the tier {tier}.", n=len(who), tier=going[0].tier_name),
            tr("Give them another tier first."),
        )


def set_recruitment(
    session: Session, criteria: Iterable[Criterion], pass_mark: float, steps: Iterable[Step]
) -> Command:
    """Set the criteria of recruitment, the mark from which a candidate passes, and the onboarding steps."""
    content = recruitment_json(criteria, pass_mark, steps)
    return _assume(session, RECRUITMENT, content, tr("Edit recruitment and onboarding"))


def set_rules(session: Session, rules: Iterable[Rule]) -> Command:
    """Set the rules by which corrective actions are flagged."""
    return _assume(session, CORRECTIVE, corrective_json(rules), tr("Edit the corrective rules"))


def set_market(session: Session, revenue_measure: str, potential_measure: str) -> Command:
    """Choose the measures that penetration and market share are computed of, by uuid; "" = by name."""
    known = {measure.uuid for measure in session.plan.measures if measure.source == "account"} | {""}
    if not {revenue_measure, potential_measure} <= known:
        raise UserError(tr("This measure is no longer in the plan."), tr("Choose another one."))
    content = market_json(revenue_measure, potential_measure)
    return _assume(session, MARKET, content, tr("Choose the measures of the market"))


def _assume(session: Session, topic: str, content: str, label: str) -> Command:
    """Set an assumption: one record a topic."""
    known = [a.row_id for a in session.register(Assumption).values() if a.topic == topic]

    def run(writer: Writer, plan: Plan) -> None:
        if known:
            writer.update("assumption", {known[-1]: {"content": content}})
        else:
            writer.insert("assumption", [{"topic": topic, "content": content}])

    return Command(label, run)
