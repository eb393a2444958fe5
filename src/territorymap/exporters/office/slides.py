"""Slides under way: a title, a foot, notes; and on them maps, texts, native tables and charts.

Owns where things stand and how large type is; not what a deck tells (story).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide, SlideLayout
from pptx.util import Emu, Pt

from territorymap.exporters.office.headings import letters_wide
from territorymap.exporters.office.scripts import mark_scripts
from territorymap.exporters.office.template import (
    BODIES,
    FURNITURE,
    TITLES,
    choose_layouts,
    open_deck,
    placeholders_of,
    title_points,
)
from territorymap.exporters.office.texts import legal, reads_right_to_left, shortened

POINT = 12_700  # EMU
_EDGE = 0.045  # of the slide's width
_GAP = 0.02  # of the slide's height
_LETTER_EM = 0.53  # width of an average letter
_TITLE_LONGEST = 140
_FOOT_POINTS = 12
_BOX_POINTS = 28  # of a title where the layout has none
_TITLE_BOX = "Title"  # name of the text that stands for a title where the layout has none
_LEAST_TITLE = 14
_BOLD = 1.06  # how much wider bold type is
_NOTES_LONGEST = 20_000
_Color: Any = RGBColor  # python-pptx leaves it untyped
QUIET = _Color(0x5B, 0x62, 0x6D)


@dataclass(frozen=True)
class Slot:
    """A place on a slide in EMU."""

    left: int
    top: int
    width: int
    height: int

    def split(self, share: float, gap: int) -> tuple[Slot, Slot]:
        """Return the left part with this share of the width, and the rest."""
        left = round((self.width - gap) * share)
        right = Slot(self.left + left + gap, self.top, self.width - gap - left, self.height)
        return Slot(self.left, self.top, left, self.height), right

    def below(self, height: int) -> Slot:
        """Return what is left under a part of this height."""
        return Slot(self.left, self.top + height, self.width, max(self.height - height, POINT))


class Slides:
    """The deck that is being made."""

    def __init__(self, template: Path | None, foot: str, on_slide: Callable[[], None]) -> None:
        self._deck, self._has_template = open_deck(template), template is not None
        self._layouts = choose_layouts(self._deck)
        self._foot = shortened(foot, 120)
        self._is_own = template is None
        self._on_slide = on_slide  # called before each slide; may raise Cancelled

    @property
    def width(self) -> int:
        return int(self._deck.slide_width or 12_192_000)

    @property
    def height(self) -> int:
        return int(self._deck.slide_height or 6_858_000)

    @property
    def gap(self) -> int:
        return round(self.height * _GAP)

    def set_properties(self, title: str, subject: str, author: str, written: date) -> None:
        """Tell what the file is, as its properties show it."""
        properties = self._deck.core_properties
        properties.created = properties.modified = datetime.combine(written, time())
        properties.title, properties.subject = shortened(title, 200), shortened(subject, 200)
        properties.author = properties.last_modified_by = author

    def add_title_slide(self, title: str, lines: Sequence[str]) -> Slide:
        """Add the first slide."""
        slide, slot = self._add(self._layouts.title, title)
        subtitle = _first(slide, (PP_PLACEHOLDER.SUBTITLE, *BODIES))
        if subtitle is None:
            subtitle = slide.shapes.add_textbox(*map(Emu, _box(slot)))
        write_lines(subtitle.text_frame, lines, 20)
        _drop_empty(slide, {subtitle.shape_id})
        return slide

    def add_slide(self, title: str, notes: str = "") -> tuple[Slide, Slot]:
        """Add a slide with a title; returns it and the room under the title."""
        slide, slot = self._add(self._layouts.plain, title)
        _drop_empty(slide, set())
        if notes.strip():
            self.add_notes(slide, notes)
        return slide, slot

    def add_text_slide(self, title: str, lines: Sequence[str], notes: str = "") -> Slide:
        """Add a slide with a title and paragraphs, in the template's own body where it has one."""
        slide, slot = self._add(self._layouts.text, title)
        body = _first(slide, BODIES)
        if body is None:
            body = slide.shapes.add_textbox(*map(Emu, _box(slot)))
        write_lines(body.text_frame, lines, 20 if len(lines) <= 8 else 16)
        _drop_empty(slide, {body.shape_id})
        if notes.strip():
            self.add_notes(slide, notes)
        return slide

    def retitle(self, slide: Slide, title: str) -> None:
        """Change the title of a slide."""
        shape: Any = slide.shapes.title or next(s for s in slide.shapes if s.name == _TITLE_BOX)
        shape.text_frame.paragraphs[0].runs[0].text = shortened(title, _TITLE_LONGEST)

    def add_notes(self, slide: Slide, notes: str) -> None:
        """Write speaker notes."""
        frame = slide.notes_slide.notes_text_frame
        if frame is not None:
            frame.text = legal(notes)[:_NOTES_LONGEST]

    def add_picture(self, slide: Slide, png: bytes, slot: Slot, description: str) -> None:
        """Put a picture into a slot as large as it fits, in the middle."""
        picture = slide.shapes.add_picture(BytesIO(png), Emu(slot.left), Emu(slot.top))
        scale = min(slot.width / picture.width, slot.height / picture.height)
        picture.width, picture.height = Emu(round(picture.width * scale)), Emu(round(picture.height * scale))
        picture.left = Emu(slot.left + (slot.width - picture.width) // 2)
        picture.top = Emu(slot.top + (slot.height - picture.height) // 2)
        describe(picture, description)

    def save(self, path: Path) -> None:
        """Write the file."""
        mark_scripts(self._deck, has_own_fonts=self._has_template)
        self._deck.save(str(path))

    def _add(self, layout: SlideLayout, title: str) -> tuple[Slide, Slot]:
        self._on_slide()
        slide = self._deck.slides.add_slide(layout)
        text = shortened(title, _TITLE_LONGEST)
        holder = slide.shapes.title
        if holder is None:
            left, top, width = self._column()
            holder = slide.shapes.add_textbox(Emu(left), Emu(top), Emu(width), Emu(round(self.height * 0.11)))
            holder.name = _TITLE_BOX
            points = _BOX_POINTS
            write_lines(holder.text_frame, [text], points, is_bold=True)
        else:
            points = title_points(layout)
            write_lines(holder.text_frame, [text], None)
        size = _title_size(text, points, int(holder.width), int(holder.height))
        if size < points:
            for run in holder.text_frame.paragraphs[0].runs:
                run.font.size = Pt(size)
        self._add_furniture(slide, layout)
        return slide, self._room(slide, layout, int(holder.top) + int(holder.height))

    def _column(self) -> tuple[int, int, int]:
        """Return left, top and width of the first thing on a slide without placeholders."""
        edge = round(self.width * _EDGE)
        return edge, round(self.height * 0.05), self.width - 2 * edge

    def _room(self, slide: Slide, layout: SlideLayout, title_bottom: int) -> Slot:
        """Return the room between title and foot: that of the layout's body where it has one, else what is free."""
        title = slide.shapes.title
        left, _, width = self._column()
        if title is not None and int(title.width) > self.width * 0.5 and title_bottom < self.height * 0.5:
            left, width = int(title.left), int(title.width)
        top = title_bottom + self.gap if title_bottom < self.height * 0.5 else round(self.height * 0.05)
        feet = [int(s.top) for s in placeholders_of(layout) if s.placeholder_format.type in FURNITURE]
        bottom = min([foot for foot in feet if foot > self.height * 0.7] or [round(self.height * 0.95)]) - self.gap // 2
        return Slot(left, top, width, max(bottom - top, self.height // 4))

    def _add_furniture(self, slide: Slide, layout: SlideLayout) -> None:
        """Give a slide the foot and the number that its layout has a place for."""
        for shape in placeholders_of(layout):
            kind = shape.placeholder_format.type
            if kind not in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
                continue
            clone: Any = copy.deepcopy(shape._element)
            clone.nvSpPr.cNvPr.set("id", str(max((s.shape_id for s in slide.shapes), default=1) + 1))
            properties = clone.spPr
            for child in list(properties):
                properties.remove(child)
            slide.shapes._spTree.append(clone)
            if kind == PP_PLACEHOLDER.FOOTER:
                _write_run(clone, fitting(self._foot, int(shape.width), _FOOT_POINTS))
                if self._is_own:
                    _quieten(clone)
            else:
                _write_run(clone, "‹#›", is_number=True)


def write_lines(frame: Any, lines: Sequence[str], points: int | None, *, is_bold: bool = False) -> None:
    """Write paragraphs; a line in a right-to-left script runs and stands that way."""
    frame.word_wrap = True
    for n, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = legal(line)
        if points is not None:
            run.font.size = Pt(points)
        if is_bold:
            run.font.bold = True
        if reads_right_to_left(line):
            set_direction(paragraph)


def set_direction(paragraph: Any) -> None:
    """Let a paragraph run from right to left, beginning at the right."""
    properties = paragraph._p.get_or_add_pPr()
    properties.set("algn", "r")
    properties.set("rtl", "1")


def add_caption(slide: Slide, text: str, slot: Slot, points: int = 12) -> None:
    """Write a quiet line at the top of a slot."""
    box = slide.shapes.add_textbox(*map(Emu, _box(slot)))
    frame = box.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP
    write_lines(frame, [text], points)
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.color.rgb = QUIET
        if paragraph.alignment is None:
            paragraph.alignment = PP_ALIGN.LEFT


def describe(shape: Any, text: str) -> None:
    """Tell a screen reader what a shape shows."""
    for node in shape._element.iter(qn("p:cNvPr")):
        node.set("descr", shortened(text, 250))
        return


def text_width(text: str, points: float) -> float:
    """Return about how wide a text is, in EMU."""
    return letters_wide(text) * _LETTER_EM * points * POINT


def fitting(text: str, width: int, points: float) -> str:
    """Return the text shortened to about what fits on a line of this width in EMU."""
    return shortened(text, max(int(width / (_LETTER_EM * points * POINT)), 4))


def _title_size(text: str, points: int, width: int, height: int) -> int:
    """Return the size of type, at most ``points``, with which a title fits its box on as many lines as it takes."""
    for size in range(points, _LEAST_TITLE, -1):
        n_lines = math.ceil(text_width(text, size) * _BOLD / max(width, 1))
        if n_lines * size * 1.2 * POINT <= height:
            return size
    return _LEAST_TITLE


def _box(slot: Slot) -> tuple[int, int, int, int]:
    return slot.left, slot.top, slot.width, slot.height


def _first(slide: Slide, kinds: tuple[Any, ...]) -> Any:
    return next((s for s in slide.placeholders if s.placeholder_format.type in kinds), None)


def _drop_empty(slide: Slide, kept: set[int]) -> None:
    """Take away placeholders that nothing was written into: they would ask for a click."""
    for shape in list(slide.placeholders):
        kind = shape.placeholder_format.type
        if kind not in TITLES and kind not in FURNITURE and shape.shape_id not in kept:
            shape._element.getparent().remove(shape._element)


def _quieten(shape: Any) -> None:
    """Set the foot small, grey and at the left: LibreOffice forgets what the master says of it."""
    for paragraph in shape.txBody.iter(qn("a:p")):
        properties = paragraph.get_or_add_pPr()
        properties.set("algn", "r" if properties.get("rtl") == "1" else "l")
    for run in shape.txBody.iter(qn("a:rPr")):
        run.set("sz", "1000")
        fill = etree.SubElement(run, qn("a:solidFill"))
        etree.SubElement(fill, qn("a:srgbClr"), val=str(QUIET))
        etree.SubElement(run, qn("a:latin"), typeface="+mn-lt")


def _write_run(shape: Any, text: str, *, is_number: bool = False) -> None:
    """Make a placeholder show a text, or the number of its slide."""
    body = shape.txBody
    for paragraph in body.findall(qn("a:p")):
        body.remove(paragraph)
    paragraph = etree.SubElement(body, qn("a:p"))
    if reads_right_to_left(text):
        etree.SubElement(paragraph, qn("a:pPr"), rtl="1")
    kind = {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"} if is_number else {}
    run = etree.SubElement(paragraph, qn("a:fld" if is_number else "a:r"), **kind)
    etree.SubElement(run, qn("a:rPr"), lang="en-US")
    etree.SubElement(run, qn("a:t")).text = text
