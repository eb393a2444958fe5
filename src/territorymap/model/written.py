"""What stands in a text column: a day, words, the team of a territory.

Owns both directions; text from files is taken as far as it can be understood.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from territorymap.model.coverage import TEAM_KINDS
from territorymap.model.records import TeamMember

_SEPARATORS = ";,|\n"
MAX_SHARE = 10.0


@lru_cache(maxsize=10_000)
def day_of(text: object) -> str:
    """Return a day as year-month-day; "" for what is none.

    >>> day_of("2026-02-28"), day_of("2026-02-30"), day_of("spring"), day_of(None)
    ('2026-02-28', '', '', '')
    """
    try:
        return date.fromisoformat(text).isoformat() if isinstance(text, str) and text else ""
    except ValueError:
        return ""


def words_of(text: object) -> tuple[str, ...]:
    """Return the words of a list such as ``en; zh``: trimmed, each once (case aside), in order."""
    plain = str(text or "")
    for separator in _SEPARATORS[1:]:
        plain = plain.replace(separator, _SEPARATORS[0])
    found: dict[str, str] = {}
    for part in plain.split(_SEPARATORS[0]):
        if word := part.strip():
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


def words_text(words: Iterable[str]) -> str:
    """Return words as they are stored; "" for none."""
    return "; ".join(words)


def team_of(text: object) -> tuple[TeamMember, ...]:
    """Return the team in a column; members that cannot be understood are left out.

    Each member is ``[rep uuid, share, kind]``; a rep is in it once.
    """
    if not isinstance(text, str) or not text:
        return ()
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    found: dict[str, TeamMember] = {}
    for row in rows if isinstance(rows, list) else ():
        if not (isinstance(row, list) and len(row) == 3):
            continue
        uuid, share, kind = row
        is_share = isinstance(share, int | float) and not isinstance(share, bool) and math.isfinite(share)
        if isinstance(uuid, str) and uuid and is_share and 0 <= share <= MAX_SHARE and kind in TEAM_KINDS:
            found.setdefault(uuid, TeamMember(uuid, float(share), kind))
    return tuple(found.values())


def team_text(team: Iterable[TeamMember]) -> str:
    """Return a team as it is stored; "" for none."""
    rows = [[member.rep_uuid, member.share, member.kind] for member in team]
    return json.dumps(rows, separators=(",", ":")) if rows else ""
