"""Small records of a plan: territories, reps, measures, settings.

Owns their shape and defaults; not how they are stored or shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ROLE_FIELD = "field"
BUILTIN_MEASURES = ("accounts", "units", "workload_h")
LOCATION_LEVELS = ("coordinates", "postal_code", "city", "none")
DEFAULT_TOLERANCE = 0.05


@dataclass(frozen=True)
class WorkloadConstants:
    """Constants of ``workload_h``; per plan, per account where a column gives them."""

    visits: float = 12.0  # per year
    visit_min: float = 45.0
    speed_kmh: float = 60.0
    detour: float = 1.3  # road km per great-circle km
    stops_per_trip: float = 4.0


# Smallest and largest sensible value of each constant; speed, detour and stops divide or scale, so never 0.
CONSTANT_RANGES = {
    "visits": (0.0, 10_000.0),
    "visit_min": (0.0, 10_000.0),
    "speed_kmh": (1.0, 1_000.0),
    "detour": (1.0, 10.0),
    "stops_per_trip": (1.0, 1_000.0),
}


@dataclass(frozen=True)
class PlanInfo:
    """What the plan says of itself."""

    uuid: str
    title: str
    note: str = ""
    effective_date: str = ""  # ISO 8601 day, "" = none
    unit_layer: str = ""  # id of the shipped layer, "" = the planner's own
    unit_layer_title: str = ""
    unit_word: str = ""  # e.g. "county"
    attribution: str = ""
    target_kind: str = "equal"  # "equal" | "capacity"
    constants: WorkloadConstants = field(default_factory=WorkloadConstants)
    currency: str = ""  # ISO 4217 code of the amounts, "" = not told
    extract_of: str = ""  # title of the plan that this is a part of, "" = a whole plan
    extract_territories: str = ""  # JSON: which territories may be edited here; see document.part


@dataclass(frozen=True)
class TeamMember:
    """A rep of a territory's team; the lead (``Territory.rep_id``) is one only where the share is not 1."""

    rep_uuid: str
    share: float = 1.0  # of the rep's time: 0.5 = half
    kind: str = "member"  # of coverage.TEAM_KINDS


@dataclass(frozen=True)
class Territory:
    """What one rep (or a team, or a vacancy) is responsible for."""

    territory_id: int
    uuid: str
    name: str
    color: str  # "#rrggbb"
    rep_id: int | None = None
    locked: bool = False
    region_id: int | None = None
    sort_order: int = 0
    team: tuple[TeamMember, ...] = ()
    vacant_since: str = ""  # ISO 8601 day, "" = not told
    is_outside: bool = False  # of a part of a plan: shown there, and locked for good


SCENARIO_STATUSES = ("draft", "proposed", "agreed")
CAP_PER = ("rep", "plan")
CAP_KINDS = ("lost", "gained", "changed")


@dataclass(frozen=True)
class Scenario:
    """A named variant of all alignments."""

    scenario_id: int
    uuid: str
    name: str
    parent_id: int | None = None  # what it began as; editing the parent later does not change it
    is_baseline: bool = False  # disruption is measured against it
    color: str = ""  # "#rrggbb", "" = none
    note: str = ""
    author: str = ""
    effective_date: str = ""  # ISO 8601 day, "" = none
    status: str = "draft"
    created_at: str = ""  # ISO 8601, UTC


@dataclass(frozen=True)
class Cap:
    """How much of a measure may change hands against the baseline before the program warns."""

    cap_id: int
    uuid: str
    measure_id: int
    per: str  # "rep": for each one; "plan": in all
    kind: str  # "lost" | "gained" | "changed"
    max_share: float  # of what the rep, or the plan, has in the baseline


@dataclass(frozen=True)
class Scene:
    """A saved view of a presentation."""

    scene_id: int
    uuid: str
    caption: str
    notes: str
    content: str  # JSON: place, zoom, scenario, colour-by ...
    sort_order: int = 0


@dataclass(frozen=True)
class Conflict:
    """A value that both sides of a merge changed in different ways; base, mine, theirs are JSON texts."""

    conflict_id: int
    uuid: str
    merge_uuid: str
    kind: str
    key: str
    field: str
    base: str
    mine: str
    theirs: str
    mine_author: str
    mine_at: str
    theirs_author: str
    theirs_at: str
    state: str  # "open" | "mine" | "theirs"


@dataclass(frozen=True)
class Rep:
    """A person who covers territories."""

    rep_id: int
    uuid: str
    name: str
    home_postal_code: str = ""
    home_city: str = ""
    home_state: str = ""
    home_country: str = ""
    lon: float | None = None
    lat: float | None = None
    location_level: str = "none"
    capacity_h: float | None = None  # hours a year; None = not told
    fte: float = 1.0
    kind: str = "rep"  # of coverage.REP_KINDS: a partner covers territories as a rep does
    role: str = ""  # of coverage.ROLES, or any other; "" = not told
    seniority: str = ""
    career_level: str = ""
    started_on: str = ""  # ISO 8601 day, "" = not told
    languages: tuple[str, ...] = ()
    verticals: tuple[str, ...] = ()

    @property
    def is_partner(self) -> bool:
        return self.kind == "partner"

    @property
    def has_home(self) -> bool:
        return self.lon is not None and self.lat is not None


@dataclass(frozen=True)
class Measure:
    """A number per account or unit that is summed."""

    measure_id: int
    uuid: str
    name: str  # as the planner calls it; unique in the plan
    source: str  # "builtin" | "account" | "unit"
    column_name: str  # in the table of its source; for builtin the name
    tolerance: float = DEFAULT_TOLERANCE
    is_shown: bool = True
    sort_order: int = 0

    @property
    def is_workload(self) -> bool:
        """Whether this is the hours a year that the program works out."""
        return self.source == "builtin" and self.column_name == "workload_h"


@dataclass(frozen=True)
class Segment:
    """A text column of the accounts."""

    segment_id: int
    uuid: str
    name: str
    column_name: str


@dataclass(frozen=True)
class Region:
    """Territories under one manager; regions may nest."""

    region_id: int
    uuid: str
    name: str
    parent_region_id: int | None = None
    manager: str = ""
    alignment_id: int | None = None  # None: for territories of any alignment


@dataclass(frozen=True)
class Alignment:
    """Units -> territories for one sales role, and which accounts that role covers."""

    alignment_id: int
    uuid: str
    name: str
    role: str = ROLE_FIELD  # of coverage.ROLES, or any other
    scope: str = ""  # JSON, see model.scope; "" = every account
    color: str = ""  # "#rrggbb" of its outline over another one, "" = by the program
    sort_order: int = 0
    note: str = ""


@dataclass(frozen=True)
class Override:
    """An account given to a territory by name, whatever unit it lies in."""

    override_id: int
    uuid: str
    account_id: int
    territory_id: int
    reason: str
    author: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the history."""

    step_id: int
    uuid: str
    kind: str  # "create" | "do" | "undo" | "redo" | "outside" | "merge"
    label: str
    author: str
    created_at: str  # ISO 8601, UTC
    is_undone: bool
    ref_uuid: str = ""  # for undo and redo: the step meant
    note: str = ""  # why, in the author's words
    scenario_uuid: str = ""  # in use when the step was made, "" = not told
    merged_by: str = ""  # uuid of the merge that brought this step of the other side, "" = a step of this file
    alignment_uuid: str = ""  # in use when the step was made, "" = not told
