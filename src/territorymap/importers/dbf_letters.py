"""The letters of a shapefile's table: which encoding is told, whether it fits, and a guess where none is.

Owns the decision; GDAL hands every byte over as the Latin-1 letter of the same number.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.importers.encoding import ENCODINGS

BYTES_AS_LETTERS = "ISO-8859-1"  # read with this, no byte is lost or changed
# Language driver (byte 29 of a .dbf) -> code page. 0x57 says "ANSI of the machine": nobody knows which.
_DRIVERS = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x04: "mac_roman", 0x08: "cp865", 0x09: "cp437", 0x0A: "cp850",
    0x0B: "cp437", 0x0D: "cp437", 0x0E: "cp850", 0x0F: "cp437", 0x10: "cp850", 0x11: "cp437", 0x12: "cp850",
    0x13: "cp932", 0x14: "cp850", 0x15: "cp437", 0x16: "cp850", 0x17: "cp865", 0x18: "cp437", 0x19: "cp437",
    0x1A: "cp850", 0x1B: "cp437", 0x1C: "cp863", 0x1D: "cp850", 0x1F: "cp852", 0x22: "cp852", 0x23: "cp852",
    0x24: "cp860", 0x25: "cp850", 0x26: "cp866", 0x37: "cp850", 0x40: "cp852", 0x4D: "cp936", 0x4E: "cp949",
    0x4F: "cp950", 0x50: "cp874", 0x58: "cp1252", 0x59: "cp1252", 0x64: "cp852", 0x65: "cp866", 0x66: "cp865",
    0x67: "cp861", 0x6A: "cp737", 0x6B: "cp857", 0x6C: "cp863", 0x78: "cp950", 0x79: "cp949", 0x7A: "cp936",
    0x7B: "cp932", 0x7C: "cp874", 0x7D: "cp1255", 0x7E: "cp1256", 0x86: "cp737", 0x87: "cp852", 0x88: "cp857",
    0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254", 0xCB: "cp1253", 0xCC: "cp1257",
}  # fmt: skip
# What is compared where nothing is told; of two that are as good the first.
_GUESSES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp932", "cp850", "cp866")
_NO_ENCODINGS = ("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "unicode-escape")
_MOST_JUDGED = 500  # words
CHOICES = (*ENCODINGS, "cp932", "big5", "euc_kr", "cp1253", "cp1254", "cp1257", "cp866", "iso8859-2")


@dataclass(frozen=True)
class Letters:
    """Headers and columns as they are meant."""

    fields: list[str]
    columns: list[NDArray[Any]]
    encoding: str
    note: str = ""  # what the person should know, "" = nothing


def told_encoding(cpg: bytes | None, dbf_head: bytes) -> str:
    """Return the encoding that a .cpg or the language driver of a .dbf names, "" if none or one nobody knows."""
    if cpg is not None:
        named = known_encoding(cpg[:80].decode("ascii", "ignore"))
        if named:
            return named
    return _DRIVERS.get(dbf_head[29], "") if len(dbf_head) > 29 else ""


def known_encoding(text: str) -> str:
    """Return Python's name of an encoding as agencies write it (1252, ANSI 1252, 88591, UTF8), "" if unknown."""
    word = re.sub(r"[\s_]+", "-", text.strip().strip("\0\ufeff").lower())
    word = re.sub(r"^(ansi|oem|windows|ibm|dos|cp|ms)-?(?=\d)", "", word)
    digits = word.replace("-", "").removeprefix("iso")
    if digits.isdecimal():
        iso = re.fullmatch(r"8859(\d{1,2})", digits)
        word = f"iso8859-{iso[1]}" if iso else {"65001": "utf-8", "54936": "gb18030"}.get(digits, f"cp{digits}")
    try:
        name = codecs.lookup(word).name if word else ""
        "".encode(name or "ascii")  # some codecs are no letters: zlib, rot13; decoding nothing would not tell
    except (LookupError, UnicodeError, ValueError):
        return ""
    return "" if name in _NO_ENCODINGS else name


def read_letters(fields: Sequence[str], columns: Sequence[NDArray[Any]], told: str, asked: str, name: str) -> Letters:
    """Return headers and texts in the encoding asked for, the one told if it fits, else in the likeliest.

    Raises
    ------
    UserError
        if the encoding that was asked for does not exist.
    """
    texts = {t for c in columns if c.dtype == object for t in c.tolist() if isinstance(t, str) and not t.isascii()}
    raw = sorted(text.encode("latin-1", "replace") for text in {*texts, *(f for f in fields if not f.isascii())})
    note = ""
    if asked:
        encoding = known_encoding(asked)
        if not encoding:
            raise UserError(
                tr("There is no encoding {name}.", name=asked[:40]), tr("Name one, e.g. utf-8, cp1252, cp1251, cp932.")
            )
    elif told and _fits(raw, told):
        encoding = told
    else:
        encoding = guess_letters(raw)
        if told and raw:
            note = tr(
                "The letters of {name} do not fit the encoding that it names, {told}; they were read as {used}.",
                name=name,
                told=told,
                used=encoding,
            )
        elif raw and encoding != "utf-8":
            note = tr("{name} names no encoding; its letters were read as {used}.", name=name, used=encoding)
    meant = {text: _decoded(text.encode("latin-1", "replace"), encoding) for text in {*texts, *fields}}
    return Letters([meant[f] for f in fields], [_mapped(c, meant) for c in columns], encoding, note)


def guess_letters(raw: Iterable[bytes]) -> str:
    """Return the encoding that makes the likeliest words of bytes; UTF-8 wherever it fits, for by chance it never does.

    The others are compared by how natural their letters are, see :func:`_oddness`.
    """
    words = list(raw)
    if _fits(words, "utf-8"):
        return "utf-8"
    some = words[:: max(1, len(words) // _MOST_JUDGED)]
    fitting = [encoding for encoding in _GUESSES if _fits(words, encoding)]
    return min(fitting, key=lambda encoding: _oddness([_decoded(word, encoding) for word in some]), default="latin-1")


def _oddness(words: Sequence[str]) -> float:
    """Return how unlikely letters are as words of a language, per letter that is not ASCII; 0 = not at all.

    Odd are signs and control codes within words, small letters before capitals, runs of accented Latin letters,
    half-width Katakana, and two scripts in one word.
    """
    odd = n = 0
    for word in words:
        scripts = [_script(c) for c in word]
        for i, (letter, script) in enumerate(zip(word, scripts, strict=True)):
            if letter.isascii():
                continue
            n += 1
            before, script_before = (word[i - 1], scripts[i - 1]) if i else ("", "")
            odd += 2 * (script in ("", "HALFWIDTH"))
            odd += 2 * (before.islower() and letter.isupper())
            odd += script == "LATIN" and script_before == "LATIN" and not before.isascii()
            odd += bool(script) and bool(script_before) and script != script_before
    return odd / max(n, 1)


def _script(letter: str) -> str:
    """Return LATIN, CYRILLIC, GREEK, CJK ..., "" for what is no letter."""
    if not letter.isalpha() and letter != "ー":
        return ""
    script = unicodedata.name(letter, "").split(" ")[0]
    return "CJK" if script in ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA") else script


def _fits(words: Iterable[bytes], encoding: str) -> bool:
    return all(_fits_one(word, encoding) for word in words)


def _fits_one(word: bytes, encoding: str) -> bool:
    try:
        word.decode(encoding)
    except UnicodeDecodeError as error:
        return error.end >= len(word) and _is_cut(error)
    return True


def _is_cut(error: UnicodeDecodeError) -> bool:
    """Return True where only the last letter is incomplete: the column was too narrow for it."""
    return "unexpected end" in error.reason or "incomplete" in error.reason


def _decoded(word: bytes, encoding: str) -> str:
    try:
        return word.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end >= len(word) and _is_cut(error):
            return word[: error.start].decode(encoding)
        return word.decode(encoding, "replace")


def _mapped(column: NDArray[Any], meant: dict[str, str]) -> NDArray[Any]:
    if column.dtype != object:
        return column
    out = np.empty(len(column), dtype=object)
    out[:] = [meant.get(value, value) if isinstance(value, str) else value for value in column.tolist()]
    return out
