"""The sheet of a partner: what it sums, which tier it held when, which rules it breaks and why."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from territorymap.errors import UserError
from territorymap.metrics.partners.market import Market
from territorymap.metrics.partners.programme import (
    Rule,
    corrective_json,
    market_json,
    programme_of,
    recruitment_json,
    usual_programme,
)
from territorymap.metrics.partners.recruiting import Criterion
from territorymap.metrics.partners.sheet import ConflictLine, PartnerBook, PartnerSheet, day_of, moves_of
from territorymap.metrics.partners.words import action_title, cause_sentence, flag_sentence, gap_sentence
from territorymap.model.coverage import Assumption
from territorymap.model.period import parse_period
from tests.metrics.partners.records import (
    action,
    change,
    credential,
    day,
    deal,
    figure,
    inputs,
    is_nan,
    partner,
    quota,
    tier,
)

Q3 = parse_period("2026-Q3")
TODAY = day("2026-11-01")
TIERS = (tier("Silver", 0, 100.0), tier("Gold", 1, 300.0, min_certifications=1))


def sheet(**values: object) -> PartnerSheet:
    return PartnerBook(inputs(**values)).sheet(7, Q3, TODAY)


def rules_of(found: PartnerSheet) -> list[str]:
    return [flag.rule for flag in found.flags]


def test_numbers_of_a_quarter_by_hand() -> None:
    """Revenue: Q3 2025 = 80, then 70, 90, 60, 100 -> Q3 2026 is 100.

    Target 400 of the year -> 400 x 92 / 365 = 100.82; attainment 100 / 100.82 = 0.9919; change 100 / 60 - 1 = 0.667;
    growth 100 / 80 - 1 = 0.25; twelve months 70 + 90 + 60 + 100 = 320 earn Gold with the certification, Silver
    without. Market share: 320 x 365 / 365 / 4,000 = 0.08; penetration 3 / 12.
    """
    figures = tuple(
        figure(p, a) for p, a in (("2025-Q3", 80), ("2025-Q4", 70), ("2026-Q1", 90), ("2026-Q2", 60), ("2026-Q3", 100))
    )
    found = sheet(
        figures=figures, quotas=(quota("2026", 400),), tiers=TIERS, credentials=(credential("Cloud"),),
        markets={7: Market(12, 3, 500.0, 4000.0)},
    )  # fmt: skip
    assert found.target.amount == pytest.approx(100.8219, abs=1e-4)
    assert found.attainment == pytest.approx(0.99185, abs=1e-5)
    assert found.change == pytest.approx(2 / 3)
    assert found.growth == pytest.approx(0.25)
    assert found.revenue_year.amount == 320
    assert found.tier_earned == TIERS[1]
    assert found.tier_next is None
    assert found.gaps == ()
    assert found.market_share == pytest.approx(0.08)
    assert found.market.penetration == 0.25
    assert [p.revenue.amount for p in found.trend][-5:] == [80, 70, 90, 60, 100]
    uncertified = sheet(figures=figures, tiers=TIERS)
    assert uncertified.tier_earned == TIERS[0]
    assert uncertified.tier_next == TIERS[1]
    assert [gap_sentence(gap, "EUR") for gap in uncertified.gaps][1].endswith("1 is lacking.")


def test_nothing_told_breaks_nothing_down() -> None:
    found = PartnerBook(inputs(territories={})).sheet(7, Q3, TODAY)
    assert is_nan(found.attainment)
    assert is_nan(found.growth)
    assert is_nan(found.cover)
    assert is_nan(found.market_share)
    assert found.tier_earned is None
    assert found.flags == ()
    assert found.market.n_accounts == 0


def test_quotas_by_territory_are_summed_and_the_partners_own_counts_first() -> None:
    by_territory = (quota("2026-Q3", 30, 1), quota("2026-Q3", 50, 2))
    assert sheet(quotas=by_territory).target.amount == 80
    assert sheet(quotas=(*by_territory, quota("2026-Q3", 100))).target.amount == 100


def test_the_newest_satisfaction_told_by_period_counts() -> None:
    assert sheet(figures=(figure("2026-Q2", 6, "satisfaction"),)).reached.satisfaction == 6
    told = PartnerBook(inputs(partner(satisfaction=8.5))).sheet(7, Q3, TODAY)
    assert told.reached.satisfaction == 8.5


def test_tier_held_on_a_day_follows_the_changes() -> None:
    book = PartnerBook(
        inputs(
            partner(tier_id=2), tiers=TIERS,
            changes=(change(1, 2, "2026-07-01"), change(None, 1, "2026-02-01")),
        )
    )  # fmt: skip

    def held_on(text: str) -> str:
        found = book.tier_at(7, day(text), TODAY)
        return found.tier_name if found else ""

    assert [held_on(t) for t in ("2026-01-15", "2026-03-31", "2026-07-01", "2026-11-01")] == [
        "",
        "Silver",
        "Gold",
        "Gold",
    ]
    found = book.sheet(7, Q3, TODAY)
    assert (found.tier_before, found.tier_now) == (TIERS[0], TIERS[1])
    assert book.tiers_at(day("2024-12-31"), TODAY) == {}  # it agreed on 2025-01-01
    assert [(m.rep_id, m.kind) for m in moves_of(book, Q3, TODAY)] == [(7, "up")]
    assert [day_of(parse_period(p), TODAY).isoformat() for p in ("2026-Q2", "2026-Q3", "2026", "2027")] == [
        "2026-06-30", "2026-11-01", "2026-11-01", "2026-11-01"
    ]  # fmt: skip
    left = PartnerBook(inputs(partner(status="left", left_on="2026-08-01")))
    assert left.tiers_at(day("2026-06-30"), TODAY) == {7: None}
    assert left.tiers_at(day("2026-09-30"), TODAY) == {}


def test_revenue_short_of_its_target_is_flagged_with_its_cause() -> None:
    """80 of 100 is below 0.9; open 20 x 0.5 = 10 covers half of the 20 missing; due 30 days after 30 September.

    Looked at in November, open deals are held against the target of the fourth quarter: 40, of which 10 is a quarter.
    """
    told: dict[str, Any] = {"figures": (figure("2026-Q3", 80),), "deals": (deal(20),)}
    quotas = (quota("2026-Q3", 100), quota("2026-Q4", 40))
    found = PartnerBook(inputs(**told, quotas=quotas)).sheet(7, Q3, day("2026-09-30"))
    assert rules_of(found) == ["revenue", "pipeline"]
    flag = found.flags[0]
    assert (flag.value, flag.due_on, flag.cause.key) == (0.8, "2026-10-30", "thin_pipeline")
    assert found.flags[1].value == 0.5
    assert sheet(**told, quotas=quotas).cover == 0.25
    assert rules_of(sheet(**told, quotas=quotas[:1])) == ["revenue"]
    assert flag_sentence(flag) == "Revenue is 80 % of the target; 90 % is asked."
    assert "10" in cause_sentence(flag.cause, "EUR")
    assert "20" in cause_sentence(flag.cause, "EUR")


def test_causes_are_looked_for_in_their_order() -> None:
    short = {"figures": (figure("2026-Q3", 80),), "quotas": (quota("2026-Q3", 100),)}
    lost = tuple(deal(5, "lost", closed_on="2026-08-01") for _ in range(3))
    late = action("Train", "onboarding", "2026-08-01")

    def cause(**values: object) -> str:
        return sheet(**short, **values).flags[0].cause.key

    assert cause(territories={}, deals=lost) == "no_territory"
    assert cause(actions=(late,), deals=lost) == "late_step"
    assert cause(deals=lost) == "losing"
    rich = (deal(100, "negotiation"),)
    assert cause(deals=rich, credentials=(credential("Cloud", "2026-01-01"),)) == "expired"
    assert cause(deals=rich, conflicts={7: (ConflictLine("vertical", "Two sellers."),)}) == "conflict"
    assert cause(deals=rich, markets={7: Market(100, 5, 1.0, 1.0)}) == "low_penetration"
    assert cause(deals=rich) == "unknown"


def test_every_rule_can_break_and_has_words() -> None:
    found = PartnerBook(
        inputs(
            partner(tier_id=2, satisfaction=5.0, joint_plan=" "), tiers=TIERS,
            figures=(figure("2026-Q3", 50), figure("2025-Q3", 100)), quotas=(quota("2026", 400),),
            credentials=(credential("Cloud", "2026-10-15"),), actions=(action("Train", "onboarding", "2026-08-01"),),
            conflicts={7: (ConflictLine("deal", "Second registration."),)},
        )
    ).sheet(7, Q3, TODAY)  # fmt: skip
    assert set(rules_of(found)) == {rule.key for rule in usual_programme().rules}
    for flag in found.flags:
        assert flag_sentence(flag).endswith(".")
        assert cause_sentence(flag.cause, "EUR")
        assert action_title(flag)
    assert PartnerBook(inputs(partner(status="candidate", satisfaction=1.0))).sheet(7, Q3, TODAY).flags == ()


def test_a_flag_tells_the_action_that_sees_to_it() -> None:
    doing = action("Renew", "corrective", "2026-12-24", owner="Ada", flagged_by="credentials")
    done = action("Renew", "corrective", "2026-12-24", done_on="2026-09-01", flagged_by="credentials")
    expired = (credential("Cloud", "2026-01-01"),)
    flag = sheet(credentials=expired, actions=(doing,)).flags[0]
    assert (flag.action_id, flag.owner, flag.due_on) == (doing.row_id, "Ada", "2026-12-24")
    assert sheet(credentials=expired, actions=(done,)).flags[0].action_id is None


def test_terms_survive_their_json() -> None:
    usual = usual_programme()
    criteria = (Criterion("x", "量", 2.0), Criterion("y", "Reach", 1.0))
    rules = [Rule("revenue", 0.5, False, 7, "Ada"), Rule("tier", math.nan)]
    told = [
        Assumption(1, "a", "recruitment", recruitment_json(criteria, 7.0, usual.steps[:1])),
        Assumption(2, "b", "corrective", corrective_json(rules)),
        Assumption(3, "c", "partner_market", market_json("u1", "")),
        Assumption(4, "d", "sizing", "{}"),
    ]
    found = programme_of(told)
    assert (found.criteria, found.pass_mark, found.steps) == (criteria, 7.0, usual.steps[:1])
    assert found.rule("revenue") == rules[0]
    assert math.isnan(found.rule("tier").limit)
    assert found.rule("satisfaction") == usual.rule("satisfaction")
    assert found.revenue_measure == "u1"
    assert programme_of([]).steps == usual.steps


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", json.dumps({"criteria": [{"key": "x"}]}), json.dumps({"pass_mark": "high"})],
)
def test_terms_that_cannot_be_read_are_told(content: str) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        programme_of([Assumption(1, "a", "recruitment", content)])


@pytest.mark.parametrize(
    ("criteria", "pass_mark"),
    [
        ((), 5.0),
        ((Criterion("x", " ", 1.0),), 5.0),
        ((Criterion("x", "A", 1.0), Criterion("y", "a", 1.0)), 5.0),
        ((Criterion("x", "A", 0.0),), 5.0),
        ((Criterion("x", "A", math.nan),), 5.0),
        ((Criterion("x", "A", 1.0),), 11.0),
    ],
)
def test_terms_that_cannot_be_are_refused(criteria: tuple[Criterion, ...], pass_mark: float) -> None:
    with pytest.raises(UserError):
        recruitment_json(criteria, pass_mark, ())


def test_scores_of_another_program_count_as_none() -> None:
    for scores in ("[1]", "{", '{"reach": "ten"}', '{"reach": true}'):
        found = PartnerBook(inputs(partner(scores=scores))).sheet(7, Q3, TODAY)
        assert is_nan(found.recruitment.score)
