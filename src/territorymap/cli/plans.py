"""Opening a plan for one command.

Owns when a command needs to write, and what is said about the plan on stderr.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import find_scenario
from territorymap.cli.output import print_notes
from territorymap.i18n import tr

if TYPE_CHECKING:
    from territorymap.session.session import Session

_SCENARIO, _AS_SCENARIO = "territorymap.scenario", "territorymap.as_scenario"  # keys of click's meta


@contextmanager
def reading(plan: Path) -> Iterator[Session]:
    """Open a plan to look at it, in the scenario asked for; it may be open in the window at the same time."""
    with _opened(plan, read_only=True) as session:
        if (name := _asked(_SCENARIO)) is not None:
            session.switch_scenario(find_scenario(session.plan, name).scenario_id)
        yield session


@contextmanager
def taking_in(plan: Path) -> Iterator[Session]:
    """Open a plan to look at it and its history: what other programs changed becomes a step first, if it may."""
    with _opened(plan, read_only=False) as session:
        yield session


@contextmanager
def editing(plan: Path) -> Iterator[Session]:
    """Open a plan to change it, in the scenario asked for; the one that opens next time stays what it was."""
    with _opened(plan, read_only=False) as session:
        name, new_name = _asked(_SCENARIO), _asked(_AS_SCENARIO)
        if name is None and new_name is None:
            yield session
            return
        former = session.plan.scenario.uuid
        try:
            if name is not None:
                session.switch_scenario(find_scenario(session.plan, name).scenario_id)
            with _in_new(session, new_name):
                yield session
        finally:
            back = next((s for s in session.plan.scenarios if s.uuid == former), session.plan.scenario)
            session.switch_scenario(back.scenario_id)


@contextmanager
def _in_new(session: Session, name: str | None) -> Iterator[None]:
    """Work in a scenario made from the one in use; it goes again if the work fails before its first step."""
    if name is None:
        yield
        return
    from territorymap.session.commands import new_scenario

    former = session.plan.scenario.scenario_id
    made = session.do(new_scenario(session.plan, name), "cli")
    session.switch_scenario(max(scenario.scenario_id for scenario in session.plan.scenarios))
    try:
        yield
    except BaseException:
        session.switch_scenario(former)
        if session.rev == made.rev + 2:  # switched there and back, and nothing else
            session.undo("cli")
        raise


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


def scenario_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --scenario; :func:`reading` and :func:`editing` follow it."""
    return click.option(
        "--scenario",
        metavar="NAME",
        expose_value=False,
        callback=lambda ctx, _, value: ctx.meta.__setitem__(_SCENARIO, value),
        help=tr("In this scenario, instead of the one in use."),
    )(function)


def scenario_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --scenario and --as-scenario to a command that edits."""
    into = click.option(
        "--as-scenario",
        metavar="NAME",
        expose_value=False,
        callback=lambda ctx, _, value: ctx.meta.__setitem__(_AS_SCENARIO, value),
        help=tr("Put the result into a new scenario of this name; the one it comes from stays as it is."),
    )
    return scenario_option(into(function))


def is_for_new_scenario() -> bool:
    """Tell whether --as-scenario was given."""
    return _asked(_AS_SCENARIO) is not None


def _asked(key: str) -> str | None:
    """Return what an option of the command that runs was given."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(key)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --json."""
    return click.option("--json", "as_json", is_flag=True, help=tr("Print one JSON object and nothing else."))(function)
