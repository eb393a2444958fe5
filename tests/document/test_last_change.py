"""When a unit or account last got another holder, from the journal: a few steps written by hand, and a real plan."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from territorymap.document.images import RowEvent, encode_bulk, inserted_rows
from territorymap.document.journal import write_step
from territorymap.document.last_change import LastChangeReader, LastChanges
from territorymap.document.schema import migrate
from territorymap.model.records import Scenario, Step
from tests.document.plans import plan_with_content

ROOT, CHILD = Scenario(1, "s1", "Today"), Scenario(2, "s2", "Next", 1)
WEST, EAST, NORTH = 11, 12, 13


class Story:
    """A journal that steps are written into; each is a day later than the one before."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.steps: list[Step] = []

    def step(self, *events: RowEvent, kind: str = "do", **more: str) -> str:
        step = write_step(
            self.connection, kind=kind, label="", author="", parent_uuid="", ref_uuid=more.get("ref_uuid", ""),
            events=events,
        )  # fmt: skip
        day = f"2026-01-{len(self.steps) + 1:02d}T00:00:00.000Z"
        self.steps.append(replace(step, created_at=day, merged_by=more.get("merged_by", "")))
        return step.uuid

    def undo(self) -> None:
        """Take back the last step that stands."""
        at = max(i for i, s in enumerate(self.steps) if not s.is_undone and s.kind == "do")
        uuid = self.steps[at].uuid
        self.step(kind="undo", ref_uuid=uuid)
        self.steps[at] = replace(self.steps[at], is_undone=True)

    def last(self, *scenario_ids: int) -> LastChanges:
        return LastChangeReader(scenario_ids, 1).read(self.connection, self.steps, [ROOT, CHILD])


@pytest.fixture
def story() -> Iterator[Story]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, 0)
    yield Story(connection)
    connection.close()


def choice(
    table: str, scenario: int, key: int, before: int | None, after: int | None, *, is_new: bool = False
) -> RowEvent:
    """A row of assignment or override before and after; ``is_new``: it was not there."""
    place = {"scenario_id": scenario, "alignment_id": 1, "unit_id" if table == "assignment" else "account_id": key}
    old = None if is_new else {**place, "territory_id": before}
    return RowEvent(table, 1000 * scenario + key, "k", old, {**place, "territory_id": after})


def assign(unit: int, after: int | None, *, scenario: int = 1, before: int | None = None) -> RowEvent:
    return choice("assignment", scenario, unit, before, after, is_new=before is None)


def day(found: dict[int, str], key: int) -> int | None:
    return int(found[key][8:10]) if key in found else None


def test_the_last_step_that_gave_the_unit_to_another_counts(story: Story) -> None:
    story.step(assign(1, WEST), assign(2, WEST))
    story.step(assign(1, EAST, before=WEST))
    story.step(assign(1, EAST, before=EAST))  # written once more: no other holder
    found = story.last(1).unit
    assert (day(found, 1), day(found, 2), day(found, 3)) == (2, 1, None)


def test_what_was_taken_back_does_not_count(story: Story) -> None:
    story.step(assign(1, WEST))
    story.step(assign(1, EAST, before=WEST))
    story.undo()
    assert day(story.last(1).unit, 1) == 1


def test_steps_of_the_other_file_do_not_count_but_their_merge_does(story: Story) -> None:
    story.step(assign(1, WEST))
    story.step(assign(1, NORTH, before=WEST), merged_by="the merge")
    story.step(assign(1, EAST, before=WEST), kind="merge")
    assert day(story.last(1).unit, 1) == 3


def test_a_child_inherits_until_it_differs(story: Story) -> None:
    """Day 1 the parent, day 2 the child is made, day 3 unit 1 differs in the child, day 4 unit 2 in the parent."""
    story.step(assign(1, WEST), assign(2, WEST), assign(3, WEST))
    story.step(RowEvent("scenario", 2, "s2", None, {"uuid": "s2", "parent_scenario_id": 1}))
    story.step(assign(1, EAST, scenario=2))
    # An edit of the parent writes the old value into the child, which so stays as it is.
    story.step(assign(2, EAST, before=WEST), assign(2, WEST, scenario=2))
    parent, child, either = story.last(1).unit, story.last(2).unit, story.last(1, 2).unit
    assert [day(parent, u) for u in (1, 2, 3)] == [1, 4, 1]
    assert [day(child, u) for u in (1, 2, 3)] == [3, 1, 1]
    assert [day(either, u) for u in (1, 2, 3)] == [3, 4, 1]


def test_nobody_in_the_child_though_the_parent_says_so_is_a_change(story: Story) -> None:
    story.step(assign(1, WEST))
    story.step(RowEvent("scenario", 2, "s2", None, {"uuid": "s2", "parent_scenario_id": 1}))
    story.step(assign(1, None, scenario=2))
    assert day(story.last(2).unit, 1) == 3
    assert day(story.last(1).unit, 1) == 1


def test_accounts_given_by_name_and_accounts_that_came_or_lie_elsewhere(story: Story) -> None:
    story.step(RowEvent("account", 7, "a7", None, {"unit_id": 1}), RowEvent("account", 8, "a8", None, {"unit_id": 1}))
    story.step(choice("override", 1, 7, None, EAST, is_new=True))
    story.step(RowEvent("account", 8, "a8", {"unit_id": 1}, {"unit_id": 2}))
    story.step(RowEvent("account", 7, "a7", {"city": "Rome"}, {"city": "Bari"}))
    found = story.last(1)
    assert day(found.override, 7) == 2
    assert (day(found.lying, 7), day(found.lying, 8)) == (1, 3)


def test_another_rep_of_a_territory_in_a_scenario_or_in_the_one_it_comes_from(story: Story) -> None:
    """The table of territories holds what the first scenario has; where a child differs it has a row of its own."""
    story.step(RowEvent("territory", WEST, "w", None, {"territory_name": "West", "rep_id": 1}))
    story.step(RowEvent("scenario", 2, "s2", None, {"uuid": "s2", "parent_scenario_id": 1}))
    own = {"scenario_id": 2, "territory_id": WEST}
    story.step(RowEvent("territory_variant", 1, "v", None, {**own, "territory_name": "West", "rep_id": 2}))
    story.step(RowEvent("territory", WEST, "w", {"rep_id": 1}, {"rep_id": 3}))
    story.step(RowEvent("territory", WEST, "w", {"color": "#000000"}, {"color": "#111111"}))
    assert day(story.last(1).rep, WEST) == 4
    assert day(story.last(2).rep, WEST) == 3
    assert day(story.last(1, 2).rep, WEST) == 4
    story.step(RowEvent("territory_variant", 1, "v", {**own, "territory_name": "West", "rep_id": 2}, None))
    assert day(story.last(2).rep, WEST) == 6


def test_large_steps_are_read_as_small_ones_are(story: Story) -> None:
    """1500 rows are stored compressed."""
    story.step(*(assign(u, WEST) for u in range(1, 1501)))
    story.step(*(RowEvent("account", a, f"a{a}", None, {"unit_id": 1, "name": '"old":null,'}) for a in range(1, 1501)))
    story.step(*(assign(u, EAST, before=WEST) for u in range(1, 1201)))
    found = story.last(1)
    assert (day(found.unit, 1200), day(found.unit, 1201), day(found.lying, 1500)) == (3, 1, 2)


def test_reading_on_and_reading_anew_say_the_same(story: Story) -> None:
    reader = LastChangeReader((1,), 1)
    scenarios = [ROOT]
    story.step(assign(1, WEST))
    assert day(reader.read(story.connection, story.steps, scenarios).unit, 1) == 1
    story.step(assign(1, EAST, before=WEST))
    assert day(reader.read(story.connection, story.steps, scenarios).unit, 1) == 2
    story.undo()
    assert day(reader.read(story.connection, story.steps, scenarios).unit, 1) == 1
    story.step(assign(1, NORTH, before=WEST))
    assert reader.read(story.connection, story.steps, scenarios) == story.last(1)


def test_a_row_without_its_keys_is_damage(story: Story) -> None:
    story.step(RowEvent("assignment", 1, "k", None, {"alignment_id": 1, "scenario_id": 1, "territory_id": WEST}))
    with pytest.raises(ValueError, match="unit_id"):
        story.last(1)


def test_only_chunks_that_put_rows_in_are_told_without_reading_them() -> None:
    new = [RowEvent("account", i, "]", None, {"name": '],"old":null,"new":{'}) for i in (3, 5)]
    changed = [RowEvent("account", i, "k", {"name": ',"old":null,"new":{'}, {"name": "b"}) for i in (3, 5)]
    ((_, _, packed_new),) = encode_bulk(new)
    ((_, _, packed_changed),) = encode_bulk(changed)
    assert inserted_rows(packed_new) == [3, 5]
    assert inserted_rows(packed_changed) is None


def test_a_real_plan_says_when_its_units_and_accounts_got_their_territories(tmp_path: Path) -> None:
    document = plan_with_content(tmp_path)
    plan = document.load()
    scenario = Scenario(document.scenario_id, "s", "Today")
    when = document.history()[-1].created_at
    found = document.last_changes([scenario], [scenario.scenario_id])
    assigned = set(plan.units.unit_id[plan.unit_territory >= 0].tolist())
    assert found.unit == dict.fromkeys(assigned, when)
    assert found.lying == dict.fromkeys(plan.accounts.account_id.tolist(), when)
    assert found.override == dict.fromkeys(plan.overrides, when)
    document.close()
