"""The keys of ``set``: workload constants, target, tolerances, title, note, effective date, currency.

Owns their names and how their values are read; ranges are session's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from territorymap.cli.naming import choices_hint, find_measures
from territorymap.cli.numbers import read_number, read_ratio
from territorymap.document.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.model.accounts import CONSTANT_COLUMNS
from territorymap.model.plan import Plan
from territorymap.model.records import Measure
from territorymap.session.commands import edit_plan, set_tolerance
from territorymap.session.session import Command

TEXT_KEYS = ("title", "note", "effective_date", "currency")
TARGET = "target"
TOLERANCE = "tolerance"


def settings_of(plan: Plan) -> dict[str, str | float]:
    """Return every key with its value."""
    values: dict[str, str | float] = dict(asdict(plan.info.constants))
    values[TARGET] = plan.info.target_kind
    values |= {f"{TOLERANCE}.{measure.name}": measure.tolerance for measure in plan.measures}
    return values | {key: getattr(plan.info, key) for key in TEXT_KEYS}


def command_for(plan: Plan, assignments: Sequence[str]) -> Command:
    """Return one command that sets all of ["visits=6", "tolerance.revenue=0.1", ...]."""
    texts: dict[str, str] = {}
    constants: dict[str, float] = {}
    tolerances: dict[int, float] = {}
    for text in assignments:
        key, value = _split(plan, text)
        if key in CONSTANT_COLUMNS:
            constants[key] = read_number(key, value)
        elif key in (TARGET, *TEXT_KEYS):
            texts[key] = value
        else:
            tolerance = read_ratio(key, value)
            tolerances |= {measure.measure_id: tolerance for measure in _measures_of(plan, key)}
    if TARGET in texts:
        texts["target_kind"] = texts.pop(TARGET).strip().lower()
    parts = [edit_plan(plan, constants=constants, **texts)] if texts or constants else []
    parts += [set_tolerance(plan, measure_id, tolerance) for measure_id, tolerance in tolerances.items()]

    def run(writer: Writer, plan: Plan) -> None:
        for part in parts:
            part.run(writer, plan)

    return Command(tr("Set {assignments}", assignments=listed(assignments)), run)


def known_keys(plan: Plan) -> list[str]:
    """Return the keys that can be set."""
    names = [f"{TOLERANCE}.{measure.name}" for measure in plan.measures]
    return [*CONSTANT_COLUMNS, TARGET, TOLERANCE, *names, *TEXT_KEYS]


def _split(plan: Plan, text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    key = key.strip()
    if not sign:
        raise UserError(
            tr("{text} is not of the form KEY=VALUE.", text=repr(text)), tr("Write for example: visits=6 target=equal")
        )
    plain = key.casefold()
    if plain in (*CONSTANT_COLUMNS, TARGET, TOLERANCE, *TEXT_KEYS):
        return plain, value
    if plain.startswith(TOLERANCE + "."):
        _measures_of(plan, key)
        return key, value
    raise UserError(tr("There is no setting {key}.", key=repr(key)), choices_hint(key, known_keys(plan)))


def _measures_of(plan: Plan, key: str) -> list[Measure]:
    _, _, name = key.partition(".")
    return find_measures(plan, [name]) if name else list(plan.measures)
