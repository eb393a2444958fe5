"""The map book and the wall map, opened by pdfium."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import pypdfium2.raw as pdfium
import pytest

from territorymap.errors import Cancelled, UserError
from territorymap.exporters.picture.fonts import families
from territorymap.exporters.picture.paper import PAPERS
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.view import ExportView
from territorymap.geo.layer import UnitLayer
from tests.exporters.pages.plans import page_view
from tests.exporters.pages.reader import (
    bookmarks,
    drawn,
    letter_places,
    n_images,
    opened,
    page_sizes_mm,
    page_texts,
)
from tests.exporters.small_plan import small_view
from tests.support.grid import grid_layer

HOSTILE = ["<script>alert(1)</script>", "$x^2$ and $\\frac", "=1+1", "a\nb\x00\u202e", "W" * 300, "x_{", "(\\)"]


def book(view: ExportView, path: Path, what: str = "book", **chosen: object) -> Path:
    return export(view, path, what, ExportOptions(chosen=chosen))


def share_of(picture: np.ndarray, color: str) -> float:
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return float((np.abs(picture.astype(int) - wanted).max(axis=-1) <= 3).mean())


def test_a_book_has_overview_table_a_page_a_territory_and_an_index(tmp_path: Path) -> None:
    path = book(page_view(["West", "East"], n_accounts=20), tmp_path / "out.pdf")
    pages = page_texts(path)
    assert len(pages) == 5
    assert "A plan" in pages[0]
    assert "2 territories" in pages[0]
    assert "Balance of all territories" in pages[1]
    assert pages[2].startswith("West")
    assert "Ada" in pages[2]
    assert pages[3].startswith("East")
    assert "Bo" in pages[3]
    assert "Index" in pages[4]
    assert [n for n, text in enumerate(pages, 1) if f"Page {n}" in text] == [1, 2, 3, 4, 5]
    for text in pages:
        assert "Scenario: Proposal" in text
        assert "Drawn by hand" in text


def test_bookmarks_lead_to_the_pages(tmp_path: Path) -> None:
    path = book(page_view(["West", "Östen"]), tmp_path / "out.pdf")
    assert bookmarks(path) == [
        (0, "Overview", 0),
        (0, "Balance of all territories", 1),
        (0, "Territories", 2),
        (1, "West", 2),
        (1, "Östen", 3),
        (0, "Index", 4),
    ]


def test_rows_of_table_and_index_are_links_to_their_page(tmp_path: Path) -> None:
    path = book(page_view(["West", "East"]), tmp_path / "out.pdf")
    with opened(path) as document:
        for page_ix in (1, 4):
            page = document[page_ix]
            n = pdfium.FPDFPage_GetAnnotCount(page)
            targets = []
            for at in range(n):
                annotation = pdfium.FPDFPage_GetAnnot(page, at)
                link = pdfium.FPDFAnnot_GetLink(annotation)
                targets.append(pdfium.FPDFDest_GetDestPageIndex(document, pdfium.FPDFLink_GetDest(document, link)))
            assert set(targets) == {2, 3}


def test_a_page_tells_totals_targets_and_the_largest_accounts(tmp_path: Path) -> None:
    """16 accounts, revenue 1 to 16; West is the southern two rows: 1 to 8, 36 of 136, its target 68."""
    path = book(page_view(["West", "East"], n_accounts=16), tmp_path / "out.pdf")
    west = page_texts(path)[2]
    assert re.search(r"Revenue 36 / 68 53 %", west) or all(part in west for part in ("36", "/ 68", "53 %"))
    order = [west.index(f"Account {a} City") for a in (7, 6, 5, 4, 3, 2, 1, 0)]
    assert order == sorted(order)
    assert "Account 8" not in west


def test_what_is_gained_and_lost_stands_on_the_page(tmp_path: Path) -> None:
    """Units 6 and 7 were East's: with them come accounts 6 and 7."""
    before = [0] * 6 + [1] * 10
    path = book(page_view(["West", "East"], n_accounts=16, before=before), tmp_path / "out.pdf")
    west, east = page_texts(path)[2:4]
    assert "Against the baseline “Today”" in west
    assert "2 accounts, 2 units" in west
    assert "from Bo" in west
    assert "6 accounts" in west
    assert "+15" in west  # revenue 7 + 8
    assert "to Ada" in east
    assert "−15" in east


def test_text_is_text_in_embedded_truetype_and_no_map_is_pixels(tmp_path: Path) -> None:
    path = book(page_view(["West", "East 东区"], n_accounts=30), tmp_path / "out.pdf")
    raw = path.read_bytes()
    assert raw.count(b"/Subtype /CIDFontType2") == raw.count(b"/FontFile2") > 0
    assert b"/Type3" not in raw
    assert n_images(path) == 0


@pytest.mark.skipif(len(families()) < 2, reason="no font with Chinese glyphs is installed")
def test_fonts_with_cubic_curves_are_embedded_with_quadratic_ones(tmp_path: Path) -> None:
    """A CIDFontType2 font must be TrueType: Acrobat shows nothing otherwise."""
    path = book(page_view(["东区 北京", "East"]), tmp_path / "out.pdf")
    streams = re.findall(rb"/Length1 \d+.*?stream\n(.*?)\nendstream", path.read_bytes(), flags=re.DOTALL)
    heads = {zlib.decompress(stream)[:4] for stream in streams}
    assert heads == {b"\x00\x01\x00\x00"}
    assert "东区 北京" in page_texts(path)[2]
    # The glyphs are there: the title's line is not empty.
    head = drawn(path, 2, 2.0)[40:110, 60:400]
    assert (head < 100).all(axis=-1).sum() > 300


@pytest.mark.parametrize(
    ("paper", "orientation"), [("a4", "portrait"), ("letter", "landscape"), ("arch-e", "portrait"), ("a0", "landscape")]
)
def test_a_wall_map_has_the_paper_asked_for(tmp_path: Path, paper: str, orientation: str) -> None:
    path = book(page_view(), tmp_path / "out.pdf", "wall", paper=paper, orientation=orientation)
    short, long = (round(inches * 25.4) for inches in PAPERS[paper])
    wanted = (long, short) if orientation == "landscape" else (short, long)
    [size] = page_sizes_mm(path)
    assert np.abs(np.subtract(size, wanted)).max() <= 1
    text = page_texts(path)[0]
    for said in ("A plan", "West", "Scenario: Proposal", "Drawn by hand", "km", "true at the map's centre", "1 : "):
        assert said in text, said


def test_a_wall_map_shows_ground_in_proportion(tmp_path: Path) -> None:
    """West is 8 squares, East 4, unassigned 4."""
    path = book(small_view(), tmp_path / "out.pdf", "wall", paper="a3", unit_borders=False)
    picture = drawn(path)
    west, east, loose = (share_of(picture, color) for color in ("#88ccee", "#ddcc77", "#dcdbd6"))
    assert west > 0.1
    assert east == pytest.approx(west / 2, rel=0.1)
    assert loose == pytest.approx(west / 2, rel=0.1)


def test_neighbours_are_pale_on_the_page_of_a_territory(tmp_path: Path) -> None:
    path = book(page_view(["West", "East"]), tmp_path / "out.pdf", orientation="landscape", paper="a4")
    west = drawn(path, 2)
    assert share_of(west, "#88ccee") > 0.1
    assert share_of(west, "#ddcc77") < 0.002
    assert share_of(west, "#f7f3df") > 0.02  # the same hue, 76 % white


@pytest.mark.parametrize("name", HOSTILE)
def test_every_name_is_written_as_it_is(tmp_path: Path, name: str) -> None:
    view = page_view([name, "East"], [name, "Bo"], n_accounts=4, account_names=[name] * 4, title=name)
    path = book(view, tmp_path / "out.pdf")
    text = page_texts(path)[2]
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    assert plain[:20].rstrip() in text
    raw = path.read_bytes()
    assert b"/JavaScript" not in raw
    assert b"/JS" not in raw


def test_right_to_left_names_run_from_the_right_and_read_in_order(tmp_path: Path) -> None:
    path = book(page_view(["שלום עולם", "مرحبا"], ["نور", "Bo"]), tmp_path / "out.pdf")
    word = letter_places(path, "שלום", 2)
    assert word == sorted(word, reverse=True)
    assert "مرحبا" in page_texts(path)[3]


def test_links_and_names_hold_for_a_plan_across_180_degrees(tmp_path: Path) -> None:
    """The two halves are one map, with no coast where the layer was cut."""
    west, east = grid_layer(2, 2, west=178.0), grid_layer(2, 2, west=-180.0)
    layer = _joined(west, east)
    view = page_view(["Fiji"], layer=layer, unit_territory=[0] * 8)
    path = book(view, tmp_path / "out.pdf", paper="a4", orientation="landscape")
    picture = drawn(path, 2, 2.0)
    blue = (np.abs(picture.astype(int) - [0x88, 0xCC, 0xEE]).max(axis=-1) <= 3).any(axis=0)
    columns = np.flatnonzero(blue)
    assert columns[-1] - columns[0] < 1300  # not torn to both ends of the world
    dark = (picture[:, columns[0] + 20 : columns[-1] - 20] < 70).all(axis=-1)
    middle = dark.shape[1] // 2
    assert dark[:, middle - 8 : middle + 8].mean(axis=0).max() < 0.12  # no line from north to south


@pytest.mark.parametrize("what", ["book", "wall", "sheets"])
@pytest.mark.parametrize(
    "view",
    [
        pytest.param(lambda: page_view(["West"], [], n_accounts=3), id="no reps"),
        pytest.param(lambda: page_view(["West", "Empty"], unit_territory=[0] * 16), id="an empty territory"),
        pytest.param(lambda: page_view(["West"], unit_territory=[-1] * 16), id="nothing assigned"),
        pytest.param(lambda: page_view([], ["Ada"]), id="no territories"),
    ],
)
def test_plans_in_which_something_is_missing_have_their_pages(tmp_path: Path, what: str, view: object) -> None:
    path = book(view(), tmp_path / "out.pdf", what)  # type: ignore[operator]
    assert all(page_texts(path))


def test_a_territory_without_ground_says_so(tmp_path: Path) -> None:
    path = book(page_view(["West", "Empty"], unit_territory=[0] * 16), tmp_path / "out.pdf")
    assert "No unit belongs to it yet" in page_texts(path)[3]


def test_only_the_territories_asked_for_get_a_page(tmp_path: Path) -> None:
    view = page_view(["A", "B", "C"])
    assert [mark[1] for mark in bookmarks(book(view, tmp_path / "out.pdf", territories=("c", "A"))) if mark[0]] == [
        "A",
        "C",
    ]
    with pytest.raises(UserError, match="no territory 'X'"):
        book(view, tmp_path / "other.pdf", territories=("X",))
    assert not (tmp_path / "other.pdf").exists()


@pytest.mark.parametrize("what", ["book", "wall", "sheets"])
@pytest.mark.parametrize("after", [1, 9])
def test_cancelling_in_the_middle_leaves_what_was_there(tmp_path: Path, what: str, after: int) -> None:
    path = tmp_path / "out.pdf"
    path.write_bytes(b"before")
    asked = [0]

    def is_cancelled() -> bool:
        asked[0] += 1
        return asked[0] > after

    with pytest.raises(Cancelled):
        export(page_view(["West"], n_accounts=8), path, what, ExportOptions(is_cancelled=is_cancelled))
    assert asked[0] == after + 1
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_progress_moves_with_every_page(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    options = ExportOptions(progress=lambda done, total: seen.append((done, total)))
    export(page_view(["A", "B", "C"]), tmp_path / "out.pdf", "book", options)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {done for done, _ in seen} >= set(range(7))
    assert seen[-1][0] == seen[-1][1]


def test_matplotlibs_settings_are_as_before(tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    book(page_view(), tmp_path / "out.pdf")
    export(page_view(), tmp_path / "out.svg")
    assert dict(matplotlib.rcParams) == before


@pytest.mark.slow
def test_five_hundred_territories_are_all_in_the_book(tmp_path: Path) -> None:
    names = [f"T{n:03}" for n in range(500)]
    view = page_view(names, [], layer=grid_layer(50, 20, side=0.1))
    path = book(view, tmp_path / "out.pdf", territories=("T000", "T499"))
    pages = page_texts(path)
    table = " ".join(pages[1:-3])
    assert [name for name in names if name not in table] == []
    assert len(page_texts(book(view, tmp_path / "wall.pdf", "wall", paper="a0"))) == 1


def _joined(one: UnitLayer, other: UnitLayer) -> UnitLayer:
    fields = ("code", "name", "parent_code", "parent_name", "country", "geometry", "lon", "lat")
    both = {f: np.concatenate([getattr(one, f), getattr(other, f)]) for f in (*fields, "area_km2", "perimeter_km")}
    return replace(one, **both)  # type: ignore[arg-type]
