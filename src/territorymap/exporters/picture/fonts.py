"""Fonts of a picture: what is installed, with glyphs for names in other scripts behind.

Owns the order of families; changes no global setting of matplotlib.
"""

from __future__ import annotations

from functools import lru_cache

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

LATIN = ("DejaVu Sans",)  # comes with matplotlib
# One of each line is enough; which one there is depends on the system.
OTHER_SCRIPTS = (
    ("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
     "Hiragino Sans GB", "WenQuanYi Zen Hei", "Arial Unicode MS"),
    ("Noto Sans CJK KR", "Malgun Gothic", "Apple SD Gothic Neo"),
    ("Noto Sans Devanagari", "Nirmala UI", "Kohinoor Devanagari"),
    ("Noto Sans Thai", "Leelawadee UI", "Thonburi"),
)  # fmt: skip


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """Return the families to try for each letter, installed ones only: matplotlib logs each that it cannot find."""
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    found = (next((name for name in line if name in installed), None) for line in OTHER_SCRIPTS)
    return (*LATIN, *dict.fromkeys(name for name in found if name))


def font(size: float, weight: str = "normal") -> FontProperties:
    """Return a font of this size in points."""
    return FontProperties(family=list(families()), size=size, weight=weight)


@lru_cache(maxsize=1)
def _known_letters() -> frozenset[int]:
    letters: set[int] = set()
    for family in families():
        face = FT2Font(font_manager.findfont(FontProperties(family=[family])))
        letters.update(face.get_charmap())
    return frozenset(letters)


def drawable(text: str) -> str:
    """Return the text in one line, with a box for letters that no installed font has (matplotlib warns of them)."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return "".join(c if ord(c) in _known_letters() else "\N{WHITE SQUARE}" for c in line)
