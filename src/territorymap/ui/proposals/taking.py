"""Takes a proposal as a new scenario, wherever it is shown. Owns the question and the order of steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.session import Command, PlanChange, Session
from territorymap.ui.scenarios.dialog import free_name

if TYPE_CHECKING:
    from territorymap.session.solving.proposal import Proposal

Create = Callable[[str, bool], UserError | None]  # name, whether to work in it from now on; returns why not


def ask_scenario(session: Session, wanted: str, create: Create, parent: QWidget, *, is_switching: bool) -> None:
    """Ask what a new scenario is called, ``wanted`` if that is free, and create it; why not is told in the question."""
    from territorymap.ui.proposals.scenario_dialog import TakeAsScenarioDialog

    asked = TakeAsScenarioDialog(free_name(session.plan, wanted), session.plan.scenario.name, parent)
    asked.switch.setChecked(is_switching)
    asked.submit_with(lambda: create(asked.name.text().strip(), asked.switch.isChecked()))
    asked.open()


def take_as_scenario(
    session: Session,
    proposal: Proposal,
    name: str,
    do: Callable[[Command], PlanChange | None],
    say: Callable[[str], None],
    *,
    is_switching: bool,
    origin: str,
) -> UserError | None:
    """Make a scenario that has a proposal; returns why not.

    ``do`` runs the command and tells itself why it was refused: None is then returned, and nothing is done.
    """
    from territorymap.session.commands.scenarios import in_new_scenario
    from territorymap.session.commands.solving import take_proposal

    try:
        command = in_new_scenario(session.plan, name, take_proposal(session.plan, proposal))
    except UserError as error:
        return error
    change = do(command)
    if change is None:
        return None
    made = session.plan.scenario_named(name)
    if made is not None and is_switching:
        session.switch_scenario(made.scenario_id, origin)
    say(tr("Done: {step}.", step=change.label))
    return None
