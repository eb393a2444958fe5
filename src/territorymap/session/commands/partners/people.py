"""Adding, editing and deleting partners, their step in the recruitment pipeline, and their tier."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, tr
from territorymap.metrics.partners.programme import programme_of
from territorymap.metrics.partners.recruiting import BEST
from territorymap.metrics.partners.words import status_word
from territorymap.model.coverage import PARTNER_STATUSES, Action, Assumption, Partner, Tier
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import clean_day, find_rep
from territorymap.session.commands.registers import checked_row
from territorymap.session.commands.reps import delete_reps, rep_row
from territorymap.session.session import Command

if TYPE_CHECKING:
    from territorymap.session.session import Session

Values = Mapping[str, object]
NEW = {"status": "candidate", "partner_type": "reseller"}


def find_partner(session: Session, rep_id: int) -> Partner:
    """Return the profile of a partner; UserError if it is gone."""
    found = next((p for p in session.register(Partner).values() if p.rep_id == rep_id), None)
    if found is None:
        raise UserError(tr("This partner is no longer in the plan."), tr("Choose another one."))
    return found


def add_partner(session: Session, name: str, values: Values | None = None) -> Command:
    """Add a partner: a rep of kind "partner", and its profile."""
    rep = {"fte": 1.0, "location_level": "none", "kind": "partner", "role": "partner"}
    row = {**rep, **rep_row(session.plan, {"name": name})}
    profile = _checked({**NEW, **(values or {})})

    def run(writer: Writer, plan: Plan) -> None:
        (rep_id,) = writer.insert("rep", [row])
        writer.insert("partner", [{**profile, "rep_id": rep_id}])

    return Command(tr("Add partner {name}", name=row["rep_name"]), run)


def make_partner(session: Session, rep_id: int) -> Command:
    """Make a rep of the plan a partner: it keeps its territories, and gets a profile."""
    rep = find_rep(session.plan, rep_id)
    if any(p.rep_id == rep_id for p in session.register(Partner).values()):
        raise UserError(tr("{name} is a partner already.", name=rep.name))
    profile = {**_checked({**NEW, "status": "active"}), "rep_id": rep_id}

    def run(writer: Writer, plan: Plan) -> None:
        writer.update("rep", {rep_id: {"kind": "partner"}})
        writer.insert("partner", [profile])

    return Command(tr("Make {name} a partner", name=rep.name), run)


def edit_partner(session: Session, rep_id: int, values: Values, name: str | None = None) -> Command:
    """Change fields of a partner's profile, and its name; what is not given stays.

    A candidate whose last criterion gets its score is scored from then on.
    """
    partner, rep = find_partner(session, rep_id), find_rep(session.plan, rep_id)
    row = _checked(values)
    renamed = rep_row(session.plan, {"name": name}, rep_id) if name is not None and name != rep.name else {}
    if partner.status == "candidate" and "scores" in row and "status" not in row and _is_scored(session, row["scores"]):
        row["status"] = "scored"
    _check_days(str(row.get("agreed_on", partner.agreed_on)), str(row.get("left_on", partner.left_on)))

    def run(writer: Writer, plan: Plan) -> None:
        if row:
            writer.update("partner", {partner.row_id: row})
        if renamed:
            writer.update("rep", {rep_id: renamed})

    return Command(tr("Edit partner {name}", name=rep.name), run)


def _is_scored(session: Session, scores: object) -> bool:
    criteria = programme_of(session.register(Assumption).values()).criteria
    return {criterion.key for criterion in criteria} <= set(json.loads(str(scores) or "{}"))


def delete_partners(session: Session, rep_ids: Sequence[int]) -> Command:
    """Delete partners with all that is told of them; their territories become vacant."""
    return delete_reps(session.plan, rep_ids)


def set_status(session: Session, rep_id: int, status: str, on: date) -> Command:
    """Move a partner to a step of the recruitment pipeline.

    Agreed for the first time, it gets the onboarding steps of the programme, each with its day; leaving, it has left on
    that day, and what was still to be done stays as it is.
    """
    partner, rep = find_partner(session, rep_id), find_rep(session.plan, rep_id)
    if status not in PARTNER_STATUSES:
        raise UserError(
            tr("There is no status {name}.", name=repr(status)),
            tr("There is: {names}.", names=listed(PARTNER_STATUSES)),
        )
    row: dict[str, object] = {"status": status}
    if status in ("agreed", "active") and not partner.agreed_on:
        row["agreed_on"] = on.isoformat()
    if status == "left" or partner.left_on:
        row["left_on"] = on.isoformat() if status == "left" else ""
    steps = _steps(session, partner, date.fromisoformat(str(row.get("agreed_on") or partner.agreed_on or on)))
    new = steps if status == "agreed" else []

    def run(writer: Writer, plan: Plan) -> None:
        writer.update("partner", {partner.row_id: row})
        if new:
            writer.insert("action", new)

    note = ntr("{n} onboarding step was added.", "{n} onboarding steps were added.", len(new)) if new else ""
    label = tr("{name}: {status}", name=rep.name, status=status_word(status))
    return Command(label, run, (note,) if note else ())


def _steps(session: Session, partner: Partner, agreed: date) -> list[dict[str, object]]:
    """Return the onboarding steps of the programme as actions; none where it has some already."""
    has_some = any(a.rep_id == partner.rep_id and a.kind == "onboarding" for a in session.register(Action).values())
    if has_some:
        return []
    steps = programme_of(session.register(Assumption).values()).steps
    return [
        checked_row(
            Action,
            {
                "kind": "onboarding",
                "rep_id": partner.rep_id,
                "title": step.title,
                "due_on": (agreed + timedelta(days=step.days)).isoformat(),
            },
        )
        for step in steps
    ]


def give_tiers(session: Session, tiers: Mapping[int, int | None], on: date, reason: str = "") -> Command:
    """Give partners their tiers, by rep_id, None = none; each change is kept with its day."""
    partners = {rep_id: find_partner(session, rep_id) for rep_id in tiers}
    known = session.register(Tier)
    if any(tier is not None and tier not in known for tier in tiers.values()):
        raise UserError(tr("This tier is no longer in the plan."), tr("Choose another one."))
    changed = {rep_id: tier for rep_id, tier in tiers.items() if partners[rep_id].tier_id != tier}
    if not changed:
        raise UserError(tr("No tier changes."), tr("The partners have these tiers already."))

    def run(writer: Writer, plan: Plan) -> None:
        writer.update("partner", {partners[rep_id].row_id: {"tier_id": tier} for rep_id, tier in changed.items()})
        writer.insert(
            "tier_change",
            [
                {
                    "rep_id": rep_id,
                    "tier_before": partners[rep_id].tier_id,
                    "tier_after": tier,
                    "changed_on": on.isoformat(),
                    "reason": reason.strip(),
                }
                for rep_id, tier in changed.items()
            ],
        )

    (first, tier), n = next(iter(changed.items())), len(changed)
    if n > 1:
        return Command(ntr("Give {n} partner its tier", "Give {n} partners their tiers", n), run)
    name = find_rep(session.plan, first).name
    if tier is None:
        return Command(tr("Take the tier of {name}", name=name), run)
    return Command(tr("Give {name} the tier {tier}", name=name, tier=known[tier].tier_name), run)


def _checked(values: Values) -> dict[str, object]:
    if "rep_id" in values or "tier_id" in values:
        raise TypeError("rep and tier are not set here")
    row = checked_row(Partner, values)
    if "satisfaction" in row and row["satisfaction"] is not None:
        _check_score(float(str(row["satisfaction"])))
    if "status" in row and not row["status"]:
        row["status"] = NEW["status"]
    if row.get("scores"):
        for value in json.loads(str(row["scores"])).values():
            _check_score(float(value))
    return row


def _check_score(value: float) -> None:
    if not (math.isfinite(value) and 0 <= value <= BEST):
        raise UserError(tr("A score of {value} cannot be.", value=f"{value:g}"), tr("Give a number from 0 to 10."))


def _check_days(agreed: str, left: str) -> None:
    if agreed and left and clean_day(left) < clean_day(agreed):
        raise UserError(
            tr("It cannot have left on {left}, before it agreed on {agreed}.", left=left, agreed=agreed),
            tr("Correct one of the two days."),
        )
