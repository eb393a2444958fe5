"""Full-text search over the topics. Owns what is found and in which order; no Qt.

Every word asked for must stand in the topic; a word is found inside others too, so that Chinese needs no dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TITLE, _HEADING = 40, 8
_BEFORE, _LONG = 36, 130


@dataclass(frozen=True)
class Page:
    """A topic as the search reads it."""

    name: str
    title: str
    headings: str
    words: str  # plain text, a line for each block


@dataclass(frozen=True)
class Hit:
    """A topic in which all words stand, and the line that shows it."""

    name: str
    title: str
    line: str


def terms_of(query: str) -> list[str]:
    """Return the words that are looked for; words in quotation marks stay together."""
    found = re.findall(r'"([^"]+)"|“([^”]+)”|(\S+)', query)
    return [term for term in ("".join(parts).casefold().strip() for parts in found) if term]


def find(pages: Sequence[Page], query: str) -> list[Hit]:
    """Return the topics that hold every word, the best first; nothing asked finds nothing."""
    terms = terms_of(query)
    scored = []
    for at, page in enumerate(pages):
        title, headings, words = (text.casefold() for text in (page.title, page.headings, page.words))
        if terms and all(term in words or term in title for term in terms):
            score = sum(
                _TITLE * (term in title) + _HEADING * (term in headings) + min(words.count(term), 10) for term in terms
            )
            scored.append((-score, at, Hit(page.name, page.title, _line(page.words, terms))))
    return [hit for _, _, hit in sorted(scored, key=lambda entry: entry[:2])]


def _line(words: str, terms: Sequence[str]) -> str:
    """Return the line that holds most of the words, cut around the first of them."""
    lines = words.splitlines()[1:] or words.splitlines() or [""]
    best = max(lines, key=lambda line: sum(term in line.casefold() for term in terms))
    places = [best.casefold().find(term) for term in terms]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - _BEFORE)
    if start:  # not in the middle of a word, where there are blanks
        blank = best.find(" ", start, first)
        start = blank + 1 if blank >= 0 else start
    cut = best[start : start + _LONG].strip()
    return ("…" if start else "") + cut + ("…" if start + _LONG < len(best) else "")
