"""The entries of the change log: steps with the names of their places, who took them back, what came with a merge.

Owns keeping them, so that a further step costs no more after thousands; which are wanted is the log's (log.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from territorymap.document.past import Past
from territorymap.model.records import Step

TURNS = ("undo", "redo")


class Recorded(Protocol):
    """What the log is read from: a document."""

    @property
    def past(self) -> Past: ...

    def history(self) -> list[Step]: ...


@dataclass(frozen=True)
class Entry:
    """One step of the log."""

    step: Step
    scenario: str = ""  # name of the scenario it was made in, "" = not known
    undone_by: Step | None = None  # who took it back, where it does not stand
    n_merged: int = 0  # steps of the other side that came with it
    alignment: str = ""  # name of the alignment it was made in, "" = not known

    @property
    def is_merged(self) -> bool:
        """Whether it was made in another copy of the plan and came by a merge."""
        return bool(self.step.merged_by)


class EntryBook:
    """Entries of one document; only steps that are new or not as they were are looked at again."""

    def __init__(self) -> None:
        self._forget()
        self._names: tuple[dict[str, str], dict[str, str]] = {}, {}  # of scenarios and alignments, by uuid

    def _forget(self) -> None:
        self._steps: list[Step] = []
        self._entries: list[Entry] = []
        self._position: dict[str, int] = {}  # of entries, by uuid of the step
        self._undone_by: dict[str, Step] = {}  # the last wins
        self._n_merged: dict[str, int] = {}

    def entries(self, document: Recorded) -> list[Entry]:
        """Return all entries, oldest first; those of which nothing has changed are the same objects as before."""
        steps, past = document.history(), document.past
        names = past.scenario_names(), past.alignment_names()
        other = [i for i, (was, now) in enumerate(zip(self._steps, steps, strict=False)) if was is not now]
        if names != self._names or len(steps) < len(self._steps) or not self._are_same_steps(other, steps):
            self._forget()
            self._names, other = names, []
        n_known = len(self._steps)
        self._steps = steps
        for i in other:  # undone, redone, annotated
            self._note_again(steps[i])
        for step in steps[n_known:]:
            self._note(step)
        return list(self._entries)

    def _are_same_steps(self, positions: Sequence[int], steps: Sequence[Step]) -> bool:
        return all(_whose(self._steps[i]) == _whose(steps[i]) for i in positions)

    def _note_again(self, step: Step) -> None:
        if step.kind not in TURNS:
            self._renew(step.uuid, step)
        elif step.kind == "undo" and self._undone_by[step.ref_uuid].uuid == step.uuid:
            self._note(step)

    def _note(self, step: Step) -> None:
        if step.kind in TURNS:
            if step.kind == "undo":
                self._undone_by[step.ref_uuid] = step
                self._renew(step.ref_uuid)
            return
        self._position[step.uuid] = len(self._entries)
        scenarios, alignments = self._names
        scenario, alignment = scenarios.get(step.scenario_uuid, ""), alignments.get(step.alignment_uuid, "")
        undone_by = self._undone_by.get(step.uuid) if step.is_undone else None
        self._entries.append(Entry(step, scenario, undone_by, self._n_merged.get(step.uuid, 0), alignment))
        if step.merged_by:
            self._n_merged[step.merged_by] = self._n_merged.get(step.merged_by, 0) + 1
            self._renew(step.merged_by)

    def _renew(self, uuid: str, step: Step | None = None) -> None:
        """Put an entry in order with its step and what is known of it; none where the step is yet to come."""
        at = self._position.get(uuid)
        if at is None:
            return
        step = step or self._entries[at].step
        undone_by = self._undone_by.get(uuid) if step.is_undone else None
        n_merged = self._n_merged.get(uuid, 0)
        self._entries[at] = replace(self._entries[at], step=step, undone_by=undone_by, n_merged=n_merged)


def _whose(step: Step) -> tuple[str, str]:
    """Return which step it is, and the merge that brought it."""
    return step.uuid, step.merged_by
