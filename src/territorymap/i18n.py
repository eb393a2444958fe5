"""One gettext function for every visible string, and numbers as people read them.

Owns the catalogue and the locale; does not own any sentence.
"""

from __future__ import annotations

import gettext as _gettext
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_datetime
from babel.numbers import format_percent, get_decimal_symbol, get_group_symbol

SOURCE_LANGUAGE = "en_US"


class _Catalogue:
    """The catalogue in use; a holder, so that the language can change without a restart."""

    translations: _gettext.NullTranslations = _gettext.NullTranslations()
    locale: str = SOURCE_LANGUAGE


def install(translations: _gettext.NullTranslations, locale: str) -> None:
    """Use another catalogue and locale from now on."""
    _Catalogue.translations = translations
    _Catalogue.locale = locale


def locale_name() -> str:
    """Return the locale in use, e.g. en_US."""
    return _Catalogue.locale


def tr(message: str, /, **values: object) -> str:
    """Return the message in the user's language, named values put in.

    Write whole sentences: ``tr("{name} is locked.", name=territory.name)``.
    """
    text = _Catalogue.translations.gettext(message)
    return text.format(**values) if values else text


def ntr(singular: str, plural: str, n: int, /, **values: object) -> str:
    """Return the form for ``n`` things; ``{n}`` is the grouped number."""
    text = _Catalogue.translations.ngettext(singular, plural, n)
    return text.format(n=number(n), **values)


def number(value: float, digits: int = 0) -> str:
    """Return a number with the locale's grouping, e.g. 12,345.6."""
    # Not babel's format_decimal: a table shows tens of thousands of numbers, and this is 20 times faster.
    text = f"{round(float(value), digits) + 0.0:,.{digits}f}"
    return text.translate(_symbols(_Catalogue.locale))


def percent(ratio: float, digits: int = 0) -> str:
    """Return a ratio as percent: 0.125 -> 12.5 %."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + " %"
    return str(format_percent(float(ratio), pattern, locale=_Catalogue.locale))


def day(value: date) -> str:
    """Return a date in the locale's medium form."""
    return str(format_date(value, "medium", locale=_Catalogue.locale))


def moment(value: datetime) -> str:
    """Return date and time in the locale's short form."""
    return str(format_datetime(value, "short", locale=_Catalogue.locale))


@lru_cache(maxsize=16)
def _symbols(locale: str) -> dict[int, str]:
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})
