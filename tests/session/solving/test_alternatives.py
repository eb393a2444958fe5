"""Several answers to one build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.document import Writer
from territorymap.model.plan import Plan
from territorymap.session.commands.solving import take_proposal
from territorymap.session.session import Command, Session
from territorymap.session.solving.aims import Aim, Limits, Wishes
from territorymap.session.solving.building import BuildJob
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.still import still_of
from territorymap.session.solving.watch import Watch
from tests.support.grid import grid_layer

SIDE = 14


def _accounts(writer: Writer, plan: Plan) -> None:
    """Lumpy: from none to nine in a square."""
    rng, units = np.random.default_rng(5), plan.units
    rows = []
    for key, lon, lat, n in zip(units.unit_id, units.lon, units.lat, rng.integers(0, 10, len(units)), strict=True):
        for i in range(int(n)):
            code = f"{key}-{i}"
            rows.append(
                {"uuid": code, "account_key": code, "account_name": code, "lon": lon, "lat": lat, "unit_id": int(key)}
            )
    writer.insert("account", rows)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "plan.gpkg", grid_layer(SIDE, SIDE), title="Grid", author="Ada") as session:
        session.do(Command("Accounts", _accounts))
        yield session


def figures(proposal: Proposal) -> tuple[float, float, float]:
    """Less is better."""
    worth = proposal.figures
    return worth.measures[0].max_deviation, worth.rms_km, -worth.polsby_popper_mean


def test_no_answer_is_beaten_and_the_one_asked_for_comes_first(session: Session) -> None:
    job = BuildJob(still_of(session), Wishes((Aim("accounts", 0.05),), 9), is_several=True)
    steps = Limits(None, 1_500_000)
    found = job.run(steps)
    assert len(found) >= 3
    assert found[0].label == "As asked for"
    assert found[0].figures.measures[0].max_deviation <= 0.05
    assert len({p.label for p in found if p.label != "In between"}) == len(
        [p for p in found if p.label != "In between"]
    )
    for one in found[1:]:
        others = [other for other in found[1:] if other is not one]
        assert not any(all(a <= b for a, b in zip(figures(o), figures(one), strict=True)) for o in others)
    assert all(p.figures.noncontiguous == 0 for p in found)
    again = BuildJob(still_of(session), Wishes((Aim("accounts", 0.05),), 9), is_several=True).run(steps)
    assert [p.variant.unit_territory.tolist() for p in again] == [p.variant.unit_territory.tolist() for p in found]
    session.do(take_proposal(session.plan, found[-1]), "test")
    assert session.plan.n_territories == 9


def test_stopped_at_once_there_is_still_an_answer(session: Session) -> None:
    job = BuildJob(still_of(session), Wishes((Aim("accounts", 0.05),), 9), is_several=True)
    found = job.run(Limits(60.0, None), Watch(lambda: True))
    assert [p.label for p in found] == ["As asked for"]


def test_one_answer_needs_no_label(session: Session) -> None:
    (found,) = BuildJob(still_of(session), Wishes((Aim("accounts", 0.05),), 9)).run(Limits(None, 20_000))
    assert found.label == ""
