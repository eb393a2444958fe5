"""Runs of a deck say their language; East Asian letters get a font that has them, unless a template has its own."""

from __future__ import annotations

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Emu

from territorymap.exporters.office.scripts import mark_scripts, script_of


@pytest.mark.parametrize(
    ("text", "script"),
    [("Texas", ""), ("华北辖区", "han"), ("鈴木エリア", "kana"), ("제주 지역", "hangul"), ("منطقة", "arabic"),
     ("Московская обл. 2", "cyrillic"), ("भारत", "devanagari"), ("", ""), ("𠮷野家", "han")],
)  # fmt: skip
def test_the_script_is_that_of_most_letters(text: str, script: str) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize("has_own_fonts", [False, True])
def test_runs_are_marked_and_the_xml_keeps_its_order(has_own_fonts: bool) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    frame = slide.shapes.add_textbox(Emu(0), Emu(0), Emu(9_000_000), Emu(900_000)).text_frame
    for text in ("Texas", "华北辖区", "제주"):
        run = frame.paragraphs[0].add_run()
        run.text = text
    frame.paragraphs[0].runs[1].hyperlink.address = "https://example.org"  # its mark stands last of all
    mark_scripts(deck, has_own_fonts=has_own_fonts)
    properties = [run._r.find(qn("a:rPr")) for run in frame.paragraphs[0].runs]
    assert [p.get("lang") for p in properties] == ["en-US", "zh-CN", "ko-KR"]
    fonts = [p.find(qn("a:ea")) for p in properties]
    assert [f.get("typeface") if f is not None else "" for f in fonts] == (
        ["", "", ""] if has_own_fonts else ["", "Microsoft YaHei", "Malgun Gothic"]
    )
    assert properties[1][-1].tag == qn("a:hlinkClick")
