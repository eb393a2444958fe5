"""Registers of a plan: written through the session, followed in memory, the same in the file; undone and done again.

Worked by hand: two deals of 100 and 250 on the first account of a plan of three; one is edited, one deleted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from territorymap.document.coverage_tables import COVERAGE_TABLES
from territorymap.document.registers import columns_of_record
from territorymap.errors import Cancelled, UserError
from territorymap.model.coverage import TABLES, Assumption, Deal, Figure, Partner, Quota, Tier
from territorymap.session import commands
from territorymap.session.commands.registers import add_records, delete_records, edit_record
from territorymap.session.session import Session
from tests.ui.panels.plans import make_session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with make_session(tmp_path / "plan.gpkg", n_accounts=3) as session:
        yield session


def rows_of(path: Path, table: str) -> list[tuple]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def test_a_table_has_the_fields_of_its_record() -> None:
    for kind, table in TABLES.items():
        assert set(COVERAGE_TABLES[table].columns) == set(columns_of_record(kind)), table
        assert [f.name for f in fields(kind)][:2] == ["row_id", "uuid"]
    assert list(TABLES.values()) == list(COVERAGE_TABLES)


def test_a_step_tells_how_far_it_is_and_leaves_nothing_when_it_is_stopped(session: Session) -> None:
    account_id = int(session.plan.accounts.account_id[0])
    rows = [{"account_id": account_id, "deal_name": str(i)} for i in range(5_000)]
    told: list[float] = []

    def stop_at_half(share: float) -> None:
        told.append(share)
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        session.do(add_records(Deal, rows, "Register deals"), watch=stop_at_half)
    assert told == pytest.approx([0.0, 0.7 * 2_000 / 5_000, 0.7 * 4_000 / 5_000])
    assert (rows_of(session.document.path, "deal"), dict(session.register(Deal))) == ([], {})
    told.clear()
    session.do(add_records(Deal, rows, "Register deals"), watch=told.append)
    assert (told[-1], len(session.register(Deal))) == (1.0, 5_000)


def test_a_register_follows_do_undo_redo_and_the_file(session: Session) -> None:
    account_id = int(session.plan.accounts.account_id[0])
    deals = session.register(Deal)
    assert dict(deals) == {}
    rows = [{"account_id": account_id, "deal_name": name, "amount": a} for name, a in (("Pumps", 100), ("Valves", 250))]
    session.do(add_records(Deal, rows, "Register deals"))
    assert [(d.deal_name, d.amount, d.stage, d.probability) for d in deals.values()] == [
        ("Pumps", 100.0, "", None),
        ("Valves", 250.0, "", None),
    ]
    first, second = deals
    session.do(edit_record(Deal, first, {"stage": "won", "closed_on": "2026-10-01", "probability": 1}, "Win"))
    session.do(delete_records(Deal, [second], "Delete"))
    assert [(d.deal_name, d.stage, d.closed_on) for d in deals.values()] == [("Pumps", "won", "2026-10-01")]
    assert len(rows_of(session.document.path, "deal")) == 1
    for _ in range(3):
        session.undo()
    assert dict(deals) == {}
    assert rows_of(session.document.path, "deal") == []
    for _ in range(2):
        session.redo()
    after = dict(deals)
    assert [d.stage for d in after.values()] == ["won", ""]
    assert session.document.register(Deal) == after


def test_what_cannot_be_is_refused_with_its_reason(session: Session) -> None:
    with pytest.raises(UserError, match="'sold' is not a value of stage"):
        add_records(Deal, [{"stage": "sold"}], "x")
    with pytest.raises(UserError, match="'soon' is not a date"):
        add_records(Deal, [{"expected_on": "soon"}], "x")
    with pytest.raises(UserError, match=r"probability of 1\.5"):
        add_records(Deal, [{"probability": 1.5}], "x")
    with pytest.raises(UserError, match="nan is not an amount"):
        add_records(Deal, [{"amount": float("nan")}], "x")
    with pytest.raises(UserError, match="account is not in the plan"):
        session.do(add_records(Deal, [{"account_id": 10**9}], "x"))
    with pytest.raises(UserError, match="rep is not in the plan"):
        session.do(add_records(Figure, [{"rep_id": 10**9, "amount": 1}], "x"))
    assert len(session.register(Deal)) == len(session.register(Figure)) == 0


def test_what_hangs_on_a_rep_goes_with_it_and_comes_back(session: Session) -> None:
    session.do(commands.add_rep(session.plan, name="Acme Resale"))
    rep_id = session.plan.reps[-1].rep_id
    session.do(add_records(Tier, [{"tier_name": "Gold", "sort_order": 1, "min_revenue": 1e5}], "Tier"))
    (tier_id,) = session.register(Tier)
    session.do(add_records(Partner, [{"rep_id": rep_id, "status": "active", "tier_id": tier_id}], "Partner"))
    session.do(add_records(Deal, [{"rep_id": rep_id, "amount": 5}], "Deal"))
    session.do(add_records(Quota, [{"rep_id": rep_id, "period": "2026", "amount": 9}], "Quota"))
    session.do(commands.delete_reps(session.plan, [rep_id]))
    assert not session.register(Partner)
    assert not session.register(Quota)
    assert [d.rep_id for d in session.register(Deal).values()] == [None]
    session.undo()
    assert [p.tier_id for p in session.register(Partner).values()] == [tier_id]
    assert [d.rep_id for d in session.register(Deal).values()] == [rep_id]
    session.do(delete_records(Tier, [tier_id], "No tiers"))
    assert [p.tier_id for p in session.register(Partner).values()] == [None]
    assert not session.document.check()


def test_a_register_is_read_from_the_file_when_first_asked_for(session: Session) -> None:
    session.do(add_records(Assumption, [{"topic": "sizing", "content": "{}"}], "Assume"))
    path = session.document.path
    session.close()
    with Session.open(path) as again:
        assert [a.topic for a in again.register(Assumption).values()] == ["sizing"]


def test_what_undo_brings_back_stands_where_it_stood(session: Session) -> None:
    deals = session.register(Deal)
    session.do(add_records(Deal, [{"deal_name": name} for name in ("Pumps", "Valves", "Pipes")], "Register"))
    first, second, third = deals
    session.do(delete_records(Deal, [first, third], "Delete"))
    session.undo()
    assert list(deals) == [first, second, third] == list(session.document.register(Deal))


def test_what_went_meanwhile_is_refused_in_words(session: Session) -> None:
    session.do(add_records(Deal, [{"deal_name": "Pumps"}], "Register"))
    (deal,) = session.register(Deal)
    session.undo()
    for command in (
        edit_record(Deal, deal, {"amount": 1.0}, "Edit"),
        add_records(Quota, [{"territory_id": 999, "period": "2026"}], "Quota"),
        add_records(Quota, [{"alignment_id": 999, "period": "2026"}], "Quota"),
        add_records(Partner, [{"rep_id": session.plan.reps[0].rep_id, "tier_id": 999}], "Partner"),
    ):
        with pytest.raises(UserError, match="not in the plan any more"):
            session.do(command)
    assert session.document.check() == []
