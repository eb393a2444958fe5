"""Opening a plan for one command.

Owns when a command needs to write, and what is said about the plan on stderr.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.output import print_notes
from territorymap.i18n import tr

if TYPE_CHECKING:
    from territorymap.session.session import Session


@contextmanager
def reading(plan: Path) -> Iterator[Session]:
    """Open a plan to look at it; it may be open in the window at the same time."""
    with _opened(plan, read_only=True) as session:
        yield session


@contextmanager
def taking_in(plan: Path) -> Iterator[Session]:
    """Open a plan to look at it and its history: what other programs changed becomes a step first, if it may."""
    with _opened(plan, read_only=False) as session:
        yield session


@contextmanager
def editing(plan: Path) -> Iterator[Session]:
    """Open a plan to change it."""
    with _opened(plan, read_only=False) as session:
        yield session


@contextmanager
def _opened(plan: Path, read_only: bool) -> Iterator[Session]:
    from territorymap.session.session import Session

    with Session.open(plan, read_only=read_only) as session:
        if not read_only:
            print_notes(session.document.notices)
        yield session


def plan_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument PLAN."""
    return click.argument("plan", type=click.Path(path_type=Path))(function)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --json."""
    return click.option("--json", "as_json", is_flag=True, help=tr("Print one JSON object and nothing else."))(function)
