"""Partners of a real plan: each step, its undo, and what the sheets say afterwards."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.importers.columns import apply_choices, guess_columns
from territorymap.importers.table import read_table
from territorymap.metrics.partners.programme import Rule, usual_programme
from territorymap.metrics.partners.recruiting import Criterion
from territorymap.metrics.partners.sheet import PartnerSheet
from territorymap.metrics.partners.telling import tier_history
from territorymap.model.coverage import Action, Credential, Deal, Figure, Partner, Quota, Tier, TierChange
from territorymap.model.period import parse_period
from territorymap.model.records import Rep, TeamMember
from territorymap.session import commands as plain
from territorymap.session.commands import partners as commands
from territorymap.session.commands.alignments import new_alignment
from territorymap.session.commands.registers import add_records
from territorymap.session.partner_intake import build
from territorymap.session.partners import partner_book, partner_quotas, usual_period
from territorymap.session.session import Session
from tests.metrics.builders import make_plan
from tests.support.grid import grid_layer
from tests.ui.panels.plans import make_session, territory_id

TODAY = date(2026, 11, 20)
Q3 = parse_period("2026-Q3")
TIERS: list[dict[str, object]] = [
    {"tier_name": "Registered"},
    {"tier_name": "Silver", "min_revenue": 100.0},
    {"tier_name": "Gold", "min_revenue": 300.0, "min_certifications": 1},
]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with make_session(tmp_path / "plan.gpkg") as session:
        yield session


def rep_id(session: Session, name: str) -> int:
    return next(rep.rep_id for rep in session.plan.reps if rep.name == name)


def sheet(session: Session, name: str) -> PartnerSheet:
    return partner_book(session).sheet(rep_id(session, name), Q3, TODAY)


def rows(session: Session, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{session.document.path}?mode=ro", uri=True) as connection:
        return connection.execute(sql).fetchall()


def take(session: Session, folder: Path, kind: str, text: str, *choices: str) -> list[str]:
    """Import a table, and return the reasons of the rows that were refused."""
    file = folder / f"{kind}.csv"
    file.write_text(text, encoding="utf-8")
    table = read_table(file)
    columns = apply_choices(table, guess_columns(table, kind), choices)
    imported = build(session, table, columns)
    assert imported.read == len(table) + len(table.broken)
    session.do(commands.import_partners(session, imported, TODAY.isoformat()))
    return [reject.reason for reject in imported.rejects]


def test_a_partner_from_candidate_to_leaver(session: Session) -> None:
    session.do(commands.add_partner(session, "Prairie", {"scores": '{"reach": 8}'}))
    prairie = rep_id(session, "Prairie")
    found = sheet(session, "Prairie")
    assert (found.partner.status, found.recruitment.score, found.is_working) == ("candidate", 8.0, False)
    scores = {criterion.key: 6.0 for criterion in usual_programme().criteria}
    session.do(commands.edit_partner(session, prairie, {"scores": json.dumps(scores | {"reach": 8.0})}))
    found = sheet(session, "Prairie")
    assert found.recruitment.score == pytest.approx(6.6)  # (3 x 8 + 7 x 6) / 10
    assert found.partner.status == "scored"
    change = session.do(commands.set_status(session, prairie, "agreed", TODAY))
    steps = [a for a in session.register(Action).values() if a.kind == "onboarding"]
    assert len(steps) == len(usual_programme().steps)
    assert steps[1].due_on == "2026-11-27"  # seven days after the agreement
    assert change.notes == ("6 onboarding steps were added.",)
    session.do(commands.set_status(session, prairie, "active", TODAY))
    session.do(commands.set_status(session, prairie, "left", TODAY))
    assert rows(session, "SELECT status, agreed_on, left_on FROM partner") == [("left", "2026-11-20", "2026-11-20")]
    session.do(commands.delete_partners(session, [prairie]))
    assert rows(session, "SELECT count(*) FROM partner") == rows(session, "SELECT count(*) FROM action") == [(0,)]
    for _ in range(6):
        session.undo()
    assert dict(session.register(Partner)) == dict(session.register(Action)) == {}
    for _ in range(3):
        session.redo()
    assert len(session.register(Action)) == len(steps)


def test_a_rep_becomes_a_partner_with_its_territories_and_their_market(session: Session) -> None:
    """North is columns 1 and 2 of six, four rows: eight units with eight of the accounts, all with revenue."""
    session.do(commands.make_partner(session, rep_id(session, "Ann")))
    found = sheet(session, "Ann")
    assert found.territories == ("North",)
    owner = session.plan.territory_of_accounts()
    inside = owner == session.plan.territory_ix(territory_id(session, "North"))
    values = session.plan.accounts.values[session.plan.measure_named("Revenue").column_name]
    assert (found.market.n_accounts, found.market.n_customers) == (inside.sum(), inside.sum())
    assert found.market.revenue == pytest.approx(values[inside].sum())
    assert found.market.potential != found.market.potential  # the plan has no such measure
    with pytest.raises(UserError, match="partner already"):
        commands.make_partner(session, rep_id(session, "Ann"))
    measure = session.plan.measure_named("Revenue").uuid
    session.do(commands.set_market(session, "", measure))
    assert sheet(session, "Ann").market.potential == pytest.approx(values[inside].sum())


def test_tiers_are_kept_in_order_and_at_most_five(session: Session) -> None:
    session.do(commands.set_tiers(session, TIERS))
    known = list(session.register(Tier).values())
    assert [t.tier_name for t in known] == ["Registered", "Silver", "Gold"]
    turned = [{"row_id": t.row_id, "tier_name": t.tier_name} for t in reversed(known)]
    session.do(commands.set_tiers(session, turned))
    assert rows(session, "SELECT tier_name FROM tier ORDER BY sort_order") == [("Gold",), ("Silver",), ("Registered",)]
    many: list[dict[str, object]] = [{"tier_name": f"Tier {n}"} for n in range(6)]
    with pytest.raises(UserError, match="More than 5"):
        commands.set_tiers(session, many)
    session.do(commands.set_tiers(session, many, insisted=True))
    assert len(session.register(Tier)) == 6
    for bad in (
        {"tier_name": ""},
        {"tier_name": "x", "min_satisfaction": 11},
        {"tier_name": "x", "min_revenue": "nan"},
    ):
        with pytest.raises(UserError):
            commands.set_tiers(session, [bad])
    with pytest.raises(UserError, match="already"):
        commands.set_tiers(session, [{"tier_name": "Same"}, {"tier_name": "same"}])


def test_a_tier_is_given_kept_with_its_day_and_not_taken_from_its_holders(session: Session) -> None:
    session.do(commands.set_tiers(session, TIERS))
    session.do(commands.make_partner(session, rep_id(session, "Ann")))
    ann, (_, silver, gold) = rep_id(session, "Ann"), session.register(Tier)
    session.do(commands.give_tiers(session, {ann: silver}, date(2026, 5, 1)))
    session.do(commands.give_tiers(session, {ann: gold}, TODAY, "Two new engineers"))
    found = sheet(session, "Ann")
    assert (found.tier_before.tier_name, found.tier_now.tier_name) == ("Silver", "Gold")
    assert [(c.tier_before, c.tier_after, c.reason) for c in session.register(TierChange).values()] == [
        (None, silver, ""),
        (silver, gold, "Two new engineers"),
    ]
    told = tier_history(found).rows
    assert [(before, after, reason) for _, before, after, reason in told] == [
        ("Silver", "Gold", "Two new engineers"),
        ("none", "Silver", ""),
    ]
    with pytest.raises(UserError, match="No tier changes"):
        commands.give_tiers(session, {ann: gold}, TODAY)
    with pytest.raises(UserError, match="Ann has the tier Gold"):
        commands.set_tiers(session, [])
    session.undo()
    assert sheet(session, "Ann").tier_now.tier_name == "Silver"


def test_figures_are_set_changed_and_taken_away(session: Session) -> None:
    session.do(commands.make_partner(session, rep_id(session, "Ann")))
    ann = rep_id(session, "Ann")
    session.do(commands.set_figures(session, ann, "Q3 2026", {"revenue": 80.0, "target": 100.0, "satisfaction": 8.0}))
    assert rows(session, "SELECT metric, period, amount FROM figure") == [
        ("revenue", "2026-Q3", 80.0),
        ("satisfaction", "2026-Q3", 8.0),
    ]
    assert rows(session, "SELECT period, amount, rep_id FROM quota") == [("2026-Q3", 100.0, ann)]
    session.do(commands.set_figures(session, ann, "2026-Q3", {"revenue": 120.0, "satisfaction": None}))
    found = sheet(session, "Ann")
    assert found.attainment == pytest.approx(1.2)
    assert found.reached.satisfaction != found.reached.satisfaction
    for amounts in ({"satisfaction": 11.0}, {"target": -1.0}, {"revenue": float("nan")}, {"calls": 1.0}):
        with pytest.raises(UserError):
            commands.set_figures(session, ann, "2026-Q3", amounts)
    session.undo()
    session.undo()
    assert dict(session.register(Figure)) == dict(session.register(Quota)) == {}


def test_a_book_takes_over_figures_only_while_they_are_the_same(session: Session) -> None:
    ann = rep_id(session, "Ann")
    session.do(commands.make_partner(session, ann))
    book = partner_book(session)
    for amount in (80.0, 90.0):
        session.do(commands.set_figures(session, ann, "2026-Q3", {"revenue": amount}))
        book = partner_book(session, former=book)
        assert book.sheet(ann, Q3, TODAY).revenue.amount == amount
    session.do(commands.edit_partner(session, ann, {"contact": "x"}))
    book = partner_book(session, former=book)
    assert book.sheet(ann, Q3, TODAY).revenue.amount == 90
    session.undo()
    session.undo()
    assert partner_book(session, former=book).sheet(ann, Q3, TODAY).revenue.amount == 80


def test_flags_become_actions_and_are_not_raised_twice(session: Session) -> None:
    ann = rep_id(session, "Ann")
    session.do(commands.make_partner(session, ann))
    session.do(commands.add_credential(session, ann, {"title": "Cloud", "expires_on": "2026-10-01"}))
    found = sheet(session, "Ann")
    assert [flag.rule for flag in found.flags] == ["credentials", "joint_plan"]
    session.do(commands.take_flags([found], "EUR", "Ada"))
    actions = list(session.register(Action).values())
    assert [(a.flagged_by, a.root_cause, a.owner, a.due_on, a.period) for a in actions] == [
        ("credentials", "Run out: Cloud.", "Ada", "2026-12-20", "2026-Q3"),
        ("joint_plan", "Nobody has agreed on one yet.", "Ada", "2026-12-20", "2026-Q3"),
    ]
    with pytest.raises(UserError, match="seen to already"):
        commands.take_flags([sheet(session, "Ann")], "EUR")
    session.do(commands.edit_action(session, actions[0].row_id, {"done_on": "2026-11-21"}))
    session.do(commands.edit_partner(session, ann, {"joint_plan": "Two campaigns"}))
    assert [flag.rule for flag in sheet(session, "Ann").flags] == ["credentials"]
    session.do(
        commands.edit_credential(session, next(iter(session.register(Credential))), {"expires_on": "2028-01-01"})
    )
    assert sheet(session, "Ann").flags == ()


def test_terms_are_edited_one_record_a_topic(session: Session) -> None:
    usual = usual_programme()
    for mark in (5.0, 7.0):
        session.do(commands.set_recruitment(session, [Criterion("x", "Reach", 1)], mark, usual.steps[:2]))
    session.do(commands.set_rules(session, [Rule("joint_plan", float("nan"), is_on=False)]))
    assert rows(session, "SELECT topic FROM assumption ORDER BY 1") == [("corrective",), ("recruitment",)]
    session.do(commands.make_partner(session, rep_id(session, "Ann")))
    assert sheet(session, "Ann").flags == ()
    assert partner_book(session).inputs.programme.pass_mark == 7.0


def test_what_cannot_be_is_refused_and_nothing_changes(session: Session) -> None:
    session.do(commands.make_partner(session, rep_id(session, "Ann")))
    ann, n = rep_id(session, "Ann"), session.rev
    for attempt in (
        lambda: commands.edit_partner(session, ann, {"satisfaction": 11}),
        lambda: commands.edit_partner(session, ann, {"agreed_on": "2026-05-01", "left_on": "2026-04-01"}),
        lambda: commands.edit_partner(session, ann, {"scores": '{"reach": 12}'}),
        lambda: commands.edit_partner(session, ann, {"partner_type": "friend"}),
        lambda: commands.edit_partner(session, ann, {}, "Bob"),
        lambda: commands.set_status(session, ann, "asleep", TODAY),
        lambda: commands.edit_partner(session, 999, {}),
        lambda: commands.add_credential(session, ann, {"title": " "}),
        lambda: commands.add_credential(
            session, ann, {"title": "x", "obtained_on": "2026-05-01", "expires_on": "2026-01-01"}
        ),
        lambda: commands.add_actions(session, ann, [{"title": ""}]),
        lambda: commands.edit_action(session, 999, {}),
        lambda: commands.set_market(session, "no such", ""),
    ):
        with pytest.raises(UserError):
            session.do(attempt())
    assert session.rev == n


PARTNERS = """Partner,Type,Status,Tier,Agreed on,Satisfaction,Lon,Lat
Ann,VAR,live,silver,1.2.2026,8.5,,
北方科技,集成商,候选,,2026年3月1日,,-99.5,41.5
Bad type,friend,active,,,,,
Bad tier,reseller,active,Platinum,,,,
Bad day,reseller,active,,30.2.2026,,,
Bad score,reseller,active,,,11,,
Bad place,reseller,active,,,,200,95
Ann,reseller,active,,,,,
,reseller,active,,,,,
=cmd|' /C calc'!A0,referral,candidate,,,,,
"""


def test_partners_are_imported_with_broken_rows_listed(session: Session, tmp_path: Path) -> None:
    session.do(commands.set_tiers(session, TIERS))
    reasons = take(session, tmp_path, "partners", PARTNERS)
    assert len(reasons) == 7
    assert reasons[0].startswith("“friend” is none of")
    assert reasons[1].startswith("There is no tier Platinum")
    assert rows(
        session,
        "SELECT rep_name, kind, partner_type, status, coalesce(agreed_on, ''), p.satisfaction"
        " FROM partner p JOIN rep USING (rep_id)"
        " ORDER BY partner_id",
    ) == [
        ("Ann", "partner", "reseller", "active", "2026-02-01", 8.5),
        ("北方科技", "partner", "integrator", "candidate", "2026-03-01", None),
        ("=cmd|' /C calc'!A0", "partner", "referral", "candidate", "", None),
    ]
    (home,) = [(rep.lon, rep.lat) for rep in session.plan.reps if rep.name == "北方科技"]
    assert home == (-99.5, 41.5)
    assert sheet(session, "Ann").tier_now.tier_name == "Silver"
    assert rows(session, "SELECT changed_on, tier_before FROM tier_change") == [("2026-02-01", None)]
    before = rows(session, "SELECT * FROM partner"), rows(session, "SELECT * FROM rep")
    take(session, tmp_path, "partners", "partner,contact\nann,\n")  # a blank says nothing
    assert (rows(session, "SELECT * FROM partner"), rows(session, "SELECT * FROM rep")) == before
    take(session, tmp_path, "partners", "伙伴名称,联系人\nAnn,王\n")
    assert sheet(session, "Ann").partner.contact == "王"


def test_a_territory_that_the_list_names_gets_its_partner(session: Session, tmp_path: Path) -> None:
    text = "partner,territory,agreed_on\nPrairie,West,2026-01-01\nLakes,Nowhere,\nAnn,,\n"
    assert take(session, tmp_path, "partners", text) == ["There is no territory Nowhere."]
    assert sheet(session, "Prairie").territories == ("West",)
    assert sheet(session, "Ann").territories == ("North",)
    assert [sheet(session, name).partner.status for name in ("Prairie", "Ann")] == ["active", "candidate"]
    session.undo()
    assert rows(session, "SELECT count(*) FROM partner") == [(0,)]


def test_credentials_and_figures_come_again_without_doubling(session: Session, tmp_path: Path) -> None:
    session.do(commands.make_partner(session, rep_id(session, "Ann")))
    credentials = "partner,certificate,type,issued,expires\nANN,Cloud,cert,2025-01-01,{}\nBob,Selling,training,,\n"
    assert take(session, tmp_path, "credentials", credentials.format("2026-01-01") + "Nobody,X,,,\nAnn,,,,\n") == [
        "The plan has no partner Nobody.",
        "The row has no title.",
    ]
    take(session, tmp_path, "credentials", credentials.format("2027-01-01"))
    assert rows(session, "SELECT title, kind, expires_on FROM credential ORDER BY 1") == [
        ("Cloud", "certification", "2027-01-01"),
        ("Selling", "training", ""),
    ]
    figures = 'partner,period,territory,sales,target,csat\nAnn,Q3 2026,,"1,200",1000,8\nAnn,2026-Q2,North,{},,\n'
    bad = "Bob,2026-Q3,,1,,\nAnn,2026-Q9,,1,,\nAnn,2026-Q1,Nowhere,1,,\nAnn,2026-Q1,,,,\nAnn,2026-Q3,,1,,\n"
    reasons = take(session, tmp_path, "partner_figures", figures.format(500) + bad)
    assert [reason[:24] for reason in reasons] == [
        "The plan has no partner ", "“2026-Q9” is not a perio", "There is no territory No", "The row has no number.",
        "Row 2 tells 2026-Q3 of A",
    ]  # fmt: skip
    take(session, tmp_path, "partner_figures", figures.format(600))
    assert rows(session, "SELECT metric, period, amount FROM figure ORDER BY 2, 1") == [
        ("revenue", "2026-Q2", 600.0),
        ("revenue", "2026-Q3", 1200.0),
        ("satisfaction", "2026-Q3", 8.0),
    ]
    found = sheet(session, "Ann")
    assert (found.revenue.amount, found.before.amount, found.target.amount) == (1200, 600, 1000)
    assert usual_period(partner_book(session), TODAY) == Q3


def test_files_without_what_is_needed_are_refused(session: Session, tmp_path: Path) -> None:
    for kind, text in (
        ("partners", "colour,size\nred,1\n"),
        ("credentials", "partner,issued\nAnn,2026-01-01\n"),
        ("partner_figures", "partner,revenue\nAnn,1\n"),
        ("partner_figures", "partner,period\nAnn,2026\n"),
    ):
        with pytest.raises(UserError, match="No column"):
            take(session, tmp_path, kind, text)


def test_a_plan_without_partners_has_no_sheets(session: Session) -> None:
    book = partner_book(session)
    assert book.sheets(Q3, TODAY) == []
    assert usual_period(book, TODAY) == Q3
    session.do(plain.delete_reps(session.plan, [rep.rep_id for rep in session.plan.reps]))
    session.do(commands.add_partner(session, "Only"))
    assert sheet(session, "Only").territories == ()


def test_conflicts_of_deals_stand_on_both_partners_sheets(session: Session) -> None:
    """The first account lies in North, which is Ann's: Bob's later deal there is a second, and on her ground.

    Both are in all three: the second registration, two partners who bid for one customer, Bob's deal where Ann covers.
    """
    ids = {name: rep_id(session, name) for name in ("Ann", "Bob")}
    for one in ids.values():
        session.do(commands.make_partner(session, one))
    ix = session.plan.territory_ix(territory_id(session, "North"))
    account = int(session.plan.accounts.account_id[np.flatnonzero(session.plan.territory_of_accounts() == ix)[0]])
    assert sheet(session, "Ann").conflicts == sheet(session, "Bob").conflicts == ()
    for name, day in (("Ann", "2026-10-01"), ("Bob", "2026-10-05")):
        row = {"rep_id": ids[name], "account_id": account, "deal_name": name, "amount": 1000.0, "registered_on": day}
        session.do(add_records(Deal, [{**row, "stage": "registered"}], "Register"))
    ann, bob = sheet(session, "Ann"), sheet(session, "Bob")
    assert (len(ann.conflicts), len(bob.conflicts)) == (3, 3)
    assert {line.account for line in (*ann.conflicts, *bob.conflicts)} == {ann.conflicts[0].account}
    assert "Bob" in ann.conflicts[0].sentence
    assert "conflicts" in [flag.rule for flag in ann.flags]
    assert ann.pipeline.weighted == pytest.approx(100)  # 1,000 x 0.1, as forecasts have it
    session.undo()
    assert sheet(session, "Ann").conflicts == ()


def test_ground_of_two_partners_in_two_alignments_is_a_conflict(session: Session) -> None:
    """A second alignment for partners, without territories yet: only what stands in one of them counts once."""
    ann = rep_id(session, "Ann")
    session.do(commands.make_partner(session, ann))
    before = sheet(session, "Ann")
    session.do(new_alignment(session.plan, "Channel", role="partner"))
    second = max(a.alignment_id for a in session.plan.alignments)
    session.switch_alignment(second)
    session.do(plain.create_territories(session.plan, ["Channel North"]))
    channel = territory_id(session, "Channel North")
    session.do(plain.set_territory_rep(session.plan, channel, ann))
    session.do(plain.assign_units(session.plan, np.flatnonzero(np.arange(len(session.plan.units)) < 12), channel))
    after = sheet(session, "Ann")
    assert set(after.territories) == {"North", "Channel North"}
    one, two = (c.owner == [t.rep_id for t in c.territories].index(ann) for c in session.coverages())
    assert after.market.n_accounts == (one | two).sum() > before.market.n_accounts


def test_quotas_of_territories_are_targets_of_the_partners_there_by_hand() -> None:
    """The worked example of partner_quotas; a quota of a partner's territory was no target of the partner at all."""
    reps = [Rep(i, name, name, kind="partner") for i, name in enumerate(["Lone Star", "Sun", "Moon"], start=1)]
    plan = replace(make_plan(grid_layer(2, 1).geometry, [0, 1], 2, rep_ids=[1, 2]), reps=reps)
    texas, ohio = plan.territories
    ohio = replace(ohio, team=(TeamMember("Moon", 0.5), TeamMember("Lone Star", 0.2, "overlay")))
    ground = [([texas, ohio], np.zeros(0, dtype=np.int32))]
    told = [
        Quota(1, "a", "2026-Q3", 1, texas.territory_id, None, 90.0, ""),
        Quota(2, "b", "2026-Q3", 1, ohio.territory_id, None, 60.0, ""),
        Quota(3, "c", "2026-Q3", 1, None, None, 150.0, ""),  # of the whole alignment
        Quota(4, "d", "2026-Q4", 1, ohio.territory_id, 2, 50.0, ""),
    ]
    found = partner_quotas(plan, ground, told, {1, 2, 3})
    amounts = [(quota.rep_id, quota.period, round(quota.amount, 6)) for quota in found]
    assert sorted(amounts) == [(1, "2026-Q3", 90), (2, "2026-Q3", 40), (2, "2026-Q4", 50), (3, "2026-Q3", 20)]
    assert partner_quotas(plan, ground, told, {3})[0].amount == pytest.approx(20)
