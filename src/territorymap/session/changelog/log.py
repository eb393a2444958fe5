"""The change log of one open plan: steps with who, when and why, and on request what each changed.

Owns which steps are wanted; entries are kept in entries.py, rows read in facts.py, told in words.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from territorymap.i18n import ntr, tr
from territorymap.model.records import Step
from territorymap.session.changelog.entries import Entry, EntryBook, Recorded
from territorymap.session.changelog.facts import Fact, FactReader, without_pay
from territorymap.session.changelog.words import Sentence, sentences_of

_KEPT = 500  # steps whose facts stay in memory; some forty are in sight
_MOST_ROWS = 400_000  # of one step: more than that nobody reads, and it would fill the memory


@dataclass(frozen=True)
class Wanted:
    """Which steps to show; what is "" or None does not count. Names by any they ever had, letter case aside."""

    territory: str = ""
    account: str = ""  # name or key
    author: str = ""
    since: date | None = None  # days as this computer counts them, both included
    until: date | None = None
    scenario: str = ""
    alignment: str = ""

    @property
    def is_all(self) -> bool:
        return self == Wanted()


class ChangeLog:
    """Reads the log of a document lazily; ask again after each change, only what is new is read."""

    def __init__(self, document: Recorded, *, hides_pay: bool = False) -> None:
        self._document = document
        self._hides_pay = hides_pay
        self._reader = FactReader(document.past)
        self._touching: dict[tuple[str, str], tuple[list[int], int, set[int]]] = {}
        self._book = EntryBook()
        self._facts: dict[str, list[Fact]] = {}
        self._sentences: dict[str, list[Sentence]] = {}

    # -- which steps ---------------------------------------------------------------------------------------------------

    def entries(self, wanted: Wanted | None = None) -> list[Entry]:
        """Return the wanted steps, oldest first; steps that came by a merge stand just before it.

        Undo and redo are no entries of their own: the step that was taken back says so. An entry of which nothing has
        changed since the last time is the same object.
        """
        wanted = wanted or Wanted()
        entries = self._book.entries(self._document)
        if wanted.is_all:
            return entries
        touched = self._touched(wanted)
        return [
            entry
            for entry in entries
            if (touched is None or entry.step.step_id in touched)
            and _is_by(entry.step, wanted)
            and (not wanted.scenario or _same(entry.scenario, wanted.scenario))
            and (not wanted.alignment or _same(entry.alignment, wanted.alignment))
        ]

    def _touched(self, wanted: Wanted) -> set[int] | None:
        """Return the steps that touch the wanted territory and account; None = any."""
        past = self._document.past
        found: set[int] | None = None
        for table, name, steps_of in (
            ("territory", wanted.territory, past.steps_of_territories),
            ("account", wanted.account, past.steps_of_accounts),
        ):
            if name:
                steps = self._steps_touching(table, name, steps_of)
                found = steps if found is None else found & steps
        return found

    def _steps_touching(self, table: str, name: str, steps_of: Callable[[Sequence[int], int], set[int]]) -> set[int]:
        """Return the steps that touch what is or was called so; only steps since the last time are looked through."""
        ids = self._document.past.find(table, name)
        last = max((step.step_id for step in self._document.history()), default=0)
        before, since, found = self._touching.get((table, name), ([], 0, set[int]()))
        if before != ids:
            since, found = 0, set()
        if last > since:
            found = found | steps_of(ids, since)
        self._touching[(table, name)] = (ids, last, found)
        return found

    def authors(self) -> list[str]:
        """Return everybody who made a step, by the alphabet."""
        return sorted({step.author for step in self._document.history() if step.author}, key=str.casefold)

    # -- what they changed ---------------------------------------------------------------------------------------------

    def facts(self, step: Step) -> list[Fact]:
        """Return what a step changed, each thing by itself."""
        if step.uuid not in self._facts:
            if len(self._facts) >= _KEPT:
                self._facts.clear()
            facts = [] if self._is_too_long(step) else self._reader.read(step)
            self._facts[step.uuid] = without_pay(facts) if self._hides_pay else facts
        return self._facts[step.uuid]

    def sentences(self, step: Step) -> list[Sentence]:
        """Return what a step changed in words."""
        if step.uuid not in self._sentences:
            if len(self._sentences) >= _KEPT:
                self._sentences.clear()
            self._sentences[step.uuid] = self._say(step)
        return self._sentences[step.uuid]

    def is_short(self, step: Step, n_rows: int) -> bool:
        """Tell whether a step changed at most so many rows; cheap."""
        return step.uuid in self._sentences or self._document.past.size_of(step) <= n_rows

    def _say(self, step: Step) -> list[Sentence]:
        if step.kind == "create":
            return []
        if self._is_too_long(step):
            n = self._document.past.size_of(step)
            return [Sentence(ntr("{n} row was written", "{n} rows were written", n))]
        return sentences_of(self.facts(step))

    def _is_too_long(self, step: Step) -> bool:
        return step.kind == "create" or self._document.past.size_of(step) > _MOST_ROWS

    def forget(self) -> None:
        """Read everything anew: steps were annotated, or another file stands behind the document."""
        self._book = EntryBook()
        self._facts.clear()
        self._sentences.clear()


def step_title(entry: Entry) -> str:
    """Return what a step is called, and where it came from."""
    step = entry.step
    if entry.n_merged:
        return ntr(
            "{label} ({n} step of the other copy)",
            "{label} ({n} steps of the other copy)",
            entry.n_merged,
            label=step.label,
        )
    return step.label or tr("Step without a name")


def step_moment(step: Step) -> datetime | None:
    """Return when a step was done, in the time of this computer; None if the file does not say."""
    try:
        return datetime.fromisoformat(step.created_at).astimezone()
    except ValueError:
        return None


def _is_by(step: Step, wanted: Wanted) -> bool:
    if wanted.author and not _same(step.author, wanted.author):
        return False
    if wanted.since is None and wanted.until is None:
        return True
    when = step_moment(step)
    if when is None:
        return False
    first = wanted.since or date.min
    last = wanted.until or date.max
    return first <= when.date() <= last


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
