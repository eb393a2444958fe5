"""Each mending does what it says, as one step, and is taken back by one undo; rows of the file are looked at."""

from __future__ import annotations

import json
import sqlite3

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.model.coverage import Deal, RoleRule
from territorymap.session import commands
from territorymap.session.commands.alignments import new_alignment
from territorymap.session.commands.deals import delete_deals, edit_deal, register_deal
from territorymap.session.commands.teams import Member, set_team
from territorymap.session.coverage_issues.mending import Mending, mendings
from territorymap.session.coverage_issues.reasons import why, why_passes
from territorymap.session.session import Session
from tests.session.coverage_issues.channels import (
    TODAY,
    look,
    register,
    rep_id,
    scope,
    set_scope,
    use,
)
from tests.ui.panels.plans import columns, give, territory_id

Cause = tuple[str, str]


def ways(session: Session, *cause: str) -> dict[str, Mending]:
    now = look(session)
    return {m.name: m for m in mendings(session, now, now.judgement.by_cause[cause])}


def keys(session: Session) -> list[str]:
    return [finding.key for finding in look(session).judgement.findings]


def n_done(session: Session) -> int:
    return sum(not step.is_undone for step in session.timeline())


def mend(session: Session, cause: Cause, name: str) -> Mending:
    """Mend all of a cause; one undo must bring back all that was found."""
    before, n = keys(session), n_done(session)
    mending = ways(session, *cause)[name]
    session.do(mending.build(session.plan))
    assert n_done(session) == n + 1
    after = keys(session)
    session.undo()
    assert keys(session) == before
    session.redo()
    assert keys(session) == after
    assert after != before
    return mending


def rows(session: Session, sql: str) -> list[tuple]:
    with sqlite3.connect(f"file:{session.document.path}?mode=ro", uri=True) as connection:
        return connection.execute(sql).fetchall()


def found(session: Session, *cause: str) -> list[list[int]]:
    return [finding.accounts.tolist() for finding in look(session).judgement.by_cause[cause]]


def test_units_go_to_the_neighbour_with_the_longest_border(session: Session) -> None:
    """Column 6 touches column 5 alone, which is West's; the two accounts in no unit stay."""
    mending = mend(session, ("gap", "unassigned"), "assign")
    assert mending.effect == ("West (vacant, Field) gets 4 units with 4 accounts (456).",)
    west = territory_id(session, "West")
    units = session.plan.units.unit_id[columns(session, 6)].tolist()
    sql = f"SELECT count(*) FROM assignment WHERE territory_id = {west} AND unit_id IN ({','.join(map(str, units))})"
    assert rows(session, sql) == [(4,)]
    assert sorted(found(session, "gap", "unassigned")) == [[9], [9, 19]]  # of partners and of field
    assert ways(session, "gap", "unassigned") == {}


def test_a_hole_is_filled_from_its_rim_and_locks_hold(session: Session) -> None:
    session.do(commands.assign_units(session.plan, columns(session, 1, 2, 3, 5), None))
    locked = columns(session, 6)[:1]
    session.do(commands.set_units_locked(session.plan, locked, True))
    mending = mend(session, ("gap", "unassigned"), "assign")
    assert mending.effect[-1] == "1 is locked and left out."
    assert session.plan.unit_territory[locked].tolist() == [-1]
    rest = np.setdiff1d(np.arange(24), locked)
    with_accounts = [u for u in rest if (session.plan.accounts.unit_ix == u).any()]
    assert (session.plan.unit_territory[with_accounts] >= 0).all()


def test_an_alignment_without_territories_has_gaps_and_no_neighbours(session: Session) -> None:
    session.do(new_alignment(session.plan, "New", role="hybrid"))
    now = look(session)
    of_new = [f for f in now.judgement.by_cause["gap", "unassigned"] if f.holders[0][0] == 2]
    assert sum(len(f.accounts) for f in of_new) == 24
    assert mendings(session, now, of_new) == []


def test_what_partners_have_no_ground_for_goes_to_own_sales(session: Session) -> None:
    """Field's scope is Public and Industry, so Retail of column 1, of partners' scope, is covered by nobody."""
    set_scope(session, "Field", scope(session, {"in": ["Public", "Industry"]}))
    findings = look(session).judgement.by_cause["gap", "unassigned"]
    of_partners = [f for f in findings if f.holders[0][0] == 1 and len(f.units)]
    now = look(session)
    first, *_ = mendings(session, now, of_partners)
    assert first.name == "give"
    assert first.effect[0].endswith("by name (436).")  # accounts 0, 6, 12, 18: 400 + 36
    session.do(first.build(session.plan))
    assert session.plan.account_override[[0, 6, 12, 18]].tolist() == [0, 0, 0, 0]
    left = look(session).judgement.by_cause["gap", "unassigned"]
    assert not [f for f in left if f.holders[0][0] == 1 and len(f.units)]


def test_a_vacancy_goes_to_who_has_no_territory_then_to_a_neighbour(session: Session) -> None:
    session.do(commands.add_rep(session.plan, name="Cleo", lon=-98.0, lat=41.0, location_level="city"))
    mending = mend(session, ("gap", "vacant"), "fill")
    assert mending.effect[0].startswith("Cleo, who has no territory and lives ")
    west = territory_id(session, "West")
    assert rows(session, f"SELECT rep_id FROM territory WHERE territory_id = {west}") == [(rep_id(session, "Cleo"),)]
    session.undo()
    # A specialist elsewhere is not free.
    team = (Member(rep_id(session, "Cleo"), 0.2, "overlay"),)
    session.do(set_team(session.plan, territory_id(session, "North"), rep_id(session, "Ann"), team))
    assert ways(session, "gap", "vacant")["fill"].effect[0].startswith("Bob of South covers West")
    session.undo()
    session.do(commands.delete_reps(session.plan, [rep_id(session, "Cleo")]))
    mending = mend(session, ("gap", "vacant"), "fill")
    assert mending.effect[0].startswith("Bob of South covers West of Field for the time being")


def test_what_no_scope_covers_is_given_by_name(session: Session) -> None:
    set_scope(session, "Field", scope(session, {"in": ["Public", "Industry"]}))
    set_scope(session, "Partners", scope(session, {"in": ["Industry"]}))
    lost = {a for accounts in found(session, "gap", "scope") for a in accounts}
    assert lost == {0, 3, 6, 9, 12, 15, 18, 21}  # Retail; 9 lies in no unit
    mending = mend(session, ("gap", "scope"), "give")
    assert "lies where nobody could take it" in mending.effect[-1]
    assert rows(session, 'SELECT count(*), min(reason) FROM "override"') == [(7, "covered by no scope")]
    assert found(session, "gap", "scope") == [[9]]


def test_one_alignment_covers_what_no_other_does(session: Session) -> None:
    """Retail in column 1 to 4 and in no unit: 0, 6, 12, 18 of North, 3, 15, 21 of South, and 9 nowhere."""
    set_scope(session, "Field", scope(session, {"in": ["Public", "Industry"]}))
    set_scope(session, "Partners", scope(session, {"in": ["Industry"]}))
    mending = mend(session, ("gap", "scope"), "cover")
    assert mending.effect == (
        "8 accounts with 884 enter the scope of Field; those that come later do so too.",
        "1 of them lies where Field has no territory.",
    )
    assert found(session, "gap", "scope") == []
    assert next(iter(ways(session, "gap", "unassigned"))) == "assign"


def test_the_broader_alignment_leaves_what_the_narrower_names(session: Session) -> None:
    mending = mend(session, ("multichannel", "indirect"), "leave")
    assert mending.label == "Leave to Partners what its scope covers"
    # Field loses Retail: 0, 6, 12, 18 of North nobody else covers; 3, 15, 21 the partner has.
    assert mending.effect == (
        "7 accounts with 775 leave Field.",
        "4 of them nobody else covers: they would become gaps.",
    )
    (field,) = rows(session, "SELECT scope FROM alignment WHERE alignment_name = 'Field'")[0]
    assert [part["not"]["in"] for part in json.loads(field)["all"]] == [["Retail"]]
    assert found(session, "multichannel", "indirect") == []
    assert len({a for accounts in found(session, "gap", "scope") for a in accounts}) == 0


def test_accounts_are_taken_out_by_key_and_lists_grow_together(session: Session) -> None:
    mending = mend(session, ("multichannel", "indirect"), "take-out")
    assert mending.effect == ("3 accounts with 339 leave Field.", "All of them are covered by somebody else.")
    assert found(session, "multichannel", "indirect") == []
    set_scope(session, "Partners", "")
    mend(session, ("multichannel", "indirect"), "take-out")
    (text,) = rows(session, "SELECT scope FROM alignment WHERE alignment_name = 'Field'")[0]
    assert text.count('"key"') == 1


def test_roles_may_share_from_now_on(session: Session) -> None:
    mend(session, ("multichannel", "indirect"), "share")
    assert [(r.role_a, r.role_b, r.rule) for r in session.register(RoleRule).values()] == [
        ("field", "partner", "share")
    ]


def test_a_partner_outside_its_terms_loses_the_name(session: Session) -> None:
    use(session, "Partners")
    session.do(commands.set_override(session.plan, np.array([4, 0]), territory_id(session, "Axis"), "old friend"))
    use(session, "Field")
    assert found(session, "vertical", "territory") == [[0, 4]]
    assert found(session, "vertical", "rep") == [[4], [0]]  # the most revenue first
    mend(session, ("vertical", "territory"), "clear")
    assert rows(session, 'SELECT count(*) FROM "override"') == [(0,)]
    assert found(session, "vertical", "rep") == []


def test_a_name_is_not_cleared_where_the_ground_would_keep_the_conflict(session: Session) -> None:
    """An account of Beijing's ground that Axis has by name: without it, it were Beijing's, and the field's too."""
    use(session, "Partners")
    beijing = session.plan.territory_ix(territory_id(session, "Beijing"))
    account = np.flatnonzero(session.plan.territory_of_accounts() == beijing)[:1]
    session.do(commands.set_override(session.plan, account, territory_id(session, "Axis"), "old friend"))
    use(session, "Field")
    assert found(session, "vertical", "rep") == [account.tolist()]
    assert "clear" not in ways(session, "vertical", "rep")
    assert "clear" in ways(session, "vertical", "territory")


def test_two_partners_on_one_ground(session: Session) -> None:
    session.do(new_alignment(session.plan, "Distributors", role="partner"))
    use(session, "Distributors")
    session.do(commands.create_territories(session.plan, ["All"]))
    give(session, "All", columns(session, 4, 6))
    session.do(commands.set_territory_rep(session.plan, territory_id(session, "All"), rep_id(session, "Axis GmbH")))
    use(session, "Field")
    assert found(session, "horizontal", "account") == [[3, 15, 21]]
    ground = look(session).judgement.by_cause["horizontal", "ground"]
    assert [finding.units.tolist() for finding in ground] == [[9]]
    mend(session, ("horizontal", "ground"), "leave-ground")
    session.undo()
    # Where nobody sells gives way, though Beijing has fewer units than All: here it is Beijing that is vacant.
    use(session, "Partners")
    session.do(commands.set_territory_rep(session.plan, territory_id(session, "Beijing"), None))
    use(session, "Field")
    assert ways(session, "horizontal", "ground")["leave-ground"].effect == (
        "Beijing (vacant, Partners) gives up 1 unit.",
    )
    session.undo()
    mend(session, ("horizontal", "ground"), "leave-ground")
    sql = "SELECT count(*) FROM assignment JOIN alignment USING (alignment_id) WHERE alignment_name = 'Distributors'"
    assert rows(session, sql) == [(7,)]


def test_deals_are_closed_extended_passed_on(session: Session) -> None:
    register(
        session,
        {"account": 3, "rep": "Bob", "registered_on": "2026-03-01", "amount": 90},
        {"account": 3, "rep": "北京伙伴", "registered_on": "2026-04-01", "amount": 100, "note": "hot"},
        {"account": 0, "rep": "Bob", "registered_on": "2026-05-01", "amount": 7},
        {"account": 0, "rep": "Ann", "registered_on": "2026-01-01", "expires_on": "2026-02-01", "amount": 5},
    )
    mend(session, ("deal", "second"), "close")
    deals = session.register(Deal)
    assert (deals[2].stage, deals[2].closed_on, deals[2].note) == ("lost", "2026-06-15", "hot\nsecond registration")
    mend(session, ("deal", "outside"), "pass")
    assert deals[3].rep_id == rep_id(session, "Ann")
    session.undo()
    mend(session, ("deal", "outside"), "give")
    assert rows(session, 'SELECT reason FROM "override"') == [("deal registered",)]
    mend(session, ("deal", "expired"), "extend")
    assert deals[4].expires_on == "2026-09-13"
    session.undo()
    mend(session, ("deal", "expired"), "close")
    assert deals[4].note == "registration expired"


def test_two_prices_end_with_the_later_offer(session: Session) -> None:
    register(
        session,
        {"account": 3, "rep": "北京伙伴", "registered_on": "2026-03-01", "amount": 90},
        {"account": 3, "rep": "Bob", "registered_on": "2026-04-01", "amount": 100},
    )
    mend(session, ("vertical", "price"), "close")
    assert [deal.stage for deal in session.register(Deal).values()] == ["registered", "lost"]


def test_bids_end_with_the_later_one(session: Session) -> None:
    register(
        session,
        {"account": 3, "rep": "北京伙伴", "registered_on": "2026-03-01", "amount": 100},
        {"account": 3, "rep": "Axis GmbH", "registered_on": "2026-04-01", "amount": 100},
        {"account": 3, "rep": "Bob", "amount": 98},
    )
    now = look(session)
    (bid,) = now.judgement.by_cause["horizontal", "bid"]
    assert why(now, bid) == (
        "The partners 北京伙伴 and Axis GmbH both have an open deal on Account 3; 北京伙伴 came first. "
        "deal of 100 of 北京伙伴 is registered on Mar 1, 2026. deal of 100 of Axis GmbH is registered on Apr 1, 2026."
    )
    mend(session, ("horizontal", "bid"), "close")
    mend(session, ("vertical", "bid"), "close")
    assert [deal.stage for deal in session.register(Deal).values()] == ["registered", "lost", "lost"]


def hunters_and_farmers(session: Session) -> None:
    """New business covers Public, account management Industry; both over the whole of column 1 to 3."""
    for name, role, line in (("Hunters", "new_business", "Public"), ("Farmers", "account_management", "Industry")):
        session.do(new_alignment(session.plan, name, role=role, scope=scope(session, {"in": [line]})))
        use(session, name)
        session.do(commands.create_territories(session.plan, [f"{name} 1"]))
        give(session, f"{name} 1", columns(session, 1, 2, 3))
    use(session, "Field")


def test_a_hand_over_changes_the_value_in_which_the_scopes_differ(session: Session) -> None:
    hunters_and_farmers(session)
    register(session, {"account": 1, "rep": "Ann", "stage": "won", "closed_on": "2026-06-01", "amount": 5})
    mending = mend(session, ("handover", "due"), "hand-over")
    assert mending.effect == (
        "Line of 1 account becomes Industry.",
        "Account 1 passes from Hunters 1 (vacant, Hunters) to Farmers 1 (vacant, Farmers).",
    )
    (line,) = session.plan.segments
    assert rows(session, f"SELECT {line.column_name} FROM account WHERE account_key = 'K00001'") == [("Industry",)]
    assert found(session, "handover", "due") == []


def test_a_scope_that_a_won_deal_does_not_change_takes_nothing(session: Session) -> None:
    """Farmers cover accounts of 110 and more: account 1 (101) stays, account 14 (114) passes and leaves by its key."""
    hunters_and_farmers(session)
    set_scope(session, "Hunters", "")
    (revenue,) = (m for m in session.plan.measures if m.name == "Revenue")
    set_scope(session, "Farmers", json.dumps({"field": f"measure:{revenue.uuid}", "from": 110}))
    won = {"rep": "Ann", "stage": "won", "closed_on": "2026-06-01", "amount": 5}
    register(session, {"account": 1, **won}, {"account": 14, **won})
    now = look(session)
    due, stays = now.judgement.handovers
    assert (due.account, due.state, why_passes(now, due)) == (14, "due", "The scope of Farmers covers it.")
    assert (stays.account, stays.state) == (1, "stays")
    said = (
        "Farmers does not cover it, whether the deal is won or not. Its scope: Accounts where Revenue is at least 110."
    )
    assert why_passes(now, stays) == said
    mending = mend(session, ("handover", "due"), "hand-over")
    assert mending.effect[0] == "The scope of Hunters leaves out 1 account by key."
    assert found(session, "handover", "due") == []


def test_a_scope_of_customers_takes_who_becomes_one(session: Session) -> None:
    """Only the taking scope asks for customers: the deal makes account 1 one, and it leaves Hunters by its key."""
    hunters_and_farmers(session)
    set_scope(session, "Hunters", "")
    set_scope(session, "Farmers", scope(session, {"in": ["Customer"]}))
    register(session, {"account": 1, "rep": "Ann", "stage": "proposal", "amount": 5})
    (coming,) = look(session).judgement.by_cause["handover", "coming"]
    assert why(look(session), coming) == (
        "Account 1 passes from Hunters 1 (vacant, Hunters) to Farmers 1 (vacant, Farmers) when its deal is won. "
        "As a customer its Line becomes Customer, which Farmers covers."
    )
    (deal,) = session.register(Deal).values()
    session.do(edit_deal(deal, {"stage": "won", "closed_on": "2026-06-01"}))
    mending = mend(session, ("handover", "due"), "hand-over")
    assert mending.effect[:2] == (
        "Line of 1 account becomes Customer.",
        "The scope of Hunters leaves out 1 account by key.",
    )
    assert found(session, "handover", "due") == []


def test_a_deal_that_cannot_be_is_refused(session: Session) -> None:
    account = int(session.plan.accounts.account_id[0])
    with pytest.raises(UserError, match="needs an account"):
        register_deal({"amount": 5}, TODAY)
    with pytest.raises(UserError, match="expire before"):
        register_deal({"account_id": account, "expires_on": "2026-06-14"}, TODAY)
    with pytest.raises(UserError, match="must be won or lost"):
        register_deal({"account_id": account, "closed_on": "2026-06-14"}, TODAY)
    session.do(register_deal({"account_id": account, "deal_name": "Pumps", "amount": 1.5}, TODAY))
    (deal,) = session.register(Deal).values()
    assert (deal.registered_on, deal.stage) == ("2026-06-15", "registered")
    with pytest.raises(UserError, match="expire before"):
        edit_deal(deal, {"expires_on": "2020-01-01"})
    session.do(edit_deal(deal, {"stage": "won", "closed_on": "2026-06-20"}))
    session.do(delete_deals(list(session.register(Deal).values())))
    assert rows(session, "SELECT count(*) FROM deal") == [(0,)]


def test_units_of_an_alignment_without_territories_have_no_taker(session: Session) -> None:
    session.do(commands.new_alignment(session.plan, "Fresh", role="hybrid"))
    seen = look(session)
    fresh = [f for f in seen.judgement.by_cause["gap", "unassigned"] if f.holders[0][0] == len(seen.coverages) - 1]
    assert fresh
    assert mendings(session, seen, fresh) == []
