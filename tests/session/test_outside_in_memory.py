"""What another program left empty is in memory, after undo and redo, as it is read from the file."""

from __future__ import annotations

from pathlib import Path

from benchmarks.support.hostile_plans.base import run_sql

from territorymap.session.session import Session
from tests.document.plans import plan_with_content


def test_nulls_are_read_alike_by_undo_and_redo(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    plan_with_content(tmp_path).close()
    run_sql(
        path,
        "UPDATE measure SET sort_order = -measure_id, tolerance = NULL",
        "UPDATE measure SET sort_order = NULL WHERE measure_id = 1",
        "UPDATE rep SET fte = NULL, location_level = NULL, kind = NULL",
        "UPDATE territory SET sort_order = NULL, color = NULL WHERE territory_id = 1",
        "UPDATE account SET location_level = NULL, account_key = NULL",
    )
    with Session.open(path, author="Ada") as session:
        for turn in (session.undo, session.redo):
            turn()
            mine, file = session.plan, session.document.load()
            assert mine.measures == file.measures
            assert mine.reps == file.reps
            assert mine.territories == file.territories
            assert mine.accounts.level.tolist() == file.accounts.level.tolist()
            assert mine.accounts.key.tolist() == file.accounts.key.tolist()
