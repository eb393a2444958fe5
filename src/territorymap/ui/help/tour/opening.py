"""The plan that the tour works in: a copy of the sample plan. Owns which one; never the shipped file."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from territorymap.document.glance import uuid_of
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.resources import shipped
from territorymap.ui.messages import ask, show_error
from territorymap.ui.plan_paths import free_path
from territorymap.ui.preferences import plans_dir

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


def open_tour_plan(window: MainWindow) -> bool:
    """Have a writable copy of the sample plan open; False where there is none, or the planner says no."""
    source = shipped("resources", "sample", "sample.gpkg")
    session = window.session
    if session is not None:
        if session.plan.info.uuid == uuid_of(source) and not session.is_read_only:
            return True
        answer = ask(
            window,
            tr("Tour"),
            tr("The tour works in a copy of the sample plan."),
            tr("Your plan is saved, and closes meanwhile."),
            [tr("&Open the copy")],
        )
        if answer is None:
            return False
    copy = free_path(plans_dir() / tr("Tour of the sample plan.gpkg"))
    try:
        shutil.copyfile(source, copy)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        show_error(
            window,
            UserError(
                tr("The sample plan could not be copied to {folder}: {reason}.", folder=copy.parent, reason=reason),
                tr("Make room there, or see that you may write to the folder."),
            ),
        )
        return False
    return window.open_plan(copy)
