"""Accounts that are exported and imported again are the same accounts, whatever their names hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from territorymap.exporters.registry import export
from territorymap.geo.locate import UnitLocator
from territorymap.importers.accounts import build_accounts
from territorymap.importers.columns import guess_columns
from territorymap.importers.geocode import Geocoder
from territorymap.importers.table import read_table
from tests.exporters.small_plan import small_view

TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12).map(
    lambda t: " ".join(t.split())
)
NAMES = st.one_of(
    TEXT, st.sampled_from(["=1+1", "@cmd|x", "+49 30", "-5", "'=x", "<b>&\"'</b>", "שלום", "NULL", "nan"])
)
PLACES = st.one_of(st.none(), st.tuples(st.integers(1, 3999), st.integers(1, 3999)))
ROW = st.tuples(NAMES.filter(bool), NAMES, PLACES, st.one_of(st.none(), st.integers(-1000, 10**9)))
ROWS = st.lists(ROW, min_size=5, max_size=5, unique_by=lambda row: row[0].casefold())


@pytest.mark.parametrize("name", ["csv", "geojson", "gpkg", "fgb", "topojson"])
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
@given(rows=ROWS)
def test_accounts_out_and_in_again(tmp_path: Path, name: str, rows: list[Any]) -> None:
    path = tmp_path / f"accounts.{name}"
    path.unlink(missing_ok=True)
    view = small_view()
    places = np.array([(np.nan, np.nan) if p is None else p for _, _, p, _ in rows]) / 1000
    accounts = replace(
        view.plan.accounts,
        key=np.array([key for key, _, _, _ in rows], dtype=object),
        name=np.array([text for _, text, _, _ in rows], dtype=object),
        lon=places[:, 0],
        lat=places[:, 1],
        values={"revenue": np.array([np.nan if v is None else float(v) for _, _, _, v in rows])},
    )
    export(replace(view, plan=replace(view.plan, accounts=accounts)), path, "accounts")
    table = read_table(path)
    columns = guess_columns(table, "accounts", view.plan.units.code)
    fields = {"account_key": "account_key", "account_name": "account_name", "lon": "lon", "lat": "lat"}
    columns = replace(columns, fields=fields, measures=("revenue",), segments=())
    found = build_accounts(table, columns, UnitLocator(view.geometry), Geocoder(), view.plan.units.code)
    assert not found.rejects
    order = {str(key): i for i, key in enumerate(found.account_key)}
    at = [order[key] for key, _, _, _ in rows]
    assert [str(found.account_name[i]) for i in at] == [text or key for key, text, _, _ in rows]
    assert np.allclose(found.lon[at], places[:, 0], equal_nan=True)
    assert np.allclose(found.lat[at], places[:, 1], equal_nan=True)
    assert np.allclose(found.measures["revenue"][at], accounts.values["revenue"], equal_nan=True)
