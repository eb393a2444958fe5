"""An error in one view leaves neither another view nor memory behind the file.

a b | c d      West has the left half, East the right one
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.metrics.totals import Totals
from territorymap.session.commands import assign_units, create_territory
from territorymap.session.session import PlanChange, Session
from tests.support.grid import grid_layer


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "plan.gpkg", grid_layer(4, 1), title="Grid", author="Ada") as session:
        session.do(create_territory(session.plan, "West", unit_ix=np.arange(2)))
        session.do(create_territory(session.plan, "East", unit_ix=np.arange(2, 4)))
        yield session


def give_to_east(session: Session) -> PlanChange:
    east = session.plan.territory_named("East")
    assert east is not None
    return session.do(assign_units(session.plan, np.array([1]), east.territory_id))


def fail(_change: PlanChange) -> None:
    raise ZeroDivisionError("a view is broken")


def test_views_after_one_that_fails_are_told_and_the_error_rises(session: Session) -> None:
    told: list[PlanChange] = []
    session.listen(fail)
    session.listen(told.append)
    session.listen(fail)
    with pytest.raises(ExceptionGroup) as caught:
        give_to_east(session)
    assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError] * 2
    assert [change.label for change in told] == [session.document.timeline()[-1].label]
    assert session.plan.unit_territory.tolist() == [0, 1, 1, 1]


def test_with_somebody_to_show_it_the_edit_is_done_and_not_refused(session: Session) -> None:
    shown: list[Exception] = []
    session.listeners.fault = shown.append
    session.listen(fail)
    change = give_to_east(session)
    assert change.changes
    assert [str(error) for error in shown] == ["a view is broken"]


def test_memory_is_read_anew_when_it_cannot_follow(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Exception] = []
    told: list[PlanChange] = []
    session.listeners.fault = shown.append
    session.listen(told.append)
    with monkeypatch.context() as broken:
        broken.setattr(Totals, "apply", lambda *_: 1 / 0)
        give_to_east(session)
    assert [type(error) for error in shown] == [ZeroDivisionError]
    assert told[-1].delta.is_full
    assert session.plan.unit_territory.tolist() == [0, 1, 1, 1]
    assert session.totals.n_units.tolist() == [1, 3]
    session.undo()  # and work goes on
    assert session.totals.n_units.tolist() == [2, 2]
    assert len(shown) == 1
    assert session.document.check() == []
