"""Making a new plan with all that comes with it, so that no half file is left behind.

Owns the order of the steps; reading the planner's files is up to importers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territorymap.document.half_made import flush_folder, half_made
from territorymap.errors import UserError
from territorymap.geo.layer import UnitLayer
from territorymap.i18n import tr
from territorymap.session.commands.imports import (
    import_accounts,
    import_alignment,
    import_reps,
    territory_for_each_rep,
)
from territorymap.session.commands.territories import create_territories
from territorymap.session.session import Session

if TYPE_CHECKING:
    from territorymap.importers.accounts import AccountImport
    from territorymap.importers.alignment import AlignmentImport
    from territorymap.importers.reps import RepImport

MAX_TERRITORIES = 2000
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class NewPlan:
    """What a new plan starts with; what is None or 0 can be done later."""

    layer: UnitLayer
    title: str = ""
    n_territories: int = 0
    is_territory_per_rep: bool = False
    alignment: AlignmentImport | None = None
    accounts: AccountImport | None = None
    reps: RepImport | None = None


def create_plan(
    path: Path, new: NewPlan, *, author: str | None = None, progress: Progress = lambda fraction, text: None
) -> None:
    """Write the plan file; it appears under its name when it is complete, or not at all.

    ``progress`` gets a ratio and a sentence, and may raise Cancelled.

    Raises
    ------
    UserError
        if there is such a file already, or it cannot be written.
    """
    if path.exists():
        raise UserError(tr("There is already a file {name}.", name=path.name), tr("Choose another name or folder."))
    if not 0 <= new.n_territories <= MAX_TERRITORIES:
        raise UserError(
            tr("A plan cannot start with {n} territories.", n=new.n_territories),
            tr("Give a number from 0 to {n}.", n=MAX_TERRITORIES),
        )
    try:
        with half_made(path) as staged:
            _fill(staged, new, path.stem, author, progress)
            progress(1.0, tr("Finishing"))
            staged.replace(path)
            flush_folder(path.parent)
    except OSError as error:
        raise UserError(
            tr("{name} cannot be written: {reason}", name=path.name, reason=error.strerror or str(error)),
            tr("Choose a folder that you may write to, with enough space."),
        ) from error


def _fill(staged: Path, new: NewPlan, stem: str, author: str | None, progress: Progress) -> None:
    progress(0.0, tr("Writing the units"))
    with Session.create(staged, new.layer, title=new.title or stem, author=author) as session:
        if new.reps is not None and new.alignment is None:
            progress(0.3, tr("Writing the reps"))
            session.do(import_reps(session.plan, new.reps))
        if new.alignment is not None:
            progress(0.4, tr("Writing the territories"))
            session.do(import_alignment(session.plan, new.alignment, session.adjacency))
            # After the territories, so that a rep list can say who covers which.
            if new.reps is not None:
                session.do(import_reps(session.plan, new.reps))
        elif new.is_territory_per_rep:
            session.do(territory_for_each_rep(session.plan, new.reps))
        elif new.n_territories:
            names = [tr("Territory {n}", n=i + 1) for i in range(new.n_territories)]
            session.do(create_territories(session.plan, names))
        if new.accounts is not None:
            progress(0.5, tr("Writing the accounts"))
            session.do(import_accounts(session.plan, new.accounts))
        progress(0.9, tr("Drawing the outlines"))
