"""Format 4: who covers what. Columns of alignments, teams and reps; tables of deals, partners, figures, quotas, pay.

Owns these columns and tables and what hangs on what; a table's columns are the fields of its record (model.coverage).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from territorymap.document.sqlite_tools import Database
from territorymap.document.table_making import create_table


@dataclass(frozen=True)
class CoverageTable:
    """One table: its title, its columns, and what becomes of a row when what it points to goes."""

    title: str
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()
    goes_with: Mapping[str, str] | None = None  # column -> table: the row goes too
    forgets: Mapping[str, str] | None = None  # column -> table: the column becomes NULL

    @property
    def pointers(self) -> dict[str, str]:
        """Return the table that each key column points to."""
        return {**(self.goes_with or {}), **(self.forgets or {})}

    @property
    def columns(self) -> Mapping[str, type]:
        base: dict[str, type] = {"uuid": str}
        return (
            base
            | dict.fromkeys(self.pointers, int)
            | dict.fromkeys(self.texts, str)
            | dict.fromkeys(self.numbers, float)
            | dict.fromkeys(self.wholes, int)
        )


# In the order in which rows can be put in.
COVERAGE_TABLES: Mapping[str, CoverageTable] = {
    "role_rule": CoverageTable("What roles may do with one account", ("role_a", "role_b", "rule")),
    "tier": CoverageTable(
        "Tiers of the partner programme",
        ("tier_name", "benefits"),
        ("min_revenue", "min_satisfaction", "min_growth"),
        ("sort_order", "min_certifications"),
    ),
    "partner": CoverageTable(
        "Partners",
        ("partner_type", "status", "scores", "contact", "agreed_on", "left_on", "joint_plan", "note"),
        ("satisfaction",),
        goes_with={"rep_id": "rep"},
        forgets={"tier_id": "tier"},
    ),
    "credential": CoverageTable(
        "Certifications and trainings",
        ("kind", "title", "obtained_on", "expires_on"),
        goes_with={"rep_id": "rep"},
    ),
    "tier_change": CoverageTable(
        "Changes of tier",
        ("changed_on", "reason"),
        goes_with={"rep_id": "rep"},
        forgets={"tier_before": "tier", "tier_after": "tier"},
    ),
    "deal": CoverageTable(
        "Deals",
        ("deal_name", "registered_on", "stage", "expected_on", "expires_on", "closed_on", "note", "product"),
        ("amount", "probability"),
        forgets={"account_id": "account", "rep_id": "rep"},
    ),
    "action": CoverageTable(
        "Actions and goals",
        ("kind", "title", "root_cause", "owner", "due_on", "done_on", "flagged_by", "period", "note"),
        goes_with={"rep_id": "rep", "territory_id": "territory"},
    ),
    "figure": CoverageTable(
        "Figures by period",
        ("metric", "period"),
        ("amount",),
        goes_with={"rep_id": "rep", "territory_id": "territory"},
    ),
    "quota": CoverageTable(
        "Quotas",
        ("period", "note"),
        ("amount",),
        goes_with={"rep_id": "rep", "territory_id": "territory", "alignment_id": "alignment"},
    ),
    "pay_plan": CoverageTable("Pay plans", ("plan_name", "role", "content")),
    "funnel": CoverageTable("Funnel rates", ("role", "market", "seniority", "content")),
    "assumption": CoverageTable("Assumptions", ("topic", "content")),
}

NEW_COLUMNS: Mapping[str, Mapping[str, type]] = {
    "plan": {"alignment_uuid": str, "currency": str},
    "journal_step": {"alignment_uuid": str},
    "alignment": {"scope": str, "color": str, "note": str, "sort_order": int},
    "region": {"alignment_id": int, "manager": str},
    "rep": dict.fromkeys(("kind", "role", "seniority", "career_level", "started_on", "languages", "verticals"), str),
    "territory": {"team": str, "vacant_since": str},
    "territory_variant": {"team": str, "vacant_since": str},
    "account": {"satisfaction": float, "wants_change": int},
}


def add_coverage(connection: sqlite3.Connection) -> None:
    """Version 4: several alignments with roles and scopes, teams, partners, deals, figures, quotas, pay."""
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    for table, columns in NEW_COLUMNS.items():
        for column, kind in columns.items():
            database.table(table).add_column(column, kind)
    for name, made in COVERAGE_TABLES.items():
        pointers = made.pointers
        create_table(
            connection,
            name,
            made.columns,
            title=made.title,
            foreign_keys=pointers,
            indexed=[column for column in pointers if column != "alignment_id"],
        )


def dependent_statements(table: str) -> list[str]:
    """Return what must be run before a row of a table goes; one parameter, its integer key."""
    statements = []
    for name, hanging in COVERAGE_TABLES.items():
        for column, target in (hanging.goes_with or {}).items():
            if target == table:
                statements.append(f"DELETE FROM {name} WHERE {column} = ?")  # noqa: S608
        for column, target in (hanging.forgets or {}).items():
            if target == table:
                statements.append(f"UPDATE {name} SET {column} = NULL WHERE {column} = ?")  # noqa: S608
    return statements
