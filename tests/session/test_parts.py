"""A part for a regional manager: what can be edited, what is not in the file, and how it comes back.

::

    D  N N S S W .      North (Ann) is sent; 24 accounts, one a square: K00000 in A1, K00001 in A2 ...
    A  N N S S W .
       1 2 3 4 5 6
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import Cancelled, UserError
from territorymap.metrics.team import OVERLAY
from territorymap.model.coverage import Assumption, Deal, Figure, Funnel, Partner, PayPlan, Quota, Record
from territorymap.session import commands
from territorymap.session.changelog import ChangeLog
from territorymap.session.commands.registers import add_records, delete_records, edit_record
from territorymap.session.commands.scenarios import set_baseline
from territorymap.session.commands.teams import Member, set_team
from territorymap.session.merging import merge_file
from territorymap.session.part import describe, part_of
from territorymap.session.parts import part_wish, write_part
from territorymap.session.session import Command, Session
from tests.ui.panels.plans import columns, give, make_session, territory_id


@pytest.fixture(scope="module")
def whole_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; each test works on a copy of its own."""
    path = tmp_path_factory.mktemp("plan") / "whole.gpkg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(path.parent))
        with make_session(path) as session:
            west = territory_id(session, "West")
            session.do(commands.set_override(session.plan, np.array([2]), west, "SECRETREASON"))
    return path


@pytest.fixture
def whole(tmp_path: Path, whole_file: Path) -> Iterator[Session]:
    with Session.open(Path(shutil.copy(whole_file, tmp_path / "whole.gpkg")), author="Ada") as session:
        yield session


@pytest.fixture(scope="module")
def ritas(tmp_path_factory: pytest.TempPathFactory, whole_file: Path) -> Iterator[Session]:
    """Her part with North, for tests that change nothing in it."""
    folder = tmp_path_factory.mktemp("rita")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(folder))
        with Session.open(Path(shutil.copy(whole_file, folder / "whole.gpkg"))) as whole:
            path = part_file(whole, "North")
        with Session.open(path, author="Rita") as part:
            yield part


def part_file(whole: Session, *names: str, is_bare: bool = False) -> Path:
    target = whole.document.path.with_name(f"part {'-'.join(names)}.gpkg")
    wish = part_wish(whole, [territory_id(whole, name) for name in names], is_bare=is_bare)
    write_part(whole, target, wish)
    return target


def test_own_ground_and_what_nobody_has_can_be_edited(whole: Session) -> None:
    with Session.open(part_file(whole, "North"), author="Rita") as part:
        give(part, "North", columns(part, 6))
        part.do(commands.assign_units(part.plan, np.array([0]), None))
        part.do(commands.create_territory(part.plan, "North 2", unit_ix=np.array([1])))
        part.do(commands.rename_territory(part.plan, territory_id(part, "North 2"), "Far North"))
        part.do(commands.set_override(part.plan, np.array([6]), territory_id(part, "Far North"), "near"))
        part.do(commands.delete_territories(part.plan, [territory_id(part, "Far North")]))
        part.do(commands.set_units_locked(part.plan, np.array([6]), True))
        assert part.document.check() == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: commands.assign_units(p.plan, columns(p, 3), territory_id(p, "North")),
        lambda p: commands.assign_units(p.plan, columns(p, 1), territory_id(p, "South")),
        lambda p: commands.assign_units(p.plan, columns(p, 3), None),
        lambda p: commands.create_territory(p.plan, "Grab", unit_ix=columns(p, 3)),
        lambda p: commands.set_territory_locked(p.plan, [territory_id(p, "South")], False),
        lambda p: commands.rename_territory(p.plan, territory_id(p, "South"), "Mine"),
        lambda p: commands.delete_territories(p.plan, [territory_id(p, "South")]),
        lambda p: commands.set_override(p.plan, np.array([8]), territory_id(p, "North"), "want it"),
        lambda p: commands.set_override(p.plan, np.array([0]), territory_id(p, "South"), "take it"),
        lambda p: commands.clear_overrides(p.plan, np.array([2])),
        lambda p: commands.set_units_locked(p.plan, columns(p, 3), True),
        lambda p: commands.edit_account_constants(p.plan, np.array([8]), {"visits": 3.0}),
        lambda p: commands.set_territory_rep(p.plan, territory_id(p, "South"), None),
        lambda p: commands.edit_rep(p.plan, next(r.rep_id for r in p.plan.reps if r.name == "Bob"), capacity_h=9.0),
        lambda p: commands.edit_plan(p.plan, title="My plan"),
        lambda p: set_baseline(p.plan, p.plan.scenario.scenario_id),
        lambda p: commands.set_tolerance(p.plan, p.plan.measures[0].measure_id, 0.2),
    ],
)
def test_what_others_have_is_refused_and_nothing_is_written(ritas: Session, edit: Callable[[Session], Command]) -> None:
    n_steps = len(ritas.document.history())
    owners = ritas.plan.unit_territory.copy()
    with pytest.raises(UserError, match=r"not in your part|belongs to the whole plan"):
        ritas.do(edit(ritas))
    assert len(ritas.document.history()) == n_steps
    assert np.array_equal(ritas.plan.unit_territory, owners)


def test_a_refusal_names_who_has_it(ritas: Session) -> None:
    with pytest.raises(UserError, match=r"South \(Bob\) is not in your part of the plan"):
        ritas.do(commands.assign_units(ritas.plan, columns(ritas, 3), territory_id(ritas, "North")))
    assert [t.locked for t in ritas.plan.territories] == [False, True, True]
    assert "“whole”: North can be edited" in describe(ritas.plan)
    assert describe(ritas.plan) in ritas.document.notices


def test_others_stay_locked_after_everything_is_read_anew(whole: Session) -> None:
    """An import of accounts brings new arrays; the lock must not go by it."""
    with Session.open(part_file(whole, "North"), author="Rita") as part:
        part.do(commands.add_rep(part.plan, name="Cleo"))
        part.do(Command("Import", lambda writer, plan: writer.insert("account", [{"account_name": "New"}]) and None))
        part.do(commands.assign_units(part.plan, np.array([0]), None))
        with pytest.raises(UserError):
            part.do(commands.assign_units(part.plan, columns(part, 3), territory_id(part, "North")))


def test_undo_does_not_go_behind_the_beginning_of_the_part(whole: Session) -> None:
    with Session.open(part_file(whole, "North"), author="Rita") as part:
        assert not part.document.can_undo
        with pytest.raises(UserError):
            part.undo()
        give(part, "North", [5])
        part.undo()
        assert not part.document.can_undo
        assert part.plan.unit_territory[5] == -1


def test_the_plan_itself_is_not_touched(whole: Session) -> None:
    before = [(s.uuid, s.label) for s in whole.document.history()]
    part = part_file(whole, "North")
    assert [(s.uuid, s.label) for s in whole.document.history()] == before
    with Session.open(part) as opened:
        assert opened.plan.info.uuid == whole.plan.info.uuid
        assert [s.uuid for s in opened.document.history()][:-1] == [uuid for uuid, _ in before]
    assert part_of(whole.plan) is None


def every_byte(path: Path) -> bytes:
    """The file, and the packed parts of its history unpacked."""
    with sqlite3.connect(path) as file:
        packed = b"".join(zlib.decompress(rows) for (rows,) in file.execute("SELECT rows FROM journal_bulk"))
    return path.read_bytes() + packed


def test_a_bare_part_holds_nothing_of_the_others(whole: Session) -> None:
    """Accounts: North has columns 1 and 2, column 6 is nobody's; those in columns 3, 4 and 5 are the others'."""
    path = part_file(whole, "North", is_bare=True)
    held = every_byte(path)
    plan = whole.plan
    owners = plan.territory_of_accounts()
    north = plan.territory_ix(territory_id(whole, "North"))
    for ix in range(len(plan.accounts)):
        is_there = str(plan.accounts.key[ix]).encode() in held
        assert is_there == (int(owners[ix]) in (north, -1)), plan.accounts.key[ix]
    assert b"SECRETREASON" not in held
    assert b"SECRETREASON" in every_byte(part_file(whole, "South"))


def test_a_bare_part_is_a_sound_plan(whole: Session) -> None:
    path = part_file(whole, "North", is_bare=True)
    with Session.open(path, author="Rita") as part:
        assert part.document.notices == [describe(part.plan)]
        assert part.document.check() == []
        assert "left out" in describe(part.plan)
        assert [t.name for t in part.plan.territories] == ["North", "South", "West"]
        assert int((part.plan.unit_territory >= 0).sum()) == 20
        give(part, "North", [5])
        ann, bob = part.plan.reps
        assert (ann.capacity_h, ann.has_home) == (1600.0, True)
        assert (bob.name, bob.has_home) == ("Bob", False)
        words = [
            [s.text for s in ChangeLog(part.document).sentences(e.step)] for e in ChangeLog(part.document).entries()
        ]
        assert words[-1] == ["Square A6: unassigned → North"]
    # Another program's write makes the next opening compare every row with the history.
    with sqlite3.connect(path) as file:
        file.execute("UPDATE plan SET note = 'changed elsewhere'")
    with Session.open(path) as part:
        assert [s.kind for s in part.document.history()][-1] == "outside"
        (step,) = part.document.history()[-1:]
        assert [c.table for c in part.document.changes_of(step.step_id)] == ["plan"]


def test_a_part_of_a_part_can_only_be_smaller(whole: Session) -> None:
    with Session.open(part_file(whole, "North", "West"), author="Rita") as part:
        wish = part_wish(part, [territory_id(part, "West")])
        write_part(part, part.document.path.with_name("smaller.gpkg"), wish)
        with pytest.raises(UserError, match="not in your part"):
            part_wish(part, [territory_id(part, "South")])
    with Session.open(whole.document.path.with_name("smaller.gpkg")) as smaller:
        assert [t.is_outside for t in smaller.plan.territories] == [True, True, False]


def test_a_stopped_or_refused_extraction_leaves_no_file(whole: Session, tmp_path: Path) -> None:
    wish = part_wish(whole, [territory_id(whole, "North")])
    before = sorted(path.name for path in tmp_path.iterdir())

    def stop(_share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        write_part(whole, tmp_path / "part.gpkg", wish, stop)
    with pytest.raises(UserError, match="cannot take the place"):
        write_part(whole, whole.document.path, wish)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    with pytest.raises(UserError, match="at least one"):
        part_wish(whole, [])


def with_channels(path: Path) -> Session:
    """Inside (a copy, Cleo has North there) beside Field; deals, figures, quotas and pay of both sides."""
    session = make_session(path)
    session.do(commands.add_rep(session.plan, name="Cleo"))
    session.do(commands.new_alignment(session.plan, "Inside", copy_of=1))
    inside = session.coverages()[1].territories
    reps = {rep.name: rep.rep_id for rep in session.plan.reps}
    north, south = territory_id(session, "North"), territory_id(session, "South")
    account = {"own": 1, "foreign": 3}  # account_id in columns 1 and 3
    rows: list[tuple[type[Record], list[dict[str, object]]]] = [
        (Deal, [{"deal_name": "DEALNORTH", "account_id": account["own"], "rep_id": reps["Ann"], "amount": 1.0},
                {"deal_name": "DEALSOUTH", "account_id": account["foreign"], "rep_id": reps["Bob"], "amount": 2.0}]),
        (Figure, [{"metric": "calls", "period": "2026", "rep_id": reps["Ann"], "amount": 11.0},
                  {"metric": "SECRETCALLS", "period": "2026", "rep_id": reps["Bob"], "amount": 12.0}]),
        (Quota, [{"period": "2026", "territory_id": north, "amount": 21.0, "note": "QUOTANORTH"},
                 {"period": "2026", "territory_id": south, "amount": 22.0, "note": "SECRETSOUTH"},
                 {"period": "2026", "territory_id": inside[0].territory_id, "amount": 23.0, "note": "SECRETINSIDE"}]),
        (PayPlan, [{"plan_name": "SECRETPAY", "content": "{}"}]),
        (Assumption, [{"topic": "SECRETTOPIC", "content": "{}"}]),
        (Funnel, [{"role": "SECRETRATES", "content": "{}"}]),
        # Cleo covers nothing: a candidate of the whole plan.
        (Partner, [{"rep_id": reps["Cleo"], "status": "candidate", "contact": "SECRETCANDIDATE"}]),
    ]  # fmt: skip
    for kind, records in rows:
        session.do(add_records(kind, records, "Records"))
    return session


def test_a_bare_part_holds_registers_of_its_own_ground_alone(tmp_path: Path) -> None:
    """An account of the others in Field is not the part's because nobody of the others has it in Inside: they have."""
    with with_channels(tmp_path / "whole.gpkg") as whole:
        path = part_file(whole, "North", is_bare=True)
        held = every_byte(path)
        assert b"SECRET" not in held
        assert b"DEALSOUTH" not in held
        owners = whole.plan.territory_of_accounts()
        north = whole.plan.territory_ix(territory_id(whole, "North"))
        for ix in range(len(whole.plan.accounts)):
            is_there = str(whole.plan.accounts.key[ix]).encode() in held
            assert is_there == (int(owners[ix]) in (north, -1)), whole.plan.accounts.key[ix]
        with Session.open(path, author="Rita") as part:
            assert [deal.deal_name for deal in part.register(Deal).values()] == ["DEALNORTH"]
            assert [figure.amount for figure in part.register(Figure).values()] == [11.0]
            assert [quota.note for quota in part.register(Quota).values()] == ["QUOTANORTH"]
            assert part.document.check() == []
            part.do(edit_record(Deal, 1, {"amount": 5.0}, "More"))
        merge_file(whole, path, prefer="mine")
        amounts = {deal.deal_name: deal.amount for deal in whole.register(Deal).values()}
        assert amounts == {"DEALNORTH": 5.0, "DEALSOUTH": 2.0}
        assert len(whole.register(Quota)) == 3
        assert len(whole.register(PayPlan)) == 1
        assert whole.document.check() == []


def test_a_bare_part_has_the_team_of_its_territories(tmp_path: Path) -> None:
    """Bob leads South and is a member of North, Cleo is an overlay specialist there: both are North's people too."""
    with make_session(tmp_path / "whole.gpkg") as whole:
        whole.do(commands.add_rep(whole.plan, name="Cleo", capacity_h=900.0))
        whole.do(commands.add_rep(whole.plan, name="Dora", capacity_h=700.0))
        reps = {rep.name: rep.rep_id for rep in whole.plan.reps}
        north, south, west = (territory_id(whole, name) for name in ("North", "South", "West"))
        team = [Member(reps["Bob"], 0.5), Member(reps["Cleo"], 0.2, OVERLAY)]
        whole.do(set_team(whole.plan, north, reps["Ann"], team))
        whole.do(set_team(whole.plan, west, None, [Member(reps["Dora"], 0.5)]))
        whole.do(commands.edit_rep(whole.plan, reps["Bob"], capacity_h=800.0))
        figures = [{"metric": name, "period": "2026", "rep_id": reps[name], "amount": 1.0} for name in reps]
        whole.do(add_records(Figure, figures, "Records"))
        quotas = [{"period": "2026", "territory_id": t, "rep_id": reps["Bob"], "amount": 1.0} for t in (north, south)]
        whole.do(add_records(Quota, quotas, "Records"))
        path = part_file(whole, "North", is_bare=True)
    with Session.open(path, author="Rita") as part:
        hours = {rep.name: rep.capacity_h for rep in part.plan.reps}
        assert hours == {"Ann": 1600.0, "Bob": 800.0, "Cleo": 900.0, "Dora": None}
        assert {figure.metric for figure in part.register(Figure).values()} == {"Ann", "Bob", "Cleo"}
        assert [quota.territory_id for quota in part.register(Quota).values()] == [north]
        assert part.document.check() == []


def test_what_is_said_of_others_is_refused_in_a_part_in_every_alignment(tmp_path: Path) -> None:
    with with_channels(tmp_path / "whole.gpkg") as whole:
        path = part_file(whole, "North")
    with Session.open(path, author="Rita") as part:
        south = territory_id(part, "South")
        foreign = next(t for t in part.coverages()[1].territories)

        def elsewhere(writer, plan) -> None:
            with writer.within(alignment_id=2):
                writer.assign([int(plan.units.unit_id[0])], None)

        for command in (
            add_records(Quota, [{"period": "2027", "territory_id": south, "amount": 1.0}], "x"),
            edit_record(Quota, 2, {"amount": 1.0}, "x"),
            delete_records(Deal, [2], "x"),
            add_records(PayPlan, [{"plan_name": "Mine", "content": "{}"}], "x"),
            commands.edit_alignment(part.plan, 1, name="Mine"),
            Command("Elsewhere", elsewhere),
        ):
            with pytest.raises(UserError, match=r"not in your part|belongs to the whole plan"):
                part.do(command)
        part.do(edit_record(Quota, 1, {"amount": 30.0}, "More"))
        part.switch_alignment(2)
        assert foreign.name == "North"
        assert all(t.is_outside for t in part.plan.territories)


def test_a_scope_in_a_bare_part_names_no_account_of_the_others(tmp_path: Path) -> None:
    """Who is covered stays the same: of the accounts listed, one is the part's, one South's, one in no scope at all.

    Account 4 lies in South and no alignment covers it: it is nobody's, and South's ground is not the part's.
    """
    with make_session(tmp_path / "whole.gpkg") as whole:
        keys = [str(key) for key in whole.plan.accounts.key]
        south = int(np.flatnonzero(whole.plan.territory_of_accounts() == 1)[-1])
        listed = {"any": [{"field": "key", "in": [keys[0], keys[2]]}, {"field": "name", "contains": ["SECRET"]}]}
        whole.do(commands.set_scope(whole.plan, 1, json.dumps(listed)))
        path = part_file(whole, "North", is_bare=True)
        held = every_byte(path)
        assert keys[0].encode() in held
        assert b"SECRET" not in held
        assert keys[2].encode() not in held
        assert keys[south].encode() not in held
        with Session.open(path, author="Rita") as part:
            assert part.plan.accounts.key[part.plan.in_scope].tolist() == [keys[0]]
        before = whole.plan.alignment.scope
        merge_file(whole, path, prefer="theirs")
        assert whole.plan.alignment.scope == before
        assert len(whole.plan.accounts) == len(keys)
