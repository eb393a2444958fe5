"""Columns that data brings have safe names."""

from __future__ import annotations

import re
import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from territorymap.document.columns import column_slug, unique_name


def test_slugs_are_readable():
    assert column_slug("Umsatz 2024 (EUR)", "measure", []) == "m_umsatz_2024_eur"
    assert column_slug("Größe", "segment", []) == "s_groe"
    assert column_slug("销售", "measure", []) == "m_measure"
    assert column_slug("Revenue", "measure", ["M_REVENUE", "m_revenue_2"]) == "m_revenue_3"


def test_names_are_made_unique():
    assert unique_name(" Units", ["units", "Units (2)"]) == "Units (3)"
    assert unique_name("Other", ["units"]) == "Other"


@given(st.text(), st.sampled_from(["measure", "segment"]), st.lists(st.text(), max_size=3))
def test_a_slug_is_a_free_plain_word_that_sqlite_takes_unquoted(name, kind, others):
    taken = [column_slug(other, kind, []) for other in others]
    slug = column_slug(name, kind, taken)
    assert re.fullmatch(r"[ms]_[a-z0-9_]{1,44}", slug)
    assert slug not in taken
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t (unit_id INTEGER, {slug} REAL)")
    connection.close()
