"""Alignments and registers that another program changed: mended when the plan is opened, and named by the check."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.model.coverage import Credential, Deal, Figure, Quota
from territorymap.session import commands as c
from territorymap.session.commands.registers import add_records
from territorymap.session.session import Command, Session
from tests.document.plans import raw
from tests.support.grid import grid_layer

SCOPE = '{"field":"name","in":["A"]}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Field and Inside (a copy) on 4 squares, two accounts, a rep with a certificate, a deal, a figure and a quota."""
    path = tmp_path / "plan.gpkg"
    with Session.create(path, grid_layer(4, 1), title="Grid", author="Ada") as session:
        rows = [{"account_name": name, "unit_id": i + 1} for i, name in enumerate("AB")]
        session.do(Command("Accounts", lambda writer, plan: writer.insert("account", rows) and None))
        session.do(c.create_territory(session.plan, "West", unit_ix=np.arange(2)))
        session.do(c.create_territory(session.plan, "East", unit_ix=np.arange(2, 4)))
        session.do(c.new_alignment(session.plan, "Inside", copy_of=1, scope=SCOPE))
        session.do(c.add_rep(session.plan, name="Ruth"))
        session.do(add_records(Credential, [{"rep_id": 1, "title": "Pro", "kind": "training"}], "x"))
        session.do(add_records(Deal, [{"account_id": 1, "rep_id": 1, "deal_name": "Big", "amount": 5.0}], "x"))
        session.do(add_records(Figure, [{"metric": "calls", "period": "2026", "territory_id": 2, "amount": 1.0}], "x"))
        session.do(add_records(Quota, [{"period": "2026", "alignment_id": 2, "amount": 9.0}], "x"))
    return path


def changed(path: Path, *statements: str) -> Session:
    connection = raw(path)
    for statement in statements:
        connection.execute(statement)
    connection.close()
    return Session.open(path, author="Ada")


def test_rows_whose_rep_territory_or_alignment_is_gone_go_too(path: Path) -> None:
    with changed(path, "DELETE FROM rep", "DELETE FROM territory WHERE territory_id = 2",
                 "DELETE FROM account WHERE account_id = 1") as session:  # fmt: skip
        assert session.register(Credential) == {}
        assert session.register(Figure) == {}
        (deal,) = session.register(Deal).values()
        assert (deal.rep_id, deal.account_id, deal.deal_name) == (None, None, "Big")
        assert session.document.check() == []
        session.undo()
        assert len(session.register(Credential)) == len(session.register(Figure)) == 1
        assert session.document.check() == []


def test_an_alignment_taken_out_takes_its_territories_along(path: Path) -> None:
    with changed(path, "DELETE FROM alignment WHERE alignment_id = 2") as session:
        assert [a.name for a in session.plan.alignments] == ["Field"]
        assert [t.name for t in session.plan.territories] == ["West", "East"]
        assert session.register(Quota) == {}
        assert session.document.check() == []


def test_a_plan_without_any_alignment_is_refused_as_damaged(path: Path) -> None:
    with pytest.raises(UserError, match="the table alignment is not complete"):
        changed(path, "DELETE FROM alignment")


def test_values_that_cannot_be_are_put_back(path: Path) -> None:
    with changed(path, "UPDATE alignment SET scope = '{' WHERE alignment_id = 2", "UPDATE rep SET kind = 'robot'",
                 "UPDATE deal SET amount = 'many'") as session:  # fmt: skip
        assert session.plan.alignments[1].scope == SCOPE
        assert session.plan.reps[0].kind == "rep"
        assert session.register(Deal)[1].amount == 5.0
        assert session.document.check() == []


def test_new_rows_of_another_program_get_what_they_lack(path: Path) -> None:
    with changed(path, "INSERT INTO alignment (role) VALUES ('partner')",
                 "INSERT INTO deal (deal_name, amount) VALUES ('New', 7)") as session:  # fmt: skip
        made = next(a for a in session.plan.alignments if a.role == "partner")
        assert (made.name, made.role, bool(made.uuid)) == ("Alignment 3", "partner", True)
        assert session.register(Deal)[2].deal_name == "New"
        session.switch_alignment(made.alignment_id)
        assert session.plan.territories == []
        assert session.document.check() == []


def test_the_check_names_a_scope_that_cannot_be_read(path: Path) -> None:
    """The journal says the same, so nothing was changed outside: a damaged line covers every account, and is told."""
    with Session.open(path) as session:
        session.do(Command("Break", lambda writer, plan: writer.update("alignment", {2: {"scope": "{"}})))
        (problem,) = session.document.check()
        assert problem.startswith("The scope of alignment Inside cannot be read, so it covers every account")
        session.switch_alignment(2)
        assert session.plan.in_scope.all()
