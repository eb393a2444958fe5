"""Rows become numbers of reps and territories by period, in two shapes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.importers.columns import ColumnMap, guess_columns
from territorymap.importers.role_figures import FigureImport, FigureRow, Names, build_figures
from territorymap.importers.table import RawTable, read_table
from territorymap.importers.table_options import TableOptions
from tests.importers.files import write_text

NAMES = Names({"anna li": 1, "bert": 2}, {"east": 11, "west": 12})


def read(folder: Path, text: str, default_period: str = "") -> FigureImport:
    table = read_table(write_text(folder / "metrics.csv", text))
    return build_figures(table, guess_columns(table, "metrics"), NAMES, default_period=default_period)


def test_a_long_table_is_read_and_its_broken_rows_are_listed(tmp_path: Path) -> None:
    imported = read(
        tmp_path,
        "Rep,Period,Metric,Value\n"
        "Anna Li,2026-W41,Calls,41\n"
        " anna  LI ,2026-W41,Customer meetings held,7\n"
        "Bert,2026-13,Calls,3\n"
        "Nobody,2026-W41,Calls,3\n"
        "Bert,2026-W41,Calls,many\n"
        ",2026-W41,Calls,3\n"
        "Bert,,Calls,3\n"
        "Bert,2026-W41,,3\n"
        "Anna Li,2026-W41,call,44\n"
        "Bert,2026-W41,LTV,\n"
        "Bert,2026-W41,=HYPERLINK(1),5\n",
    )
    assert imported.figures == [
        FigureRow("calls", "2026-W41", 1, None, 41.0),
        FigureRow("Customer meetings held", "2026-W41", 1, None, 7.0),
        FigureRow("=HYPERLINK(1)", "2026-W41", 2, None, 5.0),
    ]
    assert [(reject.row, reject.reason) for reject in imported.rejects] == [
        (4, "“2026-13” is not a period."),
        (5, "The plan has no rep named Nobody."),
        (6, "Value: “many” is not a number."),
        (7, "The row names neither a rep nor a territory."),
        (8, "The row has no period."),
        (9, "The row names no metric."),
        (10, "Calls of Week 41 of 2026 is 41 by row 2, and 44 by this one."),
        (11, "The row holds no number."),
    ]
    assert imported.read == 11
    assert imported.to_json()["figures"] == 3


def test_a_wide_table_has_a_column_for_each_metric(tmp_path: Path) -> None:
    imported = read(
        tmp_path,
        "Territory;Month;Retention;Growth;Lifetime value;Remark\n"
        "East;2026-09;95;4 %;12.500,50;fine\n"
        "West;2026-09;88,5;-0,02;;\n"
        "East;2026-10;x;1;1;\n",
    )
    assert [(f.metric, f.period, f.territory_id, round(f.amount, 6)) for f in imported.figures] == [
        ("retention", "2026-09", 11, 0.95),
        ("growth", "2026-09", 11, 0.04),
        ("lifetime_value", "2026-09", 11, 12500.5),
        ("retention", "2026-09", 12, 0.885),
        ("growth", "2026-09", 12, -0.02),
    ]
    assert [(r.row, r.reason) for r in imported.rejects] == [(4, "Retention: “x” is not a number.")]
    assert imported.notes == ["Retention is read as whole percent."]


def test_one_period_may_be_given_for_the_whole_file(tmp_path: Path) -> None:
    imported = read(tmp_path, "Rep,Calls,Deals won\nAnna Li,40,2\nBert,30,0\n", "2026-W41")
    assert [(f.metric, f.period, f.rep_id, f.amount) for f in imported.figures] == [
        ("calls", "2026-W41", 1, 40.0),
        ("deals", "2026-W41", 1, 2.0),
        ("calls", "2026-W41", 2, 30.0),
        ("deals", "2026-W41", 2, 0.0),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Week,Calls\n2026-W41,4\n", "says whose"),
        ("Rep,Calls\nBert,4\n", "holds the period"),
        ("Rep,Week,Remark\nBert,2026-W41,fine\n", "holds no numbers"),
    ],
)
def test_a_table_that_lacks_a_column_is_refused_with_what_to_do(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as told:
        read(tmp_path, text)
    assert "=COLUMN" in told.value.hint


rows = st.lists(
    st.tuples(
        st.sampled_from(["Anna Li", "bert", "", "Zed"]),
        st.sampled_from(["2026", "2026-Q1", "2026-W41", "", "soon"]),
        st.sampled_from(["Calls", "Retention", "wuchtige Zahl", ""]),
        st.sampled_from(["1", "2", "0.5", "", "x", "-3", "1e400"]),
    ),
    max_size=12,
)


@given(rows)
def test_each_row_is_used_or_rejected_and_each_number_stands_once(rows: list[tuple[str, ...]]) -> None:
    table = RawTable(
        headers=["rep", "period", "metric", "value"],
        rows=[list(row) for row in rows],
        row_numbers=list(range(2, len(rows) + 2)),
        options=TableOptions(decimal="."),
        broken=[],
        broken_cells={},
        number_columns=frozenset(),
        notes=[],
        name="x.csv",
    )
    columns = ColumnMap("metrics", {name: name for name in table.headers})
    imported = build_figures(table, columns, NAMES)
    assert imported.read == len(rows)
    assert len({figure.key for figure in imported.figures}) == len(imported) <= imported.n_rows
    for figure, row in zip(imported.figures, imported.row_numbers, strict=True):
        who, period, _, _ = rows[row - 2]
        assert (NAMES.reps[who.casefold()], period) == (figure.rep_id, figure.period)
