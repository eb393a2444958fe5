"""What a part of a plan says of itself: whose territories may be edited in it, and what was left out of it.

Owns the text in plan.extract_territories; not how a part is made (extracting) nor what is refused (session.part).
"""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """Territories by uuid. Those that are neither were made in the part and belong to it."""

    title: str  # of the plan that it is a part of
    own: frozenset[str]
    others: frozenset[str]
    is_bare: bool = False  # accounts and figures of the others were left out

    def to_json(self) -> str:
        return json.dumps({"own": sorted(self.own), "others": sorted(self.others), "bare": self.is_bare})


def read_part(extract_of: str, extract_territories: str) -> Part | None:
    """Return what the two columns say; None for a whole plan.

    What cannot be read locks everything: a part never becomes the whole plan by a damaged line.
    """
    if not extract_territories:
        return None
    try:
        content = json.loads(extract_territories)
        own, others = frozenset(map(str, content["own"])), frozenset(map(str, content["others"]))
        return Part(extract_of, own, others, bool(content.get("bare")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Part(extract_of, frozenset(), frozenset())
