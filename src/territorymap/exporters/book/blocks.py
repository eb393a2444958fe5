"""The pieces that pages are made of: headings, bars of totals against targets, short lists, what changed.

Owns their look; each draws from the top of its box and returns how much of its height it used.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.book.changes import Changes, Comparison
from territorymap.exporters.book.figures import AccountMeasure, MeasureRow, amount
from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.picture.sheet import INK, QUIET, Box, Sheet
from territorymap.exporters.picture.text_rows import TextRows
from territorymap.exporters.view import ExportView
from territorymap.i18n import ntr, number, percent, tr

ALARM = "#b3261e"
GAIN, LOSS = "#1b6e3c", "#b3261e"
TRACK = "#eef1f4"
BAND = "#d3dae1"
HEADING = 26.0  # design pixels, as all that follow
MEASURE_ROW = 37.0
LIST_ROW = 19.0
BLOCK_GAP = 16.0
BAR = 7.0
BAR_END = 2.0  # index at the right end of a bar


def draw_heading(sheet: Sheet, texts: TextRows, box: Box, title: str, aside: str = "") -> float:
    """Draw a heading with a rule under it."""
    used = texts.write(box.left, box.top - 9, title, 10.5, INK, "bold", room=box.width)
    texts.write(box.right, box.top - 9, aside, 8.0, QUIET, room=box.width - used - 12, ha="right")
    sheet.rule(box.left, box.top - 20, box.right, box.top - 20)
    return HEADING


def draw_measures(sheet: Sheet, texts: TextRows, box: Box, rows: Sequence[MeasureRow], color: str) -> float:
    """Draw totals, targets and index of each measure, as numbers and as a bar whose middle is the target."""
    used = draw_heading(sheet, texts, box, tr("Totals against targets"), tr("total / target / share"))
    for row in rows:
        if used + MEASURE_ROW > box.height:
            break
        _measure(sheet, texts, Box(box.left, box.top - used - MEASURE_ROW, box.width, MEASURE_ROW), row, color)
        used += MEASURE_ROW
    return used


def _measure(sheet: Sheet, texts: TextRows, box: Box, row: MeasureRow, color: str) -> None:
    line = box.top - 9
    has_index = bool(np.isfinite(row.index))
    shown = percent(row.index) if has_index else tr("no target")
    tone = ALARM if row.is_outside else INK if has_index else QUIET
    texts.write(box.right, line, shown, 9.5, tone, "bold" if has_index else "normal", ha="right")
    target = texts.write(box.right - 56, line, f"/ {amount(row.target)}", 8.6, QUIET, ha="right")
    total = texts.write(box.right - 62 - target, line, amount(row.total), 9.5, INK, ha="right")
    texts.write(box.left, line, row.label, 9.5, INK, room=box.width - 74 - target - total)
    bottom = box.bottom + 9
    middle = box.left + box.width / BAR_END
    sheet.box(Box(box.left, bottom, box.width, BAR), TRACK, "none")
    reach = box.width / BAR_END * row.tolerance
    sheet.box(Box(middle - reach, bottom, 2 * reach, BAR), BAND, "none", order=1.1)
    if has_index and row.index > 0:
        width = box.width * min(row.index, BAR_END) / BAR_END
        sheet.box(Box(box.left, bottom + 1.4, width, BAR - 2.8), color, "#00000044", 0.4, order=1.2)
    sheet.rule(middle, bottom - 2, middle, bottom + BAR + 2, INK, 0.8)


def draw_top_accounts(
    sheet: Sheet, texts: TextRows, box: Box, view: ExportView, accounts: NDArray[np.int64],
    measures: Sequence[AccountMeasure], most: int = 10,
) -> float:  # fmt: skip
    """List the first of the accounts, which come ranked, with their first measure."""
    aside = measures[0].label if measures else ""
    used = draw_heading(sheet, texts, box, tr("Top accounts"), aside)
    if not len(accounts):
        texts.write(box.left, box.top - used - 8, tr("There is no account here."), 9.0, QUIET, room=box.width)
        return used + LIST_ROW
    plan = view.plan
    n = min(most, len(accounts), int((box.height - used) // LIST_ROW))
    for ix in accounts[:n]:
        middle = box.top - used - LIST_ROW / 2
        right = box.right
        if measures:
            right -= texts.write(box.right, middle, amount(float(measures[0].values[ix])), 9.0, ha="right") + 10
        name = drawable(str(plan.accounts.name[ix]) or str(plan.accounts.key[ix]))
        width = texts.write(box.left, middle, name, 9.0, room=(right - box.left) * 0.75)
        city = drawable(str(plan.accounts.city[ix]) or str(plan.accounts.postal_code[ix]))
        texts.write(box.left + width + 8, middle, city, 8.0, QUIET, room=right - box.left - width - 8)
        used += LIST_ROW
    if len(accounts) > n and used + LIST_ROW <= box.height:
        rest = ntr("and {n} more account", "and {n} more accounts", len(accounts) - n)
        texts.write(box.left, box.top - used - LIST_ROW / 2, rest, 8.0, QUIET)
        used += LIST_ROW
    return used


def draw_changes(
    sheet: Sheet, texts: TextRows, box: Box, view: ExportView, changes: Changes, measures: Sequence[AccountMeasure],
    comparison: Comparison, *, has_names: bool = True, most: int = 4,
) -> float:  # fmt: skip
    """Tell what is gained, kept and lost; ``has_names``: the largest by name, and whose they were or are."""
    title = against(comparison)
    used = draw_heading(sheet, texts, box, title, measures[0].label if measures else "")
    if not changes.is_any:
        said = tr("Nothing changes: all accounts and units are kept.")
        texts.write(box.left, box.top - used - 8, said, 9.0, QUIET, room=box.width)
        return used + LIST_ROW
    fates = (
        (tr("Gained"), changes.gained, GAIN, "+", changes.units_gained),
        (tr("Kept"), changes.kept, INK, "", None),
        (tr("Lost"), changes.lost, LOSS, "−", changes.units_lost),
    )
    for title, accounts, color, sign, units in fates:
        if used + LIST_ROW > box.height:
            break
        said = ntr("{n} account", "{n} accounts", len(accounts))
        if units is not None and len(units):
            said = tr("{accounts}, {units}", accounts=said, units=ntr("{n} unit", "{n} units", len(units)))
        middle = box.top - used - LIST_ROW / 2
        width = texts.write(box.left, middle, title, 9.2, color, "bold")
        right = box.right
        if measures:
            total = float(np.nansum(measures[0].values[accounts]))
            right -= texts.write(right, middle, f"{sign}{amount(abs(total))}" if total else "0", 9.2, color, ha="right")
        texts.write(box.left + width + 10, middle, said, 9.0, INK, room=right - box.left - width - 20)
        used += LIST_ROW
        if not sign or not has_names:
            continue
        used += _largest(texts, box, used, view, accounts, measures, comparison, sign, most)
    return used


def against(comparison: Comparison) -> str:
    """Return what a plan is compared with, as a heading."""
    name = drawable(comparison.name)
    return tr("Against the baseline “{name}”", name=name) if name else tr("Against the baseline")


def _largest(
    texts: TextRows, box: Box, used: float, view: ExportView, accounts: NDArray[np.int64],
    measures: Sequence[AccountMeasure], comparison: Comparison, sign: str, most: int,
) -> float:  # fmt: skip
    value = np.nan_to_num(measures[0].values[accounts]) if measures else np.zeros(len(accounts))
    shown = accounts[np.argsort(-value, kind="stable")][:most]
    whose = comparison.rep_before(shown) if sign == "+" else comparison.rep_now(shown)
    height = 0.0
    for ix, name in zip(shown, whose, strict=True):
        if used + height + LIST_ROW > box.height:
            break
        middle = box.top - used - height - LIST_ROW / 2
        text = drawable(str(view.plan.accounts.name[ix]) or str(view.plan.accounts.key[ix]))
        width = texts.write(box.left + 14, middle, text, 8.6, room=(box.width - 14) * 0.6)
        other = drawable(str(name)) or tr("nobody")
        said = tr("from {name}", name=other) if sign == "+" else tr("to {name}", name=other)
        texts.write(box.left + 22 + width, middle, said, 8.0, QUIET, room=box.width - 22 - width)
        height += LIST_ROW * 0.92
    return height


def draw_facts(texts: TextRows, box: Box, facts: Sequence[tuple[str, str]]) -> float:
    """Write pairs of a word and a value, two columns of them."""
    column = box.width / 2
    for n, (word, value) in enumerate(facts):
        left, middle = box.left + (n % 2) * column, box.top - (n // 2 + 0.5) * LIST_ROW
        width = texts.write(left, middle, value, 9.5, INK, "bold", room=column - 12)
        texts.write(left + width + 6, middle, word, 8.6, QUIET, room=column - width - 16)
    return LIST_ROW * ((len(facts) + 1) // 2)


def territory_facts(view: ExportView, territories: Sequence[int]) -> list[tuple[str, str]]:
    """Return counts and shape of some territories as words and values."""
    chosen = list(territories)
    n_units, n_accounts = int(view.n_units[chosen].sum()), int(view.n_accounts[chosen].sum())
    pieces = int(view.pieces[chosen].sum())
    facts = [
        (ntr("unit", "units", n_units), number(n_units)),
        (ntr("account", "accounts", n_accounts), number(n_accounts)),
        (ntr("piece", "pieces", pieces), number(pieces)),
    ]
    if len(chosen) == 1 and np.isfinite(view.polsby_popper[chosen[0]]):
        facts.append((tr("compactness"), number(float(view.polsby_popper[chosen[0]]), 2)))
    return facts
