"""One window for the whole afternoon, and a state folder that outlives its tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, Qt

from territorymap.ui.map.scheme import register_scheme

# Chromium reads the schemes when the application is made: before any test.
register_scheme()
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)

from PySide6.QtWidgets import QApplication  # noqa: E402

from territorymap.geo.shipped import load_layer  # noqa: E402
from territorymap.ui.preferences import Preferences  # noqa: E402
from tests.afternoon.office_files import Office, make_office  # noqa: E402
from tests.afternoon.story import Story  # noqa: E402
from tests.support.window import Window  # noqa: E402

LAYER = "us-zip3"


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planner's folder."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="package", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One for all: the window lives longer than a test."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(folder))
        yield folder


@pytest.fixture(scope="package")
def office(desk: Path) -> Office:
    layer = load_layer(LAYER)
    states = {str(code): str(state) for code, state in zip(layer.code, layer.parent_name, strict=True)}
    return make_office(desk / "files", states)


@pytest.fixture(scope="package")
def window(qapp: QApplication, state_folder: Path, desk: Path) -> Iterator[Window]:
    preferences = Preferences(state_folder / "settings.ini")
    preferences.author = "Paula Planner"
    preferences.set_folder("plans", desk)
    window = Window(preferences)
    yield window
    window.close()


@pytest.fixture(scope="package")
def story(window: Window, office: Office, desk: Path) -> Story:
    return Story(window, office, desk)


@pytest.fixture
def hour(story: Story, request: pytest.FixtureRequest) -> Iterator[None]:
    """Where an hour fails the rest cannot be told; where it succeeds the page must be content."""
    if story.failed:
        pytest.skip(f"the afternoon ended with {story.failed}")
    n_failed = request.session.testsfailed
    yield
    if request.session.testsfailed > n_failed or story.window.complaints:
        story.failed = request.node.name
    assert story.window.complaints == []
