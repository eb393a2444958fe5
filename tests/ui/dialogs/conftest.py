"""A real plan on a grid, for every dialog."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from territorymap.session.session import Session
from tests.ui.panels.plans import make_session


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; each test works on a copy of its own."""
    path = tmp_path_factory.mktemp("plan") / "grid.gpkg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(path.parent))
        make_session(path).close()
    return path


@pytest.fixture
def session(tmp_path: Path, plan_file: Path) -> Iterator[Session]:
    path = tmp_path / plan_file.name
    shutil.copy(plan_file, path)
    with Session.open(path, author="Ada") as session:
        yield session
