"""What is found in a real plan, in words, and after edits in any alignment."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from territorymap.model.coverage import RoleRule
from territorymap.session import commands
from territorymap.session.commands.role_rules import set_role_rule
from territorymap.session.coverage_issues.kind_words import cause_label, cause_meaning, kind_label
from territorymap.session.coverage_issues.mending import mendings
from territorymap.session.coverage_issues.naming import about_text
from territorymap.session.coverage_issues.reading import money_measure
from territorymap.session.coverage_issues.reasons import why
from territorymap.session.coverage_issues.telling import (
    conflicts_by_deal,
    finding_rows,
    handover_cells,
    look_json,
)
from territorymap.session.session import Command, Session
from tests.session.coverage_issues.channels import TODAY, look, make_channels, register, set_scope
from tests.ui.panels.plans import columns, give


def by_cause(session: Session) -> dict[str, tuple[int, int, float]]:
    judged = look(session).judgement
    found = {f"{kind}.{cause}": judged.total(those) for (kind, cause), those in judged.by_cause.items() if those}
    return {name: (total.findings, total.accounts, total.revenue) for name, total in found.items()}


def test_the_plan_as_it_is(session: Session) -> None:
    """Field: column 6 has accounts 5, 11, 17, 23, and 9, 19 lie in no unit; column 5 (W, vacant) has 4, 10, 16, 22.

    Partners cover Retail (every third) in columns 2, 3, 4: accounts 3, 15, 21 (column 4; 9 lies in no unit). It is a
    gap of theirs only where field does not cover either: 9.
    """
    assert by_cause(session) == {
        "gap.unassigned": (6, 6, float(105 + 111 + 117 + 123 + 109 + 119)),
        "gap.vacant": (1, 4, float(104 + 110 + 116 + 122)),
        "multichannel.indirect": (1, 3, float(103 + 115 + 121)),
    }
    (finding,) = look(session).judgement.of_kind("multichannel")
    assert why(look(session), finding) == (
        "South (Bob, Field) and Beijing (北京伙伴, Partners) both own 3 accounts. Scope of Field: All accounts. "
        "Scope of Partners: Accounts where Line is Retail. "
        "The rule for Field and Partner channel, as long as you set no other: must not share."
    )


def test_an_edit_of_either_alignment_is_followed(session: Session) -> None:
    watch = session.coverage_watch
    first = watch.look(today=TODAY)
    assert watch.look(today=TODAY) is first
    give(session, "North", columns(session, 6, width=6))
    assert len(watch.look(today=TODAY).judgement.by_cause["gap", "unassigned"]) == 2
    set_scope(session, "Partners", "")
    assert len(watch.look(today=TODAY).judgement.of_kind("multichannel")[0].accounts) > 3
    session.undo()
    session.undo()
    again = watch.look(today=TODAY)
    assert [f.key for f in again.judgement.findings] == [f.key for f in first.judgement.findings]
    session.do(set_role_rule(session.register(RoleRule), "partner", "Field", "share"))
    assert watch.look(today=TODAY).judgement.of_kind("multichannel") == []
    session.do(set_role_rule(session.register(RoleRule), "field", "partner", None))
    assert dict(session.register(RoleRule)) == {}


def test_deals_are_told_with_first_come_and_territory(session: Session) -> None:
    register(
        session,
        {"account": 3, "rep": "Bob", "deal_name": "Pumps", "registered_on": "2026-03-01", "amount": 90},
        {"account": 3, "rep": "北京伙伴", "registered_on": "2026-04-01", "expires_on": "2026-06-15", "amount": 100},
        {"account": 0, "rep": "Axis GmbH", "registered_on": "2026-01-01", "expires_on": "2026-02-01", "amount": 5},
        {"account": 0, "rep": "Axis GmbH", "deal_name": "=1+1", "registered_on": "2026-05-01", "amount": 7},
    )
    now = look(session)
    told = {f"{f.kind}.{f.cause}": why(now, f) for f in now.judgement.findings if f.deals}
    assert told == {
        "vertical.price": "Account 3 is offered 90 by Bob and 100 by the partner 北京伙伴.",
        "deal.second": "First come: Bob holds Account 3 since Mar 1, 2026. 北京伙伴 registered it on Apr 1, 2026.",
        "deal.outside": "Axis GmbH registered a deal on Account 0. It belongs to North (Ann, Field). "
        "Axis GmbH has Axis.",
        "deal.expired": "deal of 5 of Axis GmbH expired on Feb 1, 2026 and is still open.",
    }
    (rep_conflict,) = now.judgement.by_cause["vertical", "rep"]
    assert rep_conflict.accounts.tolist() == [3]
    assert "Bob has the open deal Pumps on Account 3." in why(now, rep_conflict)
    assert {row_id: [f.cause for f in found] for row_id, found in conflicts_by_deal(now).items()} == {
        1: ["price"],
        2: ["second", "price"],
        3: ["expired"],
        4: ["outside"],
    }


def test_every_cause_has_words_and_every_finding_json(session: Session) -> None:
    register(session, {"account": 3, "rep": "Axis GmbH", "registered_on": "2026-04-01"}, {"amount": 3})
    now = look(session)
    causes = list(now.judgement.by_cause)
    for kind, cause in causes:
        assert kind_label(kind)
        assert cause_label(kind, cause) != cause_meaning(kind, cause)
    told = json.loads(json.dumps(look_json(now, causes, {})))
    assert told["total"]["findings"] == len(now.judgement.findings)
    listed = [f for kind in told["kinds"].values() for cause in kind["causes"].values() for f in cause["list"]]
    assert [f["why"] for f in listed] == [why(now, f) for f in now.judgement.findings]
    assert sum(len(f["accounts"]) for f in told["kinds"]["gap"]["causes"]["vacant"]["list"]) == 4
    assert len(list(finding_rows(now, now.judgement.findings))) == len(listed)
    assert all(about_text(now, f) for f in now.judgement.findings)


def test_a_plan_with_nothing_in_it(tmp_path: Path) -> None:
    with make_channels(tmp_path / "empty.gpkg", n_accounts=1) as session:
        session.do(commands.delete_territories(session.plan, [t.territory_id for t in session.plan.territories]))
        now = look(session)
        assert {f.kind for f in now.judgement.findings} <= {"gap", "horizontal"}
        assert [handover_cells(now, one) for one in now.judgement.handovers] == []


def test_revenue_is_the_measure_called_so(session: Session) -> None:
    assert money_measure(session.plan).name == "Revenue"
    assert money_measure(session.plan, " revenue ") is money_measure(session.plan)
    assert money_measure(session.plan, "workload_h") is None
    assert [asdict(measure)["source"] for measure in session.plan.measures if measure.name == "Revenue"] == ["account"]


def test_an_account_given_again_with_another_reason_stays_given(session: Session) -> None:
    """Memory and file agree where a step changes the reason of an override, and not whose the account is."""
    north = session.plan.territories[0].territory_id
    for reason in ("family", "family", "old contract"):
        session.do(commands.set_override(session.plan, np.array([3]), north, reason))
        assert session.plan.account_override[3] == 0
    session.undo()
    assert (session.plan.account_override[3], next(iter(session.plan.overrides.values())).reason) == (0, "family")
    assert session.totals.n_accounts.tolist() == session.totals_for(session.plan).n_accounts.tolist()


def test_a_damaged_scope_covers_all_and_says_that_it_cannot_be_read(session: Session) -> None:
    """As another program may have left it: the plan can be looked at, and mended."""
    partners = session.plan.alignments[1].alignment_id
    session.do(Command("Damage", lambda writer, plan: writer.update("alignment", {partners: {"scope": "{no rule"}})))
    seen = look(session)
    assert seen.coverages[1].in_scope.all()
    assert seen.scopes[1].startswith("The rule for accounts cannot be read")
    finding, *_ = seen.judgement.of_kind("multichannel")
    assert "cannot be read" in why(seen, finding)
    assert mendings(session, seen, [finding])
