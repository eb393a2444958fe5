"""Fonts of a picture: what is installed, with glyphs for names in other scripts behind.

Owns the order of families and how wide a text is; changes no global setting of matplotlib. Letters are shaped, and
right-to-left names put in order, by matplotlib itself (libraqm, from 3.11).
"""

from __future__ import annotations

from functools import lru_cache

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

from territorymap.exporters.leftovers import forget_afterwards

LATIN = ("DejaVu Sans",)  # comes with matplotlib
# One of each line is enough; which one there is depends on the system.
OTHER_SCRIPTS = (
    ("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
     "Hiragino Sans GB", "WenQuanYi Zen Hei", "Arial Unicode MS"),
    ("Noto Sans CJK KR", "Malgun Gothic", "Apple SD Gothic Neo"),
    ("Noto Sans Devanagari", "Nirmala UI", "Kohinoor Devanagari"),
    ("Noto Sans Thai", "Leelawadee UI", "Thonburi"),
    ("Noto Sans Bengali", "Nirmala UI", "Kohinoor Bangla"),
    ("Noto Sans Tamil", "Nirmala UI", "Tamil Sangam MN"),
    ("Noto Sans Telugu", "Nirmala UI", "Kohinoor Telugu"),
    ("Noto Sans Gujarati", "Nirmala UI", "Kohinoor Gujarati"),
    ("Noto Sans Gurmukhi", "Nirmala UI", "Gurmukhi MN"),
    ("Noto Sans Kannada", "Nirmala UI", "Kannada MN"),
    ("Noto Sans Malayalam", "Nirmala UI", "Malayalam MN"),
    ("Noto Sans Sinhala", "Nirmala UI", "Sinhala MN"),
    ("Noto Sans Khmer", "Leelawadee UI", "Khmer MN"),
    ("Noto Sans Myanmar", "Myanmar Text", "Myanmar MN"),
    ("Noto Sans Ethiopic", "Ebrima", "Kefa"),
)  # fmt: skip
ELLIPSIS = "…"
_MEASURED_AT = 100.0  # points


@forget_afterwards
def forget_fonts() -> None:
    """Let matplotlib close the fonts that it opened.

    It keeps as many as 64, one of a kind for every thread that drew, files and all: one with all of Chinese is some
    megabytes, and each export has a thread of its own.
    """
    # WORKAROUND (matplotlib 3.11): it empties this itself after a fork, and offers no other way.
    font_manager._get_font.cache_clear()  # type: ignore[attr-defined]


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


def is_plain(text: str) -> bool:
    """Return whether a text is of letters that stand side by side as they are: no shaping, no other font."""
    return text.isascii()


def plain_font(weight: str) -> FT2Font:
    """Return the font of plain texts."""
    return font_manager.get_font(_files(weight)[0])


@lru_cache(maxsize=512)
def _advance_em(letter: str, weight: str) -> float:
    return plain_font(weight).load_char(ord(letter), LoadFlags.NO_SCALE).horiAdvance / plain_font(weight).units_per_EM


def plain_width_em(text: str, weight: str = "normal") -> float:
    """Return how wide a plain text is where its letters are not kerned."""
    return sum(_advance_em(letter, weight) for letter in text)


@lru_cache(maxsize=1 << 16)
def width_em(text: str, weight: str = "normal") -> float:
    """Return how wide a drawable text is, as a multiple of its size."""
    # The font is asked for each time: matplotlib keeps one a thread.
    face = font_manager.get_font(_files(weight))
    face.set_size(_MEASURED_AT, 72)
    face.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    # Where a text begins with an overhang or ends with blanks, the pen goes further than the ink.
    return float(face.get_width_height()[0]) / 64 / _MEASURED_AT


@lru_cache(maxsize=4)
def _files(weight: str) -> list[str]:
    return list(font_manager.fontManager._find_fonts_by_props(font(_MEASURED_AT, weight)))


def list_width_em(text: str, weight: str = "normal") -> float:
    """Return how wide a text of a list is (text_rows): plain ones are not kerned."""
    return plain_width_em(text, weight) if is_plain(text) else width_em(text, weight)


def shortened(text: str, room_em: float, weight: str = "normal") -> str:
    """Return the text, its end cut off with an ellipsis where it is wider than the room."""
    if list_width_em(text, weight) <= room_em:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_em(text[:middle] + ELLIPSIS, weight) <= room_em:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def wrapped(text: str, room_em: float, n_lines: int, weight: str = "normal") -> list[str]:
    """Return the text in at most so many lines, broken at blanks; what remains is cut off with an ellipsis."""
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < n_lines - 1:
        n = len(words)
        while n > 1 and width_em(" ".join(words[:n]), weight) > room_em:
            n -= 1
        line = " ".join(words[:n])
        words = words[n:]
        if width_em(line, weight) > room_em:  # one long word
            line, rest = _broken(line, room_em, weight)
            words = [rest, *words]
        lines.append(line)
    return [*lines, shortened(" ".join(words), room_em, weight)] if words else lines


def _broken(word: str, room_em: float, weight: str) -> tuple[str, str]:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_em(word[:middle], weight) <= room_em else (low, middle - 1)
    return word[:low], word[low:]
