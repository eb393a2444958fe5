"""A list "account -> territory", as CRM systems report it. Owns matching keys and conflicts; the step is session's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import ntr, tr
from territorymap.importers.columns import ColumnMap
from territorymap.importers.owner_list import needed_texts, territory_names
from territorymap.importers.progress import IsCancelled, Progress, Ticker
from territorymap.importers.rejects import Reject, counted
from territorymap.importers.table import RawTable
from territorymap.model.crm_ids import same_record
from territorymap.model.units import Strings, strings

_TELL_EVERY = 5000


@dataclass(frozen=True)
class AssignmentImport:
    """Accounts and the territory each belongs to; position = account named by the list."""

    account_ix: NDArray[np.int64]  # (n,) each account once
    territory: Strings  # (n,) name, "" = none
    rep: Strings  # (n,) name, "" = not told
    n_rows: int  # rows of the file that were used
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.account_ix)

    @property
    def read(self) -> int:
        return self.n_rows + len(self.rejects)

    @property
    def territories(self) -> list[str]:
        """Return the names of the territories in the order of the file."""
        return list(dict.fromkeys(str(name) for name in self.territory if name))

    def to_json(self) -> dict[str, object]:
        """Return what ``import assignment --json`` prints; read = imported + rejected."""
        return {
            **counted(self.read, self.n_rows, self.rejects),
            "accounts": len(self),
            "territories": len(self.territories),
        }


def build_assignment(
    table: RawTable,
    columns: ColumnMap,
    account_keys: Sequence[str] | Strings,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
) -> AssignmentImport:
    """Return which territory each account is said to have, and the rows that cannot be used.

    Keys match as they stand; Salesforce Ids of 15 and of 18 letters, and GUIDs with and without braces, are the same.
    An account twice: with the same territory a note, with another the later row is rejected.

    Raises
    ------
    UserError
        if no column holds account keys or territories.
    """
    ticker = Ticker(progress, is_cancelled)
    keys = needed_texts(table, columns, "account_key", tr("account keys"))
    names = territory_names(table, columns)
    reps = columns.texts_in(table, "rep")
    ix_by_key: dict[str, int] = {}
    for position, key in enumerate(account_keys):
        if key:
            ix_by_key.setdefault(same_record(str(key)), position)
    owner: dict[int, int] = {}  # account_ix -> row position
    rejects: list[Reject] = list(table.broken)
    n_again = 0
    for i, key in enumerate(keys):
        if i % _TELL_EVERY == 0:
            ticker.tell(i / len(keys))
        row = int(table.row_numbers[i])
        ix = ix_by_key.get(same_record(key), -1) if key.strip() else -1
        if ix < 0:
            known = tr("The plan has no account {key}.", key=key.strip()[:60])
            rejects.append(Reject(row, known if key.strip() else tr("The row has no account key.")))
        elif ix not in owner:
            owner[ix] = i
        elif names[owner[ix]] == names[i]:
            n_again += 1
        else:
            first = owner[ix]
            rejects.append(Reject(row, _clash(key.strip(), names[first], int(table.row_numbers[first]), names[i])))
    ticker.tell(1.0)
    again = ntr("One account stands twice in the list.", "{n} accounts stand more than once in the list.", n_again)
    rows = list(owner.values())
    return AssignmentImport(
        account_ix=np.array(list(owner), dtype=np.int64),
        territory=strings([names[i] for i in rows]),
        rep=strings([" ".join(reps[i].split()) for i in rows]),
        n_rows=len(owner) + n_again,
        rejects=sorted(rejects, key=lambda reject: reject.row),
        notes=[*table.notes, *([again] if n_again else [])],
    )


def _clash(key: str, first: str, row: int, second: str) -> str:
    return tr(
        "Account {key} is in {first} by row {row}, and in {second} by this one.",
        key=key,
        first=first or tr("no territory"),
        row=row,
        second=second or tr("no territory"),
    )
