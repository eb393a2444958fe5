"""Whether teams fit their accounts; the worked examples of the docstrings.

On the equator and its meridian, 1 degree is 111.195 km. Territory 0 (North) has accounts 0, 1, 2, territory 1 (South)
accounts 3, 4; account 5 is nobody's:

    account   at         Language   Industry
    0         (0, 0)     Deutsch    Retail
    1         (2, 0)     de-CH      retail
    2         (4, 0)     none       Banking
    3         (10, 0)    English    Banking
    4         (10, 0)    French     none
    5         (0, 0)     Italian    Retail
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territorymap.metrics.fit import (
    HOME,
    LANGUAGE,
    VERTICAL,
    FitFinder,
    is_far,
    lacking_accounts,
    mean_way_km,
    middle_of,
)
from territorymap.metrics.fit_settings import FitSettings, resolved, settings_from_json
from territorymap.model.plan import Plan
from territorymap.model.records import PlanInfo, Rep, Segment, TeamMember, Territory
from tests.metrics.builders import BUILTIN, make_accounts, make_units, texts

OWNER = np.array([0, 0, 0, 1, 1, -1], dtype=np.int32)
ANN = Rep(11, "ann", "Ann", lon=20.0, lat=0.0, languages=("en",), verticals=("Retail",))
BO = Rep(12, "bo", "Bo", lon=10.0, lat=0.0, languages=("en", "fr"))
CY = Rep(13, "cy", "Cy", lon=90.0, lat=0.0, verticals=("banking",))


def _plan(north: tuple[TeamMember, ...] = (), reps: tuple[Rep, ...] = (ANN, BO, CY)) -> Plan:
    accounts = make_accounts([-1] * 6, lon=[0, 2, 4, 10, 10, 0], lat=[0.0] * 6)
    accounts = replace(
        accounts,
        segments={
            "language": texts(["Deutsch", "de-CH", "", "English", "French", "Italian"]),
            "industry": texts(["Retail", "retail", "Banking", "Banking", "", "Retail"]),
        },
    )
    territories = [
        Territory(1, "t0", "North", "#112233", 11, team=north),
        Territory(2, "t1", "South", "#112233", 12),
        Territory(3, "t2", "Vacant", "#112233"),
    ]
    segments = [Segment(1, "lang", "Language", "language"), Segment(2, "ind", "Industry", "industry")]
    none = np.empty(0, dtype=np.int32)
    units = make_units(np.array([], dtype=object))
    return Plan(PlanInfo("p", "Plan"), units, accounts, territories, list(reps), BUILTIN, segments, none, none)


def _found(plan: Plan) -> list[tuple[int, str, str, list[int]]]:
    finder = FitFinder(plan, resolved(FitSettings(), plan))
    return [(w.territory_ix, w.kind, w.what, w.account_ix.tolist()) for w in finder.find(plan, OWNER)]


def test_what_does_not_fit_is_found_as_worked_out_by_hand() -> None:
    """North speaks English, its accounts 0 and 1 German; it knows retail, account 2 is a bank; Ann lives 18 degrees
    from the middle of her accounts (mean 2 * 111.195 km from (2, 0): 148 km). South speaks what it must, and nobody
    told its verticals; Bo lives among the accounts."""
    assert _found(_plan()) == [
        (0, LANGUAGE, "de", [0, 1]),
        (0, VERTICAL, "Banking", [2]),
        (0, HOME, "Ann", [0, 1, 2]),
    ]


def test_members_and_specialists_bring_what_the_lead_lacks_and_the_home_of_a_specialist_does_not_matter() -> None:
    german = replace(BO, languages=("de",), lon=2.0)
    team = (TeamMember("bo", 0.5, "member"), TeamMember("cy", 0.1, "overlay"))
    found = _found(_plan(team, (ANN, german, CY)))
    assert found[:1] == [(0, HOME, "Ann", [0, 1, 2])]
    assert [w[:3] for w in found[1:]] == [(1, LANGUAGE, "en"), (1, LANGUAGE, "fr"), (1, HOME, "Bo")]


def test_nothing_is_said_where_nothing_is_told() -> None:
    plan = _plan(reps=(replace(ANN, languages=(), verticals=(), lon=None, lat=None), replace(BO, lon=None, lat=None)))
    assert _found(plan) == []
    plan.segments = []
    assert resolved(FitSettings(), plan) == FitSettings()
    empty = replace(plan, accounts=make_accounts([]), territories=[], reps=[])
    assert FitFinder(empty, FitSettings()).find(empty, np.empty(0, dtype=np.int32)) == []


def test_the_formulas_say_what_their_docstrings_say() -> None:
    has = np.array([[True, False], [True, True]])
    owner, value = np.array([0, 1, 0, -1]), np.array([1, 1, -1, 1])
    assert lacking_accounts(owner, value, has).tolist() == [True, False, False, False]
    assert mean_way_km(np.array([0.0, 0.0]), np.array([1.0, 3.0]), 0.0, 0.0) == pytest.approx(222.39, abs=0.01)
    assert np.isnan(mean_way_km(np.empty(0), np.empty(0), 0.0, 0.0))
    assert middle_of(np.array([179.0, -179.0]), np.array([0.0, 0.0])) == pytest.approx((180.0, 0.0))
    by = FitSettings(far_km=50, far_factor=2)
    assert is_far(130, 40, by)
    assert not is_far(80, 35, by)
    assert not is_far(300, 200, by)


def test_settings_survive_their_text_and_hostile_texts_give_the_usual_ones() -> None:
    own = FitSettings("segment:a", "-", 10.0, 3.0)
    assert settings_from_json(own.to_json()) == own
    assert resolved(own, _plan()).vertical_field == ""
    for text in (
        "",
        "{",
        "[]",
        '{"far_km": NaN}',
        '{"far_km": -1, "far_factor": true, "language_field": 7}',
        "[" * 9999,
    ):
        assert settings_from_json(text) == FitSettings()
