"""Opening a plan for one command.

Owns when a command needs to write, and what is said about the plan on stderr.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import find_alignment, find_scenario
from territorymap.cli.output import print_notes
from territorymap.i18n import tr

if TYPE_CHECKING:
    from territorymap.session.session import Session

# keys of click's meta
_SCENARIO, _AS_SCENARIO, _ALIGNMENT = "territorymap.scenario", "territorymap.as_scenario", "territorymap.alignment"


@contextmanager
def reading(plan: Path) -> Iterator[Session]:
    """Open a plan to look at it, in the scenario and alignment asked for; it may be open in the window meanwhile."""
    with _opened(plan, read_only=True) as session:
        _go_where_asked(session)
        yield session


def _go_where_asked(session: Session) -> None:
    """Use the scenario and the alignment that were asked for, if they were."""
    scenario, alignment = _asked(_SCENARIO), _asked(_ALIGNMENT)
    wanted = None if scenario is None else find_scenario(session.plan, scenario)
    if alignment is not None:
        session.switch_alignment(find_alignment(session.plan, alignment).alignment_id)
    if wanted is not None:
        session.switch_scenario(wanted.scenario_id)


@contextmanager
def taking_in(plan: Path) -> Iterator[Session]:
    """Open a plan to look at it and its history: what other programs changed becomes a step first, if it may."""
    with _opened(plan, read_only=False) as session:
        yield session


@contextmanager
def editing(plan: Path) -> Iterator[Session]:
    """Open a plan to change it, in the scenario and alignment asked for; what opens next time stays what it was."""
    with _opened(plan, read_only=False) as session:
        new_name = _asked(_AS_SCENARIO)
        if new_name is None and _asked(_SCENARIO) is None and _asked(_ALIGNMENT) is None:
            yield session
            return
        former = session.plan.scenario.uuid, session.plan.alignment.uuid
        try:
            _go_where_asked(session)
            with _in_new(session, new_name):
                yield session
        finally:
            _go_back(session, *former)


def _go_back(session: Session, scenario_uuid: str, alignment_uuid: str) -> None:
    """Use the scenario and the alignment again that were in use, if they are still there."""
    plan = session.plan
    scenario = next((s for s in plan.scenarios if s.uuid == scenario_uuid), plan.scenario)
    alignment = next((a for a in plan.alignments if a.uuid == alignment_uuid), plan.alignment)
    session.switch_scenario(scenario.scenario_id)
    session.switch_alignment(alignment.alignment_id)


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
    """Add the options --scenario and --alignment; :func:`reading` and :func:`editing` follow them."""
    return click.option(
        "--scenario",
        metavar="NAME",
        expose_value=False,
        callback=lambda ctx, _, value: ctx.meta.__setitem__(_SCENARIO, value),
        help=tr("In this scenario, instead of the one in use."),
    )(alignment_option(function))


def alignment_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option --alignment; :func:`reading` and :func:`editing` follow it."""
    return click.option(
        "--alignment",
        metavar="NAME",
        expose_value=False,
        callback=lambda ctx, _, value: ctx.meta.__setitem__(_ALIGNMENT, value),
        help=tr("In this alignment, instead of the one in use."),
    )(function)


def scenario_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --scenario, --as-scenario and --alignment to a command that edits."""
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
