"""Records of who covers what besides the ground: rules between roles, deals, partners, figures, quotas, pay.

Owns their shape and allowed words; not how they are stored (document.registers) nor what is computed of them.

Each record is a row of one table; a field is a column of the same name, and ``row_id`` its integer key. Days are
ISO 8601 text, "" = none; ``content`` is JSON of which the module that computes with it owns the shape.
"""

from __future__ import annotations

from dataclasses import dataclass

# Sales roles the program knows by name; a planner may write any other.
ROLES = ("field", "inside", "hybrid", "account_management", "new_business", "partner")
ROLE_RULES = ("share", "exclusive", "handover")  # may share an account; must not; hand over when a deal is closed
REP_KINDS = ("rep", "partner")
TEAM_KINDS = ("lead", "member", "overlay")  # of the lead only the share is told, if it is not 1
PARTNER_TYPES = ("reseller", "distributor", "referral", "integrator")
PARTNER_STATUSES = ("candidate", "scored", "agreed", "active", "left")
CREDENTIAL_KINDS = ("certification", "training")
DEAL_STAGES = ("registered", "qualified", "proposal", "negotiation", "won", "lost")
ACTION_KINDS = ("corrective", "agreed", "onboarding", "goal", "synergy")


@dataclass(frozen=True)
class RoleRule:
    """What two roles may do with one account; in either order."""

    row_id: int
    uuid: str
    role_a: str
    role_b: str
    rule: str  # of ROLE_RULES


@dataclass(frozen=True)
class Deal:
    """A deal that a rep or partner registered on an account."""

    row_id: int
    uuid: str
    account_id: int | None
    rep_id: int | None  # who registered it: a rep, or a partner
    deal_name: str
    registered_on: str
    amount: float
    stage: str  # of DEAL_STAGES
    probability: float | None  # 0..1; None = by stage
    expected_on: str
    expires_on: str
    closed_on: str
    note: str
    product: str = ""  # what is sold; a SPIFF may ask for it


@dataclass(frozen=True)
class Partner:
    """The profile of a company that covers territories; its name, home and capacity stand in its Rep record."""

    row_id: int
    uuid: str
    rep_id: int  # of a Rep of kind "partner"
    partner_type: str
    status: str  # of PARTNER_STATUSES: recruitment pipeline
    tier_id: int | None  # tier now: row_id of a Tier
    scores: str  # JSON: criterion -> 0..10, of the recruitment
    contact: str
    agreed_on: str
    left_on: str
    joint_plan: str
    satisfaction: float | None  # 0..10, the newest told
    note: str


@dataclass(frozen=True)
class Credential:
    """A certification or training that a rep or partner has."""

    row_id: int
    uuid: str
    rep_id: int
    kind: str  # of CREDENTIAL_KINDS
    title: str
    obtained_on: str
    expires_on: str


@dataclass(frozen=True)
class Tier:
    """A tier of the partner programme, with what it takes and what it gives; None = not asked."""

    row_id: int
    uuid: str
    tier_name: str
    sort_order: int  # ascending: the lowest tier first
    min_revenue: float | None
    min_certifications: int | None
    min_satisfaction: float | None
    min_growth: float | None  # ratio against the period before
    benefits: str


@dataclass(frozen=True)
class TierChange:
    """A partner got another tier on a day."""

    row_id: int
    uuid: str
    rep_id: int
    tier_before: int | None  # row_id of a Tier
    tier_after: int | None
    changed_on: str
    reason: str


@dataclass(frozen=True)
class Action:
    """Something to be done, or reached, for a rep, partner or territory."""

    row_id: int
    uuid: str
    kind: str  # of ACTION_KINDS
    rep_id: int | None
    territory_id: int | None
    title: str
    root_cause: str
    owner: str
    due_on: str
    done_on: str
    flagged_by: str  # the rule that raised it, "" = a person
    period: str
    note: str


@dataclass(frozen=True)
class Figure:
    """A number of one period: revenue of a partner, calls of a rep, retention of a territory."""

    row_id: int
    uuid: str
    metric: str
    period: str  # "2026", "2026-Q3", "2026-10", "2026-W41" or a day
    rep_id: int | None
    territory_id: int | None
    amount: float


@dataclass(frozen=True)
class Quota:
    """A target of one period, for a territory, or for a rep or partner besides."""

    row_id: int
    uuid: str
    period: str
    alignment_id: int | None
    territory_id: int | None
    rep_id: int | None
    amount: float
    note: str


@dataclass(frozen=True)
class PayPlan:
    """How a role is paid: tiers, accelerators, bonuses, contests."""

    row_id: int
    uuid: str
    plan_name: str
    role: str
    content: str


@dataclass(frozen=True)
class Funnel:
    """Rates from activity to close of a role, in a market, at a seniority; "" = any."""

    row_id: int
    uuid: str
    role: str
    market: str
    seniority: str
    content: str


@dataclass(frozen=True)
class Assumption:
    """A set of assumptions under a topic: "sizing", "market", "quota", "recruitment", "corrective" ..."""

    row_id: int
    uuid: str
    topic: str  # one record a topic
    content: str


Record = (
    RoleRule | Deal | Partner | Credential | Tier | TierChange | Action | Figure | Quota | PayPlan | Funnel | Assumption
)

# The table of each kind of record, in the order in which rows can be put in.
TABLES: dict[type, str] = {
    RoleRule: "role_rule",
    Tier: "tier",
    Partner: "partner",
    Credential: "credential",
    TierChange: "tier_change",
    Deal: "deal",
    Action: "action",
    Figure: "figure",
    Quota: "quota",
    PayPlan: "pay_plan",
    Funnel: "funnel",
    Assumption: "assumption",
}
