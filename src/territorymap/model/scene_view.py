"""What a scene shows: place, scenario, colours, panels. Owns its text in the plan, and reading one of anybody's.

A scene's ``content`` is JSON, {"v": 1, ...}; what is missing or not understood is as in a scene that says nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = 1
COMPARE_MODES = ("fade", "swipe", "side", "outline")  # one after the other; both at once, as mapview.comparing has it
PANELS = ("figures", "changes", "legend")  # what may stand beside the map
MAX_TEXT = 400  # letters of one value
MAX_CONTENT = 100_000

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class SceneView:
    """One saved view; texts that name something of the plan are uuids or keys that survive a renaming."""

    bounds: Bounds | None = None  # west, south, east, north; None = the whole plan
    zoom: float = math.nan  # of the map that it was saved from; the bounds are what is shown again
    alignment: str = ""  # uuid, "" = the plan's own
    scenario: str = ""  # uuid, "" = the one in use
    before: str = ""  # uuid of the scenario that is shown first, "" = one scenario only
    compare_mode: str = COMPARE_MODES[0]
    color_by: str = "territory"  # key of mapview.shading
    class_method: str = ""
    class_count: int = 0  # 0 = as usual
    class_per_km2: bool = False
    index_of: str = ""  # name of the measure whose index is written under the territories, "" = the plan's first
    options: Mapping[str, bool] = field(default_factory=dict)  # map options by name; those left out stay as they are
    account_color: str = ""  # keys of mapview.account_style, "" = as usual
    account_size: str = ""
    account_shows: str = ""
    panels: tuple[str, ...] = PANELS[:1]

    @property
    def is_comparison(self) -> bool:
        return bool(self.before) and self.before != self.scenario

    def to_text(self) -> str:
        """Return the content of a scene's row."""
        data: dict[str, Any] = {"v": VERSION}
        usual = SceneView()
        for name, value in vars(self).items():
            if value == getattr(usual, name) or (isinstance(value, float) and math.isnan(value)):
                continue
            data[name] = dict(value) if isinstance(value, Mapping) else value
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def read_scene_view(text: str) -> SceneView:
    """Return the view of a scene's content, whatever it holds."""
    data = _object(text)
    usual = SceneView()
    flags = data.get("options")
    panels = data.get("panels", usual.panels)
    mode = data.get("compare_mode")
    count = data.get("class_count")
    return SceneView(
        bounds=_bounds(data.get("bounds")),
        zoom=_number(data.get("zoom")),
        alignment=_text(data, "alignment"),
        scenario=_text(data, "scenario"),
        before=_text(data, "before"),
        compare_mode=mode if mode in COMPARE_MODES else usual.compare_mode,
        color_by=_text(data, "color_by") or usual.color_by,
        class_method=_text(data, "class_method"),
        class_count=count if type(count) is int and 0 <= count <= 100 else 0,
        class_per_km2=data.get("class_per_km2") is True,
        index_of=_text(data, "index_of"),
        options={k: v for k, v in flags.items() if isinstance(v, bool)} if isinstance(flags, dict) else {},
        account_color=_text(data, "account_color"),
        account_size=_text(data, "account_size"),
        account_shows=_text(data, "account_shows"),
        panels=tuple(p for p in PANELS if p in panels) if isinstance(panels, list | tuple) else usual.panels,
    )


def _object(text: str) -> dict[str, Any]:
    if len(text) > MAX_CONTENT:
        return {}
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) and len(value) <= MAX_TEXT else ""


def _number(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else math.nan  # type: ignore[arg-type]  # one of the two, as asked


def _bounds(value: object) -> Bounds | None:
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    west, south, east, north = (_number(x) for x in value)
    is_piece = -1080 <= west < east <= 1080 and -90 <= south < north <= 90
    return (west, south, east, north) if is_piece else None
