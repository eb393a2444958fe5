"""Holes and pieces in words. Owns the wording; what they are is geo.holes'."""

from __future__ import annotations

from territorymap.geo.holes import Hole, Piece
from territorymap.i18n import listed, ntr
from territorymap.model.plan import Plan

_NAMED = 2  # units whose names are told


def hole_text(plan: Plan, hole: Hole) -> str:
    """Return what a hole is: nobody's, or a piece of whom."""
    n = len(hole.units)
    if hole.holder_ix < 0:
        return ntr("{n} unassigned unit ({names})", "{n} unassigned units ({names})", n, names=_names(plan, hole))
    name = plan.territories[hole.holder_ix].name
    return ntr("{n} unit of {name} ({names})", "{n} units of {name} ({names})", n, name=name, names=_names(plan, hole))


def piece_text(plan: Plan, piece: Piece) -> str:
    n, names = len(piece.units), _names(plan, piece)
    if piece.is_island:
        return ntr("Island of {n} unit ({names})", "Island of {n} units ({names})", n, names=names)
    return ntr("{n} unit ({names})", "{n} units ({names})", n, names=names)


def _names(plan: Plan, shape: Hole | Piece) -> str:
    names = [str(plan.units.name[u]) or str(plan.units.code[u]) for u in shape.units[:_NAMED]]
    return listed(names) + (", …" if len(shape.units) > _NAMED else "")
