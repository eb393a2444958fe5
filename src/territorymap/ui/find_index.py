"""Text search over many names at once: one block of bytes, a few passes of find.

Owns folding and ranking; not what a line stands for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

_LINE = b"\n"
_FIELD = b"\x1f"
_MARKS = re.compile("[\u0300-\u036f]")
_MAX_SCANNED = 4000  # lines looked at for a query of several words


class TextIndex:
    """Lines of one or more fields, found by the start of the line, of a field, of a word, or anywhere."""

    def __init__(self, fields: Sequence[Iterable[str]]) -> None:
        columns = [list(column) for column in fields]
        self._n = len(columns[0]) if columns else 0
        joined = list(map("\x1f".join, zip(*columns, strict=True))) if len(columns) > 1 else (columns or [[]])[0]
        text = "\n".join(joined)
        if text.count("\n") != max(self._n - 1, 0):
            text = "\n".join(line.replace("\n", " ") for line in joined)
        self._block = b"\n" + fold(text).encode() + b"\n"
        breaks = np.flatnonzero(np.frombuffer(self._block, dtype=np.uint8) == 10)
        self._start = breaks[: self._n] + 1  # (n,) offset of each line's first byte
        self._end = breaks[1 : self._n + 1]

    def __len__(self) -> int:
        return self._n

    def search(self, query: str, limit: int) -> list[int]:
        """Return positions of lines that hold the query, the best first, at most ``limit``."""
        wanted = fold(" ".join(query.split())).encode()
        if not wanted or not self._n:
            return []
        found: dict[int, None] = {}
        for prefix in (_LINE, _FIELD, b" ", b""):
            for line in self._lines_with(prefix + wanted, len(prefix)):
                found[line] = None
                if len(found) >= limit:
                    return list(found)
        words = wanted.split()
        if not found and len(words) > 1:
            found.update(dict.fromkeys(self._lines_with_all(words, limit)))
        return list(found)

    def _lines_with(self, wanted: bytes, offset: int) -> Iterator[int]:
        """Yield each line in which the bytes occur; ``offset`` bytes of them may belong to what stands before."""
        block, at = self._block, 0
        while (at := block.find(wanted, at)) >= 0:
            line = int(np.searchsorted(self._start, at + offset, side="right")) - 1
            yield line
            # Go on in the next line; its break may be the first byte looked for.
            at = int(self._end[line])

    def _lines_with_all(self, words: list[bytes], limit: int) -> list[int]:
        longest = max(words, key=len)
        found: list[int] = []
        for n, line in enumerate(self._lines_with(longest, 0)):
            text = self._block[self._start[line] : self._end[line]]
            if all(word in text for word in words):
                found.append(line)
            if len(found) >= limit or n > _MAX_SCANNED:
                break
        return found


def fold(text: str) -> str:
    """Return the text as it is compared: no case, no accents; line breaks stay."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return _MARKS.sub("", unicodedata.normalize("NFKD", folded)).replace("\u2028", " ")


def texts(column: NDArray[np.object_]) -> list[str]:
    """Return an object array of strings as a list."""
    return [str(value) for value in column]
