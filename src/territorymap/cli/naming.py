"""Finding what a person named: territories, units, accounts, measures; and what to say if there is none.

Owns the sentences; looks only, changes nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.given import read_given_text
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Alignment, Measure, Scenario, Territory

MAX_NAMED = 12
MAX_LETTERS = 60
MAX_CLOSE = 3


def choices_hint(wanted: str, known: Sequence[str]) -> str:
    """Return "Did you mean ...? There are: ..." for a name that is not known."""
    close = close_names(wanted, known)
    parts = []
    if close:
        parts.append(tr("Did you mean {names}?", names=", ".join(close)))
    if known and (len(known) <= MAX_NAMED or not close):
        parts.append(tr("There are: {names}.", names=listed(known)))
    return " ".join(parts)


def close_names(wanted: str, known: Sequence[str]) -> list[str]:
    """Return up to three names that were perhaps meant, letter case and leading zeros aside."""
    by_plain: dict[str, str] = {}
    for name in known:
        by_plain.setdefault(_plain(name), name)
    if _plain(wanted) in by_plain:
        return [by_plain[_plain(wanted)]]
    return [by_plain[name] for name in difflib.get_close_matches(_plain(wanted), by_plain, MAX_CLOSE, 0.6)]


def listed(names: Sequence[str], most: int = MAX_NAMED) -> str:
    """Return "A, B, C and 4 more"."""
    shown = ", ".join(names[:most])
    if len(names) <= most:
        return shown
    return tr("{names} and {n} more", names=shown, n=len(names) - most)


def find_territory(plan: Plan, name: str) -> Territory:
    """Return the territory of that name, letter case aside; UserError names those there are."""
    territory = plan.territory_named(name)
    if territory is not None:
        return territory
    names = [t.name for t in plan.territories]
    hint = choices_hint(name, names) if names else tr("The plan has no territories yet; assign makes one.")
    raise UserError(tr("There is no territory {name}.", name=repr(name)), hint)


def find_scenario(plan: Plan, name: str) -> Scenario:
    """Return the scenario of that name, letter case aside; UserError names those there are."""
    scenario = plan.scenario_named(name)
    if scenario is not None:
        return scenario
    raise UserError(
        tr("There is no scenario {name}.", name=repr(name)), choices_hint(name, [s.name for s in plan.scenarios])
    )


def find_alignment(plan: Plan, name: str) -> Alignment:
    """Return the alignment of that name, letter case aside; UserError names those there are."""
    alignment = plan.alignment_named(name)
    if alignment is not None:
        return alignment
    raise UserError(
        tr("There is no alignment {name}.", name=repr(name)), choices_hint(name, [a.name for a in plan.alignments])
    )


def find_measures(plan: Plan, names: Sequence[str]) -> list[Measure]:
    """Return the measures of those names, letter case aside; UserError names those there are."""
    found = []
    for name in names:
        measure = plan.measure_named(name)
        if measure is None:
            known = [m.name for m in plan.measures]
            raise UserError(tr("There is no measure {name}.", name=repr(name)), choices_hint(name, known))
        found.append(measure)
    return found


def find_units(plan: Plan, codes: Sequence[str]) -> NDArray[np.int64]:
    """Return unit_ix of the codes; UserError names the unknown ones and what may have been meant."""
    known = plan.units.ix_by_code
    unknown = [short(code) for code in dict.fromkeys(codes) if code not in known]
    if unknown:
        message = ntr(
            "There is no unit with the code {codes}.",
            "{n} unit codes are not in the plan: {codes}.",
            len(unknown),
            codes=listed(unknown),
        )
        close = [name for code in unknown[:MAX_CLOSE] for name in close_names(code, list(known))]
        example = tr("Codes look like {codes}.", codes=listed([str(code) for code in plan.units.code[:3]]))
        hint = tr("Did you mean {names}?", names=", ".join(dict.fromkeys(close))) if close else example
        raise UserError(message, hint)
    return np.array([known[code] for code in codes], dtype=np.int64)


def find_accounts(plan: Plan, keys: Sequence[str]) -> NDArray[np.int64]:
    """Return account_ix of the keys, or of the names where no key fits; UserError names the unknown ones."""
    by_key: dict[str, list[int]] = {}
    for column in (plan.accounts.name, plan.accounts.key):  # keys last, so that they win
        present: dict[str, list[int]] = {}
        for ix, text in enumerate(column):
            if text:
                present.setdefault(str(text), []).append(ix)
        by_key.update(present)
    unknown = [key for key in dict.fromkeys(keys) if key not in by_key]
    if unknown:
        message = ntr(
            "There is no account with the key {keys}.",
            "{n} account keys are not in the plan: {keys}.",
            len(unknown),
            keys=listed(unknown),
        )
        raise UserError(message, choices_hint(unknown[0], list(by_key)))
    return np.array([ix for key in dict.fromkeys(keys) for ix in by_key[key]], dtype=np.int64)


def short(text: str) -> str:
    """Return a name that was given, cut where it is too long to be shown or compared."""
    return text if len(text) <= MAX_LETTERS else text[: MAX_LETTERS - 1] + "…"


def split_list(text: str) -> list[str]:
    """Return the parts of "A, B,C" without blanks, each once, in order."""
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def read_list(path: Path) -> list[str]:
    """Return the lines of a file, one code a line; blank lines and those that begin with # do not count."""
    lines = (line.strip().strip("\"'") for line in read_given_text(path).splitlines())
    return list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def _plain(name: str) -> str:
    folded = name.strip().casefold()
    return folded.lstrip("0") or folded
