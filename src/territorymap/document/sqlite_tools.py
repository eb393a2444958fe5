"""sqlite-utils, imported without pandas. Owns nothing but that import.

WORKAROUND sqlite-utils 4: its module imports pandas if it is there, only to know its data types; that takes longer than
all the rest of a start. We hand it no pandas objects.
"""

from __future__ import annotations

import sys

_is_absent = "pandas" not in sys.modules
if _is_absent:
    sys.modules["pandas"] = None  # type: ignore[assignment]
try:
    from sqlite_utils import Database
finally:
    if _is_absent:
        del sys.modules["pandas"]

__all__ = ["Database"]
