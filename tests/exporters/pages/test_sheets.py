"""Reps' sheets in PDF, HTML and as files: worked out by hand on small grids."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from territorymap.errors import UserError
from territorymap.exporters.book.changes import comparison_of, holders
from territorymap.exporters.book.roster import Roster, roster_of
from territorymap.exporters.book.table import (
    CELL_GAP,
    HEAD,
    ROW,
    SECTION,
    SIZE,
    Column,
    Line,
    Row,
    Title,
    fitted,
    pages_of,
)
from territorymap.exporters.formats.repfiles import file_names
from territorymap.exporters.picture.fonts import list_width_em
from territorymap.exporters.picture.sheet import PX_OF_POINT
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.view import ExportView
from territorymap.model.privacy import Privacy
from territorymap.model.records import Override, Territory
from tests.exporters.pages.plans import page_view
from tests.exporters.pages.reader import bookmarks, page_texts

# Units 0-5 stay Ada's, 6 and 7 come to her from Bo, 8 goes from Ada to Bo, the rest stays Bo's.
BEFORE = [0] * 6 + [1] * 2 + [0] + [1] * 7


def moved_view(**options: object) -> ExportView:
    return page_view(["West", "East"], ["Ada", "Bo"], n_accounts=16, before=BEFORE, **options)  # type: ignore[arg-type]


def fates(roster: Roster) -> dict[str, list[str]]:
    return {section.kind: [row.cells[0] for row in section.rows] for section in roster.sections}


def test_a_rep_gains_keeps_and_loses_what_the_baseline_says() -> None:
    view = moved_view()
    ada, bo = holders(view)
    comparison = comparison_of(view)
    assert fates(roster_of(view, ada, comparison)) == {
        "gained": ["Account 7", "Account 6"],
        "kept": [f"Account {a}" for a in (5, 4, 3, 2, 1, 0)],
        "lost": ["Account 8"],
    }
    assert fates(roster_of(view, bo, comparison)) == {
        "gained": ["Account 8"],
        "kept": [f"Account {a}" for a in range(15, 8, -1)],
        "lost": ["Account 7", "Account 6"],
    }


def test_an_account_given_by_name_is_its_new_reps_and_marked() -> None:
    view = moved_view()
    override = view.plan.account_override.copy()
    override[15] = 0
    accounts = replace(view.plan.accounts, is_protected=np.arange(16) == 15)
    reason = Override(1, "o", 16, 1, "asked for Ada", "me", "2027-01-01T00:00:00Z")
    plan = replace(view.plan, account_override=override, accounts=accounts, overrides={16: reason})
    roster = roster_of(replace(view, plan=plan), holders(view)[0], comparison_of(replace(view, plan=plan)))
    gained = roster.sections[0].rows[0].cells
    assert gained[0] == "Account 15"
    assert gained[-1] == "◆ protected; ✎ asked for Ada"


def test_a_rep_who_takes_a_territory_over_gains_its_accounts() -> None:
    """In the baseline Bo had both territories: by territory nothing moves, by rep all of West does."""
    view = page_view(["West", "East"], ["Ada", "Bo"], n_accounts=16, before=[0] * 8 + [1] * 8)
    assert view.baseline is not None
    both_bos = [replace(t, rep_id=2) for t in view.baseline.territories]
    view = replace(view, baseline=replace(view.baseline, territories=both_bos))
    comparison = comparison_of(view)
    assert comparison is not None
    assert len(comparison.by_rep(1).gained) == 8
    assert len(comparison.by_rep(2).lost) == 8
    assert not comparison.by_territory(0).is_any


def test_a_territory_without_a_rep_has_a_sheet_of_its_own() -> None:
    view = page_view(["West", "East", "South"], ["Ada"])
    assert [(holder.name, holder.rep_id, holder.territories) for holder in holders(view)] == [
        ("Ada", 1, (0,)),
        ("East", None, (1,)),
        ("South", None, (2,)),
    ]


def test_in_a_part_of_a_plan_only_its_own_territories_have_sheets() -> None:
    view = page_view(["West", "East", "South"], ["Ada", "Bo"])
    part = [replace(t, is_outside=t.name != "West") for t in view.plan.territories]
    view = replace(view, plan=replace(view.plan, territories=part))
    assert [(holder.name, holder.territories) for holder in holders(view)] == [("Ada", (0,))]


def test_a_rep_of_two_territories_has_one_sheet_with_both(tmp_path: Path) -> None:
    view = page_view(["West", "East"], ["Ada"], n_accounts=16)
    both = [replace(t, rep_id=1) for t in view.plan.territories]
    view = replace(view, plan=replace(view.plan, territories=both))
    pages = page_texts(export(view, tmp_path / "out.pdf", "sheets"))
    assert "West, East" in pages[0]
    assert sum(f"Account {a} " in pages[1] for a in range(16)) == 16


def test_distances_are_from_the_reps_home() -> None:
    """The home is in the middle of A1; pyproj's ellipsoid differs by less than 0.6 %."""
    view = page_view(["West"], ["Ada"], n_accounts=16)
    roster = roster_of(view, holders(view)[0], None)
    km = {row.cells[0]: float(row.cells[-1]) for row in roster.sections[0].rows}
    units = view.plan.units
    for a in range(16):
        true = Geod(ellps="WGS84").inv(units.lon[0], units.lat[0], units.lon[a], units.lat[a])[2] / 1000
        assert abs(km[f"Account {a}"] - true) <= 0.006 * true + 0.5  # whole kilometres are shown


def test_all_accounts_are_listed_once_over_many_pages(tmp_path: Path) -> None:
    view = page_view(["West"], ["Ada"], n_accounts=230)
    path = export(view, tmp_path / "out.pdf", "sheets", ExportOptions(chosen={"paper": "a4"}))
    pages = page_texts(path)
    assert len(pages) > 4
    listed = re.findall(r"K\d+", " ".join(pages[1:]))
    assert sorted(listed) == sorted(f"K{a}" for a in range(230))
    assert bookmarks(path) == [(0, "Ada", 0)]
    assert all(f"Page {n}" in text for n, text in enumerate(pages, 1))


def test_sheets_of_all_come_one_after_the_other_with_bookmarks(tmp_path: Path) -> None:
    path = export(moved_view(), tmp_path / "out.pdf", "sheets")
    assert [(title, page) for _, title, page in bookmarks(path)] == [("Ada", 0), ("Bo", 2)]
    ada = page_texts(path)[1]
    assert ada.index("Gained") < ada.index("Account 7") < ada.index("Kept 6") < ada.index("Account 8")
    assert "from Bo" in ada
    assert "to Bo" in ada


def test_only_the_reps_asked_for_get_a_sheet(tmp_path: Path) -> None:
    path = export(moved_view(), tmp_path / "out.pdf", "sheets", ExportOptions(chosen={"reps": ("bo",)}))
    assert [title for _, title, _ in bookmarks(path)] == ["Bo"]
    with pytest.raises(UserError, match="no rep or vacant territory 'X'"):
        export(moved_view(), tmp_path / "out.pdf", "sheets", ExportOptions(chosen={"reps": ("X",)}))


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_a_reps_file_holds_nothing_of_the_others(tmp_path: Path, kind: str) -> None:
    names = [f"Kunde{a:02}" for a in range(16)]
    view = page_view(
        ["Abendland", "Morgenland"], ["Quisling", "Vandermeer"], n_accounts=16, before=BEFORE, account_names=names
    )
    path = export(view, tmp_path / "out.zip", name="repfiles", options=ExportOptions(chosen={"kind": kind}))
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [f"Quisling.{kind}", f"Vandermeer.{kind}"]
        archive.extractall(tmp_path)
    for own, others, held in (
        ("Quisling", ("Vandermeer", "Morgenland"), {*range(8), 8}),
        ("Vandermeer", ("Quisling", "Abendland"), {*range(8, 16), 6, 7}),
    ):
        file = tmp_path / f"{own}.{kind}"
        text = " ".join(page_texts(file)) if kind == "pdf" else all_text(file)
        assert own in text
        assert not any(other in text for other in others)
        assert {a for a in range(16) if names[a] in text} == held


def test_what_is_hidden_is_in_no_sheet(tmp_path: Path) -> None:
    view = page_view(["West"], ["Quisling"], n_accounts=4, account_names=["Zyx Werke"] * 4)
    options = ExportOptions(privacy=Privacy(rep_names=True, account_names=True))
    for what in ("book", "sheets"):
        text = " ".join(page_texts(export(view, tmp_path / "out.pdf", what, options)))
        assert "West" in text
        assert "Quisling" not in text
        assert "Zyx" not in text


HOSTILE = "<script>window.__injected = 1</script><img src=x onerror=alert(1)>\"'&"


class Tags(HTMLParser):
    """Collects tags, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(path: Path) -> Tags:
    tags = Tags()
    tags.feed(path.read_text(encoding="utf-8"))
    return tags


def pictures(tags: Tags) -> list[str]:
    head = "data:image/svg+xml;base64,"
    return [base64.b64decode(value[len(head) :]).decode() for name, value in tags.attributes if value.startswith(head)]


def all_text(path: Path) -> str:
    """Return the text of a page and of the pictures in it."""
    tags = parsed(path)
    drawn = [" ".join(ElementTree.fromstring(picture).itertext()) for picture in pictures(tags)]
    told = [*tags.text, *(value for name, value in tags.attributes if name == "alt"), *drawn]
    return " ".join(" ".join(told).split())


def test_names_are_text_in_the_page_and_in_its_pictures(tmp_path: Path) -> None:
    view = page_view(
        [HOSTILE, "East"], [HOSTILE, "Bo"], n_accounts=16, before=BEFORE, account_names=[HOSTILE] * 16, title=HOSTILE
    )
    path = export(view, tmp_path / "out.html", name="repsheets")
    tags = parsed(path)
    assert "script" not in tags.tags
    assert "link" not in tags.tags
    assert not [name for name, _ in tags.attributes if name.startswith("on") or name == "style"]
    sources = [value for name, value in tags.attributes if name in ("src", "href")]
    assert all(value.startswith(("data:image/svg+xml;base64,", "#")) for value in sources)
    assert HOSTILE in "".join(tags.text)
    assert len(pictures(tags)) == 2
    for picture in pictures(tags):
        root = ElementTree.fromstring(picture)
        assert not [element for element in root.iter() if element.tag.endswith(("script", "foreignObject", "image"))]


def test_the_pages_policy_allows_its_own_styles_and_nothing_else(tmp_path: Path) -> None:
    path = export(moved_view(), tmp_path / "out.html", name="repsheets")
    page = path.read_text(encoding="utf-8")
    [style] = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    [policy] = [value for name, value in parsed(path).attributes if "default-src" in value and name == "content"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_chromium_shows_the_page_and_complains_of_nothing(tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtWebEngineWidgets")
    view = page_view([HOSTILE, "East"], [HOSTILE, "Bo"], n_accounts=16, before=BEFORE, account_names=[HOSTILE] * 16)
    path = export(view, tmp_path / "out.html", name="repsheets")
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-m", "tests.exporters.pages.open_sheet", path],
        cwd=root, env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])},
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["is_ok"]
    assert seen["messages"] == []
    assert [url for url in seen["requests"] if not url.startswith("file://")] == []
    assert seen["scripts"] == 0
    assert seen["ran"] == "undefined"
    assert len(seen["pictures"]) == 2
    assert min(seen["pictures"]) > 300
    assert seen["head"] == "rgb(136, 204, 238)"  # the first territory's colour: the styles hold
    assert HOSTILE in seen["text"]


def test_a_colour_that_is_none_gets_into_no_style(tmp_path: Path) -> None:
    view = page_view(["West"], ["Ada"])
    odd = Territory(1, "t", "West", "#ffffff", rep_id=1)
    view = replace(view, plan=replace(view.plan, territories=[odd]))
    object.__setattr__(odd, "color", "#FFF}</style>")
    from territorymap.exporters.book.rep_html import color_of

    assert color_of(view.plan.territories[0].color) == "#9aa1a9"


def test_the_page_lists_everyone_and_all_their_accounts(tmp_path: Path) -> None:
    path = export(moved_view(), tmp_path / "out.html", name="repsheets")
    tags = parsed(path)
    assert [value for name, value in tags.attributes if name == "href"] == ["#sheet-1", "#sheet-2"]
    text = all_text(path)
    assert re.findall(r"K\d+", text).count("K7") == 2  # gained by Ada, lost by Bo
    assert "Against the baseline “Today”" in text
    assert "Gained 2 accounts · 2 units · Revenue: 15" in text


@given(st.lists(st.text(max_size=120), max_size=20))
def test_file_names_are_allowed_everywhere_and_none_is_there_twice(names: list[str]) -> None:
    found = file_names([*names, "CON", "a/b", "A/B", "..", "x" * 300], "pdf")
    assert len({name.casefold() for name in found}) == len(names) + 5
    for name in found:
        assert re.fullmatch(r'[^<>:"/\\|?*\x00-\x1f\x7f]{1,100}\.pdf', name)
        assert not name.startswith((".", " "))
        assert not re.fullmatch(r"(?i)(con|nul)\.pdf", name)


def test_a_very_long_name_takes_no_room_from_the_other_columns() -> None:
    """Only the widest column is cut: keys and numbers are written in full."""
    columns = [Column("", 1), Column("Account", 1), Column("Key", 1), Column("Revenue", 1, is_number=True)]
    rows = [Row(("+", "W" * 200, "KX-90017", "1,234,567")), Row(("", "b", "KX-90018", "12"))]
    mark, name, key, revenue = (column.share for column in fitted(columns, rows, 700.0))
    assert mark + name + key + revenue == pytest.approx(700.0 - 3 * CELL_GAP, abs=2.0)
    for width, cell in ((key, "KX-90017"), (revenue, "1,234,567")):
        assert width >= list_width_em(cell) * SIZE * PX_OF_POINT
    assert mark < 20


LINES = st.lists(st.one_of(st.builds(Title, st.text(max_size=3)), st.builds(Row, st.just(("x",)))), max_size=60)


@given(LINES, st.floats(HEAD + SECTION + 2 * ROW, 300.0))
def test_a_table_over_pages_loses_nothing_and_fits(lines: list[Line], height: float) -> None:
    """Rows keep their order; a title stands over its first row, and again where its rows go on."""
    pages = pages_of(lines, [height])
    assert [line for page in pages for line in page if isinstance(line, Row)] == [
        x for x in lines if isinstance(x, Row)
    ]
    for page in pages:
        assert HEAD + sum(SECTION if isinstance(line, Title) else ROW for line in page) <= height
    shown = [line for page in pages for line in page if isinstance(line, Title)]
    once = [title for n, title in enumerate(shown) if n == 0 or title is not shown[n - 1]]
    assert [id(title) for title in once] == [id(line) for line in lines if isinstance(line, Title)]
    for before, page in itertools.pairwise(pages):
        if isinstance(page[0], Row):
            assert not any(isinstance(line, Title) for line in before)
