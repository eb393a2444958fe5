"""Names that must not be read, found in any text and replaced. Owns the finding; not which names, nor in what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from territorymap.model.units import Strings

# A word, or one sign of a script that is written without blanks.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
SHORTEST_WORD = 3
_FEW = 2_000  # first words that one pattern can look for

Tokens = tuple[str, ...]


def tokens_of(text: str) -> Tokens:
    """Return the words of a text as they are compared: letter case, signs between them and forms of letters aside."""
    if text.isascii():
        return tuple(_ASCII_TOKEN.findall(text.lower()))
    return tuple(_plain(match[0]) for match in _TOKEN.finditer(text))


def _plain(word: str) -> str:
    """Return a word, or a text, in the form in which it is compared."""
    return word.lower() if word.isascii() else unicodedata.normalize("NFKC", word).casefold()


class NameMask:
    """Replaces names by others, whatever the case and the signs between their words; the longest name first."""

    def __init__(self, replacements: Mapping[str, str]) -> None:
        self._by_first: dict[str, list[tuple[Tokens, str]]] = {}
        self._literal: list[tuple[str, str]] = []  # names without any word, such as one of stars
        for name, replacement in replacements.items():
            tokens = tokens_of(name)
            if tokens:
                self._by_first.setdefault(tokens[0], []).append((tokens, replacement))
            elif name.strip():
                self._literal.append((name.strip(), replacement))
        for phrases in self._by_first.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))
        self._literal.sort(key=lambda pair: -len(pair[0]))
        is_few = len(self._by_first) <= _FEW and not self._literal
        # Most texts hold no name at all: one look at each tells.
        self._hint = re.compile("|".join(map(re.escape, self._by_first))) if is_few and self._by_first else None

    def __bool__(self) -> bool:
        return bool(self._by_first or self._literal)

    def text(self, text: str) -> str:
        """Return the text with every name in it replaced."""
        if not text or not self or (self._hint is not None and not self._hint.search(_plain(text))):
            return text
        for name, replacement in self._literal:
            text = text.replace(name, replacement)
        matches = list(_TOKEN.finditer(text))
        words = [_plain(match[0]) for match in matches]
        parts, done, at = [], 0, 0
        while at < len(words):
            found = self._found(words, at)
            if found is None:
                at += 1
                continue
            length, replacement = found
            parts += [text[done : matches[at].start()], replacement]
            done, at = matches[at + length - 1].end(), at + length
        return "".join([*parts, text[done:]]) if parts else text

    def _found(self, words: list[str], at: int) -> tuple[int, str] | None:
        for tokens, replacement in self._by_first.get(words[at], ()):
            if tuple(words[at : at + len(tokens)]) == tokens:
                return len(tokens), replacement
        return None

    def texts(self, texts: Strings) -> Strings:
        """Return an array of texts with every name in it replaced; each different text is looked at once."""
        known: dict[str, str] = {}
        out = np.empty(len(texts), dtype=object)
        out[:] = [known[t] if t in known else known.setdefault(t, self.text(str(t))) for t in texts]
        return out


def spoken_words(names: Mapping[str, str], ordinary: Iterable[str], shared: str) -> dict[str, str]:
    """Return the single words by which people of these names are called, with what replaces them.

    Parameters
    ----------
    names : replacement by full name
    ordinary : words that mean something else too, such as those of places; they stay
    shared : what replaces a word that is in several names
    """
    kept = set(ordinary)
    found: dict[str, str] = {}
    for name, replacement in names.items():
        tokens = tokens_of(name)
        if len(tokens) < 2:
            continue
        for word in set(tokens):
            if len(word) >= SHORTEST_WORD and word not in kept:
                found[word] = shared if found.get(word, replacement) != replacement else replacement
    return found


def rare_texts(texts: Strings, share: float, n: int) -> NDArray[np.bool_]:
    """Return (A,) whether a text is had by few: at most ``n``, or at most this share of all."""
    count: dict[str, int] = {}
    for text in texts:
        count[text] = count.get(text, 0) + 1
    most = max(n, int(share * len(texts)))
    return np.fromiter((count[text] <= most for text in texts), dtype=np.bool_, count=len(texts))
