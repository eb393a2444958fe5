"""In which language and with which East Asian font the runs of a deck are set, by the letters they hold.

PowerPoint chooses glyphs, line breaks and the spelling checker by the language of a run; a Chinese name in a run that
says "English" is drawn with whatever font comes first. Owns the marks; not the text.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck

from territorymap.i18n import locale_name

# Script -> its first and last letters; the commonest in East Asia and in right-to-left names.
_RANGES = (
    ("kana", 0x3040, 0x30FF), ("kana", 0x31F0, 0x31FF), ("kana", 0xFF66, 0xFF9F),
    ("hangul", 0x1100, 0x11FF), ("hangul", 0x3130, 0x318F), ("hangul", 0xAC00, 0xD7AF),
    ("han", 0x3400, 0x4DBF), ("han", 0x4E00, 0x9FFF), ("han", 0xF900, 0xFAFF), ("han", 0x20000, 0x323AF),
    ("hebrew", 0x0590, 0x05FF), ("arabic", 0x0600, 0x06FF), ("arabic", 0x0750, 0x077F),
    ("devanagari", 0x0900, 0x097F), ("thai", 0x0E00, 0x0E7F), ("greek", 0x0370, 0x03FF), ("cyrillic", 0x0400, 0x04FF),
)  # fmt: skip
_LANGUAGES = {
    "kana": "ja-JP", "hangul": "ko-KR", "han": "zh-CN", "hebrew": "he-IL", "arabic": "ar-SA",
    "devanagari": "hi-IN", "thai": "th-TH", "greek": "el-GR", "cyrillic": "ru-RU",
}  # fmt: skip
_EAST_ASIAN = {"kana": "Yu Gothic", "hangul": "Malgun Gothic", "han": "Microsoft YaHei"}
# What may stand after the East Asian font in the properties of a run.
_AFTER = ("cs", "sym", "hlinkClick", "hlinkMouseOver", "rtl", "extLst")


def mark_scripts(deck: Deck, *, has_own_fonts: bool) -> None:
    """Give each run of each slide its language; and a font for East Asian letters, where the design is ours.

    ``has_own_fonts``: the deck is of a planner's template, whose fonts count.
    """
    for slide in deck.slides:
        for run in slide._element.iter(qn("a:r"), qn("a:fld")):
            text = run.findtext(qn("a:t")) or ""
            _mark(run, text, has_own_fonts)


def script_of(text: str) -> str:
    """Return the script of most letters of a text, "" = Latin or none; Han beside kana is Japanese."""
    counts = Counter(name for letter in text for name, low, high in _RANGES if low <= ord(letter) <= high)
    if counts["kana"]:
        return "kana"
    return counts.most_common(1)[0][0] if counts else ""


def _mark(run: Any, text: str, has_own_fonts: bool) -> None:
    properties = run.find(qn("a:rPr"))
    if properties is None:
        properties = etree.Element(qn("a:rPr"))
        run.insert(0, properties)
    own = locale_name().replace("_", "-")
    script = script_of(text)
    language = _LANGUAGES.get(script, own)
    properties.set("lang", language)
    if script in _EAST_ASIAN:
        properties.set("altLang", own if own != language else "en-US")
        if not has_own_fonts and properties.find(qn("a:ea")) is None:
            font = etree.Element(qn("a:ea"), typeface=_EAST_ASIAN[script])
            properties.insert(_place_of_font(properties), font)


def _place_of_font(properties: Any) -> int:
    later = {qn(f"a:{name}") for name in _AFTER}
    return next((i for i, child in enumerate(properties) if child.tag in later), len(properties))
