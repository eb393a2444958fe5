"""Two small lists of accounts as planners have them: CSV with a semicolon, and Excel. Owns their content."""

from __future__ import annotations

import csv
from pathlib import Path

HEADERS = ("Account Key", "Customer Name", "City", "State", "Postal Code", "Country", "Sales")
CSV_ROWS = (
    ("ST-1", "Œuvres & Söhne", "Chicago", "Illinois", "60601", "United States", "1200.50"),
    ("ST-2", "东方贸易", "Boston", "Massachusetts", "02139", "United States", "980"),
    ("ST-3", 'O\'Neil "Deep"; Sons', "Denver", "Colorado", "80202", "United States", "15"),
)
EXCEL_ROWS = (
    ("ST-4", "Café Québec", "Seattle", "Washington", "98101", "United States", 410.25),
    ("ST-5", "Ærø Marine", "Miami", "Florida", "33101", "United States", 77),
)


def write_lists(folder: Path) -> dict[Path, list[str]]:
    """Write both lists; returns the keys of the accounts in each."""
    from openpyxl import Workbook

    table = folder / "accounts, new.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([HEADERS, *CSV_ROWS])
    book = Workbook()
    sheet = book.active
    for row in (HEADERS, *EXCEL_ROWS):
        sheet.append(row)
    workbook = folder / "客户 accounts.xlsx"
    book.save(workbook)
    return {table: [row[0] for row in CSV_ROWS], workbook: [str(row[0]) for row in EXCEL_ROWS]}
