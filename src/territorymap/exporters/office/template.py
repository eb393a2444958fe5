"""What a deck begins with: our own plain design, or the planner's template; and which layout is for what.

Owns reading the template and the choice of layouts by the kinds of their placeholders; not what stands on a slide.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout

from territorymap.errors import UserError
from territorymap.given import open_given
from territorymap.i18n import tr

TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
BODIES = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT)
FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER)
SUFFIXES = (".pptx", ".potx")
# python-pptx does not check what it is given: a part that is missing or another shows as one of these.
_DAMAGE = (
    PythonPptxError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, LookupError, ValueError, AttributeError,
    TypeError, RecursionError, NotImplementedError, EOFError, RuntimeError,
)  # fmt: skip
_USUAL_TITLE = 44  # points, where a template says nothing
LARGEST = 600_000_000  # bytes of a template, unpacked
_MAIN = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_TEMPLATE = b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
_MACROS = b"macroEnabled"
_WIDE = (12_192_000, 6_858_000)  # 13.333 x 7.5 inches, 16:9
_OWN_COLORS = {
    "1F497D": "1D2B3A", "EEECE1": "EEF2F6", "4F81BD": "2F6FB0", "C0504D": "C4574E", "9BBB59": "5E9C76",
    "8064A2": "8B6FAE", "4BACC6": "3E9DB0", "F79646": "D98F3E",
}  # fmt: skip


@dataclass(frozen=True)
class Layouts:
    """The layouts of a deck by what they are for."""

    title: SlideLayout  # the first slide
    plain: SlideLayout  # a title, and room for a table, a chart or a map
    text: SlideLayout  # a title and a body of text


def open_deck(template: Path | None) -> Deck:
    """Return an empty deck in our own design, or in that of a template; slides of the template are left out.

    Raises
    ------
    UserError
        if the template is damaged, no presentation, or holds macros.
    """
    if template is None:
        return _own_design()
    try:
        deck = Presentation(_as_presentation(template))
        if not len(deck.slide_layouts):
            raise _unreadable(template, tr("it has no slide layouts"))
        _drop_slides(deck)
        _try(deck)
    except UserError:
        raise
    except _DAMAGE as error:
        raise _unreadable(template, str(error) or type(error).__name__) from error
    except OSError as error:
        raise _unreadable(template, error.strerror or str(error)) from error
    return deck


def _try(deck: Deck) -> None:
    """Do what will be done with a template: what is wrong with it shows now, and not in the middle of a deck."""
    layouts = choose_layouts(deck)
    for layout in (layouts.title, layouts.plain, layouts.text):
        title_points(layout)
    deck.core_properties.title = str(deck.core_properties.title)
    deck.save(BytesIO())


def choose_layouts(deck: Deck) -> Layouts:
    """Return the layouts by the kinds of their placeholders, whatever their names and order are."""
    layouts = list(deck.slide_layouts)
    plain = max(layouts, key=lambda layout: (_has_title(layout), -_n_others(layout)))
    titles = [layout for layout in layouts if _count(layout, (PP_PLACEHOLDER.CENTER_TITLE,))]
    with_subtitle = [x for x in layouts if _has_title(x) and _count(x, (PP_PLACEHOLDER.SUBTITLE,))]
    both = [layout for layout in titles if layout in with_subtitle]
    texts = [x for x in layouts if _has_title(x) and _count(x, BODIES) == 1 and _n_others(x) == 1]
    text = max(texts, key=_body_area, default=plain)
    return Layouts(title=next(iter(both or titles or with_subtitle or texts), plain), plain=plain, text=text)


def _as_presentation(template: Path) -> BytesIO:
    """Return the file as python-pptx opens it: a template differs from a presentation in its content type only."""
    with open_given(template) as stream, zipfile.ZipFile(stream) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise _unreadable(template, tr("it is too large"))
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    types = parts.get("[Content_Types].xml", b"")
    if _MACROS in types:
        raise UserError(
            tr("{name} holds macros, which a deck may not carry along.", name=template.name),
            tr("Save it in PowerPoint as a template without macros (.potx)."),
        )
    if _MAIN not in types and _TEMPLATE not in types:
        raise _unreadable(template, tr("it is no presentation"))
    parts["[Content_Types].xml"] = types.replace(_TEMPLATE, _MAIN)
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as copy:
        for name, content in parts.items():
            copy.writestr(name, content)
    target.seek(0)
    return target


def _unreadable(template: Path, why: str) -> UserError:
    return UserError(
        tr("{name} cannot be used as a template: {why}.", name=template.name, why=why.strip().rstrip(".")),
        tr("Open it in PowerPoint and save it again as .potx or .pptx, or export without a template."),
    )


def _drop_slides(deck: Deck) -> None:
    """Take the template's own slides out, and what speaks of them: sections and custom shows."""
    root: Any = deck.part._element
    ids = root.find(qn("p:sldIdLst"))
    for slide in list(ids) if ids is not None else []:
        deck.part.drop_rel(slide.get(qn("r:id")))
        ids.remove(slide)
    for name in ("p:custShowLst", "p:extLst"):
        for node in root.findall(qn(name)):
            root.remove(node)


def _own_design() -> Deck:
    """Return the default deck of python-pptx made wide, with titles at the left and fresher colours."""
    deck = Presentation()
    stretch = _WIDE[0] / int(deck.slide_width or 1)
    squeeze = _WIDE[1] / int(deck.slide_height or 1)
    deck.slide_width, deck.slide_height = _WIDE  # type: ignore[assignment]  # EMU are whole numbers
    master = deck.slide_master
    for holder in (master, *deck.slide_layouts):
        for shape in placeholders_of(holder):
            if shape._element.spPr.find(qn("a:xfrm")) is not None:
                shape.left, shape.width = round(shape.left * stretch), round(shape.width * stretch)
                shape.top, shape.height = round(shape.top * squeeze), round(shape.height * squeeze)
    for shape in placeholders_of(master):
        if shape.placeholder_format.type == PP_PLACEHOLDER.TITLE:
            shape.left, shape.top, shape.width, shape.height = 548_640, 301_752, 11_094_720, 740_664
        elif shape.placeholder_format.type == PP_PLACEHOLDER.BODY:
            shape.left, shape.top, shape.width, shape.height = 548_640, 1_188_720, 11_094_720, 5_029_200
        elif shape.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
            shape.left, shape.width = 548_640, 7_772_400
            for level in shape._element.iter(qn("a:lvl1pPr")):
                level.set("algn", "l")
        elif shape.placeholder_format.type == PP_PLACEHOLDER.DATE:
            shape.left, shape.width = 8_412_480, 1_463_040
        elif shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            shape.left, shape.width = 9_966_960, 1_676_400
    _set_title_style(master._element.find(qn("p:txStyles")).find(qn("p:titleStyle")))
    for layout in deck.slide_layouts:
        for shape in placeholders_of(layout):
            if shape.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE:
                shape.left, shape.top, shape.width, shape.height = 822_960, 2_057_400, 10_546_080, 1_371_600
            elif shape.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE:
                shape.left, shape.top, shape.width, shape.height = 822_960, 3_520_440, 10_546_080, 1_554_480
                for level in shape._element.iter(qn("a:lvl1pPr")):
                    level.set("algn", "l")
    theme: Any = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    for old, new in _OWN_COLORS.items():
        # python-pptx keeps a theme as bytes, and has no other way to its colours.
        theme._blob = theme._blob.replace(old.encode(), new.encode())
    return deck


def _set_title_style(style: Any) -> None:
    level = style.find(qn("a:lvl1pPr"))
    level.set("algn", "l")
    run = level.find(qn("a:defRPr"))
    run.set("sz", "2800")
    run.set("b", "1")


def title_points(layout: SlideLayout) -> int:
    """Return the size of type that a layout gives its titles: its own, else the master's."""
    master: Any = layout.slide_master
    holders = [s for x in (layout, master) for s in placeholders_of(x) if s.placeholder_format.type in TITLES]
    styles = [shape._element.find(f".//{qn('a:lstStyle')}") for shape in holders]
    styles.append(master._element.find(f"{qn('p:txStyles')}/{qn('p:titleStyle')}"))
    for style in styles:
        run = style.find(f"{qn('a:lvl1pPr')}/{qn('a:defRPr')}") if style is not None else None
        if run is not None and (run.get("sz") or "").isdecimal():
            return max(round(int(run.get("sz")) / 100), 1)
    return _USUAL_TITLE


def placeholders_of(holder: Any) -> list[Any]:
    """Return the placeholders of a slide, a layout or a master; python-pptx's own types do not tell them."""
    return list(holder.placeholders)


def _count(layout: SlideLayout, kinds: tuple[Any, ...]) -> int:
    return sum(shape.placeholder_format.type in kinds for shape in placeholders_of(layout))


def _has_title(layout: SlideLayout) -> bool:
    return bool(_count(layout, TITLES))


def _n_others(layout: SlideLayout) -> int:
    return len(placeholders_of(layout)) - _count(layout, TITLES) - _count(layout, FURNITURE)


def _body_area(layout: SlideLayout) -> int:
    return max(int(s.width) * int(s.height) for s in placeholders_of(layout) if s.placeholder_format.type in BODIES)
