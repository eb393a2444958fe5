"""What is asked when a team is compared with its accounts: which fields tell language and vertical, how far is far.

Owns the settings, their JSON (an assumption of the plan, topic "fit") and the guess where nothing was said.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace

from territorymap.model.plan import Plan
from territorymap.model.scope import folded

TOPIC = "fit"
NOT_ASKED = "-"  # a field that the planner chose not to ask
MAX_KM, MAX_FACTOR = 20_000.0, 100.0
_LANGUAGE_WORDS = frozenset({"language", "languages", "sprache", "korrespondenzsprache", "langue", "idioma", "语言"})
_VERTICAL_WORDS = frozenset(
    {"vertical", "verticals", "industry", "sector", "industry sector", "branche", "secteur", "行业", "垂直行业"}
)


@dataclass(frozen=True)
class FitSettings:
    """Keys of fields are those of model.scope; "" = by the field's name, NOT_ASKED = none."""

    language_field: str = ""
    vertical_field: str = ""
    far_km: float = 50.0  # the mean way from home is longer than from the middle of the accounts by more than this
    far_factor: float = 2.0  # and more than this many times as long

    def to_json(self) -> str:
        """Return the settings as an assumption holds them."""
        return json.dumps(asdict(self), ensure_ascii=False)


def settings_from_json(text: str) -> FitSettings:
    """Return settings as far as a text can be understood; what cannot has its default."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        found = {}
    usual = FitSettings()
    if not isinstance(found, dict):
        return usual
    told: dict[str, object] = {}
    for field in fields(FitSettings):
        value, default = found.get(field.name), getattr(usual, field.name)
        if isinstance(default, str):
            if isinstance(value, str) and len(value) <= 200:
                told[field.name] = value
            continue
        most = MAX_KM if field.name == "far_km" else MAX_FACTOR
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if is_number and isinstance(value, int | float) and 0 <= value <= most:
            told[field.name] = float(value)
    return replace(usual, **told)  # type: ignore[arg-type]


def resolved(settings: FitSettings, plan: Plan) -> FitSettings:
    """Return the settings with the fields found: where none is named, the segment whose name says it; "" = none."""
    return replace(
        settings,
        language_field=_field(settings.language_field, plan, _LANGUAGE_WORDS),
        vertical_field=_field(settings.vertical_field, plan, _VERTICAL_WORDS),
    )


def _field(key: str, plan: Plan, words: frozenset[str]) -> str:
    if key:
        return "" if key == NOT_ASKED else key
    return next((f"segment:{s.uuid}" for s in plan.segments if folded(s.name) in words), "")
