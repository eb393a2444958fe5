"""Role metrics beside a territory and on the map: the newest period, another one when asked, and after each step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.mapview.shading.figure import ByFigure
from territorymap.mapview.shading.registry import Case, Classing
from territorymap.model.coverage import Figure
from territorymap.session.commands import add_rep, create_territory, set_territory_rep
from territorymap.session.commands.alignments import new_alignment
from territorymap.session.commands.registers import add_records
from territorymap.session.metrics_shown import show_period
from territorymap.session.session import Command, PlanChange, Session
from tests.support.grid import grid_layer


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "plan.gpkg", grid_layer(4, 1), title="Grid", author="Ada") as session:
        for i, name in enumerate(("Ann", "Bob")):
            session.do(create_territory(session.plan, f"T{i}", unit_ix=np.array([i])))
            session.do(add_rep(session.plan, name=name))
            session.do(
                set_territory_rep(session.plan, session.plan.territories[i].territory_id, session.plan.reps[i].rep_id)
            )
        yield session


def test_metrics_are_figures_of_territories(session: Session) -> None:
    assert session.figures.specs() == []
    ann, bob = (rep.rep_id for rep in session.plan.reps)
    rows = [
        {"metric": "calls", "period": "2026-W40", "rep_id": ann, "amount": 40},
        {"metric": "calls", "period": "2026-W41", "rep_id": ann, "amount": 50},
        {"metric": "retention", "period": "2026-Q3", "rep_id": bob, "amount": 0.9},
    ]
    session.do(add_records(Figure, rows, "Figures"))
    calls, retention = session.figures.specs()
    assert (calls.label, calls.form, calls.note) == ("Calls", "number", "Calls, Week 41 of 2026")
    assert (retention.label, retention.form) == ("Retention", "percent")
    found = session.figures.find("metric:calls")
    assert found is not None
    assert np.array_equal(found.values, [50.0, np.nan], equal_nan=True)
    explained = session.figures.explain("metric:calls", 0)
    assert explained is not None
    assert ("Week 40 of 2026", "40") in explained.lines
    assert ("Change against the period before", "25.0 %") in explained.lines
    key = show_period(session, "calls", "2026-W40")
    found = session.figures.find(key)
    assert found is not None
    assert found.values[0] == 40.0
    case = Case(session.plan, session.totals, {}, None, session.register, session.figures)
    choices = ByFigure().choices(case)
    assert [choice.label for choice in choices] == ["Calls", "Retention"]
    shades = ByFigure().shade(case, choices[0].key, Classing())
    assert shades.note == "Calls, Week 40 of 2026"
    assert [group.label for group in shades.groups] == ["40", "No figure"]
    session.undo()
    assert session.figures.specs() == []


def test_a_view_that_listened_first_sees_the_figures_of_the_territories_there_are_now(session: Session) -> None:
    """A table reads while it hears of a step; figures of an alignment with other territories must be gone by then."""
    seen: list[tuple[int, int]] = []

    def look(_change: PlanChange) -> None:
        found = session.figures.find("metric:calls")
        seen.append((session.plan.n_territories, -1 if found is None else len(found.values)))

    session.listen(look)
    rows = [{"metric": "calls", "period": "2026-W41", "rep_id": session.plan.reps[0].rep_id, "amount": 50}]
    session.do(add_records(Figure, rows, "Figures"))
    session.do(new_alignment(session.plan, "Inside", role="inside"))
    field, inside = (alignment.alignment_id for alignment in session.plan.alignments)
    session.switch_alignment(inside)
    session.do(create_territory(session.plan, "Alone"))
    session.switch_alignment(field)
    assert [n_values for _, n_values in seen] == [n for n, _ in seen]
    assert [n for n, _ in seen[-3:]] == [0, 1, 2]


def test_a_period_that_cannot_be_read_breaks_no_table(session: Session) -> None:
    """As another program may leave it; a quota and a rule of quotas likewise. What can be read is shown."""
    t0 = session.plan.territories[0].territory_id
    session.do(add_records(Figure, [{"metric": "calls", "period": "2026-Q3", "territory_id": t0, "amount": 7}], "Good"))
    rows = [
        {"metric": "calls", "period": text, "territory_id": t0, "amount": 1.0} for text in ("", "spring", "2026-13")
    ]
    session.do(Command("Bad", lambda writer, plan: writer.insert("figure", rows)))
    quota = {"territory_id": t0, "period": "spring", "amount": 1.0}
    session.do(Command("Bad", lambda writer, plan: writer.insert("quota", [quota])))
    session.do(Command("Bad", lambda writer, plan: writer.insert("assumption", [{"topic": "quota", "content": "{"}])))
    assert [spec.key for spec in session.figures.specs()] == ["metric:calls"]
    figure = session.figures.find("metric:calls")
    assert figure is not None
    assert figure.values.tolist()[0] == 7.0
    with pytest.raises(UserError, match="not a period"):
        add_records(Figure, [rows[1]], "Refused")
