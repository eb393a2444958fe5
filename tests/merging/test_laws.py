"""Laws of the merge, for random histories on both sides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.model.merging import MergeReport
from territorymap.session.merging import decide
from tests.document.plans import same_rows
from tests.merging.histories import Edit, edits, play
from tests.merging.planners import Facts, facts_of, merged, planner, rows_in_file, two_copies

pytestmark = pytest.mark.filterwarnings("error")
FEW = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """4 x 4 squares A1 to D4; West has column 1, East column 4, Ruth covers West."""
    return two_copies(tmp_path_factory.mktemp("plan"))[0]


class Files:
    """Copies of a plan in a folder of their own."""

    def __init__(self, folder: str, plan: Path) -> None:
        self.folder, self._plan = Path(folder), plan

    def copy(self, name: str, of: Path | None = None) -> Path:
        return Path(shutil.copy(of or self._plan, self.folder / f"{name}.gpkg"))

    def edited(self, name: str, history: list[Edit], of: Path | None = None, *, is_own_only: bool = False) -> Path:
        path = self.copy(name, of)
        with planner(path, name) as session:
            play(session, history, is_own_only=is_own_only)
        return path


def mirrored(report: MergeReport) -> tuple[object, ...]:
    """Return what a report says, as it must be seen from the other side."""
    cells = {(c.kind, c.key, c.field, c.base, frozenset((c.mine, c.theirs))) for c in report.conflicts}
    return report.same, cells


@given(first=edits(3), ours=edits(5), others=edits(5))
@FEW
def test_merging_is_symmetric_apart_from_whose_value_a_conflict_shows(plan, first, ours, others):
    with TemporaryDirectory() as folder:
        files = Files(folder, plan)
        start = files.edited("start", first)
        mine, theirs = files.edited("Mia", ours, start), files.edited("Tom", others, start)
        there, back = files.copy("there", mine), files.copy("back", theirs)
        one = merged(there, theirs, "mine")
        other = merged(back, mine, "theirs")
        assert facts_of(there) == facts_of(back)
        assert mirrored(one) == mirrored(other)
        assert (one.taken_mine, one.taken_theirs) == (other.taken_theirs, other.taken_mine)


@given(ours=edits(5), others=edits(5), prefer=st.sampled_from(["mine", "theirs"]))
@FEW
def test_a_merge_repeated_changes_nothing_and_undone_leaves_every_byte(plan, ours, others, prefer):
    with TemporaryDirectory() as folder:
        files = Files(folder, plan)
        mine, theirs = files.edited("Mia", ours), files.edited("Tom", others)
        theirs_before, before = theirs.read_bytes(), rows_in_file(mine)
        first = merged(mine, theirs, prefer)
        assert theirs.read_bytes() == theirs_before
        after, facts = rows_in_file(mine), facts_of(mine)
        assert merged(mine, theirs, prefer).is_empty
        assert rows_in_file(mine) == after
        if first.is_empty:
            assert after == before
            return
        with planner(mine, "Mia") as session:
            session.undo()
            assert session.document.check() == []
        assert same_rows(rows_in_file(mine), before)
        assert mirrored(merged(mine, theirs, prefer)) == mirrored(first)
        with planner(mine, "Mia") as session:
            session.undo()
            session.redo()
        assert facts_of(mine) == facts


@given(history=edits(6))
@FEW
def test_what_only_one_side_changed_is_taken(plan, history):
    with TemporaryDirectory() as folder:
        files = Files(folder, plan)
        edited, untouched = files.edited("Tom", history), files.copy("Mia")
        wanted, before = facts_of(edited), rows_in_file(edited)
        report = merged(untouched, edited)
        assert report.conflicts == ()
        assert report.taken_mine == 0
        assert facts_of(untouched) == wanted
        assert merged(edited, files.copy("old")).is_empty
        assert rows_in_file(edited) == before
        assert merged(edited, files.copy("twin", edited)).is_empty


@given(history=edits(6, ("assign", "rename", "recolor", "override", "clear", "lock", "account", "cut", "join")))
@FEW
def test_what_both_changed_alike_is_the_same(plan, history):
    with TemporaryDirectory() as folder:
        files = Files(folder, plan)
        mine, theirs = files.edited("Mia", history), files.edited("Tom", history)
        wanted = facts_of(mine)
        report = merged(mine, theirs)
        assert (report.taken_mine, report.taken_theirs, report.conflicts) == (0, 0, ())
        assert facts_of(mine) == wanted


CELLS = ("assign", "rename", "recolor", "override", "lock", "account", "edit rep")


@given(ours=edits(8, CELLS), others=edits(8, CELLS))
@FEW
def test_conflicts_are_the_cells_that_both_changed_in_different_ways_and_no_others(plan, ours, others):
    with TemporaryDirectory() as folder:
        files = Files(folder, plan)
        mine, theirs = (files.edited(n, h, is_own_only=True) for n, h in (("Mia", ours), ("Tom", others)))
        base, one, other = facts_of(plan), facts_of(mine), facts_of(theirs)
        report = merged(mine, theirs)
        assert {(c.kind, c.key, c.field) for c in report.conflicts} == set(_cells_changed_twice(base, one, other))
        result = facts_of(mine)
        for kind in ("assignment", "account", "rep"):
            for key in {**base[kind], **one[kind], **other[kind]}:
                was, here, there, now = (facts[kind].get(key, {}) for facts in (base, one, other, result))
                for name in {**was, **here, **there} if kind != "assignment" else ("territory",):
                    kept = there if here.get(name) == was.get(name) else here
                    assert name == "name" or now.get(name) == kept.get(name)


def _cells_changed_twice(base: Facts, one: Facts, other: Facts) -> Iterator[tuple[str, str, str]]:
    for kind in ("assignment", "override", "account", "territory", "rep", "unit"):
        for key in {**base[kind], **one[kind], **other[kind]}:
            was, here, there = (facts[kind].get(key, {}) for facts in (base, one, other))
            if kind in ("assignment", "override"):
                if here != there and was not in (here, there):
                    yield kind, key, "territory"
                continue
            for name in {**was, **here, **there}:
                values = [row.get(name) for row in (was, here, there)]
                if len({repr(value) for value in values}) == 3:
                    yield kind, key, name


@given(ours=edits(4), others=edits(4), later=edits(3), last=edits(3))
@FEW
def test_going_back_and_forth_ends_with_one_plan(plan, ours, others, later, last):
    with TemporaryDirectory() as folder:
        files = Files(folder, plan)
        mine, theirs = files.edited("Mia", ours), files.edited("Tom", others)
        merged(mine, theirs)
        with planner(theirs, "Tom") as session:
            play(session, later)
        merged(mine, theirs)
        with planner(mine, "Mia") as session:
            play(session, last)
        merged(theirs, mine, "theirs")
        assert merged(mine, theirs).conflicts == ()
        assert facts_of(mine) == facts_of(theirs)


@given(ours=edits(5), others=edits(5), side=st.sampled_from(["mine", "theirs"]))
@FEW
def test_deciding_every_conflict_for_one_side_is_to_prefer_that_side(plan, ours, others, side):
    with TemporaryDirectory() as folder:
        files = Files(folder, plan)
        mine, theirs = files.edited("Mia", ours), files.edited("Tom", others)
        other, preferred = files.copy("open", mine), files.copy("preferred", mine)
        report = merged(other, theirs, "theirs" if side == "mine" else "mine")
        merged(preferred, theirs, side)
        with planner(other, "Mia") as session:
            if report.conflicts:
                session.do(decide(session.plan, [conflict.uuid for conflict in report.conflicts], side))
            assert session.document.check() == []
        found, wanted = facts_of(other), facts_of(preferred)
        assert found.pop("conflict") == {}
        wanted.pop("conflict")
        for facts in (found, wanted):  # which of two equal names got a number was settled by the merge
            for kind in ("territory", "rep", "region"):
                for row in facts[kind].values():
                    row.pop("name", None)
            for row in facts["scenario"].values():  # nor does it matter what a scenario is stored as different from
                row.pop("parent_scenario", None)
        assert found == wanted
