"""The plan with channels, made once; each test works on a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from territorymap.session.session import Session
from tests.session.coverage_issues.channels import make_channels


@pytest.fixture(scope="package")
def channels_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "channels.gpkg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(path.parent))
        make_channels(path).close()
    return path


@pytest.fixture
def session(tmp_path: Path, channels_file: Path) -> Iterator[Session]:
    path = Path(shutil.copy(channels_file, tmp_path / "channels.gpkg"))
    with Session.open(path, author="Ada") as session:
        yield session
