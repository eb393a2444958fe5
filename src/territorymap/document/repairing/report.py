"""What a repair saved and what it could not: counts and names by table, and the sentences for both.

Owns the record and its forms; decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from territorymap.i18n import listed, ntr, number, tr

SHOWN_NAMES = 20


@dataclass
class TableReport:
    """One table of a damaged plan."""

    table: str
    n_kept: int = 0  # rows that are in the repaired plan
    n_from_history: int = 0  # of these, taken from the history because the table had lost or garbled them
    n_unconfirmed: int = 0  # of these, known by one copy only, or the two copies differ
    n_values_lost: int = 0  # values that could not be, and that nothing told anew
    n_lost: int = 0  # rows that are known to have been there
    lost: list[str] = field(default_factory=list)  # their names, where known
    may_miss_more: bool = False  # pages are lost, and nothing tells what stood on them
    doubtful: dict[int, str] = field(default_factory=dict)  # rows that may differ from what they were: key -> name
    lost_rows: dict[int, str] = field(default_factory=dict)  # rows that are not there any more, where the key is known

    def doubt(self, row_id: int, name: str) -> None:
        """Note that a row which is kept may not be what it was."""
        self.doubtful[row_id] = name

    def lose(self, row_id: int, name: str) -> None:
        """Note that a row is gone."""
        self.n_lost += 1
        self.lost_rows[row_id] = name
        self.doubtful.pop(row_id, None)
        if name:
            self.lost.append(name)

    @property
    def is_whole(self) -> bool:
        return not (self.n_lost or self.n_values_lost or self.may_miss_more)

    def to_json(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "kept": self.n_kept,
            "from_history": self.n_from_history,
            "unconfirmed": self.n_unconfirmed,
            "values_lost": self.n_values_lost,
            "lost": self.n_lost,
            "lost_names": self.lost,
            "lost_rows": [{"key": key, "name": name} for key, name in sorted(self.lost_rows.items())],
            "doubtful_rows": [{"key": key, "name": name} for key, name in sorted(self.doubtful.items())],
            "may_miss_more": self.may_miss_more,
        }

    def sentences(self) -> list[str]:
        """Return what there is to say about the table; nothing for one that was whole."""
        name = table_title(self.table)
        told = []
        if self.n_lost:
            names = [name or "?" for name in self.lost[:SHOWN_NAMES]]
            more = self.n_lost - len(names)
            named = tr("{names} and {n} more", names=listed(names), n=number(more)) if names and more else listed(names)
            lost = ntr("{table}: {n} row is lost", "{table}: {n} rows are lost", self.n_lost, table=name)
            told.append(tr("{what}: {names}.", what=lost, names=named) if names else f"{lost}.")
        if self.may_miss_more:
            told.append(tr("{table}: pages are lost, and nothing tells how many rows stood on them.", table=name))
        if self.n_values_lost:
            told.append(
                ntr(
                    "{table}: {n} value was of no use and is empty now.",
                    "{table}: {n} values were of no use and are empty now.",
                    self.n_values_lost,
                    table=name,
                )
            )
        if self.n_from_history:
            told.append(
                ntr(
                    "{table}: {n} row was taken from the history.",
                    "{table}: {n} rows were taken from the history.",
                    self.n_from_history,
                    table=name,
                )
            )
        if self.n_unconfirmed:
            told.append(
                ntr(
                    "{table}: {n} row is as the damaged file has it; nothing confirms it.",
                    "{table}: {n} rows are as the damaged file has them; nothing confirms them.",
                    self.n_unconfirmed,
                    table=name,
                )
            )
        return told


@dataclass
class RepairReport:
    """What came of a repair."""

    tables: dict[str, TableReport] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what was mended beside rows: boundaries, references, uuids
    n_steps: int = 0  # records of the history that are kept
    n_steps_rewritten: int = 0  # of these, those whose rows had to be worked out or are empty
    n_steps_lost: int = 0
    is_history_new: bool = False  # nothing of the history could be kept

    @property
    def n_lost(self) -> int:
        return sum(table.n_lost for table in self.tables.values())

    @property
    def may_miss_more(self) -> bool:
        """Whether rows may be lost that nothing tells of."""
        return any(table.may_miss_more for table in self.tables.values())

    @property
    def is_everything_saved(self) -> bool:
        """Whether every row, value and step that was there is there again."""
        has_history = not (self.n_steps_lost or self.n_steps_rewritten or self.is_history_new)
        return has_history and all(table.is_whole for table in self.tables.values())

    def history_sentence(self) -> str:
        if self.is_history_new:
            return tr("The history could not be kept: it begins anew with one step that says so.")
        told = ntr("The history is kept: {n} step.", "The history is kept: {n} steps.", self.n_steps)
        if self.n_steps_rewritten:
            told += " " + ntr(
                "What {n} of them did was worked out from what is there.",
                "What {n} of them did was worked out from what is there.",
                self.n_steps_rewritten,
            )
        if self.n_steps_lost:
            told += " " + ntr(
                "{n} later step is lost; what it did stands in one step “Repaired”.",
                "{n} later steps are lost; what they did stands in one step “Repaired”.",
                self.n_steps_lost,
            )
        return told

    def sentences(self) -> list[str]:
        """Return everything there is to say, the losses first."""
        by_loss = sorted(self.tables.values(), key=lambda table: (not table.n_lost, not table.may_miss_more))
        return [*(s for table in by_loss for s in table.sentences()), *self.notes, self.history_sentence()]

    def to_json(self) -> dict[str, Any]:
        return {
            "everything_saved": self.is_everything_saved,
            "lost": self.n_lost,
            "tables": [table.to_json() for table in self.tables.values() if table.n_kept or not table.is_whole],
            "notes": self.notes,
            "history": {
                "steps": self.n_steps,
                "rewritten": self.n_steps_rewritten,
                "lost": self.n_steps_lost,
                "is_new": self.is_history_new,
            },
        }


def table_title(table: str) -> str:
    """Return what a planner calls the rows of a table."""
    titles = {
        "plan": tr("Plan settings"),
        "unit": tr("Units"),
        "account": tr("Accounts"),
        "rep": tr("Reps"),
        "alignment": tr("Alignments"),
        "region": tr("Regions"),
        "scenario": tr("Scenarios"),
        "territory": tr("Territories"),
        "assignment": tr("Units of territories"),
        "override": tr("Accounts given by name"),
        "territory_variant": tr("Territories as scenarios have them"),
        "measure": tr("Measures"),
        "segment": tr("Segments"),
        "cap": tr("Caps of disruption"),
        "scene": tr("Scenes of a presentation"),
        "conflict": tr("Conflicts of merges"),
        "role_rule": tr("Rules of roles"),
        "tier": tr("Partner tiers"),
        "partner": tr("Partners"),
        "credential": tr("Certifications"),
        "tier_change": tr("Changes of tier"),
        "deal": tr("Deals"),
        "action": tr("Actions and goals"),
        "figure": tr("Figures by period"),
        "quota": tr("Quotas"),
        "pay_plan": tr("Pay plans"),
        "funnel": tr("Funnel rates"),
        "assumption": tr("Assumptions"),
    }
    return titles[table]
