"""The assessment of a partner's year: a verdict by criterion against the limits of the corrective rules.

Owns the verdicts; figures are the sheet's, the limits the programme's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from territorymap.i18n import ntr, number, tr
from territorymap.metrics.partners.sheet import PartnerBook, PartnerInputs, PartnerSheet
from territorymap.metrics.partners.telling import Block, tier_name, trend
from territorymap.metrics.partners.words import NOTHING, money_text, points_text, share_text, signed_percent
from territorymap.model.period import period_of


def year_by_quarters(book: PartnerBook, sheet: PartnerSheet) -> Block:
    """Return the eight quarters that end with the year of a sheet."""
    last = period_of("quarter", sheet.period.end)
    return trend(replace(sheet, trend=book.trend(sheet.partner.rep_id, last)), book.inputs)


def GOOD() -> str:  # noqa: N802 - a word in the language in use
    return tr("good")


def BAD() -> str:  # noqa: N802
    return tr("falls short")


def assessment(sheet: PartnerSheet, inputs: PartnerInputs) -> Block:
    """Return a verdict by criterion, each against the limit of the corrective rules, and the tier that is due."""
    programme, currency = inputs.programme, inputs.currency

    def at_least(name: str, value: float, rule: str, write: Callable[[float], str]) -> tuple[str, str, str, str]:
        limit = programme.rule(rule).limit
        verdict = NOTHING if value != value else GOOD() if value >= limit else BAD()
        return name, write(value), tr("at least {limit}", limit=write(limit)), verdict

    done = [a for a in sheet.actions if a.done_on]
    due = [a for a in sheet.actions if a.due_on and sheet.period.start.isoformat() <= a.due_on <= sheet.day.isoformat()]
    in_time = [a for a in due if a in done and a.done_on <= a.due_on]
    allowed = programme.rule("conflicts").limit
    rows = [
        at_least(tr("Revenue of target"), sheet.attainment, "revenue", share_text),
        at_least(tr("Growth against the year before"), sheet.growth, "growth", signed_percent),
        at_least(tr("Satisfaction"), sheet.reached.satisfaction, "satisfaction", points_text),
        (
            tr("Certifications and trainings"),
            tr("{n} valid", n=number(len(sheet.held.valid))),
            tr("none run out"),
            BAD() if sheet.held.expired else GOOD() if sheet.held.valid else NOTHING,
        ),
        (
            tr("Conflicts"),
            number(len(sheet.conflicts)),
            tr("at most {limit}", limit=number(allowed)),
            GOOD() if len(sheet.conflicts) <= allowed else BAD(),
        ),
        (
            tr("Actions done in time"),
            tr("{done} of {n}", done=number(len(in_time)), n=number(len(due))),
            tr("all"),
            NOTHING if not due else GOOD() if len(in_time) == len(due) else BAD(),
        ),
        (
            tr("Won of closed deals"),
            share_text(sheet.pipeline.win_rate),
            tr("{amount} won", amount=money_text(sheet.pipeline.won_amount, currency)),
            NOTHING,
        ),
    ]
    heads = (tr("Criterion"), tr("There is"), tr("It takes"), tr("Verdict"))
    n_bad = sum(row[3] == BAD() for row in rows)
    tier_due = tier_name(sheet.tier_earned)
    verdict = (
        tr("All criteria that are told are good.")
        if not n_bad
        else ntr("{n} criterion falls short.", "{n} criteria fall short.", n_bad)
    )
    facts = ((tr("Tier for the coming year"), tier_due), (tr("Tier now"), tier_name(sheet.tier_now)))
    return Block(
        "assessment",
        tr("Assessment of {period}", period=sheet.period.label),
        facts,
        heads,
        tuple(rows),
        (1, 2),
        verdict,
    )
