"""Fonts with cubic outlines as TrueType. Owns the conversion; not which fonts a file embeds (pdf_file).

matplotlib embeds every font as TrueType, also one whose outlines are cubic (CFF), as the Noto fonts for Chinese,
Japanese and Korean have them; the result is no valid PDF and some readers show nothing. Quadratic curves of the same
glyphs in the same order are.
"""

from __future__ import annotations

from io import BytesIO

from fontTools.pens.cu2quPen import Cu2QuPen  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont, newTable  # type: ignore[import-untyped]

CUBIC = b"OTTO"
MAX_ERROR = 0.001  # of the em
_CUBIC_TABLES = ("CFF ", "CFF2", "VORG")
_LIMITS = ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
           "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
           "maxCompositeContours", "maxComponentDepth")  # fmt: skip


def as_truetype(data: bytes) -> bytes:
    """Return the font with quadratic outlines; one that has them already comes back as it is."""
    if not data.startswith(CUBIC):
        return data
    font = TTFont(BytesIO(data))
    order = font.getGlyphOrder()
    glyph_set = font.getGlyphSet()
    error = font["head"].unitsPerEm * MAX_ERROR
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(glyph_set)
        glyph_set[name].draw(Cu2QuPen(pen, error, reverse_direction=True))
        glyphs[name] = pen.glyph()
    outlines = newTable("glyf")
    outlines.glyphOrder, outlines.glyphs = order, glyphs
    font["loca"], font["glyf"] = newTable("loca"), outlines
    for tag in _CUBIC_TABLES:
        if tag in font:
            del font[tag]
    for name, (advance, _) in list(font["hmtx"].metrics.items()):
        glyph = outlines[name]
        font["hmtx"].metrics[name] = (advance, getattr(glyph, "xMin", 0))
    profile = font["maxp"]
    profile.tableVersion = 0x00010000
    for limit in _LIMITS:
        setattr(profile, limit, 1 if limit == "maxZones" else 0)
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
    out = BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()
