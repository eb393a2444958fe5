"""In which order names stand in a table: in Chinese as a dictionary has them, by sound; else by their letters.

Owns the order of texts; what is sorted is up to the models.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PySide6.QtCore import QCollator, QLocale

from territorymap.i18n import language, locale_name


def name_order(text: str) -> Any:
    """Return a key to sort texts by; keys of one language can be compared with each other."""
    return text.casefold() if language() == "en" else _collator(locale_name()).sortKey(text)


@lru_cache(maxsize=4)
def _collator(locale: str) -> QCollator:
    collator = QCollator(QLocale(locale))
    collator.setNumericMode(True)
    return collator
