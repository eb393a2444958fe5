"""Gives the sample its channels: inside sales, partners and account management beside the field, with real conflicts.

Each is made as a planner makes it: by commands of the session, and by importing the lists of resources/sample.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from territorymap.model.coverage import Assumption, Partner, RoleRule, Tier
from territorymap.model.plan import Plan
from territorymap.model.records import Rep
from territorymap.session import commands
from territorymap.session.capacity import market_of
from territorymap.session.commands.alignments import edit_alignment, new_alignment
from territorymap.session.commands.capacity import add_goal, assume_market
from territorymap.session.commands.partners.terms import set_tiers
from territorymap.session.commands.regions import add_region
from territorymap.session.commands.registers import edit_record
from territorymap.session.commands.role_rules import set_role_rule
from territorymap.session.commands.teams import Member, set_team
from territorymap.session.session import Command, Session

STATES = {
    "Northeast": (
        "Connecticut, Maine, Massachusetts, New Hampshire, New Jersey, New York, Pennsylvania, "
        "Rhode Island, Vermont, Delaware, Maryland, District of Columbia, Virginia, West Virginia"
    ),
    "Midwest": (
        "Illinois, Indiana, Iowa, Kansas, Michigan, Minnesota, Missouri, Nebraska, North Dakota, Ohio, "
        "South Dakota, Wisconsin"
    ),
    "South": (
        "Alabama, Arkansas, Florida, Georgia, Kentucky, Louisiana, Mississippi, North Carolina, Oklahoma, "
        "South Carolina, Tennessee, Texas"
    ),
    "West": (
        "Alaska, Arizona, California, Colorado, Hawaii, Idaho, Montana, New Mexico, Nevada, Oregon, Utah, "
        "Washington, Wyoming"
    ),
}  # fmt: skip
INSIDE = {
    "Northeast": ("Ines Okoro", "10001", "New York City", "NY"),
    "Midwest": ("Caleb Nakamura", "60601", "Chicago", "IL"),
    "West": ("Rosa Lindgren", "85004", "Phoenix", "AZ"),
}
PARTNERS = {
    "Lone Star Office": "Texas",
    "Great Lakes Supply": "Illinois, Indiana, Michigan, Wisconsin",
    "Pacific Workspace": "California, Oregon, Washington",
}
KEY_ACCOUNTS = {
    "Key accounts East": ("Beatriz Lange", "20001", "Washington", "DC", "Northeast South"),
    "Key accounts West": ("Samuel Osei", "80202", "Denver", "CO", "Midwest West"),
}
REGIONS = {
    "East": ("Marguerite Dubois", ["Greater New York", "New England", "Pennsylvania and Jersey", "Chesapeake",
                                   "Carolinas", "Georgia and Alabama", "Florida"]),
    "Central": ("Warren Achebe", ["Ohio", "Michigan and Indiana", "Illinois", "Upper Midwest", "Central Plains",
                                  "Tennessee and Kentucky", "Lower Mississippi", "Texas North", "Texas South"]),
    "West": ("Yuki Brandt", ["Mountain", "Desert Southwest", "Pacific Northwest", "Northern California",
                             "Southern California"]),
}  # fmt: skip
LANGUAGES = {
    "Florida": "en; es", "Texas North": "en", "Texas South": "en; es", "Southern California": "en; es",
    "Northern California": "en; zh", "Greater New York": "en; fr", "Mountain": "en",
}  # fmt: skip
CAREERS = {"senior": "Account executive III", "mid": "Account executive II", "junior": "Account executive I"}
PEOPLE = {  # reps of the field: seniority and first day at work
    "Dana Okafor": "junior 2026-02-15",
    "Priya Raman": "mid 2021-01-01",
    "Tom Brubaker": "senior 2019-08-15",
    "Naomi Castellan": "mid 2022-01-15",
    "Lucille Hargrove": "junior 2024-04-15",
    "Terrence Boyd": "junior 2025-09-01",
    "Marco Estevez": "mid 2020-09-15",
    "Josie Whitlock": "junior 2026-02-15",
    "Helen Szymanski": "mid 2022-02-15",
    "Devon Marsh": "mid 2023-05-15",
    "Andre Lindqvist": "senior 2018-04-15",
    "Astrid Nygaard": "senior 2018-01-01",
    "Cole Prewitt": "mid 2022-08-01",
    "Odette Fontenot": "junior 2025-09-01",
    "Ruth Whitehorse": "mid 2022-04-15",
    "Jorge Villarreal": "mid 2021-06-01",
    "Walt Eriksen": "senior 2018-09-01",
    "Kavita Shah": "senior 2018-05-15",
    "Miguel Tanaka": "mid 2020-07-15",
    "Grace Liu": "mid 2020-03-01",
    "Owen Halvorsen": "junior 2025-01-01",
}
GOALS = (
    ("Desert Southwest", "goal", "Half of the calls in Nevada by telephone", "Kavita Shah", "2027-03-31"),
    ("Texas South", "synergy", "School districts: share the showroom with Lone Star Office", "Jorge Villarreal", ""),
    ("Greater New York", "goal", "Theo Marchetti takes Queens and Long Island", "Marguerite Dubois", "2027-01-31"),
)
TIERS: Sequence[Mapping[str, object]] = (
    {"tier_name": "Registered", "benefits": "Deal registration"},
    {"tier_name": "Silver", "min_revenue": 40_000, "min_certifications": 1, "min_satisfaction": 6.0,
     "benefits": "5 % more discount; a share of the marketing money"},
    {"tier_name": "Gold", "min_revenue": 60_000, "min_certifications": 2, "min_satisfaction": 8.0, "min_growth": 0.1,
     "benefits": "10 % more discount; leads of the region; a named engineer"},
)  # fmt: skip


def add_channels(plan: Path, folder: Path, author: str, run: Callable[[Sequence[str]], int]) -> int:
    """Add all of it to the plan; ``run`` runs the command line and returns its exit code."""
    with Session.open(plan, author=author) as session:
        _Maker(session).first()
    for command in (
        ["partner", "import", str(plan), str(folder / "partners.csv"), "--kind", "partners"],
        ["partner", "import", str(plan), str(folder / "credentials.csv"), "--kind", "credentials"],
        ["partner", "import", str(plan), str(folder / "partner_figures.csv"), "--kind", "figures"],
    ):
        if code := run(command):
            return code
    with Session.open(plan, author=author) as session:
        _Maker(session).second()
    quota = ["quota", str(plan), "--period", "2026"]
    for command in (
        ["import", "deals", str(plan), str(folder / "deals.csv")],
        ["metrics", "import", str(plan), str(folder / "role_metrics.csv")],
        ["set", str(plan), "currency=USD"],
        [*quota, "--share", "2100000", *_pairs("potential=labour_force", "history=Sales", "step=500")],
        [*quota, "--spread", "quarter", "--weights", "22,24,26,28"],
        ["forecast", str(plan), *_pairs("basis=measure", "measure=Sales", "share=0.8")],
        ["sizing", str(plan), *_pairs("potential=Sales", "revenue=Sales", "win_share=65%")],
        ["funnel", str(plan), "--role", "field", *_pairs("deal_amount=1500")],
        ["funnel", str(plan), "--role", "inside", *_pairs("lead_rate=8%", "deal_amount=900")],
        ["market", str(plan), "--level", "states", "--save"],
        ["pay", str(plan), "--plan", "Field 2026", "--role", "field", "--terms", str(folder / "pay_field.json")],
        ["pay", str(plan), "--plan", "Inside 2026", "--role", "inside", "--terms", str(folder / "pay_inside.json")],
        [
            "pay",
            str(plan),
            "--plan",
            "Key accounts 2026",
            "--role",
            "account_management",
            "--terms",
            str(folder / "pay_account_management.json"),
        ],
        [
            *quota[:2],
            "--alignment",
            "Account management",
            "--period",
            "2026-Q4",
            "--share",
            "160000",
            *_pairs("potential=labour_force", "history=Sales", "step=500"),
        ],
    ):
        if code := run(command):
            return code
    with Session.open(plan, author=author) as session:
        _Maker(session).last()
    return 0


def _pairs(*pairs: str) -> list[str]:
    return [word for pair in pairs for word in ("--set", pair)]


class _Maker:
    def __init__(self, session: Session) -> None:
        self._session = session

    def _do(self, build: Callable[[Plan], Command]) -> None:
        self._session.do(build(self._session.plan))

    # -- before the partners are there ---------------------------------------------------------------------------------

    def first(self) -> None:
        """Scope of the field, its regions and teams; inside sales; tiers."""
        plan = self._session.plan
        sales = next(f"measure:{m.uuid}" for m in plan.measures if m.name == "Sales")
        segment = next(f"segment:{s.uuid}" for s in plan.segments if s.name == "Segment")
        field = plan.alignment.alignment_id
        # Corporate customers from 50, everybody from 300.
        wide = {"any": [{"all": [{"field": segment, "in": ["Corporate"]}, {"field": sales, "from": 50}]},
                        {"field": sales, "from": 300}]}  # fmt: skip
        # Small offices and consumers: up to 400, so that from 300 two sellers call.
        small = {"all": [{"field": segment, "in": ["Consumer", "Home Office"]}, {"field": sales, "below": 400}]}
        homes = {"all": [{"field": segment, "in": ["Home Office"]}, {"field": sales, "from": 200}]}
        large = {"field": sales, "from": 2000}
        self._do(lambda plan: edit_alignment(plan, field, scope=json.dumps(wide)))
        for name, (manager, territories) in REGIONS.items():
            ids = [t.territory_id for t in self._session.plan.territories if t.name in territories]
            self._do(
                lambda plan, name=name, manager=manager, ids=ids: add_region(
                    plan, name, manager=manager, alignment_id=field, territory_ids=ids
                )
            )
        self._speak()
        self._career()
        self._inside(small)
        self._empty("Partner channel", "partner", homes)
        self._key_accounts(large)
        self._session.switch_alignment(field)
        self._team()
        rules = self._session.register(RoleRule)
        self._do(lambda plan: set_role_rule(rules, "field", "account_management", "handover"))
        self._do(lambda plan: set_role_rule(rules, "inside", "account_management", "share"))
        self._do(lambda plan: set_tiers(self._session, TIERS))

    def _speak(self) -> None:
        by_name = {t.name: t.rep_id for t in self._session.plan.territories}
        for territory, languages in LANGUAGES.items():
            self._do(
                lambda plan, territory=territory, languages=languages: commands.edit_rep(
                    plan, by_name[territory], languages=languages
                )
            )

    def _career(self) -> None:
        """Role, level and first day of the field's reps: one step a rep, as the dialog makes it."""
        for rep in self._session.plan.reps:
            seniority, day = PEOPLE[rep.name].split()
            values = {"role": "field", "seniority": seniority, "career_level": CAREERS[seniority], "started_on": day}
            self._do(lambda plan, rep=rep, values=values: commands.edit_rep(plan, rep.rep_id, **values))

    def _rep(self, name: str, postal_code: str, city: str, state: str, role: str) -> int:
        values = {"home_postal_code": postal_code, "home_city": city, "home_state": state, "home_country": "US"}
        self._do(lambda plan: commands.add_rep(plan, name=name, role=role, capacity_h=1700.0, **values))
        return self._session.plan.reps[-1].rep_id

    def last(self) -> None:
        """What a market is judged by, and what two territories are to reach."""
        market = market_of(self._session)
        criteria = tuple(replace(c, role="potential") if c.name == "population" else c for c in market.criteria)
        records = self._session.register(Assumption)
        self._do(lambda plan: assume_market(records, replace(market, criteria=criteria)))
        ids = {t.name: t.territory_id for t in self._session.plan.territories}
        for territory, kind, title, owner, due in GOALS:
            self._do(
                lambda plan, args=(ids[territory], kind, title), owner=owner, due=due: add_goal(
                    plan, *args, owner=owner, due_on=due
                )
            )

    def _empty(self, name: str, role: str, scope: object) -> None:
        self._do(lambda plan: new_alignment(plan, name, role=role, scope=json.dumps(scope)))
        self._session.switch_alignment(self._session.plan.alignments[-1].alignment_id)

    def _territory(self, name: str, states: str, rep_id: int | None) -> None:
        wanted = states.split(", ")
        units = np.flatnonzero(np.isin(self._session.plan.units.parent_name.astype(str), wanted))
        self._do(lambda plan: commands.create_territory(plan, name, rep_id=rep_id, unit_ix=units))

    def _inside(self, scope: object) -> None:
        self._empty("Inside sales", "inside", scope)
        for name, states in STATES.items():
            rep = INSIDE.get(name)  # nobody for the South: vacant
            self._territory(f"Inside {name}", states, self._rep(*rep, role="inside") if rep else None)

    def _key_accounts(self, scope: object) -> None:
        self._empty("Account management", "account_management", scope)
        for name, (rep, postal_code, city, state, parts) in KEY_ACCOUNTS.items():
            states = ", ".join(STATES[part] for part in parts.split())
            self._territory(name, states, self._rep(rep, postal_code, city, state, role="account_management"))

    def _team(self) -> None:
        """New York is too much for one: a second half, and a specialist beside them."""
        plan = self._session.plan
        new_york = next(t for t in plan.territories if t.name == "Greater New York")
        half = self._rep("Theo Marchetti", "11201", "Brooklyn", "NY", role="field")
        expert = self._rep("Lena Hoffmann", "10018", "New York City", "NY", role="field")
        team = [Member(half, 0.5), Member(expert, 0.2, "overlay")]
        self._do(lambda plan: set_team(plan, new_york.territory_id, new_york.rep_id, team))

    # -- after the partners are there ----------------------------------------------------------------------------------

    def second(self) -> None:
        """The partners' ground, and their terms."""
        channel = next(a for a in self._session.plan.alignments if a.role == "partner")
        field = self._session.plan.alignments[0]
        self._session.switch_alignment(channel.alignment_id)
        reps: dict[str, Rep] = {rep.name: rep for rep in self._session.plan.reps}
        for name, states in PARTNERS.items():
            self._territory(name, states, reps[name].rep_id)
        scores = {"reach": 7, "skills": 6, "commitment": 8}
        partners = self._session.register(Partner)
        candidate = next(p for p in partners.values() if p.rep_id == reps["Peachtree Interiors"].rep_id)
        self._do(lambda plan: edit_record(Partner, candidate.row_id, {"scores": json.dumps(scores)}, "Score"))
        assert self._session.register(Tier)
        self._session.switch_alignment(field.alignment_id)
