"""The list of what moves, as columns over arrays: which rows, in what order, and what each cell says.

Owns filter, order and texts of accounts and of units that move; knows no widget. 100,000 rows cost what is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import number, tr
from territorymap.metrics.comparison import REP, TERRITORY, Comparison
from territorymap.metrics.move_figures import Ages, kind_word, measure_of_accounts
from territorymap.model.records import Measure
from territorymap.ui.panels.account_rows import rank_texts
from territorymap.ui.parts.words import NOTHING, amount, digits_for, measure_label

Ix = NDArray[np.int64]
Floats = NDArray[np.float64]

ANY, OTHER_TERRITORY, OTHER_REP, SAME_REP = "any", "territory", "rep", "same_rep"


@dataclass(frozen=True)
class MoveFilter:
    """What the planner wants to see; the fields narrow each other."""

    text: str = ""  # every word must be in a name, a key, a territory or a rep
    kind: str = ANY


@dataclass(frozen=True)
class MoveColumn:
    """One column of the list."""

    key: str
    title: str
    tip: str
    priority: int
    is_number: bool = False


class MoveRows:
    """Accounts or units that move; position in ``shown`` is the row, its value the account_ix or unit_ix."""

    def __init__(self, comparison: Comparison, ages: Callable[[], Ages], *, is_of_units: bool) -> None:
        self.comparison, self.is_of_units = comparison, is_of_units
        self._ages = ages
        plan = comparison.after.plan
        self.moved: Ix = comparison.units if is_of_units else comparison.accounts
        self.origin = comparison.unit_from if is_of_units else comparison.account_from
        self.target = comparison.unit_to if is_of_units else comparison.account_to
        self.kind = comparison.unit_kind if is_of_units else comparison.account_kind
        self.names = plan.units.name if is_of_units else plan.accounts.name
        self.keys = plan.units.code if is_of_units else plan.accounts.key
        self.numbers = self._numbers()
        self._digits = {name: digits_for(values) for name, (_, values) in self.numbers.items()}
        self.columns = self._columns()
        self.filter = MoveFilter()
        self._order = self.moved
        self._sorted: tuple[str, bool] | None = None
        self._haystack: list[str] | None = None
        self.shown: Ix = self.moved

    # -- columns -------------------------------------------------------------------------------------------------------

    def _numbers(self) -> dict[str, tuple[Measure, Floats]]:
        """Return the shown measures, (A,) or (U,), by uuid."""
        plan = self.comparison.after.plan
        found: dict[str, tuple[Measure, Floats]] = {}
        for row, measure in enumerate(plan.measures):
            is_count = measure.source == "builtin" and measure.column_name in ("accounts", "units")
            if self.is_of_units:
                values: Floats | None = self.comparison.after.unit_total[row]
                is_pointless = is_count and measure.column_name == "units"
            else:
                values, is_pointless = measure_of_accounts(self.comparison, measure), is_count
            if measure.is_shown and values is not None and not is_pointless:
                found[measure.uuid] = (measure, values)
        return found

    def _columns(self) -> list[MoveColumn]:
        before, after = self.comparison.before.name, self.comparison.after.name
        has_keys = any(self.keys[ix] for ix in self.moved[:1000])
        first = (
            [
                MoveColumn("name", tr("Unit"), tr("Name of the unit."), 0),
                MoveColumn("key", tr("Code"), tr("Code of the unit."), 7),
            ]
            if self.is_of_units
            else [
                MoveColumn("name", tr("Account"), tr("Name of the account."), 0),
                MoveColumn("key", tr("Key"), tr("The planner's own key of the account."), 8 if has_keys else 100),
            ]
        )
        measures = [
            MoveColumn(f"measure:{uuid}", measure_label(measure), self._measure_tip(measure), 4 + at, is_number=True)
            for at, (uuid, (measure, _)) in enumerate(self.numbers.items())
        ]
        return [
            *first,
            MoveColumn("from", tr("From"), tr("Its territory in {scenario}.", scenario=before), 1),
            MoveColumn("to", tr("To"), tr("Its territory in {scenario}.", scenario=after), 1),
            MoveColumn("rep_from", tr("Rep before"), tr("Who has it in {scenario}.", scenario=before), 2),
            MoveColumn("rep_to", tr("Rep after"), tr("Who has it in {scenario}.", scenario=after), 2),
            *measures,
            MoveColumn(
                "days",
                tr("Days since change"),
                tr(
                    "Days since it last went to another territory, or its territory to another rep, in either "
                    "scenario; steps taken back do not count."
                ),
                3,
                is_number=True,
            ),
        ]

    def _measure_tip(self, measure: Measure) -> str:
        if measure.is_workload:
            after = self.comparison.after.name
            return tr("Estimated hours a year, from the home of who has it in {scenario}.", scenario=after)
        label = measure_label(measure)
        if self.is_of_units:
            return tr("{measure} of the unit.", measure=label)
        return tr("{measure} of the account.", measure=label)

    # -- cells ---------------------------------------------------------------------------------------------------------

    def text(self, column: MoveColumn, ix: int) -> str:
        """Return what a cell says."""
        kind, _, uuid = column.key.partition(":")
        if kind == "measure":
            return amount(float(self.numbers[uuid][1][ix]), self._digits[uuid])
        if kind == "days":
            days = self._days[ix]
            return NOTHING if np.isnan(days) else number(float(np.floor(days)))
        if kind == "name":
            return str(self.names[ix] or self.keys[ix])
        if kind == "key":
            return str(self.keys[ix])
        if kind in ("from", "to"):
            return self._territory_names(kind)[self._end(kind)[ix]] or tr("unassigned")
        return self._rep_text(kind, ix)

    def color(self, column: MoveColumn, ix: int) -> str | None:
        """Return the colour of the territory in a cell, None = there is none."""
        if column.key not in ("from", "to"):
            return None
        side = self.comparison.before if column.key == "from" else self.comparison.after
        territory = side.territory(int(self._end(column.key)[ix]))
        return territory.color if territory is not None else None

    def what(self, ix: int) -> str:
        """Return what happens to a row, one of the words of session.comparison.kind_word."""
        return kind_word(int(self.kind[ix]), int(self.origin[ix]), int(self.target[ix]))

    def _end(self, kind: str) -> NDArray[np.int32]:
        return self.origin if kind in ("from", "rep_from") else self.target

    def _territory_names(self, kind: str) -> list[str]:
        side = self.comparison.before if kind == "from" else self.comparison.after
        return [t.name for t in side.plan.territories] + [""]

    def _rep_names(self, kind: str) -> list[str]:
        side = self.comparison.before if kind == "rep_from" else self.comparison.after
        return [rep.name if rep is not None else "" for rep in side.reps]

    def _rep_text(self, kind: str, ix: int) -> str:
        side = self.comparison.before if kind == "rep_from" else self.comparison.after
        at = int(self._end(kind)[ix])
        rep = side.reps[at]
        return rep.name if rep is not None else tr("vacant") if at >= 0 else NOTHING

    @property
    def _days(self) -> Floats:
        ages = self._ages()
        return ages.unit if self.is_of_units else ages.account

    # -- filter and order ----------------------------------------------------------------------------------------------

    def show(self, wanted: MoveFilter) -> None:
        """Filter anew."""
        self.filter = wanted
        keep = np.ones(len(self._order), dtype=bool)
        if wanted.kind == OTHER_TERRITORY:
            keep &= self.kind[self._order] == TERRITORY
        elif wanted.kind in (OTHER_REP, SAME_REP):
            keep &= self._has_other_rep(self._order) == (wanted.kind == OTHER_REP)
        for word in wanted.text.casefold().split():
            keep &= self._with_word(word)[self._order]
        self.shown = self._order[keep]

    def _has_other_rep(self, ix: Ix) -> NDArray[np.bool_]:
        before, after = self.comparison.before, self.comparison.after
        was = np.array([r.rep_id if r is not None else -1 for r in before.reps], dtype=np.int64)[self.origin[ix]]
        now = np.array([r.rep_id if r is not None else -1 for r in after.reps], dtype=np.int64)[self.target[ix]]
        return np.asarray((was != now) | (self.kind[ix] == REP))

    def _with_word(self, word: str) -> NDArray[np.bool_]:
        """Return which rows have a word in a name or key of theirs, of their territories or reps; by position."""
        if self._haystack is None:
            self._haystack = [f"{self.names[ix]}\n{self.keys[ix]}".casefold() for ix in self.moved]
        found = np.zeros(len(self.kind), dtype=bool)
        found[self.moved] = np.fromiter((word in text for text in self._haystack), dtype=bool, count=len(self.moved))
        for kind in ("from", "to", "rep_from", "rep_to"):
            names = self._territory_names(kind) if kind in ("from", "to") else self._rep_names(kind)
            is_in = np.array([word in name.casefold() for name in names], dtype=bool)
            found[self.moved] |= is_in[self._end(kind)[self.moved]]
        return found

    def sort(self, key: str, is_descending: bool) -> None:
        """Order by a column; equal ones stay in the plan's order, empty ones come last."""
        self._sorted = (key, is_descending)
        values = self._sort_values(key)
        is_empty = np.isnan(values) if values.dtype.kind == "f" else values < 0
        order = np.argsort(-values if is_descending else values, kind="stable")
        order = np.concatenate([order[~is_empty[order]], np.flatnonzero(is_empty)])
        self._order = self.moved[order]
        self.show(self.filter)

    def sort_as(self, former: MoveRows | None) -> None:
        """Order and filter as the list before, where its column is still there."""
        if former is None:
            return
        self.filter = former.filter
        if former._sorted is not None and former._sorted[0] in {c.key for c in self.columns}:
            self.sort(*former._sorted)
        else:
            self.show(self.filter)

    def _sort_values(self, key: str) -> Ix | Floats:
        """Return a number a moved row: its value or the rank of its text; nan or -1 = empty."""
        kind, _, uuid = key.partition(":")
        if kind == "measure":
            return self.numbers[uuid][1][self.moved]
        if kind == "days":
            return self._days[self.moved]
        if kind == "name":
            return rank_texts(str(self.names[ix] or self.keys[ix]) for ix in self.moved)
        if kind == "key":
            return rank_texts(str(self.keys[ix]) for ix in self.moved)
        names = self._territory_names(kind) if kind in ("from", "to") else self._rep_names(kind)
        return np.asarray(rank_texts(names)[self._end(kind)[self.moved]])

    # -- sums ----------------------------------------------------------------------------------------------------------

    def figures(self, ix: Ix) -> list[tuple[str, str]]:
        """Return (measure, total) of some rows."""
        return [
            (measure_label(measure), number(float(np.nansum(values[ix])), self._digits[uuid]))
            for uuid, (measure, values) in self.numbers.items()
        ]
