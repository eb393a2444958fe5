"""KEY=VALUE of the command partner set. Owns the keys and how values are read; steps are session's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from territorymap.cli.naming import choices_hint
from territorymap.cli.numbers import read_number
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.importers.days import is_day_first, parse_day
from territorymap.metrics.partners.programme import programme_of
from territorymap.metrics.partners.sheet import scores_of
from territorymap.model.coverage import Assumption, Partner, Tier
from territorymap.session.commands import partners as commands

if TYPE_CHECKING:
    from territorymap.session.session import Session

_TEXTS = ("contact", "joint_plan", "note")
_DAYS = ("agreed_on", "left_on")
KEYS = ("name", "type", "status", "tier", "satisfaction", *_DAYS, *_TEXTS)
FIGURES = ("revenue", "target", "satisfaction")


def apply_settings(session: Session, partner: Partner, settings: Sequence[str]) -> list[str]:
    """Set all, each kind of value one step; returns what the person should know."""
    profile: dict[str, object] = {}
    scores = scores_of(partner)
    figures: dict[str, dict[str, float | None]] = {}
    name = status = tier = None
    for setting in settings:
        key, is_told, value = setting.partition("=")
        key, value = key.strip(), value.strip()
        if not is_told:
            raise UserError(tr("{text} is no KEY=VALUE.", text=repr(setting)), tr("Write e.g. satisfaction=8.5"))
        what, is_part, part = key.partition(".")
        if is_part and what in FIGURES:
            figures.setdefault(part, {})[what] = read_number(key, value) if value else None
        elif is_part and what == "score":
            criterion = _criterion(session, part)
            scores.pop(criterion, None)
            if value:
                scores[criterion] = read_number(key, value)
            profile["scores"] = json.dumps(scores)
        elif key == "name":
            name = value
        elif key == "status":
            status = value
        elif key == "tier":
            tier = value
        elif key == "type":
            profile["partner_type"] = value
        elif key == "satisfaction":
            profile[key] = read_number(key, value) if value else None
        elif key in _DAYS:
            profile[key] = _day(key, value)
        elif key in _TEXTS:
            profile[key] = value
        else:
            raise UserError(tr("There is nothing called {name} to set.", name=repr(key)), choices_hint(key, KEYS))
    rep_id = partner.rep_id
    notes: list[str] = []
    if status is not None:
        notes += session.do(commands.set_status(session, rep_id, status, date.today()), "cli").notes
    if profile or name is not None:
        session.do(commands.edit_partner(session, rep_id, profile, name), "cli")
    if tier is not None:
        session.do(commands.give_tiers(session, {rep_id: _tier(session, tier)}, date.today()), "cli")
    for period, amounts in figures.items():
        session.do(commands.set_figures(session, rep_id, period, amounts), "cli")
    return notes


def _day(key: str, value: str) -> str:
    day = parse_day(value, is_day_first([value]))
    if day is None:
        raise UserError(tr("{key}: {value} is no day.", key=key, value=repr(value)), tr("Write 2026-10-05."))
    return day


def _criterion(session: Session, text: str) -> str:
    """Return the key of a criterion named by key or name."""
    criteria = programme_of(session.register(Assumption).values()).criteria
    wanted = text.strip().casefold()
    found = next((c.key for c in criteria if wanted in (c.key.casefold(), c.name.casefold())), None)
    if found is None:
        raise UserError(
            tr("There is no criterion {name}.", name=repr(text)), choices_hint(text, [c.key for c in criteria])
        )
    return found


def _tier(session: Session, name: str) -> int | None:
    return None if not name else find_tier(session, name).row_id


def find_tier(session: Session, name: str) -> Tier:
    """Return the tier of that name, letter case aside; UserError names those there are."""
    tiers = session.register(Tier).values()
    found = next((t for t in tiers if t.tier_name.casefold() == name.strip().casefold()), None)
    if found is None:
        names = [t.tier_name for t in tiers]
        hint = choices_hint(name, names) if names else tr("Make one with partner tier set.")
        raise UserError(tr("There is no tier {name}.", name=repr(name)), hint)
    return found
