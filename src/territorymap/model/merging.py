"""What a merge of two plan files found, for people. Owns the report; the comparison is document.merging's."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MergeConflict:
    """A value that both sides changed in different ways; left open, the plan shows mine (or the preferred side's).

    ``kind`` and ``key`` name the thing by outside keys: "assignment" (scenario|alignment|unit), "override"
    (scenario|alignment|account), "territory" (scenario|territory), else a table and a row's uuid. ``field`` "" is the
    whole thing: one side deleted it and the other changed or used it; "parts" the pieces of a unit that was cut.
    """

    uuid: str
    kind: str
    key: str
    field: str
    base: str  # JSON, as it is stored with the plan
    mine: str
    theirs: str
    mine_author: str
    mine_at: str  # ISO 8601, UTC
    theirs_author: str
    theirs_at: str
    # The same in words:
    scenario: str  # "" where the thing is every scenario's
    code: str  # what the thing is called: a unit's code, an account's key, a name
    title: str  # the thing in full
    field_text: str
    base_text: str
    mine_text: str
    theirs_text: str


@dataclass(frozen=True)
class MergeReport:
    """What comes of a merge: how many values each side brings, and what has to be decided."""

    taken_mine: int
    taken_theirs: int
    same: int
    conflicts: tuple[MergeConflict, ...] = ()
    has_common_past: bool = True
    notes: tuple[str, ...] = field(default=())  # what the person should know besides

    @property
    def is_empty(self) -> bool:
        """Tell whether the other file brings nothing new."""
        return not (self.taken_theirs or self.same or self.conflicts)
