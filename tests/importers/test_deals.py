"""Deals from files: accounts by key and name, days as people write them, every bad row told."""

from __future__ import annotations

from pathlib import Path

import pytest

from territorymap.errors import UserError
from territorymap.importers.columns import guess_columns
from territorymap.importers.days import is_day_first, parse_day
from territorymap.importers.deals import DealImport, Known, build_deals
from territorymap.importers.table import read_table

KNOWN = Known(
    {"k1": 1, "k2": 2},
    {"acme": (1,), "北京公司": (2,), "twin": (1, 3)},
    {"ann": 10, "axis gmbh": 20},
)


def load(path: Path, text: str) -> DealImport:
    path.write_text(text, encoding="utf-8")
    table = read_table(path)
    return build_deals(table, guess_columns(table, "deals"), KNOWN)


def test_a_crm_export(tmp_path: Path) -> None:
    """Worked by hand: four rows are used, five are not, each with its reason."""
    found = load(
        tmp_path / "deals.csv",
        "Opportunity Name,Account ID,Account Name,Opportunity Owner,Amount,Stage,Probability (%),"
        "Created Date,Close Date\n"
        'Pumps,k1,Acme,Ann,"$1,200.50",Closed Won,100,1/31/2026,2/28/2026\n'
        "阀门,,北京公司, AXIS  GmbH ,500,Proposal/Price Quote,60,2/1/2026,6/30/2026\n"
        "Later,k2,,,,Qualification,,,\n"
        "=2+2,k1,,Ann,0,,,2/2/2026,\n"
        "None,k9,,Ann,5,New,,,\n"
        "Twin,,Twin,Ann,5,New,,,\n"
        "Who,k1,,Nobody,5,New,,,\n"
        "Minus,k1,,Ann,-5,New,,,\n"
        "Pumps,k1,,Ann,7,New,,1/1/2026,\n"
        "Odd,k1,,Ann,7,Dancing,,31/31/2026,\n",
    )
    assert [
        (r["deal_name"], r["account_id"], r.get("rep_id"), r["amount"], r.get("stage"), r.get("probability"))
        for r in found.records
    ] == [
        ("Pumps", 1, 10, 1200.5, "won", 1.0),
        ("阀门", 2, 20, 500.0, "proposal", 0.6),
        ("Later", 2, None, 0.0, "qualified", None),
        ("=2+2", 1, 10, 0.0, None, None),
    ]
    assert (found.records[0]["registered_on"], found.records[0]["closed_on"]) == ("2026-01-31", "2026-02-28")
    assert (found.records[1]["expected_on"], found.records[1].get("closed_on", "")) == ("2026-06-30", "")
    assert {reject.row: reject.reason for reject in found.rejects} == {
        6: "The plan has no account k9.",
        7: "2 accounts are called Twin; give the key.",
        8: "The plan has no rep or partner Nobody.",
        9: "Amount: “-5” is below 0.",
        10: "This deal stands in row 2 already.",
        11: "Created Date: “31/31/2026” is not a date.",
    }
    assert found.to_json()["amount"] == 1700.5
    assert found.notes == ["1 account was known by its name alone."]


def test_days_out_of_order_and_no_account(tmp_path: Path) -> None:
    found = load(tmp_path / "d.csv", "account key;registered;expires\nk1;02.01.2026;01.01.2026\n;02.01.2026;\n")
    assert [reject.reason for reject in found.rejects] == [
        "It would expire on 2026-01-01, before it is registered on 2026-01-02.",
        "The row names no account.",
    ]
    with pytest.raises(UserError, match="which account a deal is on"):
        load(tmp_path / "e.csv", "amount,stage\n5,won\n")


@pytest.mark.parametrize(
    ("text", "day_first", "wanted"),
    [
        ("2026-03-04", True, "2026-03-04"),
        ("2026-03-04T10:00:00Z", False, "2026-03-04"),
        ("20260304", False, "2026-03-04"),
        ("2026年3月4日", False, "2026-03-04"),
        ("03.04.2026", True, "2026-04-03"),
        ("03/04/26", False, "2026-03-04"),
        ("3-4-1999 12:00", True, "1999-04-03"),
        ("", False, ""),
        ("n/a", False, ""),
        ("2026-02-30", False, None),
        ("13/13/2026", True, None),
        ("soon", False, None),
        ("0000-01-01", False, None),
    ],
)
def test_days_as_people_write_them(text: str, day_first: bool, wanted: str | None) -> None:
    assert parse_day(text, day_first) == wanted


def test_the_column_tells_which_comes_first() -> None:
    assert is_day_first(["1/2/2026", "13/2/2026"])
    assert not is_day_first(["1/2/2026", "2/13/2026"])
    assert is_day_first(["1.2.2026"])
    assert not is_day_first(["1/2/2026", "", "?"])


def test_the_product_of_a_deal_is_read(tmp_path: Path) -> None:
    found = load(tmp_path / "deals.csv", "Deal,Account ID,Product Name,Amount\nPumps,k1,Laser cutter,5\nPens,k2,,6\n")
    assert [r["product"] for r in found.records] == ["Laser cutter", ""]
