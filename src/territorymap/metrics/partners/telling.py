"""The sheet of a partner as blocks of facts and tables: the same on the command line, the page and in exports.

Owns what is told in which order and words; not how a block is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from territorymap.i18n import listed, ntr, number, tr, tr_as
from territorymap.metrics.partners import words
from territorymap.metrics.partners.figures import Told
from territorymap.metrics.partners.sheet import PartnerInputs, PartnerSheet, scores_of
from territorymap.metrics.partners.tiers import gaps
from territorymap.metrics.partners.words import NOTHING, date_text, money_text, points_text, share_text, signed_percent
from territorymap.model.coverage import Credential, Tier

_MOST_CONFLICTS = 20  # rows on a sheet


@dataclass(frozen=True)
class Block:
    """One part of the sheet."""

    key: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numeric: tuple[int, ...] = ()  # columns of numbers
    note: str = ""


def blocks_of(sheet: PartnerSheet, inputs: PartnerInputs) -> list[Block]:
    """Return the blocks of a sheet; those that do not concern a partner's status are left out."""
    found = [profile(sheet)]
    if sheet.is_working or sheet.revenue.is_told:
        found += [numbers(sheet, inputs), tier(sheet, inputs)]
        found += [tier_history(sheet)] if sheet.tier_changes else []
        found.append(trend(sheet, inputs))
    else:
        found.append(recruitment(sheet, inputs))
    if sheet.is_working or sheet.deals:
        found.append(pipeline(sheet, inputs))
    if sheet.is_working or sheet.territories:
        found += [market(sheet, inputs), conflicts(sheet, inputs)]
    if sheet.is_working or sheet.held.valid or sheet.held.expired:
        found.append(credentials(sheet))
    if sheet.flags:
        found.append(flags(sheet, inputs))
    found.append(actions(sheet))
    if sheet.partner.joint_plan:
        found.append(Block("joint_plan", tr("Joint plan"), note=sheet.partner.joint_plan))
    return found


def profile(sheet: PartnerSheet) -> Block:
    """Return who the partner is."""
    partner = sheet.partner
    facts = [
        (tr("Type"), words.type_word(partner.partner_type) or NOTHING),
        (tr("Status"), words.status_word(partner.status)),
        (tr("Contact"), partner.contact or NOTHING),
        (tr("Agreed on"), date_text(partner.agreed_on)),
        (tr("Territories"), listed(sheet.territories) or tr("none")),
    ]
    if partner.left_on:
        facts.insert(4, (tr("Left on"), date_text(partner.left_on)))
    return Block("profile", tr("Profile"), tuple(facts), note=partner.note)


def recruitment(sheet: PartnerSheet, inputs: PartnerInputs) -> Block:
    """Return how a candidate scores."""
    scores, found = scores_of(sheet.partner), sheet.recruitment
    rows = tuple(
        (c.name, number(c.weight, 1), number(scores[c.key], 1) if c.key in scores else NOTHING)
        for c in inputs.programme.criteria
    )
    mark = number(inputs.programme.pass_mark, 1)
    if found.missing:
        verdict = tr("Not scored yet: {names}.", names=listed(found.missing))
    elif found.passes(inputs.programme.pass_mark):
        verdict = tr("It passes: {mark} is asked.", mark=mark)
    else:
        verdict = tr("It does not pass: {mark} is asked.", mark=mark)
    return Block(
        "recruitment",
        tr("Recruitment"),
        ((tr("Score"), points_text(found.score)),),
        (tr("Criterion"), tr("Weight"), tr("Score")),
        rows,
        (1, 2),
        verdict,
    )


def numbers(sheet: PartnerSheet, inputs: PartnerInputs) -> Block:
    """Return revenue against target, growth, satisfaction."""
    currency = inputs.currency

    def amount(told: Told) -> str:
        return money_text(told.amount, currency)

    note = words.told_note(sheet.revenue)
    facts = [
        (tr("Revenue"), amount(sheet.revenue) + (f" ({note})" if note and sheet.revenue.is_told else "")),
        (tr("Target"), amount(sheet.target)),
        (tr("Revenue of target"), share_text(sheet.attainment, 1)),
        (tr("Change against {period}", period=sheet.period.previous.label), signed_percent(sheet.change)),
    ]
    if sheet.period.year_before != sheet.period.previous:
        facts.append(
            (tr("Change against {period}", period=sheet.period.year_before.label), signed_percent(sheet.growth))
        )
    facts += [
        (tr("Revenue of twelve months"), amount(sheet.revenue_year)),
        (tr("Growth of twelve months"), signed_percent(sheet.reached.growth)),
        (
            tr("Satisfaction"),
            tr("{now}, before {before}", now=points_text(sheet.reached.satisfaction), before=points_text(before))
            if (before := sheet.satisfaction_before) == before
            else points_text(sheet.reached.satisfaction),
        ),
    ]
    return Block(
        "numbers", tr("Figures of {period}", period=sheet.period.label), tuple(facts), note=_why_no_growth(sheet)
    )


def _why_no_growth(sheet: PartnerSheet) -> str:
    """Return why twelve months cannot be held against those before; "" where they can, or nothing is told."""
    if sheet.reached.growth == sheet.reached.growth or not sheet.revenue_year.is_told:
        return ""
    note = words.told_note(sheet.year_earlier)
    return tr("No growth of twelve months: the twelve months before are {note}.", note=note) if note else ""


def tier(sheet: PartnerSheet, inputs: PartnerInputs) -> Block:
    """Return tier now, earned, and what the next one takes."""
    before, now = tier_name(sheet.tier_before), tier_name(sheet.tier_now)
    facts = [
        (tr("Tier now"), now if before == now else tr("{now}, before {before}", now=now, before=before)),
        (tr("Tier earned"), tier_name(sheet.tier_earned)),
    ]
    if sheet.tier_earned is not None and sheet.tier_earned.benefits:
        facts.append((tr("It gives"), sheet.tier_earned.benefits))
    if sheet.tier_next is not None:
        facts.append((tr("Next tier"), tier_name(sheet.tier_next)))
    rows = tuple(
        (
            words.criterion_word(g.criterion),
            words.criterion_amount(g.criterion, g.have, inputs.currency),
            words.criterion_amount(g.criterion, g.need, inputs.currency),
            tr("met")
            if g.is_met
            else words.criterion_amount(g.criterion, g.missing, inputs.currency).removeprefix("+"),
        )
        for g in sheet.gaps
    )
    heads = (tr("Criterion of the next tier"), tr("There is"), tr("It takes"), tr("Lacking"))
    note = "" if inputs.tiers else tr("The programme has no tiers yet.")
    lacking = [g for g in gaps(sheet.tier_now, sheet.reached) if not g.is_met] if sheet.tier_now is not None else []
    if lacking and sheet.tier_now is not None:
        note = tr(
            "It has {tier} and no longer fulfils it: {criteria}",
            tier=sheet.tier_now.tier_name,
            criteria=" ".join(words.gap_sentence(g, inputs.currency) for g in lacking),
        )
    elif inputs.tiers and sheet.tier_next is None:
        note = tr("There is no higher tier.")
    return Block("tier", tr("Tier"), tuple(facts), heads, rows, (1, 2, 3), note)


def tier_history(sheet: PartnerSheet) -> Block:
    """Return the changes of its tier, the newest first."""
    rows = tuple(
        (date_text(change.changed_on), before or tr("none"), after or tr("none"), change.reason)
        for change, before, after in sheet.tier_changes
    )
    heads = (tr("Day"), tr("Before"), tr("After"), tr("Reason"))
    return Block(
        "tier_history", tr("Changes of tier"), heads=heads, rows=rows, note="" if rows else tr("No change yet.")
    )


def tier_name(tier: Tier | None) -> str:
    return tier.tier_name if tier is not None else tr("none")


def trend(sheet: PartnerSheet, inputs: PartnerInputs) -> Block:
    """Return the last periods, the newest last."""
    rows = tuple(
        (
            p.period.label,
            money_text(p.revenue.amount, inputs.currency),
            money_text(p.target.amount, inputs.currency),
            share_text(p.revenue.amount / p.target.amount if p.target.amount > 0 else float("nan")),
            points_text(p.satisfaction),
        )
        for p in sheet.trend
        if p.revenue.is_told or p.target.is_told or p.satisfaction == p.satisfaction
    )
    heads = (tr("Period"), tr("Revenue"), tr("Target"), tr("of target"), tr("Satisfaction"))
    return Block(
        "trend", tr("Trend"), heads=heads, rows=rows, numeric=(1, 2, 3, 4), note="" if rows else tr("No figures yet.")
    )


def pipeline(sheet: PartnerSheet, inputs: PartnerInputs) -> Block:
    """Return the deals that the partner brought: open, won, lost."""
    line, currency = sheet.pipeline, inputs.currency
    facts = [
        (tr("Open deals"), _deals(line.n_open, line.open_amount, currency)),
        (tr("Weighted by probability"), money_text(line.weighted, currency)),
        (tr("Won in the period"), _deals(line.n_won, line.won_amount, currency)),
        (tr("Lost in the period"), _deals(line.n_lost, line.lost_amount, currency)),
        (tr("Won of closed"), share_text(line.win_rate)),
    ]
    if sheet.ahead_missing == sheet.ahead_missing:
        covered = tr("the target is reached") if sheet.ahead_missing == 0 else share_text(sheet.cover)
        facts.append((tr("Weighted of what is missing in {period}", period=sheet.ahead.label), covered))
    if line.n_expired:
        facts.append((tr("Registrations run out"), number(line.n_expired)))
    return Block("pipeline", tr("Deals it brought"), tuple(facts))


def deals(sheet: PartnerSheet, inputs: PartnerInputs) -> Block:
    """Return the deals one by one, the newest first."""
    rows = tuple(
        (
            d.deal_name or NOTHING,
            inputs.account_names.get(d.account_id, NOTHING) if d.account_id is not None else NOTHING,
            money_text(d.amount, inputs.currency),
            words.stage_word(d.stage),
            date_text(d.registered_on),
            date_text(d.expires_on),
        )
        for d in sorted(sheet.deals, key=lambda d: (d.registered_on, d.row_id), reverse=True)
    )
    heads = (tr("Deal"), tr("Account"), tr("Amount"), tr("Stage"), tr("Registered"), tr("Runs out"))
    note = "" if rows else tr("It registered no deal. Deals are brought in on the page Deals.")
    return Block("deals", tr("Its deals"), heads=heads, rows=rows, numeric=(2,), note=note)


def _deals(n: int, amount: float, currency: str) -> str:
    if not n:
        return tr("none")
    return ntr("{amount} in {n} deal", "{amount} in {n} deals", n, amount=money_text(amount, currency))


def market(sheet: PartnerSheet, inputs: PartnerInputs) -> Block:
    """Return penetration and share in its territories, and what they are computed of."""
    found = sheet.market
    accounts = tr("{n} of {all} accounts buy", n=number(found.n_customers), all=number(found.n_accounts))
    facts = (
        (tr("Penetration"), f"{share_text(found.penetration, 1)} ({accounts})" if found.n_accounts else NOTHING),
        (tr("Market share"), share_text(sheet.market_share, 1)),
        (tr("Potential of its territories"), money_text(found.potential, inputs.currency)),
    )
    parts = []
    if inputs.revenue_name:
        parts.append(
            tr(
                "Penetration: accounts of its territories with {measure} above 0, of all there.",
                measure=inputs.revenue_name,
            )
        )
    else:
        parts.append(tr("The plan has no measure of revenue, so nobody knows which accounts buy."))
    if inputs.potential_name:
        parts.append(
            tr(
                "Market share: its revenue of twelve months, of {measure} of all accounts of its territories.",
                measure=inputs.potential_name,
            )
        )
    else:
        parts.append(tr("The plan has no measure of potential, so there is no market share."))
    return Block("market", tr("Market of its territories"), facts, note=" ".join(parts))


def conflicts(sheet: PartnerSheet, inputs: PartnerInputs) -> Block:
    """Return the open conflicts it is in, those with the most revenue of each kind first."""
    shown = sheet.conflicts[:_MOST_CONFLICTS]
    rows = tuple((c.kind, c.short, c.account, money_text(c.revenue, inputs.currency)) for c in shown)
    heads = (tr("Kind"), tr("Between"), tr("Account or place"), tr("Revenue"))
    note = "" if rows else tr("No conflict.")
    if n := len(sheet.conflicts) - len(shown):
        note = ntr("And {n} more: the panel Coverage lists all.", "And {n} more: the panel Coverage lists all.", n)
    return Block("conflicts", tr("Conflicts"), heads=heads, rows=rows, numeric=(3,), note=note)


def credentials(sheet: PartnerSheet) -> Block:
    """Return certifications and trainings with what runs out."""
    held = sheet.held

    def state(c: Credential) -> str:
        return tr("run out") if c in held.expired else tr("runs out soon") if c in held.expiring else tr("valid")

    rows = tuple(
        (words.credential_word(c.kind), c.title, date_text(c.obtained_on), date_text(c.expires_on), state(c))
        for c in (*held.expired, *held.valid)
    )
    heads = (tr("Kind"), tr("Title"), tr("Obtained on"), tr("Expires on"), tr_as("condition", "State"))
    return Block(
        "credentials",
        tr("Certifications and trainings"),
        heads=heads,
        rows=rows,
        note="" if rows else tr("None is known."),
    )


def flags(sheet: PartnerSheet, inputs: PartnerInputs) -> Block:
    """Return what is to be put right."""
    rows = tuple(
        (
            words.flag_sentence(f),
            words.cause_sentence(f.cause, inputs.currency),
            words.action_title(f),
            f.owner or NOTHING,
            date_text(f.due_on),
            tr("taken up") if f.action_id is not None else "",
        )
        for f in sheet.flags
    )
    heads = (tr("What"), tr("Root cause"), tr("Corrective action"), tr("Owner"), tr("Due"), "")
    return Block("flags", tr("To put right"), heads=heads, rows=rows)


def actions(sheet: PartnerSheet) -> Block:
    """Return agreed actions, goals, steps and corrective actions, open ones first."""
    rows = tuple(
        (
            words.action_word(a.kind),
            a.title,
            a.owner or NOTHING,
            date_text(a.due_on),
            tr("done {day}", day=date_text(a.done_on))
            if a.done_on
            else tr("overdue")
            if a in sheet.overdue()
            else tr_as("an action", "open"),
        )
        for a in sheet.actions
    )
    heads = (tr("Kind"), tr("What"), tr("Owner"), tr("Due"), tr_as("condition", "State"))
    return Block(
        "actions", tr("Agreed actions"), heads=heads, rows=rows, note="" if rows else tr("Nothing was agreed yet.")
    )
