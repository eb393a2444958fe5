"""The one rule of who has an account: by hand, and against the rule in words."""

from __future__ import annotations

import doctest

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from territorymap.model import ownership
from territorymap.model.ownership import owner_of_accounts


def test_the_worked_example_of_the_docstring_holds():
    found = doctest.testmod(ownership, extraglobs={"np": np})
    assert (found.attempted, found.failed) == (1, 0)


def test_without_units_or_accounts_nobody_has_anything():
    none = np.empty(0, dtype=np.int32)
    assert owner_of_accounts(none, none, none, np.empty(0, dtype=bool)).tolist() == []
    one, override = np.array([-1]), np.array([2])
    assert owner_of_accounts(none, one, override, np.array([False])).tolist() == [2]


@given(st.data(), st.integers(0, 4))
def test_override_else_scope_and_the_units_territory_else_nobody(data: st.DataObject, n_units: int):
    unit_territory = data.draw(st.lists(st.integers(-1, 3), min_size=n_units, max_size=n_units))
    rows = data.draw(st.lists(st.tuples(st.integers(-1, n_units - 1), st.integers(-1, 3), st.booleans()), max_size=12))
    expected = [
        override if override >= 0 else unit_territory[unit] if is_in and unit >= 0 else -1
        for unit, override, is_in in rows
    ]
    unit_ix, override, in_scope = (np.array([row[i] for row in rows], dtype=int) for i in range(3))
    found = owner_of_accounts(np.array(unit_territory, dtype=np.int32), unit_ix, override, in_scope.astype(bool))
    assert found.dtype == np.int32
    assert found.tolist() == expected
