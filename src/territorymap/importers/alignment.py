"""A list "unit code -> territory". Owns matching codes and conflicts; making the territories is session's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import listed, ntr, tr
from territorymap.importers.code_lists import CodeSpans, list_items, range_ends
from territorymap.importers.columns import ColumnMap
from territorymap.importers.finer_codes import Decided, PostalGround, decide, is_finer
from territorymap.importers.owner_list import needed_texts, territory_names
from territorymap.importers.placing import UnitCodes
from territorymap.importers.progress import IsCancelled, Progress, Ticker
from territorymap.importers.rejects import Reject, counted
from territorymap.importers.table import RawTable
from territorymap.model.units import Strings, strings

_TELL_EVERY = 5000
_N_SHOWN = 8  # unknown codes of lists that a note names


@dataclass(frozen=True)
class AlignmentImport:
    """Units and the territory each belongs to; position = unit named by the list."""

    unit_ix: NDArray[np.int32]  # (n,) each unit once
    territory: Strings  # (n,) name, "" = unassigned
    rep: Strings  # (n,) name, "" = not told
    region: Strings  # (n,) name, "" = not told
    row_numbers: NDArray[np.int64]  # (n,) row of the file
    n_rows: int  # rows of the file that were used
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.unit_ix)

    @property
    def read(self) -> int:
        return self.n_rows + len(self.rejects)

    @property
    def territories(self) -> list[str]:
        """Return the names of the territories in the order of the file."""
        return list(dict.fromkeys(str(name) for name in self.territory if name))

    def to_json(self) -> dict[str, object]:
        """Return what ``import alignment --json`` prints; read = imported + rejected."""
        return {
            **counted(self.read, self.n_rows, self.rejects),
            "units": len(self),
            "territories": len(self.territories),
        }


def build_alignment(
    table: RawTable,
    columns: ColumnMap,
    unit_codes: Sequence[str] | Strings,
    unit_names: Sequence[str] | Strings = (),
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
    *,
    postal: PostalGround | None = None,
) -> AlignmentImport:
    """Return the alignment that a list tells, and the rows that cannot be used.

    Codes match as they stand, case aside, or with lost zeros mended; a range "02101-02199", in one column or first
    and last code in two, means every unit with a code between, and a cell may list codes and ranges; a name matches
    where no code does and only one unit bears it. The same unit twice: with the same territory a note, with another
    the later row is rejected. An empty territory makes units unassigned. A list whose codes are postal codes, finer
    than the units, is taken by :mod:`territorymap.importers.finer_codes` where ``postal`` is given.

    Raises
    ------
    UserError
        if no column holds unit codes or territories.
    """
    ticker = Ticker(progress, is_cancelled)
    codes = needed_texts(table, columns, "unit_code", tr("unit codes"))
    names = territory_names(table, columns)
    reps, regions = columns.texts_in(table, "rep"), columns.texts_in(table, "region")
    last_codes = columns.texts_in(table, "unit_code_to")
    finder = _Finder(unit_codes, unit_names)
    found: list[list[int]] = []
    for i, code in enumerate(codes):
        if i % _TELL_EVERY == 0:
            ticker.tell(i / len(codes) / 2)
        found.append(finder.find_row(code, last_codes[i]))
    decided: Decided | None = None
    if postal is not None and is_finer([bool(units) for units in found]):
        units = postal.units_of(codes, finder.codes, ticker.part(0.5, 1.0))
        label = _labels(unit_codes, unit_names)
        decided = decide(units, names, table.row_numbers, label, lambda i: _why_unknown(codes[i]))
    if decided is None:
        written = [_written(code, last) for code, last in zip(codes, last_codes, strict=True)]
        decided = _by_unit(found, names, table.row_numbers, written, unit_codes)
        decided.notes.extend(_found_notes(finder))
    owner = decided.owner
    order = sorted(owner, key=lambda unit: (owner[unit], unit))  # as in the file
    rows = [owner[unit] for unit in order]
    ticker.tell(1.0)
    return AlignmentImport(
        unit_ix=np.array(order, dtype=np.int32),
        territory=strings([names[i] for i in rows]),
        rep=strings([" ".join(reps[i].split()) for i in rows]),
        region=strings([" ".join(regions[i].split()) for i in rows]),
        row_numbers=np.array([table.row_numbers[i] for i in rows], dtype=np.int64),
        n_rows=decided.n_used,
        rejects=sorted([*table.broken, *decided.rejects], key=lambda reject: reject.row),
        notes=list(dict.fromkeys([*table.notes, *decided.notes, *_rep_notes(names, reps, rows)])),
    )


def _by_unit(
    found: Sequence[Sequence[int]],
    names: Sequence[str],
    row_numbers: Sequence[int],
    written: Sequence[str],
    unit_codes: Sequence[str] | Strings,
) -> Decided:
    """Give each unit to the territory of the first row that means it."""
    owner: dict[int, int] = {}
    rejects: list[Reject] = []
    n_used = n_again = 0
    for i, units in enumerate(found):
        row = int(row_numbers[i])
        if not units:
            rejects.append(Reject(row, _why_unknown(written[i])))
            continue
        clash = next((u for u in units if u in owner and names[owner[u]] != names[i]), None)
        if clash is not None:
            first = owner[clash]
            reason = _clash(str(unit_codes[clash]), names[first], int(row_numbers[first]), names[i])
            rejects.append(Reject(row, reason))
            continue
        n_used += 1
        n_again += sum(1 for u in units if u in owner)
        for unit in units:
            owner.setdefault(unit, i)
    notes = []
    if n_again:
        notes.append(
            ntr(
                "One unit stands twice in the list, with the same territory.",
                "{n} units stand more than once in the list, with the same territory.",
                n_again,
            )
        )
    return Decided(owner, n_used, rejects, notes)


def _labels(codes: Sequence[str] | Strings, names: Sequence[str] | Strings) -> Callable[[int], str]:
    def label(unit: int) -> str:
        code, name = str(codes[unit]), str(names[unit]) if len(names) else ""
        return name if code in name.split() else f"{code} {name}".strip()

    return label


def _written(first: str, last: str) -> str:
    """Return first and last code of a row as one text."""
    return f"{first} – {last}" if first and last and first != last else first


def _why_unknown(code: str) -> str:
    if not code:
        return tr("The row has no unit code.")
    return tr("The plan has no unit {code}.", code=code[:60])


def _clash(code: str, first: str, row: int, second: str) -> str:
    return tr(
        "Unit {code} is in {first} by row {row}, and in {second} by this one.",
        code=code,
        first=first or tr("no territory"),
        row=row,
        second=second or tr("no territory"),
    )


class _Finder:
    """Finds the units that a row of the list means."""

    def __init__(self, codes: Sequence[str] | Strings, names: Sequence[str] | Strings) -> None:
        self.codes = UnitCodes(codes)
        self._spans = CodeSpans(self.codes)
        bearers: dict[str, list[int]] = {}
        for ix, name in enumerate(names):
            bearers.setdefault(_fold(str(name)), []).append(ix)
        self._ix_by_name = {name: ix[0] for name, ix in bearers.items() if name and len(ix) == 1}
        self._lengths = sorted({len(whole) for whole in self._spans.parts if whole.isdecimal()})
        self.n_by_name = self.n_whole = 0
        self.unknown: list[str] = []  # codes of lists of which others are known

    def find_row(self, text: str, last: str) -> list[int]:
        """Return the unit_ix that the first and last code of a row mean; ``last`` may be "" or the same."""
        if not last or last == text or range_ends(text):
            return self.find(text)
        return self._spans.between(text, last) if text.isdecimal() and last.isdecimal() else []

    def find(self, text: str) -> list[int]:
        """Return the unit_ix that a code, a range, a name or a list of them means; none if it means no unit."""
        if found := self._find_one(text):
            return found
        items = list_items(text)
        if len(items) < 2:
            return []
        by_item = {item: self._find_one(item) for item in items}
        found = [ix for units in by_item.values() for ix in units]
        self.unknown += [item for item, units in by_item.items() if found and not units]
        return list(dict.fromkeys(found))

    def _find_one(self, text: str) -> list[int]:
        # A whole that was cut is meant before another unit whose code is this one with zeros in front.
        is_cut = text not in self.codes.ix_by_code and text.casefold() in self._spans.parts
        ix = self.codes.find(text) if text and not is_cut else -1
        if ix >= 0:
            return [ix]
        if parts := self._parts_of(text):
            self.n_whole += 1
            return parts
        if ends := range_ends(text):
            return self._spans.between(*ends)
        ix = self._ix_by_name.get(_fold(text), -1) if text else -1
        self.n_by_name += ix >= 0
        return [ix] if ix >= 0 else []

    def _parts_of(self, text: str) -> list[int]:
        """Return the parts of a unit that was cut since the list was written; none if it means no such unit."""
        folded, by_whole = text.casefold(), self._spans.parts
        written = [folded, *(folded.zfill(n) for n in self._lengths if folded.isdecimal() and n > len(folded))]
        return next((by_whole[code] for code in written if code in by_whole), [])


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def _found_notes(finder: _Finder) -> list[str]:
    notes: list[str] = []
    if finder.n_by_name:
        notes.append(
            ntr(
                "One row was matched by the name of its unit.",
                "{n} rows were matched by the names of their units.",
                finder.n_by_name,
            )
        )
    if finder.n_whole:
        notes.append(
            ntr(
                "One row names a unit that was cut since; it was taken for all parts of it.",
                "{n} rows name units that were cut since; they were taken for all parts of them.",
                finder.n_whole,
            )
        )
    if finder.unknown:
        shown = listed(finder.unknown[:_N_SHOWN]) + (" …" if len(finder.unknown) > _N_SHOWN else "")
        notes.append(
            ntr(
                "One code of a list is no unit of the plan: {codes}.",
                "{n} codes of lists are no units of the plan: {codes}",
                len(finder.unknown),
                codes=shown,
            )
        )
    return notes


def _rep_notes(names: Sequence[str], reps: Sequence[str], rows: Sequence[int]) -> list[str]:
    notes: list[str] = []
    rep_of: dict[str, str] = {}
    for i in sorted(set(rows)):
        rep = " ".join(reps[i].split())
        if rep and names[i] and rep_of.setdefault(names[i], rep).casefold() != rep.casefold():
            notes.append(
                tr(
                    "{territory} has two reps in the list, {first} and {second}; {first} was taken.",
                    territory=names[i],
                    first=rep_of[names[i]],
                    second=rep,
                )
            )
    return notes
