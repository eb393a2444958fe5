"""What every test needs: a state folder of its own, and a small plan on a grid."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test fails on a clock: the machine may be busy with something else.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# What tests read is English, whatever the developer's desk speaks.
os.environ["TERRITORYMAP_LANGUAGE"] = "en"
# Compiled once for all runs, not into the state folder of the first test that solves something.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir(), "territorymap-tests-compiled")))


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, locks, caches and backups of a test go to a folder of its own."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("TERRITORYMAP_STATE_DIR", str(folder))
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In CI a window's test that fails is run again, twice at most: software rendering on a shared machine may starve.

    All runs are in the report; at a developer's desk there is one.
    """
    if os.environ.get("CI"):
        for item in items:
            if {"ui", "web", "afternoon"} & set(item.path.parts):
                item.add_marker(pytest.mark.flaky(reruns=2))


def pytest_sessionfinish() -> None:
    """Let work in threads end, as the program does before it leaves: Qt aborts when a thread outlives it."""
    if "territorymap.ui.tasks" in sys.modules:
        sys.modules["territorymap.ui.tasks"].stop_all()
