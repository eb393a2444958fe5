"""Lines by region under any table: texts by column, made when seen, and columns wide enough for sums."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from territorymap.model.plan import Plan
from territorymap.model.records import Region
from territorymap.ui.money.quota_regions import quota_region_rows
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.region_rows import TextsWhenSeen, people_text, ratio_text, rolled_up, sum_text
from tests.metrics.builders import make_plan
from tests.support.grid import grid_layer


@pytest.fixture
def plan() -> Plan:
    """Territories 0 and 1 lie in Land, under Dana; 2 in no region; 1 has no rep."""
    layer = grid_layer(3, 1)
    plan = make_plan(layer.geometry, [0, 1, 2], 3, rep_ids=[1, None, 2])
    plan.territories[:] = [replace(t, region_id=at) for t, at in zip(plan.territories, [1, 1, None], strict=True)]
    plan.regions = [Region(1, "l", "Land", None, "Dana")]
    return plan


def columns() -> list[RecordColumn[int]]:
    keys = ("name", "rep", "quota", "difficulty", "potential")
    return [
        RecordColumn(
            key, key.title(), "", str, is_number=key not in ("name", "rep"), priority=0 if key == "name" else 2
        )
        for key in keys
    ]


def test_quotas_of_regions_by_hand(plan: Plan) -> None:
    """Quotas 10, 20, 60 of potential 100, 100, 100: all 90 / 300 = 0.3; Land 30 / 200 = 0.15, half as hard."""
    quota, potential = np.array([10.0, 20.0, 60.0]), np.array([100.0, 100.0, 100.0])
    none = np.full(3, np.nan)
    table = SimpleNamespace(
        quota=quota, potential=potential, history=none, capacity_h=none, pipeline=none, bottom_up=none
    )
    land, rest = quota_region_rows(plan, table, "", columns())  # type: ignore[arg-type]
    assert list(land.texts) == ["Land · Dana", "1 rep, 1 vacant", "30", "0.50", "200"]
    assert list(rest.texts) == ["In no region", "1 rep", "60", "2.00", "100"]
    assert "Quota 30" in land.spoken


def test_what_is_hidden_is_not_worked_out(plan: Plan) -> None:
    asked: list[int] = []

    def make(at: int) -> str:
        asked.append(at)
        return str(at)

    texts = TextsWhenSeen(3, make)
    assert (texts.seen(1), texts[1], texts[1], texts.seen(1)) == ("", "1", "1", "1")
    assert asked == [1]
    assert people_text(plan, SimpleNamespace(territory_ix=(0, 1, 2))) == "2 reps, 1 vacant"  # type: ignore[arg-type]


def test_columns_hold_the_sums(qtbot: object, plan: Plan) -> None:
    table: RecordTable[int] = RecordTable(columns(), lambda row: row, "Numbers")
    qtbot.addWidget(table)  # type: ignore[attr-defined]
    table.resize(700, 300)
    table.show()
    table.show_records([1, 2])
    wide = "123,456,789,012"
    table.show_regions(rolled_up(plan, columns(), {"quota": lambda _line: wide}))
    assert [row.texts[2] for row in table.region_rows] == [wide, wide]
    table.fit.fit()
    assert table.view.columnWidth(2) >= table.view.fontMetrics().horizontalAdvance(wide)
    table.show_regions([])
    assert not table.region_rows


def test_sums_and_ratios_of_regions_by_hand(plan: Plan) -> None:
    """Sold 30, not known, 10 of quotas 40, 20, none: Land sold 30, of quotas 60; 30 / 40 where both are known.

    The region stands under the names, though the rank is the first column.
    """
    nan = float("nan")
    sold, quotas = [30.0, nan, 10.0], [40.0, 20.0, nan]
    texts = {"sold": sum_text(sold, str), "quota": sum_text(quotas, str), "reached": ratio_text(sold, quotas)}
    table = [RecordColumn[int](key, key, "", str) for key in ("rank", "name", "sold", "quota", "reached")]
    land, rest = rolled_up(plan, table, texts)
    assert list(land.texts) == ["", "Land · Dana", "30.0", "60.0", "75 %"]
    assert list(rest.texts) == ["", "In no region", "10.0", "–", "–"]
