"""What the page is told of a plan that is only proposed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from territorymap.mapview import proposing, protocol
from territorymap.mapview.container import unpack
from territorymap.mapview.messages import ProposalEnd
from territorymap.model.variant import variant_of
from tests.ui.panels.plans import make_session


def test_the_container_says_who_would_have_what_and_what_moves(tmp_path: Path) -> None:
    with make_session(tmp_path / "plan.gpkg") as session:
        plan = session.plan
        now = variant_of(plan)
        held = now.unit_territory.copy()
        moved = [int(np.flatnonzero(held == 0)[0]), int(np.flatnonzero(held == 1)[0])]
        held[moved] = len(now.territories)
        fresh = replace(now.territories[0], territory_id=-2, uuid="new", name="New", rep_id=None)
        packed = unpack(
            proposing.pack_proposal(plan, replace(now, territories=[*now.territories, fresh], unit_territory=held))
        )
    rows = packed.meta["territories"]
    assert [row["id"] for row in rows] == [*(t.territory_id for t in now.territories), -2]
    assert rows[-1]["name"] == "New"
    assert rows[-1]["rep"] == ""
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert np.flatnonzero(packed.arrays["decides"]).tolist() == sorted(moved)
    assert packed.arrays["unit_territory"].tolist() == held.tolist()


def test_a_territory_that_goes_moves_all_it_had(tmp_path: Path) -> None:
    """Positions shift by one when the first goes; what stays with the same territory does not move."""
    with make_session(tmp_path / "plan.gpkg") as session:
        now = variant_of(session.plan)
        rest = now.territories[1:]
        held = np.where(now.unit_territory == 0, 0, now.unit_territory - 1)
        held = np.where(now.unit_territory < 0, -1, held).astype(np.int32)
        packed = unpack(proposing.pack_proposal(session.plan, replace(now, territories=rest, unit_territory=held)))
        assert np.flatnonzero(packed.arrays["decides"]).tolist() == np.flatnonzero(now.unit_territory == 0).tolist()


def test_a_proposal_of_other_units_is_refused(tmp_path: Path) -> None:
    with make_session(tmp_path / "plan.gpkg") as session:
        now = variant_of(session.plan)
        with pytest.raises(ValueError, match="other units"):
            proposing.pack_proposal(session.plan, replace(now, unit_territory=now.unit_territory[:-1]))


def test_esc_on_a_proposal_is_understood() -> None:
    assert protocol.parse('{"v":1,"kind":"proposal_end"}', 5, 0) == ProposalEnd()
