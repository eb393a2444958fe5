"""Numbers as babel writes them, in several locales."""

from __future__ import annotations

import gettext
from collections.abc import Iterator

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from territorymap import i18n


@pytest.fixture(params=["en_US", "de_DE", "fr_FR", "zh_Hans_CN"])
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.install(gettext.NullTranslations(), request.param)
    yield request.param
    i18n.install(gettext.NullTranslations(), i18n.SOURCE_LANGUAGE)


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, 999.0, 1000.0, -1234567.0, 1e12])
def test_whole_numbers_are_written_as_babel_writes_them(locale: str, value: float) -> None:
    assert i18n.number(value) == format_decimal(abs(value) if value == 0 else value, "#,##0", locale=locale).replace(
        "\N{MINUS SIGN}", "-"
    )


@given(st.floats(min_value=-1e9, max_value=1e9, allow_nan=False), st.integers(min_value=0, max_value=3))
def test_a_written_number_reads_back(value: float, digits: int) -> None:
    assert float(i18n.number(value, digits).replace(",", "")) == pytest.approx(
        round(value, digits), abs=10**-digits / 2
    )


def test_plural_follows_the_number() -> None:
    assert i18n.ntr("{n} unit", "{n} units", 1) == "1 unit"
    assert i18n.ntr("{n} unit", "{n} units", 1234) == "1,234 units"
