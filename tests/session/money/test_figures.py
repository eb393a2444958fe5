"""Figures of territories for table and map: which there are, their values, what is hidden, how they are explained."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from territorymap.exporters.office.scene_colors import colored
from territorymap.exporters.part import part_of
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.view import take_view
from territorymap.mapview.shading.figure import ByFigure
from territorymap.mapview.shading.registry import Case, Classing, find_choice
from territorymap.mapview.strings import measure_labels
from territorymap.model.coverage import Assumption
from territorymap.model.period import parse_period
from territorymap.model.privacy import Privacy
from territorymap.session.commands.money import set_assumption
from territorymap.session.money.money import Money
from territorymap.session.money.rules import ForecastRules
from territorymap.session.session import PlanChange, Session
from territorymap.session.veiled import VeiledSession
from tests.session.money.plans import TODAY, YEAR, money_session, quota
from tests.ui.panels.plans import make_session

SHOWN = ["quota", "quota_difficulty", "forecast", "forecast_attainment", "pay_at_forecast"]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with money_session(tmp_path_factory.mktemp("figures") / "plan.gpkg") as session:
        session.__dict__["money"] = Money(session, lambda: TODAY)
        rules = ForecastRules(basis="none").to_json()
        session.do(set_assumption(session.register(Assumption), "forecast", rules, "No run rate"))
        yield session


def keys(session: Session | VeiledSession) -> list[str]:
    """Return the figures of money; other registers bring others."""
    return [spec.key for spec in session.figures.specs() if not spec.key.startswith("metric:")]


def case(session: Session | VeiledSession) -> Case:
    return Case(session.plan, session.totals, measure_labels(session.plan), figures=session.figures)


def test_figures_are_offered_once_there_is_something_to_show(session: Session, tmp_path_factory: object) -> None:
    assert keys(session) == SHOWN
    found = session.figures.find("forecast_attainment")
    assert found is not None
    assert found.values[:2].tolist() == [1.1, 0.5]
    assert np.isnan(found.values[2])
    # 110 % of 10,000 in a quarter, with half as much again beyond 100 %, and the team bonus of 500
    pay = session.figures.find("pay_at_forecast")
    assert pay is not None
    assert pay.values[0] == 12_000
    assert session.figures.find("nonsense") is None


def test_a_plan_without_money_offers_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    with make_session(tmp_path_factory.mktemp("bare") / "plan.gpkg") as bare:
        assert bare.figures.specs() == []
        assert ByFigure().choices(case(bare)) == []


def test_attainment_is_coloured_around_even(session: Session) -> None:
    """1.10 is within 10 % of even, 0.50 far below, West has no quota."""
    found = find_choice(case(session), "figure:forecast_attainment")
    assert found is not None
    shades = found[0].shade(case(session), "figure:forecast_attainment", Classing())
    assert shades.of is not None
    labels = [shades.groups[g].label for g in shades.of.tolist()]
    assert labels == ["90 % to 110 %", "▼ below 60 %", "No figure"]
    assert [group.n for group in shades.groups if group.n] == [1, 1, 1]
    assert shades.note == "For Q2 2026"


def test_amounts_are_in_classes(session: Session) -> None:
    shades = ByFigure().shade(case(session), "figure:quota", Classing())
    assert shades.of is not None
    assert shades.of[0] > shades.of[1]
    assert shades.groups[int(shades.of[2])].label == "No figure"


def test_pay_is_hidden_everywhere_at_once_and_told(session: Session) -> None:
    heard: list[PlanChange] = []
    stop = session.listen(heard.append)
    session.set_hides_pay(True)
    assert keys(session) == ["quota_difficulty", "forecast_attainment"]
    assert session.figures.find("quota") is None
    assert find_choice(case(session), "figure:quota") is None
    session.set_hides_pay(True)
    session.set_hides_pay(False)
    stop()
    assert [change.kind for change in heard] == ["veil", "veil"]
    assert session.figures.find("quota") is not None


def test_an_audience_never_sees_pay(session: Session) -> None:
    veiled = VeiledSession(session, Privacy())
    assert keys(veiled) == ["quota_difficulty", "forecast_attainment"]
    assert not hasattr(veiled, "money")
    assert not hasattr(veiled, "register")
    veiled.close()


def test_every_figure_is_explained_with_its_own_numbers(session: Session) -> None:
    for key in SHOWN:
        explained = session.figures.explain(key, 0)
        assert explained is not None, key
        assert "North" in explained.title
        assert len(explained.lines) >= 3
    told = dict(session.figures.explain("forecast_attainment", 0).lines)
    assert (told["Booked"], told["Forecast"], told["Forecast attainment"]) == ("6,000", "11,000", "110.0 %")
    assert "no pay plan or no quota" not in str(session.figures.explain("pay_at_forecast", 0).lines)
    assert session.figures.explain("nonsense", 0) is None


def test_another_period_shows_other_figures(session: Session) -> None:
    session.money.chosen = parse_period("2027")
    assert np.isnan(session.figures.find("quota").values).all()
    session.money.chosen = None
    quota(session, YEAR, West=120.0)
    assert session.money.period == parse_period("2026-Q2")
    assert session.money.today == date(2026, 5, 15)
    # West has a quota of the year: by days, 91 of 365 of 120
    assert session.figures.find("quota").values[2] == pytest.approx(29.92)
    session.undo()


def test_exported_lists_have_quotas_but_not_where_pay_is_hidden(
    session: Session, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("lists")
    export(session, folder / "all.csv", "territories")
    export(session, folder / "hidden.csv", "territories", ExportOptions(privacy=Privacy(hides_terms=True)))
    with (folder / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["territory"]: row for row in csv.DictReader(file)}
    assert (float(rows["North"]["quota"]), float(rows["North"]["forecast_attainment"])) == (10_000, 1.1)
    assert rows["West"]["quota"] == ""
    assert "pay_at_forecast" not in rows["North"]
    with (folder / "hidden.csv").open(encoding="utf-8-sig", newline="") as file:
        shown = next(csv.DictReader(file))
    assert "quota" not in shown
    assert "forecast_attainment" in shown


def test_the_part_of_one_rep_has_that_reps_quota_only(
    session: Session, tmp_path_factory: pytest.TempPathFactory
) -> None:
    part = part_of(take_view(session), [1])
    (quota_of,) = [figure for figure in part.figures if figure.spec.key == "quota"]
    assert quota_of.values.tolist() == [6_000]


def test_a_scene_in_a_deck_is_coloured_by_a_figure(session: Session) -> None:
    view = take_view(session)
    found = [t.color for t in colored(view, None, "figure:forecast_attainment").territories]
    shades = ByFigure().shade(case(session), "figure:forecast_attainment", Classing())
    assert shades.of is not None
    assert found == [shades.groups[n].light for n in shades.of.tolist()]
    own = [t.color for t in session.plan.territories]
    assert [t.color for t in colored(view, None, "figure:gone").territories] == own
