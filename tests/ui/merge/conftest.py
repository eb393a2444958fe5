"""The plan of the panel tests, and two copies of it that went different ways."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.session import commands
from territorymap.session.session import Session
from tests.ui.panels.conftest import plan_file, selection, session
from tests.ui.panels.plans import give, territory_id

__all__ = ["copies", "plan_file", "selection", "session"]


@pytest.fixture
def copies(tmp_path: Path, plan_file: Path) -> Iterator[tuple[Session, Path]]:
    """Paula's plan, open, and Bo's file: both moved A1 and B2, gave Account 2 by name, and renamed West."""
    mine, theirs = (Path(shutil.copy(plan_file, tmp_path / name)) for name in ("paula.gpkg", "bo.gpkg"))
    with Session.open(theirs, author="Bo") as bo:
        give(bo, "South", [0, 7])
        bo.do(commands.set_override(bo.plan, np.array([2]), territory_id(bo, "North"), "near"))
        bo.do(commands.rename_territory(bo.plan, territory_id(bo, "West"), "Wild West"))
        bo.do(commands.create_territory(bo.plan, "Coast", unit_ix=np.array([5])))
    with Session.open(mine, author="Paula") as paula:
        give(paula, "West", [0, 7])
        paula.do(commands.set_override(paula.plan, np.array([2]), territory_id(paula, "West"), "key account"))
        paula.do(commands.rename_territory(paula.plan, territory_id(paula, "West"), "Far West"))
        paula.do(commands.create_territory(paula.plan, "Lakes", unit_ix=np.array([11])))
        yield paula, theirs
