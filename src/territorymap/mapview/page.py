"""The map page, built by folium: the same for the window and, with its data inside, for an exported file.

Owns the page's frame and its Content-Security-Policy; not what the page does (resources/web).
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
from folium.template import Template

from territorymap.mapview.bundle import bundle
from territorymap.mapview.page_cache import WindowPage, make_nonce
from territorymap.mapview.strings import page_strings
from territorymap.mapview.web_files import ORIGIN, leaflet_file, web_file

MAP_ID = "territories"
ENTRY = "main.js"
STYLE = "map.css"
READER_STYLE = "reader.css"

_TAG = re.compile(r"<(script|style)(?=[\s>])")
_INLINE = re.compile(r"<(script|style)([^>]*)>(.*?)</\1>", re.DOTALL)


def build_window_page(
    options: Mapping[str, bool] | None = None, locale: str = "en-US", nonce: str | None = None
) -> WindowPage:
    """Return the page of the window; data and scripts are fetched from the application's own scheme."""
    nonce = nonce or make_nonce()
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src 'nonce-{nonce}'",
            "connect-src 'self'",
            "img-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    frame = _frame("Territory Map", "window", options or {}, locale)
    text = _TAG.sub(rf'<\1 nonce="{nonce}"', frame.text).replace(
        '<link rel="stylesheet"', f'<link nonce="{nonce}" rel="stylesheet"'
    )
    return WindowPage(_with_policy(frame.fill(text), policy), policy + "; frame-ancestors 'none'")


def build_single_page(
    title: str,
    blocks: Mapping[str, bytes],
    state: Mapping[str, Any],
    options: Mapping[str, bool] | None = None,
    locale: str = "en-US",
) -> str:
    """Return a page that holds all it needs: scripts, styles and data; it opens with no network.

    Parameters
    ----------
    blocks
        id of the element -> deflated bytes of a container.
    state
        the message "state" (mapview/replies.py).
    """
    frame = _frame(title, "export", options or {}, locale)
    elements = [
        f'<script type="text/plain" id="{name}">{base64.b64encode(data).decode("ascii")}</script>'
        for name, data in blocks.items()
    ]
    elements.append(f'<script type="application/json" id="tm-state">{json_for_html(state)}</script>')
    text = frame.fill(frame.text, data="\n".join(elements))
    policy = "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(_hashes(text, "script")),
            "style-src " + " ".join(_hashes(text, "style")),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    return _with_policy(text, policy)


def json_for_html(value: Any) -> str:
    """Return JSON that can stand inside a script element, whatever names are in it."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


class _App(MacroElement):
    """Our part of the page: style, configuration, title, and the script that takes over folium's map."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}
            {{ this.slots["title"] }}
            <script type="application/json" id="tm-config">{{ this.slots["config"] }}</script>
            {{ this.slots["data"] }}
            {%- if this.mode == "window" %}
            <script src="{{ this.origin }}/qwebchannel.js"></script>
            <script type="module" src="{{ this.origin }}/web/{{ this.entry }}"></script>
            {%- endif %}
        {% endmacro %}
        {% macro script(this, kwargs) %}
            {{ this.slots["code"] }}
        {% endmacro %}
        """
    )

    def __init__(self, mode: str, slots: Mapping[str, str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "TerritoryMap"
        self.mode = mode
        self.slots = slots
        self.origin = ORIGIN
        self.entry = ENTRY


@dataclass(frozen=True)
class _Frame:
    """folium's page with a mark where each text of ours goes.

    branca compiles what elements render as a template once more, so a name such as ``{{ 7 * 7 }}`` would be run:
    nothing that comes from data may pass through it.
    """

    text: str
    slots: Mapping[str, str]
    content: Mapping[str, str]

    def fill(self, text: str, data: str = "") -> str:
        for name, slot in self.slots.items():
            text = text.replace(slot, data if name == "data" else self.content[name])
        return text


def _frame(title: str, mode: str, options: Mapping[str, bool], locale: str) -> _Frame:
    figure = Figure()
    map_ = folium.Map(
        location=[30.0, 0.0],
        zoom_start=3,
        tiles=None,
        control_scale=True,
        zoom_control="bottomright",
        font_size="12px",
        max_bounds=True,
        min_lat=-85,
        max_lat=85,
        min_lon=-400,
        max_lon=400,
    )
    map_._name, map_._id = "map", MAP_ID
    map_.options |= {
        "minZoom": 2,
        "maxZoom": 14,
        "zoomSnap": 0.25,
        "wheelPxPerZoomLevel": 80,
        "boxZoom": False,
        "doubleClickZoom": False,
        "maxBoundsViscosity": 0.7,
    }
    map_.default_js = []
    map_.default_css = []
    for name, link in _links(mode).items():
        figure.header.add_child(link, name=name)
    config = {
        "mode": mode,
        "map": map_.get_name(),
        "locale": locale,
        "strings": page_strings(),
        "options": dict(options),
    }
    is_single = mode == "export"
    mark = secrets.token_hex(8)
    slots = {name: f"slot-{name}-{mark}" for name in ("title", "config", "data", "code")}
    content = {
        "title": f'<h1 class="tm-title">{html.escape(title)}</h1>' if is_single else "",
        "config": json_for_html(config),
        "code": bundle(ENTRY, lambda name: web_file(name).read_text("utf-8")) if is_single else "",
    }
    figure.add_child(map_)
    figure.title = html.escape(title)
    map_.add_child(_App(mode, slots))
    return _Frame(figure.render(), slots, content)


class _Inline(Element):
    """Code that stands in the page itself; branca would fetch it from the link."""

    _template = Template("<{{ this.tag }}>{{ this.code }}</{{ this.tag }}>")

    def __init__(self, tag: str, code: str) -> None:
        super().__init__()
        self.tag = tag
        self.code = code


def _links(mode: str) -> dict[str, Element]:
    if mode == "window":
        return {
            "leaflet": JavascriptLink(f"{ORIGIN}/leaflet/leaflet.js"),
            "leaflet_css": CssLink(f"{ORIGIN}/leaflet/leaflet.css"),
            "map_css": CssLink(f"{ORIGIN}/web/{STYLE}"),
        }
    return {
        "leaflet": _Inline("script", leaflet_file("leaflet.js").read_text("utf-8").split("//# sourceMappingURL")[0]),
        "leaflet_css": _Inline(
            "style", re.sub(r"url\([^)]*\)", "none", leaflet_file("leaflet.css").read_text("utf-8"))
        ),
        "map_css": _Inline("style", web_file(STYLE).read_text("utf-8")),
        "reader_css": _Inline("style", web_file(READER_STYLE).read_text("utf-8")),
    }


def _with_policy(text: str, policy: str) -> str:
    meta = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy, quote=False)}">'
    return text.replace("<head>", f"<head>\n{meta}", 1)


def _hashes(text: str, tag: str) -> list[str]:
    """Return the CSP source of each inline element of this kind; data blocks run nothing and need none."""
    found = []
    for match in _INLINE.finditer(text):
        if match[1] != tag or "type=" in match[2]:
            continue
        digest = hashlib.sha256(match[3].encode("utf-8")).digest()
        found.append(f"'sha256-{base64.b64encode(digest).decode('ascii')}'")
    return list(dict.fromkeys(found))
