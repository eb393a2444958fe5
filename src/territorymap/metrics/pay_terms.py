"""How a role is paid, as the planner wrote it: tiers, accelerators, bonuses, contests, SPIFFs; to and from JSON.

Owns the shape of ``PayPlan.content`` and what it may say; not what comes out of it (pay).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from territorymap.errors import UserError
from territorymap.i18n import listed, tr

ZERO, ONE = Decimal(0), Decimal(1)
PERIODS = ("year", "quarter", "month")  # what the amounts of a plan are for
TEAMS = ("region", "role", "territory")
ATTAINMENT = "attainment"  # what a contest counts, beside the metrics of Figure
_MOST = Decimal("1e12")


@dataclass(frozen=True)
class PayTier:
    """From this attainment on, each point of quota pays ``rate`` times what a point pays at rate 1."""

    start: Decimal  # ratio
    rate: Decimal


@dataclass(frozen=True)
class RetentionBonus:
    """An amount that is paid once enough of last period's business stayed."""

    threshold: Decimal  # ratio
    amount: Decimal
    metric: str = "retention"  # of Figure


@dataclass(frozen=True)
class TeamBonus:
    """An amount that each member gets once the team together reaches its quota."""

    team: str  # of TEAMS
    threshold: Decimal  # ratio
    amount: Decimal


@dataclass(frozen=True)
class Contest:
    """Prizes for the territories with the most of something."""

    name: str
    metric: str  # ATTAINMENT, or a metric of Figure
    prizes: tuple[Decimal, ...]  # for the first, second ...
    least: Decimal = ZERO  # who has less gets nothing


@dataclass(frozen=True)
class Spiff:
    """An amount for each won deal of a product, or a share of its amount."""

    name: str
    product: str = ""  # words of the deal's product or name; "" = any deal
    amount: Decimal = ZERO
    rate: Decimal = ZERO  # of the deal's amount
    least: Decimal = ZERO  # deals below this amount do not count


@dataclass(frozen=True)
class PayTerms:
    """How a role is paid. Amounts are for a full-time person and for ``period``."""

    base: Decimal = ZERO
    variable: Decimal = ZERO  # at 100 % attainment
    period: str = "year"
    threshold: Decimal = ZERO  # below this attainment tiers pay nothing
    tiers: tuple[PayTier, ...] = (PayTier(ZERO, ONE),)  # ascending, the first from 0
    cap: Decimal | None = None  # most that tiers pay, as a multiple of ``variable``
    retention: RetentionBonus | None = None
    team: TeamBonus | None = None
    contests: tuple[Contest, ...] = ()
    spiffs: tuple[Spiff, ...] = field(default=())

    def to_json(self) -> str:
        """Return the text that ``terms_from_json`` reads."""
        return json.dumps(_plain(self), ensure_ascii=False)


# What a new plan begins with: no pay below half of the quota, half more a point beyond it, twice beyond 150 %.
USUAL_TERMS = PayTerms(
    base=Decimal(60_000),
    variable=Decimal(40_000),
    threshold=Decimal("0.5"),
    tiers=(PayTier(ZERO, ONE), PayTier(ONE, Decimal("1.5")), PayTier(Decimal("1.5"), Decimal(2))),
    cap=Decimal("2.5"),
    retention=RetentionBonus(Decimal("0.95"), Decimal(3_000)),
    team=TeamBonus("region", ONE, Decimal(2_000)),
)


def terms_from_json(text: str) -> PayTerms:
    """Return the terms of a pay plan's content.

    Raises
    ------
    UserError
        where it is no such text, or says something that cannot be paid: which field, and what it must be.
    """
    try:
        data = json.loads(text or "{}", parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError) as error:
        raise UserError(tr("A pay plan cannot be read: {reason}.", reason=str(error)), _HINT()) from error
    if not isinstance(data, dict):
        raise UserError(tr("A pay plan must be an object with names and values."), _HINT())
    unknown = sorted(set(data) - set(PayTerms.__dataclass_fields__))
    if unknown:
        raise UserError(tr("A pay plan has no field {name}.", name=repr(unknown[0])), _HINT())
    terms = PayTerms(
        base=_amount(data, "base", ZERO),
        variable=_amount(data, "variable", ZERO),
        period=_word(data, "period", PERIODS, "year"),
        threshold=_amount(data, "threshold", ZERO),
        tiers=tuple(PayTier(_amount(t, "start"), _amount(t, "rate")) for t in _rows(data, "tiers"))
        or (PayTier(ZERO, ONE),),
        cap=None if data.get("cap") is None else _amount(data, "cap"),
        retention=_retention(data),
        team=_team(data),
        contests=tuple(_contest(c) for c in _rows(data, "contests")),
        spiffs=tuple(_spiff(s) for s in _rows(data, "spiffs")),
    )
    check_terms(terms)
    return terms


def check_terms(terms: PayTerms) -> None:
    """Raise UserError where the terms contradict themselves."""
    starts = [tier.start for tier in terms.tiers]
    if not starts or starts[0] != 0:
        raise UserError(
            tr("The first tier must begin at 0 %."),
            tr("Add a tier from 0 %; its rate may be 0, and then pays nothing."),
        )
    if any(later <= earlier for earlier, later in pairwise(starts)):
        raise UserError(
            tr("Tiers must begin at ascending attainments, each once."), tr("Change where one of them begins.")
        )
    for contest in terms.contests:
        if not contest.prizes:
            raise UserError(tr("The contest {name} has no prize.", name=contest.name), tr("Give it a prize or more."))


def _HINT() -> str:  # noqa: N802  # a constant that follows the language
    return tr("Edit it on the page Pay, or with territorymap pay --terms.")


def _retention(data: Mapping[str, Any]) -> RetentionBonus | None:
    found = _part(data, "retention")
    if found is None:
        return None
    return RetentionBonus(
        _amount(found, "threshold"), _amount(found, "amount"), str(found.get("metric") or "retention")
    )


def _team(data: Mapping[str, Any]) -> TeamBonus | None:
    found = _part(data, "team")
    if found is None:
        return None
    return TeamBonus(_word(found, "team", TEAMS, "region"), _amount(found, "threshold"), _amount(found, "amount"))


def _contest(found: Mapping[str, Any]) -> Contest:
    prizes = found.get("prizes")
    if not isinstance(prizes, list):
        raise UserError(tr("The prizes of a contest must be a list of amounts."), _HINT())
    return Contest(
        name=str(found.get("name") or tr("Contest")),
        metric=str(found.get("metric") or ATTAINMENT),
        prizes=tuple(_amount({"prizes": prize}, "prizes") for prize in prizes),
        least=_amount(found, "least", ZERO),
    )


def _spiff(found: Mapping[str, Any]) -> Spiff:
    return Spiff(
        name=str(found.get("name") or tr("SPIFF")),
        product=str(found.get("product") or ""),
        amount=_amount(found, "amount", ZERO),
        rate=_amount(found, "rate", ZERO),
        least=_amount(found, "least", ZERO),
    )


def _amount(data: Mapping[str, Any], name: str, default: Decimal | None = None) -> Decimal:
    value = data.get(name, default)
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        found = Decimal("NaN")
    if isinstance(value, bool) or not found.is_finite() or found < 0 or found > _MOST:
        raise UserError(
            tr("{name} of a pay plan is {value}; it must be a number from 0 on.", name=repr(name), value=str(value)),
            _HINT(),
        )
    return found


def _word(data: Mapping[str, Any], name: str, known: Sequence[str], default: str) -> str:
    value = str(data.get(name) or default)
    if value not in known:
        raise UserError(
            tr("{name} of a pay plan is {value}.", name=repr(name), value=repr(value)),
            tr("It can be: {names}.", names=listed(known)),
        )
    return value


def _rows(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = data.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UserError(tr("{name} of a pay plan must be a list of objects.", name=repr(name)), _HINT())
    return rows


def _part(data: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    found = data.get(name)
    if found is None:
        return None
    if not isinstance(found, dict):
        raise UserError(tr("{name} of a pay plan must be an object.", name=repr(name)), _HINT())
    return found


def _plain(value: Any) -> Any:
    """Return what json writes: amounts as numbers where these say the same, else as text."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        near = int(value) if whole else float(value)
        return near if Decimal(str(near)) == value else str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
