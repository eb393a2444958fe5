"""The deck as python-pptx reads it, and its parts as XML; templates of every kind."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Inches

from territorymap.errors import Cancelled, UserError
from territorymap.exporters.office import maps
from territorymap.exporters.office.scenario_figures import figures_of
from territorymap.exporters.redact import redacted
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.view import ExportView
from territorymap.model.privacy import privacy_for
from territorymap.model.records import Scene
from territorymap.model.scene_view import SceneView
from tests.exporters.office.package import check_deck, parts_of
from tests.exporters.office.views import HOSTILE, bare_view, hostile_view, many_view, with_baseline
from tests.exporters.small_plan import small_view

TEMPLATE_TYPE = b"presentationml.template.main+xml"
DECK_TYPE = b"presentationml.presentation.main+xml"


@pytest.fixture(autouse=True)
def _small_pictures(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw maps of few pixels, which is fast, but where their sharpness is asked for."""
    if "4k" not in request.node.name:
        monkeypatch.setattr(maps, "SCREEN_PX", 480)


def deck(view: ExportView, path: Path, what: str = "story", template: Path | None = None) -> Any:
    check_deck(export(view, path, what, ExportOptions({"template": template})))
    return Presentation(str(path))


def titles(presentation: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text if slide.shapes.title else "" for slide in presentation.slides]


def table_of(slide: Any) -> list[list[str]]:
    table = next(shape for shape in slide.shapes if shape.has_table).table
    return [[cell.text_frame.text for cell in row.cells] for row in table.rows]


def chart_of(slide: Any) -> Any:
    return next(shape for shape in slide.shapes if shape.has_chart).chart


def picture_of(slide: Any) -> Any:
    return next(shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE)


def test_the_story_goes_from_today_to_the_next_steps(tmp_path: Path) -> None:
    presentation = deck(with_baseline(small_view()), tmp_path / "out.pptx")
    assert [title.split(":")[0] for title in titles(presentation)] == [
        "A small plan", "Today", "Proposal", "Balance", "What changes", "What changes for whom", "Territories",
        "Next steps",
    ]  # fmt: skip
    assert presentation.slide_width / presentation.slide_height == pytest.approx(16 / 9)
    subtitle = presentation.slides[0].placeholders[1].text_frame.text
    assert "Ada moves · Proposed" in subtitle
    assert "Effective Jan 1, 2027" in subtitle


def test_without_a_baseline_today_is_the_plan(tmp_path: Path) -> None:
    presentation = deck(small_view(), tmp_path / "out.pptx")
    assert [title.split(":")[0] for title in titles(presentation)] == [
        "A small plan", "Today", "Balance", "Territories", "Next steps",
    ]  # fmt: skip


def test_who_gains_keeps_and_loses_is_counted(tmp_path: Path) -> None:
    """Bo had A1 and A2's row of West with account 0 (10.5); Ada has it now. Account 1 is East's, which is vacant."""
    presentation = deck(with_baseline(small_view()), tmp_path / "out.pptx")
    rows = table_of(presentation.slides[5])
    assert rows[0] == [
        "Rep",
        "Accounts today",
        "kept",
        "lost",
        "gained",
        "then",
        "revenue today",
        "lost",
        "gained",
        "then",
    ]
    assert rows[1:] == [
        ["Ada", "0", "0", "0", "1", "1", "0", "0", "10", "10"],
        ["Bo", "1", "0", "1", "0", "0", "10", "10", "0", "0"],
    ]
    assert titles(presentation)[4] == "What changes: 100.0 % of the accounts get another rep"
    changes = {row[0]: row[1:] for row in table_of(presentation.slides[4])}
    assert changes["Units"] == ["7", "7", "100.0 %"]  # of West's 8 squares one was East's


def test_those_who_keep_everything_are_one_row(tmp_path: Path) -> None:
    """A1 with two accounts goes from rep 2 to rep 1, A3 with one from nobody to rep 3; rep 4 keeps that of A4."""
    view = many_view(4, 4)
    view = replace(view, plan=replace(view.plan, territories=[
        replace(t, rep_id=1 if t.territory_id < 3 else t.rep_id) for t in view.plan.territories
    ]))  # fmt: skip
    rows = table_of(deck(with_baseline(view), tmp_path / "out.pptx").slides[5])
    assert [row[0] for row in rows[1:]] == ["Rep 001", "Rep 002", "Rep 003", "1 who keeps everything"]


def test_charts_are_native_and_their_numbers_can_be_edited(tmp_path: Path) -> None:
    """12 units / 3 = 4: now West has 8 (2.0), East 4, Empty 0; in the baseline West 7, East 5."""
    view = with_baseline(small_view())
    measure = view.balance.measures.index("units")
    presentation = deck(view, tmp_path / "out.pptx")
    chart = chart_of(presentation.slides[3])
    assert [series.name for series in chart.plots[0].series] == ["Today", "Proposal"]
    assert chart.part.chart_workbook.xlsx_part is not None
    assert view.baseline is not None
    assert figures_of(view, view.baseline).balance.index[measure].tolist() == [1.75, 1.25, 0.0]
    alone = replace(view, comparison=None)  # computed anew, it is the same
    assert figures_of(alone, view.baseline).balance.index == pytest.approx(
        figures_of(view, view.baseline).balance.index
    )
    by_name = dict(zip(chart.plots[0].categories, chart.plots[0].series[1].values, strict=True))
    workload = view.balance.index[view.balance.measures.index("workload_h")]
    assert by_name == pytest.approx(dict(zip(["West", "East", "Empty"], workload, strict=True)))


def test_maps_are_as_sharp_as_a_4k_screen(tmp_path: Path) -> None:
    presentation = deck(small_view(), tmp_path / "out.pptx")
    picture = picture_of(presentation.slides[1])
    width, _ = Image.open(BytesIO(picture.image.blob)).size
    assert width / (picture.width / presentation.slide_width) >= 3839
    assert picture._element.nvPicPr.cNvPr.get("descr") == "Map of the territories"


def test_scenes_become_slides_with_their_notes(tmp_path: Path) -> None:
    scenes = [
        Scene(1, "a", "All of it", "Say hello\nfirst", SceneView().to_text()),
        Scene(2, "b", "", "", SceneView(bounds=(0, 0, 2, 2), before="s1", color_by="rep").to_text()),
        Scene(3, "c", "Nowhere", "", SceneView(bounds=(100, 50, 110, 60), scenario="deleted since").to_text()),
        Scene(4, "d", "Junk", "", "{"),
        Scene(5, "e", "Inside", "", SceneView(bounds=(1.4, 1.4, 1.6, 1.6)).to_text()),
        Scene(6, "f", "West by index", "", SceneView(bounds=(0, 0, 2, 4), color_by="index:1").to_text()),
    ]
    view = small_view()
    view = with_baseline(replace(view, plan=replace(view.plan, scenes=scenes)))
    presentation = deck(view, tmp_path / "out.pptx", "scenes")
    assert titles(presentation) == [
        "A small plan",
        "All of it",
        "Scene 2",
        "Nowhere",
        "Junk",
        "Inside",
        "West by index",
    ]
    assert len({picture_of(slide).image.sha1 for slide in presentation.slides if slide != presentation.slides[0]}) == 4
    assert presentation.slides[1].notes_slide.notes_text_frame.text == "Say hello\nfirst"
    both = [s for s in presentation.slides[2].shapes if s.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert len(both) == 2
    assert both[0].image.sha1 != both[1].image.sha1
    words = [s.text_frame.text for s in presentation.slides[2].shapes if s.has_text_frame]
    assert {"Last year", "Ada moves", "Coloured by rep; vacancies are grey."} <= set(words)


def test_next_steps_say_what_is_left_to_do(tmp_path: Path) -> None:
    presentation = deck(with_baseline(small_view()), tmp_path / "out.pptx")
    body = presentation.slides[7].placeholders[1].text_frame
    assert [paragraph.text for paragraph in body.paragraphs] == [
        "Find a rep for East.",
        "Even out Workload, h in Empty, East, West.",
        "Assign 4 units that nobody has.",
        "Give 2 accounts that are in no territory to one.",
        "Tell the customer of 1 account that it has another rep.",
        "Put it into force on Jan 1, 2027.",
    ]


def test_long_tables_go_on_over_slides_with_their_headings(tmp_path: Path) -> None:
    presentation = deck(many_view(), tmp_path / "out.pptx")
    pages = [slide for slide in presentation.slides if "Territories (" in (slide.shapes.title.text_frame.text)]
    rows = [table_of(slide) for slide in pages]
    assert {tuple(page[0]) for page in rows} == {tuple(rows[0][0])}
    names = [row[0] for page in rows for row in page[1:]]
    assert names == [f"Territory {n:03d}" for n in range(1, 501)]
    for slide in pages:
        table = next(shape for shape in slide.shapes if shape.has_table)
        assert table.top + table.height <= presentation.slide_height
        assert table.left + table.width <= presentation.slide_width
    assert len(chart_of(presentation.slides[2]).plots[0].categories) == 25


def test_hostile_names_are_text_and_stay_on_the_slide(tmp_path: Path) -> None:
    view = with_baseline(hostile_view_of_two_scenarios())
    presentation = deck(view, tmp_path / "out.pptx", "all")
    rows = [row for slide in presentation.slides for row in _tables(slide)]
    names = [row[0] for row in rows]
    assert HOSTILE[0] in names
    assert "<script>alert(1)</script>" in names
    assert all(len(cell) < 80 for row in rows for cell in row)
    right_to_left = [p for slide in presentation.slides for p in _paragraphs(slide) if p.text.startswith("שלום")]
    assert right_to_left
    assert all(p._p.pPr.get("rtl") == "1" for p in right_to_left)


def test_nothing_hidden_is_left_in_deck_and_workbook(tmp_path: Path) -> None:
    scene = Scene(1, "a", "Ada gains", "Ada's notes", SceneView(before="s1").to_text())
    view = small_view()
    view = with_baseline(replace(view, plan=replace(view.plan, scenes=[scene])))
    hidden = redacted(view, privacy_for(view.plan, rep_names=True, account_names=True, revenue=True))
    for name in ("out.pptx", "out.xlsx"):
        parts = parts_of(export(hidden, tmp_path / name))
        text = b" ".join(content for part, content in parts.items() if part.endswith((".xml", ".rels")))
        for book in (content for part, content in parts.items() if part.endswith(".xlsx")):
            (tmp_path / "inner.xlsx").write_bytes(book)
            text += b" ".join(parts_of(tmp_path / "inner.xlsx").values())
        for word in ("Ada", "Müller", ">revenue<", "10.5"):
            assert word.encode() not in text, (name, word)
    assert check_deck(tmp_path / "out.pptx")


def hostile_view_of_two_scenarios() -> ExportView:
    view = hostile_view()
    scenes = [Scene(1, "a", HOSTILE[9], HOSTILE[11], SceneView().to_text())]
    return replace(view, plan=replace(view.plan, scenes=scenes))


def _tables(slide: Any) -> list[list[str]]:
    return table_of(slide)[1:] if any(shape.has_table for shape in slide.shapes) else []


def _paragraphs(slide: Any) -> list[Any]:
    frames = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
    cells = [c for s in slide.shapes if s.has_table for row in s.table.rows for c in row.cells]
    return [p for frame in [*frames, *(cell.text_frame for cell in cells)] for p in frame.paragraphs]


def test_a_plan_with_nothing_in_it_is_a_deck_too(tmp_path: Path) -> None:
    presentation = deck(bare_view(), tmp_path / "out.pptx", "all")
    assert titles(presentation) == ["A small plan", "Today", "Next steps"]


def test_an_export_cancelled_half_way_leaves_nothing(tmp_path: Path) -> None:
    asked = iter([False] * 4)
    with pytest.raises(Cancelled):
        export(small_view(), tmp_path / "out.pptx", options=ExportOptions(is_cancelled=lambda: next(asked, True)))
    assert not list(tmp_path.iterdir())


# -- templates ---------------------------------------------------------------------------------------------------------


def own_template(path: Path, *, is_template: bool = False) -> Path:
    """Write a template in 4:3 with two slides of its own and its layouts in another order."""
    presentation = Presentation()
    for _ in range(2):
        presentation.slides.add_slide(presentation.slide_layouts[5]).shapes.title.text = "Left over"
    layouts = presentation.slide_master.part._element.sldLayoutIdLst
    layouts.append(layouts[0])  # the title slide comes last
    presentation.save(str(path))
    return retyped(path) if is_template else path


def retyped(path: Path, new: bytes = TEMPLATE_TYPE) -> Path:
    """Give a deck another content type, as PowerPoint does when it saves a template."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(DECK_TYPE, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["own.pptx", "own.potx"])
def test_a_template_gives_size_and_layouts_and_keeps_its_slides_to_itself(tmp_path: Path, name: str) -> None:
    template = own_template(tmp_path / name, is_template=name.endswith("potx"))
    presentation = deck(with_baseline(small_view()), tmp_path / "out.pptx", template=template)
    assert presentation.slide_width / presentation.slide_height == pytest.approx(4 / 3)
    assert "Left over" not in titles(presentation)
    layouts = [slide.slide_layout.name for slide in presentation.slides]
    assert layouts[0] == "Title Slide"
    assert layouts[-1] == "Title and Content"
    assert set(layouts[1:-1]) == {"Title Only"}
    # Titles of the template are 44 points: a long one is set smaller, so that it stays above the map.
    today = presentation.slides[1].shapes.title.text_frame.paragraphs[0].runs[0].font.size
    assert today is not None
    assert 20 <= today.pt < 44
    assert presentation.slides[-1].shapes.title.text_frame.paragraphs[0].runs[0].font.size is None
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert shape.left + shape.width <= presentation.slide_width
            assert shape.top + shape.height <= presentation.slide_height


def test_a_template_without_placeholders_still_works(tmp_path: Path) -> None:
    presentation = Presentation()
    for holder in (presentation.slide_master, *presentation.slide_layouts):
        for shape in list(holder.placeholders):
            shape._element.getparent().remove(shape._element)
    presentation.slide_width, presentation.slide_height = Inches(11), Inches(8.5)
    presentation.save(str(tmp_path / "bare.pptx"))
    made = deck(with_baseline(small_view()), tmp_path / "out.pptx", template=tmp_path / "bare.pptx")
    assert titles(made) == [""] * 8
    words = [p.text for slide in made.slides for p in _paragraphs(slide)]
    assert "A small plan" in words
    assert "Next steps" in words
    assert "What changes for whom" in words
    for slide in made.slides:
        boxes = sorted((shape.top, shape.top + shape.height) for shape in slide.shapes if shape.has_text_frame)
        assert all(lower[0] >= upper[1] for upper, lower in pairwise(boxes)), "texts lie over each other"


def damaged(path: Path, kind: str) -> Path:
    own_template(path)
    content = path.read_bytes()
    if kind == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif kind == "text":
        path.write_text("no zip at all")
    elif kind == "workbook":
        export(small_view(), path.with_suffix(".xlsx"), "units").replace(path)
    elif kind == "macros":
        retyped(path, b"ms-powerpoint.presentation.macroEnabled.main+xml")
    else:
        with zipfile.ZipFile(path, "w") as archive, zipfile.ZipFile(BytesIO(content)) as old:
            for name in old.namelist():
                if name != kind:
                    archive.writestr(name, b"<broken" if name == kind[1:] else old.read(name))
    return path


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("cut", "cannot be used as a template"),
        ("text", "cannot be used as a template"),
        ("workbook", "no presentation"),
        ("macros", "holds macros"),
        ("ppt/slideMasters/slideMaster1.xml", "cannot be used as a template"),
        ("!ppt/presentation.xml", "cannot be used as a template"),
        ("!ppt/slideLayouts/slideLayout1.xml", "cannot be used as a template"),
    ],
)
def test_a_damaged_template_is_told_with_what_to_do(tmp_path: Path, kind: str, message: str) -> None:
    template = damaged(tmp_path / "bad.pptx", kind)
    with pytest.raises(UserError, match=message) as caught:
        export(small_view(), tmp_path / "out.pptx", "scenes", ExportOptions({"template": template}))
    assert "bad.pptx" in str(caught.value)
    assert caught.value.hint
    assert not (tmp_path / "out.pptx").exists()


def test_type_shrinks_before_a_table_goes_on(tmp_path: Path) -> None:
    """Three territories are set large; sixteen still stand on one slide, in smaller type."""
    points = []
    for view in (small_view(), many_view(4, 4)):
        slide = deck(view, tmp_path / "out.pptx").slides[3]
        assert slide.shapes.title.text_frame.text == "Territories"
        table = next(shape for shape in slide.shapes if shape.has_table).table
        points.append(table.cell(1, 0).text_frame.paragraphs[0].runs[0].font.size.pt)
    assert points[0] == 14
    assert 10 <= points[1] < 14
