"""Making a part of an open plan. Owns what a part is asked to hold; the file is document.extracting's."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from territorymap.document.extracting import Watch
from territorymap.document.extracting import Wish as PartWish
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.commands.checks import enumerate_names
from territorymap.session.part import is_outside, not_in_part, part_of
from territorymap.session.session import Session

__all__ = ["part_wish", "write_part"]


def part_wish(session: Session, territory_ids: Iterable[int], *, is_bare: bool = False) -> PartWish:
    """Return what a part of the session's plan is to hold.

    Raises
    ------
    UserError
        if there is no territory in it, or one that is not this plan's own to give: the plan is a part itself.
    """
    plan, wanted = session.plan, frozenset(territory_ids)
    chosen = [t for t in plan.territories if t.territory_id in wanted]
    if not chosen:
        raise UserError(tr("A part needs at least one territory."), tr("Name those that may be edited in it."))
    part = part_of(plan)
    outside = [t for t in chosen if part is not None and is_outside(part, t)]
    if outside:
        raise not_in_part(outside, plan)
    with suppress(UserError):  # outlines are made again
        session.refresh_outlines()
    names = enumerate_names([t.name for t in chosen])
    return PartWish(
        wanted, is_bare or bool(part and part.is_bare), session.document.author, tr("Part: {names}", names=names)
    )


def write_part(session: Session, target: Path, wish: PartWish, watch: Watch = lambda _share: None) -> None:
    """Write the part, in a thread if need be; see :func:`territorymap.document.extracting.extract_part`."""
    session.document.save_part(target, wish, watch)
