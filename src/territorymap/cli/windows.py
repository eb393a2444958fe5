"""The commands that open a window: the program itself, and screenshot.

The only place of the command line that imports ui and app, and only inside the commands.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from territorymap.cli.handover import read_size
from territorymap.cli.plans import plan_argument
from territorymap.errors import UserError
from territorymap.i18n import tr


@click.command("open", hidden=True, help=tr("Open the window."))
@click.argument("plan", type=click.Path(path_type=Path), required=False)
def open_window(plan: Path | None) -> None:
    """Open the window."""
    with _needs_qt():
        import PySide6  # noqa: F401 - quick; all of the window takes seconds
    if plan is not None and not plan.exists():
        raise UserError(
            tr("There is no file {path}.", path=plan),
            tr("territorymap new {path} --units us-counties makes a plan of that name.", path=plan),
        )
    with _needs_qt():
        from territorymap.app import main as run_window
    _refuse_without_display()
    sys.exit(run_window([str(plan)] if plan is not None else []))


def run_self_test(out: Path | None) -> NoReturn:
    """Try the program in its own window, away from the person's plans and settings; ends the program."""
    with _needs_qt():
        from territorymap.app import main as run_window
        from territorymap.selftest import SWITCH
    sys.exit(run_window([SWITCH, *(["--out", str(out)] if out is not None else [])]))


@click.command(help=tr("Write a picture of the real window.\n\nThe plan is open in it; no display is needed."))
@plan_argument
@click.argument("out", type=click.Path(path_type=Path), metavar="OUT.png")
@click.option("--size", default="1600x1000", show_default=True, metavar="WxH", help=tr("Size of the window in pixels."))
def screenshot(plan: Path, out: Path, size: str) -> None:
    """Write a picture of the real window with the plan open; needs no display."""
    with _needs_qt():
        import PySide6  # noqa: F401
    width, height = read_size(size)
    if not plan.exists():
        raise UserError(tr("There is no file {path}.", path=plan), tr("Give the name of a plan, e.g. sample.gpkg."))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with _needs_qt():
        from territorymap.ui.screenshot import take_screenshot
    take_screenshot(plan, out, width, height)
    click.echo(tr("Written: {path}", path=out))


@contextmanager
def _needs_qt() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("PySide6", "shiboken6") and "libEGL" not in str(error):
            raise
        raise UserError(
            tr("The window needs PySide6, which cannot be used here: {reason}.", reason=str(error).rstrip(".")),
            tr("Install it with: pip install PySide6. All other commands work without it; see territorymap --help."),
        ) from error


def _refuse_without_display() -> None:
    """Qt would abort without a word that helps."""
    if not sys.platform.startswith("linux"):
        return
    if any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return
    raise UserError(
        tr("There is no display to open a window on."),
        tr("territorymap screenshot PLAN OUT.png draws the window into a file; all other commands work as well."),
    )
