"""The window's page, built once and kept: folium and what it brings take longer to import than the page to load.

Owns the file in the cache folder and its key; not what stands in the page (page).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from territorymap import __version__
from territorymap.mapview.strings import page_strings
from territorymap.sealing import sealed, unsealed

_NONCE_BYTES = 18
_PARTS = ("page.py", "strings.py", "bundle.py")


@dataclass(frozen=True)
class WindowPage:
    """A page for the window and the policy that goes with it as a header."""

    html: str
    policy: str


def make_nonce() -> str:
    """Return a fresh mark for the page's own scripts and styles.

    WORKAROUND (Qt 6.11): QWebEngineUrlRequestJob lowers the case of response headers, so there are no capitals.
    """
    return secrets.token_hex(_NONCE_BYTES)


def load_window_page(options: Mapping[str, bool], locale: str, folder: Path) -> WindowPage:
    """Return the page of the window with a nonce of its own, from the cache folder where it stands there."""
    path = folder / f"page-{_key(options, locale)}.json"
    nonce = make_nonce()
    kept = _read(path)
    if kept is None:
        from territorymap.mapview.page import build_window_page

        page = build_window_page(options, locale, nonce)
        _keep(path, {"nonce": nonce, "html": page.html, "policy": page.policy})
        return page
    return WindowPage(*(kept[name].replace(kept["nonce"], nonce) for name in ("html", "policy")))


def _key(options: Mapping[str, bool], locale: str) -> str:
    """Return a key of all that the page is made of."""
    made_of: list[object] = [__version__, importlib.metadata.version("folium"), locale, dict(options), page_strings()]
    for name in _PARTS:
        source = Path(__file__).with_name(name)
        # A frozen program has no sources; its version then stands for them.
        made_of.append(source.stat().st_mtime_ns if source.exists() else 0)
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:24]


def _read(path: Path) -> dict[str, str] | None:
    """Return what was kept; None where there is nothing or it is damaged (the page is then built anew)."""
    try:
        text = unsealed(path.read_bytes())
        kept: Any = None if text is None else json.loads(text)
    except (OSError, ValueError):
        return None
    names = ("nonce", "html", "policy")
    is_whole = isinstance(kept, dict) and all(isinstance(kept.get(name), str) for name in names)
    if not is_whole or len(kept["nonce"]) != 2 * _NONCE_BYTES:
        return None
    return {name: kept[name] for name in names}


def _keep(path: Path, kept: Mapping[str, str]) -> None:
    """Write the cache file; a full or read-only disk costs time at the next start, nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(sealed(json.dumps(kept).encode()))
        Path(name).replace(path)
        for other in path.parent.glob("page-*.json"):
            if other != path:
                other.unlink(missing_ok=True)
    except OSError:
        return
