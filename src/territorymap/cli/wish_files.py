"""Lists that the options of wishes name: seeds, and pairs of barriers and bridges. Hostile until checked.

Owns their rows; what they mean is wish_options'.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from territorymap.cli.naming import listed
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan

_MOST_SEEDS = 100_000


def read_seeds(plan: Plan, path: Path) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the units of a list, and the names of the territories that grow from them, "" = none.

    The first cell of a row is the code; the second, if there is one, the name. A first row without a digit that is no
    unit is a header.

    Raises
    ------
    UserError
        if the file cannot be read, names no unit, one twice, or units that the plan does not have.
    """
    finder = _finder(plan)
    found: dict[int, str] = {}
    unknown: list[str] = []
    for i, (row, cells) in enumerate(_rows_of(path)):
        unit = finder.find(cells[0]) if cells and cells[0] else -1
        if unit < 0:
            if any(cells) and not (i == 0 and _is_header(cells)):
                unknown.append(tr("row {row}: {text}", row=row, text=repr(cells[0][:40])))
            continue
        if unit in found:
            raise UserError(
                tr("{file}, row {row}: {unit} is a seed already.", file=path.name, row=row, unit=cells[0]),
                tr("Name each unit once."),
            )
        found[unit] = " ".join(cells[1].split()) if len(cells) > 1 else ""
    _refuse_unknown(plan, path, unknown)
    if not found:
        raise UserError(
            tr("{file} names no unit of the plan.", file=path.name),
            tr("Write one unit code a line, and a name if wanted."),
        )
    names = [name.casefold() for name in found.values() if name]
    if len(set(names)) < len(names):
        twice = next(name for name in found.values() if names.count(name.casefold()) > 1)
        raise UserError(
            tr("{file} has two seeds for {name}.", file=path.name, name=twice), tr("Give each territory one seed.")
        )
    return tuple(found), tuple(found.values())


def pairs_of_file(plan: Plan, path: Path | None) -> list[tuple[int, int]]:
    if path is None:
        return []
    pairs: list[tuple[int, int]] = []
    unknown: list[str] = []
    rows, finder = _rows_of(path), _finder(plan)
    for i, (row, cells) in enumerate(rows):
        units = [finder.find(text) for text in cells[:2] if text]
        if len(units) == 2 and min(units) >= 0 and units[0] != units[1]:
            pairs.append((units[0], units[1]))
        elif any(cells) and not (i == 0 and _is_header(cells)):
            unknown.append(tr("row {row}: {text}", row=row, text=repr(",".join(cells)[:40])))
    _refuse_unknown(plan, path, unknown)
    if not pairs:
        raise UserError(
            tr("{file} has no pair of units of the plan.", file=path.name),
            tr("Write two unit codes a line: 23003,23029."),
        )
    return pairs


def _is_header(cells: Sequence[str]) -> bool:
    return not any(character.isdigit() for cell in cells[:2] for character in cell)


def _refuse_unknown(plan: Plan, path: Path, unknown: Sequence[str]) -> None:
    if not unknown:
        return
    raise UserError(
        ntr(
            "{file}: {n} row cannot be used: {rows}.",
            "{file}: {n} rows cannot be used: {rows}.",
            len(unknown),
            file=path.name,
            rows=listed(unknown, 5),
        ),
        tr("Codes look like {codes}.", codes=listed([str(code) for code in plan.units.code[:3]])),
    )


def _finder(plan: Plan) -> Any:
    from territorymap.importers.placing import UnitCodes

    return UnitCodes(plan.units.code)


def _rows_of(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of a table file with their numbers, a header among them; lines that begin with # do not count."""
    from territorymap.importers.table import read_table
    from territorymap.importers.table_options import NO_HEADER, TableOptions

    table = read_table(path, TableOptions(header_row=NO_HEADER))
    if table.broken:
        first = table.broken[0]
        raise UserError(
            tr("{file}, row {row} cannot be read: {reason}", file=path.name, row=first.row, reason=first.reason),
            tr("Mend the row, or leave it out."),
        )
    if len(table) > _MOST_SEEDS:
        raise UserError(
            tr("{file} has {n} rows, too many for a list of units.", file=path.name, n=len(table)),
            tr("Is it another file?"),
        )
    rows = zip(table.row_numbers, table.rows, strict=True)
    return [(number, cells) for number, cells in rows if not (cells and cells[0].startswith("#"))]
