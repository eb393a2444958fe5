"""Alignments of an open plan: made, scoped, switched, deleted, undone where they were edited; coverages in each.

a b c | d e f      North has the left half, South the right one; one account in each unit, revenue 10, 20 ... 60
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.metrics.totals import Totals
from territorymap.model.scope import Not, Range
from territorymap.session.commands import (
    assign_units,
    create_territory,
    delete_alignment,
    edit_alignment,
    new_alignment,
    new_scenario,
    order_alignments,
    protect_accounts,
    rename_territory,
    set_override,
    set_scope,
)
from territorymap.session.commands.alignments import role_of
from territorymap.session.session import Command, PlanChange, Session
from tests.support.grid import grid_layer


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "plan.gpkg", grid_layer(6, 1), title="Grid", author="Ada") as session:
        session.do(Command("Accounts", _add_accounts))
        session.do(create_territory(session.plan, "North", unit_ix=np.arange(3)))
        session.do(create_territory(session.plan, "South", unit_ix=np.arange(3, 6)))
        yield session


def _add_accounts(writer, plan) -> None:
    revenue = writer.add_measure("Revenue", "account").column_name
    rows = [
        {"account_name": f"A{i}", "account_key": f"k{i}", "unit_id": int(unit_id), revenue: 10.0 * (i + 1)}
        for i, unit_id in enumerate(plan.units.unit_id)
    ]
    writer.insert("account", rows)


def large(session: Session) -> str:
    """Revenue of 30 and more: accounts 2 to 5."""
    measure = session.plan.measure_named("Revenue")
    assert measure is not None
    return Range(f"measure:{measure.uuid}", low=30.0).to_json()


def add(session: Session, name: str, **options: object) -> int:
    session.do(new_alignment(session.plan, name, **options))  # type: ignore[arg-type]
    alignment = session.plan.alignment_named(name)
    assert alignment is not None
    return alignment.alignment_id


def held(session: Session) -> list[str]:
    names = [t.name for t in session.plan.territories] + [""]
    return [names[ix] for ix in session.plan.unit_territory]


def counted(session: Session) -> dict[str, list[tuple[str, int]]]:
    """Territories of each alignment and how many accounts each has."""
    return {
        c.alignment.name: [(t.name, int((c.owner == ix).sum())) for ix, t in enumerate(c.territories)]
        for c in session.coverages()
    }


def assert_totals(session: Session) -> None:
    full = Totals(session.plan, session.adjacency, session.standing.perimeter_km)
    assert np.allclose(session.totals.territory_total, full.territory_total)
    assert np.allclose(session.totals.unassigned_total, full.unassigned_total)
    assert session.totals.n_accounts.tolist() == full.n_accounts.tolist()


def test_a_new_alignment_is_empty_and_the_other_one_stays_as_it_was(session: Session) -> None:
    inside = add(session, "Inside", role="Inside sales")
    assert [(a.name, a.role, a.sort_order) for a in session.plan.alignments] == [
        ("Field", "field", 0),
        ("Inside", "inside", 1),
    ]
    assert held(session) == ["North"] * 3 + ["South"] * 3
    session.switch_alignment(inside)
    assert held(session) == [""] * 6
    assert session.plan.territories == []
    session.do(create_territory(session.plan, "All", unit_ix=np.arange(6)))
    assert counted(session) == {"Field": [("North", 3), ("South", 3)], "Inside": [("All", 6)]}
    session.switch_alignment(1)
    assert held(session) == ["North"] * 3 + ["South"] * 3
    assert session.totals.n_units.tolist() == [3, 3]


def test_an_alignment_can_begin_with_the_territories_of_another_in_every_scenario(session: Session) -> None:
    """South has d in the plan, North has it in What if; so it is in the copy, whose territories are others."""
    session.do(new_scenario(session.plan, "What if"))
    session.switch_scenario(2)
    north, south = session.plan.territories
    session.do(assign_units(session.plan, np.array([3]), north.territory_id))
    session.do(rename_territory(session.plan, south.territory_id, "Far south"))
    copy = add(session, "Copy", copy_of=1)
    session.switch_alignment(copy)
    assert held(session) == ["North"] * 4 + ["Far south"] * 2
    assert not {t.territory_id for t in session.plan.territories} & {north.territory_id, south.territory_id}
    assert not {t.uuid for t in session.plan.territories} & {north.uuid, south.uuid}
    session.switch_scenario(1)
    assert held(session) == ["North"] * 3 + ["South"] * 3
    session.do(assign_units(session.plan, np.array([0]), session.plan.territories[1].territory_id))
    session.switch_alignment(1)
    assert held(session) == ["North"] * 3 + ["South"] * 3
    assert session.document.check() == []
    session.undo()
    session.undo()
    assert [a.name for a in session.plan.alignments] == ["Field"]
    session.redo()
    session.redo()
    assert session.plan.alignment.name == "Copy"
    assert held(session) == ["South", "North", "North", "South", "South", "South"]


def test_a_scope_leaves_accounts_without_owner_unless_they_are_given_by_name(session: Session) -> None:
    """Of North's accounts only c (30) is large; a (10) is given to South by name. Revenue: 30, and 40+50+60+10."""
    change = session.do(set_scope(session.plan, 1, large(session)))
    assert change.notes == ("The scope covers 4 of 6 accounts.",)
    assert change.delta.is_full
    assert session.totals.territory_total[-1].tolist() == [30, 150]
    assert (session.totals.n_out_of_scope, session.totals.n_unassigned_accounts) == (2, 0)
    session.do(set_override(session.plan, np.array([0]), session.plan.territories[1].territory_id, "old contract"))
    assert session.plan.territory_of_accounts().tolist() == [1, -1, 0, 1, 1, 1]
    assert session.totals.territory_total[-1].tolist() == [30, 160]
    assert counted(session) == {"Field": [("North", 1), ("South", 4)]}
    assert_totals(session)
    session.undo()
    session.undo()
    assert session.totals.territory_total[-1].tolist() == [60, 150]
    assert_totals(session)


def test_a_scope_follows_what_it_asks_of(session: Session) -> None:
    """The scope covers what is not protected: protecting account 5 takes it out, and what was protected back in."""
    session.do(protect_accounts(session.plan, np.array([0]), True))
    session.do(set_scope(session.plan, 1, '{"not":{"field":"protected","set":true}}'))
    assert session.plan.in_scope.tolist() == [False] + [True] * 5
    session.do(protect_accounts(session.plan, np.array([5]), True))
    assert session.plan.in_scope.tolist() == [False] + [True] * 4 + [False]
    assert session.totals.n_accounts.tolist() == [2, 2]
    column = next(m.column_name for m in session.plan.measures if m.name == "Revenue")
    session.undo()
    session.do(set_scope(session.plan, 1, large(session)))
    session.do(Command("Revenue", lambda writer, plan: writer.update("account", {1: {column: 35.0}})))
    assert session.plan.in_scope.tolist() == [True, False, True, True, True, True]
    assert session.totals.territory_total[-1].tolist() == [65, 150]
    assert_totals(session)


def test_undo_goes_to_the_alignment_in_which_the_step_was_done(session: Session) -> None:
    inside = add(session, "Inside", copy_of=1)
    session.do(new_scenario(session.plan, "What if"))
    session.switch_alignment(inside)
    session.switch_scenario(2)
    session.do(assign_units(session.plan, np.array([2]), session.plan.territories[1].territory_id))
    session.switch_alignment(1)
    session.switch_scenario(1)
    heard: list[PlanChange] = []
    session.listen(heard.append)
    session.undo()
    assert (session.plan.alignment.name, session.plan.scenario.name) == ("Inside", "What if")
    assert held(session) == ["North"] * 3 + ["South"] * 3
    assert [change.kind for change in heard] == ["switch", "undo"]
    session.switch_alignment(1)
    session.redo()
    assert session.plan.alignment.name == "Inside"
    assert held(session) == ["North"] * 2 + ["South"] * 4


def test_the_alignment_in_use_is_the_one_at_the_next_opening(session: Session, tmp_path: Path) -> None:
    inside = add(session, "Inside", copy_of=1, scope=large(session))
    session.switch_alignment(inside)
    session.close()
    with Session.open(tmp_path / "plan.gpkg") as again:
        assert again.plan.alignment.name == "Inside"
        assert again.plan.in_scope.tolist() == [False, False, True, True, True, True]
        assert again.document.check() == []


def test_a_deleted_alignment_takes_all_it_has_along_and_comes_back_with_it(session: Session) -> None:
    inside = add(session, "Inside", copy_of=1)
    session.switch_alignment(inside)
    session.do(set_override(session.plan, np.array([0]), session.plan.territories[1].territory_id, "key account"))
    change = session.do(delete_alignment(session.plan, inside))
    assert session.plan.alignment.name == "Field"
    assert change.delta.is_full
    assert held(session) == ["North"] * 3 + ["South"] * 3
    assert_totals(session)
    for table in ("territory", "assignment", "override", "alignment"):
        sql = f"SELECT count(*) FROM {table} WHERE alignment_id = ?"
        assert session.document.connection.execute(sql, (inside,)).fetchone() == (0,)
    assert session.document.check() == []
    session.undo()
    session.switch_alignment(inside)
    assert held(session) == ["North"] * 3 + ["South"] * 3
    assert session.plan.account_override.tolist() == [1] + [-1] * 5
    assert session.document.check() == []


def test_the_last_alignment_stays(session: Session) -> None:
    with pytest.raises(UserError, match="only alignment"):
        delete_alignment(session.plan, 1)


def test_names_roles_and_scopes_are_checked(session: Session) -> None:
    add(session, "Inside")
    with pytest.raises(UserError, match="already an"):
        new_alignment(session.plan, " inside ")
    with pytest.raises(UserError, match="not the name of a role"):
        edit_alignment(session.plan, 1, role=" ")
    with pytest.raises(UserError, match="colour"):
        edit_alignment(session.plan, 1, color="red")
    with pytest.raises(UserError):
        set_scope(session.plan, 1, "{")
    with pytest.raises(UserError, match="not in the plan any more"):
        set_scope(session.plan, 99, "")
    assert [role_of(text) for text in ("Account management", "new-business", " Key  accounts ")] == [
        "account_management",
        "new_business",
        "Key accounts",
    ]
    nothing = Not(Range("visits", low=0.0)).to_json()
    assert "none of the accounts" in session.do(set_scope(session.plan, 1, nothing)).notes[0]
    assert session.totals.n_accounts.tolist() == [0, 0]


def test_alignments_have_an_order(session: Session) -> None:
    b, c = add(session, "B"), add(session, "C")
    session.do(order_alignments(session.plan, [c, b]))
    assert [a.name for a in session.plan.alignments] == ["C", "B", "Field"]
    assert session.plan.alignment.name == "Field"
    session.undo()
    assert [a.name for a in session.plan.alignments] == ["Field", "B", "C"]


def test_coverages_follow_each_edit_and_tell_what_changed_elsewhere(session: Session) -> None:
    """An edit within another alignment than the one in use is told, and seen there; the one in use follows by delta."""
    inside = add(session, "Inside", copy_of=1, scope=large(session))
    assert counted(session) == {"Field": [("North", 3), ("South", 3)], "Inside": [("North", 1), ("South", 3)]}
    before = session.coverages()
    session.do(assign_units(session.plan, np.array([2]), session.plan.territories[1].territory_id))
    after = session.coverages()
    assert after[1] is before[1]  # not read again
    assert before[0].owner.tolist() == [0, 0, 0, 1, 1, 1]  # what was handed out stands
    assert after[0].owner.tolist() == [0, 0, 1, 1, 1, 1]
    heard: list[PlanChange] = []
    session.listen(heard.append)
    territory_id = after[1].territories[0].territory_id

    def run(writer, plan) -> None:
        with writer.within(alignment_id=inside):
            writer.set_override([1], territory_id, "by name")

    session.do(Command("Give", run))
    assert [(change.elsewhere, change.changes) for change in heard] == [(frozenset({inside}), ())]
    assert session.coverages()[1].owner.tolist() == [0, -1, 0, 1, 1, 1]
    session.undo()
    assert session.coverages()[1].owner.tolist() == [-1, -1, 0, 1, 1, 1]
    for coverage in session.coverages():
        assert coverage.owner.tolist() == coverage.variant.territory_of_accounts(session.plan.accounts).tolist()


def test_a_scenario_is_of_all_alignments(session: Session) -> None:
    inside = add(session, "Inside", copy_of=1)
    session.refresh_outlines()
    session.do(new_scenario(session.plan, "What if"))
    session.switch_scenario(2)
    session.switch_alignment(inside)
    session.do(assign_units(session.plan, np.array([2, 3, 4]), session.plan.territories[0].territory_id))
    assert counted(session) == {"Field": [("North", 3), ("South", 3)], "Inside": [("North", 5), ("South", 1)]}
    session.switch_alignment(1)
    session.switch_scenario(1)
    assert counted(session) == {"Field": [("North", 3), ("South", 3)], "Inside": [("North", 3), ("South", 3)]}
    assert session.variant(2, inside).unit_territory.tolist() == [0, 0, 0, 0, 0, 1]
    with pytest.raises(KeyError):
        session.variant(1, 99)


def test_outlines_in_the_file_are_those_of_every_alignment(session: Session) -> None:
    """Each territory has its own, in the scenario in use: what another program sees of a plan with channels."""
    from territorymap.document.geopackage import decode_shapes

    def widths() -> dict[tuple[str, str], float]:
        sql = "SELECT alignment_name, territory_name, geom FROM territory JOIN alignment USING (alignment_id)"
        rows = session.document.connection.execute(sql).fetchall()
        shapes = decode_shapes([geom for *_, geom in rows])
        return {(a, t): round(s.bounds[2] - s.bounds[0], 6) for (a, t, _), s in zip(rows, shapes, strict=True)}

    add(session, "Inside", copy_of=1)
    session.switch_alignment(2)
    session.do(assign_units(session.plan, np.array([2]), session.plan.territories[1].territory_id))
    session.switch_alignment(1)
    assert session.refresh_outlines() == 4
    assert session.refresh_outlines() == 0
    step = widths()["Field", "North"] / 3
    assert widths() == pytest.approx(
        {
            ("Field", "North"): 3 * step,
            ("Field", "South"): 3 * step,
            ("Inside", "North"): 2 * step,
            ("Inside", "South"): 4 * step,
        }
    )
    session.do(new_scenario(session.plan, "What if"))
    session.switch_scenario(2)
    session.switch_alignment(2)
    session.do(assign_units(session.plan, np.array([0, 1, 2]), session.plan.territories[0].territory_id))
    session.switch_alignment(1)
    session.switch_scenario(1)  # Inside has other ground here: its outlines are old, and made again
    session.refresh_outlines()
    assert widths()["Inside", "North"] == pytest.approx(2 * step)


def test_a_new_unit_layer_is_for_every_alignment(session: Session) -> None:
    """Twelve units of half the width: each is where its ground was, in the alignment in use and in the other."""
    from territorymap.session.commands.relayer import change_units
    from territorymap.session.relayer import Carrying

    inside = add(session, "Inside", copy_of=1)
    session.switch_alignment(inside)
    session.do(assign_units(session.plan, np.array([2]), session.plan.territories[1].territory_id))
    session.switch_alignment(1)
    layer = grid_layer(12, 1, side=0.5)
    new = Carrying(session.plan, session.geometry, layer, others=session.other_variants()).by("area")
    session.do(change_units(session.plan, new))
    assert held(session) == ["North"] * 6 + ["South"] * 6
    session.switch_alignment(inside)
    assert held(session) == ["North"] * 4 + ["South"] * 8
    assert session.document.check() == []
