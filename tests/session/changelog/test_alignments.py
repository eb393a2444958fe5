"""The change log of a plan with several alignments and with registers: where a step was done, and what it did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from territorymap.model.coverage import Deal, Partner, PayPlan
from territorymap.session import commands as c
from territorymap.session.changelog import ChangeLog, Wanted
from territorymap.session.commands.registers import add_records, delete_records, edit_record
from territorymap.session.session import Session
from tests.support.grid import grid_layer


@pytest.fixture
def session(tmp_path: Path):
    with Session.create(tmp_path / "plan.gpkg", grid_layer(4, 1), title="Grid", author="Ada") as session:
        session.do(c.create_territory(session.plan, "West", unit_ix=np.arange(2)))
        session.do(c.create_territory(session.plan, "East", unit_ix=np.arange(2, 4)))
        yield session


def told(session: Session) -> list[str]:
    log = ChangeLog(session.document)
    return [sentence.text for sentence in log.sentences(log.entries()[-1].step)]


def test_steps_are_told_with_the_alignment_they_were_done_in(session: Session) -> None:
    """In What if, Inside inherits from the plan, where A2 is East's there and West's in Field."""
    session.do(c.new_alignment(session.plan, "Inside", copy_of=1))
    session.switch_alignment(2)
    session.do(c.assign_units(session.plan, np.array([1]), session.plan.territories[1].territory_id))
    session.do(c.new_scenario(session.plan, "What if"))
    session.switch_scenario(2)
    session.do(c.assign_units(session.plan, np.array([1]), session.plan.territories[0].territory_id))
    assert told(session) == ["Square A2: East → West"]
    session.switch_alignment(1)
    session.do(c.assign_units(session.plan, np.array([1]), session.plan.territories[1].territory_id))
    assert told(session) == ["Square A2: West → East"]
    log = ChangeLog(session.document)
    assert [(e.scenario, e.alignment) for e in log.entries()[-2:]] == [("What if", "Inside"), ("What if", "Field")]
    assert len(log.entries(Wanted(alignment="inside"))) == 3
    session.switch_alignment(2)
    session.do(c.set_scope(session.plan, 2, '{"field":"visits","from":5}'))
    assert told(session) == ["Inside: scope All accounts. → Accounts where Visits a year is at least 5."]
    session.do(c.edit_alignment(session.plan, 2, role="inside", name="Phone"))
    assert told(session) == ["Alignment Inside renamed to Phone; Phone: role field → inside"]


def test_what_registers_hold_is_told_by_name(session: Session) -> None:
    session.do(c.add_rep(session.plan, name="Acme"))
    rep_id = session.plan.reps[0].rep_id
    session.do(add_records(Partner, [{"rep_id": rep_id, "status": "candidate"}], "Partner"))
    assert told(session) == ["Partner added: Acme"]
    session.do(edit_record(Partner, 1, {"status": "active"}, "Active"))
    assert told(session) == ["Acme: status candidate → active"]
    session.do(
        add_records(Deal, [{"deal_name": "Big", "rep_id": rep_id, "amount": 5.0, "stage": "registered"}], "Deal")
    )
    assert told(session) == ["Deal added: Big"]
    session.do(edit_record(Deal, 1, {"amount": 7.5, "stage": "won"}, "Won"))
    assert told(session) == ["Big: stage registered → won, amount 5 → 7.50"]
    session.do(add_records(PayPlan, [{"plan_name": "Base", "content": "{}"}], "Pay"))
    session.do(edit_record(PayPlan, 1, {"content": "[]"}, "Pay"))
    assert told(session) == ["Pay plan changed: Base"]
    session.do(delete_records(Deal, [1], "Gone"))
    assert told(session) == ["Deal deleted: Big"]
