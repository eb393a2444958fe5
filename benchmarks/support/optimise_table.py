"""The lines of a benchmark of the optimiser as tables in Markdown. Owns rows and words; not what was measured."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from support.optimise_peers import METIS

OURS = "territorymap"
Row = dict[str, Any]


def print_table(lines: Path) -> None:
    """Print how each case came out beside METIS, then every peer, then what a planner is shown to choose from."""
    rows = [json.loads(line) for line in lines.read_text().splitlines() if line.startswith("{")]
    by_case: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if "case" in row:
            by_case[row["case"]].append(row)
    print("| case | wanted, and in how many of the seeds | Territory Map | METIS, best of 20 |")
    print("|---|---|---|---|")
    for case, found in by_case.items():
        for shape, ours in _by(found, lambda row: row.get("shape", ""), OURS).items():
            name = f"{case}, {shape}" if shape else case
            metis = [row for row in found if row["who"] == METIS and "fail" not in row]
            print(f"| {name} | {_bars(ours, metis)} | {_words(ours)} | {_words(metis)} |")
    print()
    print("| case | peer | seconds | worst deviation | over 5 % | not whole | rms km | Polsby-Popper | moved |")
    print("|---|---|---|---|---|---|---|---|---|")
    for case, found in by_case.items():
        for who, theirs in _by(found, lambda row: row["who"]).items():
            if not who.startswith(OURS):
                print(f"| {case} | {who} | {' | '.join(_cells(theirs))} |")
    if not (shown := [row for row in rows if "proposal" in row]):
        return
    print()
    print("| case | proposal | moved | worst, in tolerances | outside | moment of inertia | borders |")
    print("|---|---|---|---|---|---|---|")
    for row in shown:
        cells = [row[key] for key in ("worst_of_tolerance", "outside", "inertia_of_before", "border_of_before")]
        print(f"| {row['case']} | {row['proposal']} | {row['moved_pct']} % | {' | '.join(map(str, cells))} |")


def _by(rows: Iterable[Row], key: Callable[[Row], str], who: str = "") -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if not who or row["who"] == who:
            groups[key(row)].append(row)
    return groups


def _bars(ours: Sequence[Row], metis: Sequence[Row]) -> str:
    if "bars" not in ours[0]:
        return "-"
    words = []
    for bar in ours[0]["bars"]:
        n = sum(row["bars"][bar] for row in ours)
        words.append(f"{bar}: {'all' if n == len(ours) else f'**{n} of {len(ours)}**'}")
    if metis and "rms_km" in ours[0] and "5%" in ours[0]["case"]:
        less = 1 - _mean(ours, "rms_km") / _mean(metis, "rms_km")
        words.append(f"rms_km {100 * less:.1f} % below METIS ({'yes' if less >= 0.08 else '**wanted: 8 %**'})")
        rounder = _mean(ours, "pp_mean") >= _mean(metis, "pp_mean")
        words.append(f"Polsby-Popper {'not' if rounder else '**is**'} below it")
    return "; ".join(words)


def _words(rows: Sequence[Row]) -> str:
    """Return what came out in a few words, ranges over the seeds."""
    if not rows:
        return "-"
    if "missing" in rows[0]:
        return f"{rows[0]['missing']} is not there"
    parts = []
    for key, pattern in (
        ("secs", "{} s"),
        ("within_s", "all within after {} s"),
        ("adj_max_dev_pct", "worst {} %"),
        ("max_dev_pct", "worst {} %"),
        ("adj_over5", "{} over 5 %"),
        ("noncontig", "{} not whole"),
        ("rms_km", "rms {} km"),
        ("pp_mean", "PP {}"),
        ("diameter_ratio", "diameter {}"),
        ("moved_pct", "moved {} %"),
        ("flow_pct", "flow {} %"),
        ("ms", "{} ms"),
        ("peak_mb", "{} MB"),
        ("plan_mb", "{} MB of it the plan"),
        ("first_answer_s", "first answer {} s"),
        ("later_answer_s", "later {} s"),
    ):
        if key == "max_dev_pct" and "adj_max_dev_pct" in rows[0]:
            continue
        if any(row.get(key) is not None for row in rows):
            parts.append(pattern.format(_range([row.get(key) for row in rows])))
    return ", ".join(parts)


def _cells(rows: Sequence[Row]) -> list[str]:
    good = [row for row in rows if "fail" not in row]
    if not good:
        return [rows[0]["fail"].replace("|", "/"), *[""] * 6]
    keys = ("secs", "adj_max_dev_pct", "adj_over5", "noncontig", "rms_km", "pp_mean", "moved_pct")
    return [_range([row[key] for row in good]) if key in good[0] else "" for key in keys]


def _range(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "never" if values and values[0] is None else ""
    low, high = (f"{value:.4g}" for value in (min(known), max(known)))
    text = low if low == high else f"{low}-{high}"
    return text if len(known) == len(values) else f"{text} ({len(values) - len(known)} never)"


def _mean(rows: Sequence[Row], key: str) -> float:
    return sum(row[key] for row in rows) / len(rows)
