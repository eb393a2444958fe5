"""The scheme of the map page must be known before any application is made."""

from __future__ import annotations

import tests.ui.map.conftest  # noqa: F401
