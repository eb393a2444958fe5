"""Some of the faults of benchmarks/hard_faults.py: each thing that is tried works, or is refused in words."""

from __future__ import annotations

import shutil
import sys

import pytest
from benchmarks import hard_faults

from territorymap.session.session import Session

FAULTS = {fault.name: fault for fault in hard_faults.FAULTS}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")
@pytest.mark.parametrize("name", ["disk full", "folder renamed", "file deleted", "state folder gone"])
def test_everything_is_refused_in_words_and_goes_on_afterwards(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hard_faults, "EXPORTS", ("xlsx", "gpkg") if name == "disk full" else ("csv",))
    row = hard_faults.run_one(FAULTS[name])
    if row.get("left out"):
        pytest.skip(row["left out"])
    assert row["all"] == []
    assert row["refused in words"] or not FAULTS[name].refuses_edits


def test_the_plan_of_a_full_disk_can_be_saved_elsewhere(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Outlines that cannot be written to the plan do not keep a copy from being made."""
    with hard_faults.desk_for(FAULTS["none"]) as desk, Session.open(desk.plan, author="Ada") as session:
        session.do(hard_faults.commands.create_territory(session.plan, "New"))
        moved = desk.plan.with_name("moved.gpkg")
        desk.plan.rename(moved)
        session.save_copy(tmp_path / "copy.gpkg")
        moved.rename(desk.plan)
        shutil.rmtree(desk.out)
    with Session.open(tmp_path / "copy.gpkg", read_only=True) as copy:
        assert "New" in [t.name for t in copy.plan.territories]
