"""Load of the funnel and market score as figures of territories: offered once something is told, explained, undone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from territorymap.metrics.capacity.assumed import Criterion, Market
from territorymap.metrics.capacity.funnel import Rates
from territorymap.model.coverage import Assumption, Funnel
from territorymap.session.capacity_shown import LOAD, SCORE
from territorymap.session.commands.capacity import assume_market, mend_unreadable, set_rates
from territorymap.session.commands.registers import add_records
from tests.ui.panels.plans import make_session


def test_figures_are_offered_once_something_is_told(tmp_path: Path) -> None:
    """North: Ann has 1,600 h, 30 % are 480 h. An activity takes 0.5 h in all and brings 0.0075 x 100 = 0.75.

    The target of 0.2 x revenue needs revenue x 0.2 / 0.75 x 0.5 h. South tells no hours, West has no rep.
    """
    with make_session(tmp_path / "p.gpkg") as session:
        keys = [spec.key for spec in session.figures.specs()]
        assert not {LOAD, SCORE} & set(keys)
        rates = Rates(activity_h=0.5, lead_h=0, proposal_h=0, close_h=0, deal_amount=100)
        session.do(set_rates(session.register(Funnel), "", "", "", rates))
        found = session.figures.find(LOAD)
        assert found is not None
        revenue = float(session.totals.territory_total[3][0])
        assert found.values[0] == pytest.approx(revenue * 0.2 / 0.75 * 0.5 / 480)
        assert np.isnan(found.values[1:]).all()
        explained = session.figures.explain(LOAD, 0)
        assert explained is not None
        assert ("Hours there are for the funnel", "480") in explained.lines
        uuid = session.plan.measures[3].uuid
        market = Market("units", (Criterion("Revenue", "sum", uuid),))
        session.do(assume_market(session.register(Assumption), market))
        score = session.figures.find(SCORE)
        assert score is not None
        assert score.values.max() == 100
        assert score.values.min() == 0
        session.undo()
        session.undo()
        assert not {LOAD, SCORE} & {spec.key for spec in session.figures.specs()}


def test_what_cannot_be_read_offers_no_figure_until_it_is_mended(tmp_path: Path) -> None:
    with make_session(tmp_path / "p.gpkg") as session:
        session.do(add_records(Assumption, [{"topic": "market", "content": "{"}], "break it"))
        session.do(add_records(Funnel, [{"role": "field", "content": "{}"}, {"content": "[]"}], "break it"))
        assert not {LOAD, SCORE} & {spec.key for spec in session.figures.specs()}
        session.do(mend_unreadable(session.plan, session.register(Assumption), session.register(Funnel)))
        assert {LOAD, SCORE} <= {spec.key for spec in session.figures.specs()}
