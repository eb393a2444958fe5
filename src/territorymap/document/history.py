"""Which steps stand, which can be undone or redone: derived from the recorded steps, so it survives restart and crash.

Owns the stack; not the rows (journal) nor transactions (document).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import Any

from territorymap.model.records import Step

_STEPS = (
    "SELECT step_id, undone, uuid, kind, label, author, created_at, ref_uuid, note, scenario_uuid, merged_by,"
    " alignment_uuid FROM journal_step ORDER BY step_id"
)


def _step_of(row: tuple[Any, ...], texts: dict[str | None, Any]) -> Step:
    """Return a row as a step, its texts those of ``texts`` where they are equal; ValueError if it is none of ours."""
    step_id, undone, uuid, kind, *others = row
    if not (isinstance(uuid, str) and isinstance(kind, str) and all(map(_is_text, others))):
        raise ValueError(f"step {step_id} of the history holds what is no text")
    label, author, created_at, ref_uuid, note, scenario_uuid, merged_by, alignment_uuid = others
    own = texts.setdefault
    return Step(
        step_id,
        own(uuid, uuid),
        own(kind, kind),
        own(label, label) or "",
        own(author, author) or "",
        created_at or "",
        bool(undone) and bool(merged_by),
        own(ref_uuid, ref_uuid) or "",
        note or "",
        own(scenario_uuid, scenario_uuid) or "",
        merged_by or "",
        own(alignment_uuid, alignment_uuid) or "",
    )


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


class History:
    """All steps of a plan and the line that undo and redo walk along.

    Raises
    ------
    ValueError
        if a step is none that we write, or the chain of undo and redo is broken.
    """

    def __init__(self, connection: sqlite3.Connection, former: History | None = None) -> None:
        """``former``: an earlier reading, whose steps are taken over where they are still the same.

        A merge reads the history anew while it holds much else: thousands of new steps would lie among that, and keep
        its memory from being given back.
        """
        self._steps: list[Step] = []
        self._position: dict[str, int] = {}  # by uuid
        self._position_by_id: dict[int, int] = {}  # by step_id
        self._done: list[str] = []
        self._undone: list[str] = []
        self._last_uuid = ""
        self._former = former
        texts: dict[str | None, Any] = {}  # those that come again with other steps: one of each
        with closing(connection.execute(_STEPS)) as rows:
            for row in rows:
                self.add(_step_of(row, texts))
        self._former = None

    def add(self, step: Step) -> None:
        """Take a recorded step up.

        Raises
        ------
        ValueError
            if the chain is broken: an undo or redo of a step that is not next.
        """
        at, step = self._as_before(len(self._steps), step)
        self._position[step.uuid] = self._position_by_id[step.step_id] = at
        self._steps.append(step)
        if step.merged_by:  # of the other side: the merge stands for it
            return
        self._last_uuid = step.uuid
        if step.kind not in ("undo", "redo"):
            self._done.append(step.uuid)
            self._undone.clear()
            return
        source, target = (self._done, self._undone) if step.kind == "undo" else (self._undone, self._done)
        if not source or source[-1] != step.ref_uuid:
            raise ValueError(f"step {step.step_id} of the history does not follow from those before")
        target.append(source.pop())
        at = self._position[step.ref_uuid]
        _, self._steps[at] = self._as_before(at, replace(self._steps[at], is_undone=step.kind == "undo"))

    def _as_before(self, at: int, step: Step) -> tuple[int, Step]:
        """Return a position and its step, or the very objects of the former reading that equal them."""
        if self._former is not None and at < len(self._former._steps):
            own = self._former._steps[at]
            known = self._former._position_by_id[own.step_id]
            at = known if known == at else at  # not where a damaged file has two steps of one number
            step = own if own == step else step
        return at, step

    @property
    def last_uuid(self) -> str:
        """Return the uuid of the newest record of this file's own line; "" if there is none."""
        return self._last_uuid

    def annotate(self, step_id: int, note: str) -> None:
        """Take up a note on a step."""
        at = self._position_by_id[step_id]
        self._steps[at] = replace(self._steps[at], note=note)

    def continues(self, former: History) -> bool:
        """Whether it is the former history and what was done after it."""
        n = len(former._steps)
        return len(self._steps) >= n and all(
            mine.uuid == other.uuid for mine, other in zip(self._steps[:n], former._steps, strict=True)
        )

    @property
    def steps(self) -> list[Step]:
        """Return every recorded step, oldest first."""
        return list(self._steps)

    @property
    def line(self) -> list[Step]:
        """Return the steps that stand and those that can be redone, oldest first."""
        return [self._of(uuid) for uuid in (*self._done, *reversed(self._undone))]

    @property
    def to_undo(self) -> Step | None:
        """Return the step that undo would take back; the first, whatever its kind, or where a part begins, stays."""
        step = self._of(self._done[-1]) if len(self._done) > 1 else None
        return None if step is None or step.kind in ("create", "extract") else step

    @property
    def to_redo(self) -> Step | None:
        return self._of(self._undone[-1]) if self._undone else None

    def step(self, step_id: int) -> Step | None:
        at = self._position_by_id.get(step_id)
        return None if at is None else self._steps[at]

    def by_uuid(self, uuid: str) -> Step | None:
        """Return the recorded step of that uuid."""
        at = self._position.get(uuid)
        return None if at is None else self._steps[at]

    def meant_by(self, step: Step) -> Step | None:
        """Return the step whose rows a step turned: for undo and redo the one they name, else the step itself."""
        return self.by_uuid(step.ref_uuid) if step.kind in ("undo", "redo") else step

    def _of(self, uuid: str) -> Step:
        return self._steps[self._position[uuid]]
