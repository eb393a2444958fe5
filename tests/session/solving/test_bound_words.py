"""A territory that no plan brings to its target is told, with the unit and the bound."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from territorymap.document import Writer
from territorymap.model.plan import Plan
from territorymap.session.session import Command, Session
from territorymap.session.solving.aims import Aim, Limits, Wishes
from territorymap.session.solving.building import BuildJob
from territorymap.session.solving.still import still_of
from tests.support.grid import grid_layer

COUNTS = [9, 9, 40, 10, 10, 10, 10, 10, 5, 5]


def _accounts(writer: Writer, plan: Plan) -> None:
    units = plan.units
    writer.insert(
        "account",
        [
            {"account_key": f"K{i}", "account_name": f"A{i}", "unit_id": int(units.unit_id[u]),
             "lon": float(units.lon[u]), "lat": float(units.lat[u]), "location_level": "coordinates"}
            for i, u in enumerate(np.repeat(np.arange(len(units)), COUNTS).tolist())
        ],
    )  # fmt: skip


def test_a_pocket_behind_a_giant_is_told_with_its_bound(tmp_path: Path) -> None:
    """40 of 118 is a giant; 78 are left for four, 19.5 each, and the two behind the giant have 18: 7.7 % short."""
    with Session.create(tmp_path / "plan.gpkg", grid_layer(10, 1), title="Row", author="Ada") as session:
        session.do(Command("Accounts", _accounts))
        wishes = Wishes((Aim("accounts", 0.05),), 5)
        (proposal, *_) = BuildJob(still_of(session), wishes).run(Limits(None, 200_000))
        told = [sentence for sentence in proposal.sentences if "whatever the plan" in sentence]
        assert len(told) == 1
        assert told[0].startswith("The territory of Square A1 is off its target of accounts by 7.7")
        wide = Wishes((Aim("accounts", 0.1),), 5)
        (proposal, *_) = BuildJob(still_of(session), wide).run(Limits(None, 200_000))
        assert not any("whatever the plan" in sentence for sentence in proposal.sentences)
