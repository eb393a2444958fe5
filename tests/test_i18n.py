"""Numbers as babel writes them, in several locales."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from babel.numbers import format_currency, format_decimal, get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from territorymap import i18n


@pytest.fixture(params=["en_US", "de_DE", "fr_FR", "zh_Hans_CN"])
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.install(gettext.NullTranslations(), request.param)
    yield request.param
    i18n.install(gettext.NullTranslations(), i18n.SOURCE_LANGUAGE)


def test_sentences_stand_apart_as_the_script_wants(locale: str) -> None:
    is_chinese = locale.startswith("zh")
    assert i18n.told(["A b.", "", "C d."]) == ("A b.C d." if is_chinese else "A b. C d.")


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


@pytest.mark.parametrize(
    ("locale_of_money", "currency", "expected"),
    [
        ("en_US", "USD", "-$1,234.57"),
        ("en_US", "JPY", "-¥1,235"),
        ("en_US", "CHF", "-CHF\N{NO-BREAK SPACE}1,234.57"),
        ("en_US", "", "-1,234.57"),
        ("zh_CN", "CNY", "-¥1,234.57"),
        ("de_DE", "EUR", "-1.234,57\N{NO-BREAK SPACE}€"),
    ],
)
def test_money_is_written_as_people_of_the_locale_write_it(locale_of_money: str, currency: str, expected: str) -> None:
    i18n.install(gettext.NullTranslations(), locale_of_money)
    try:
        assert i18n.money(-1234.567, currency, 2) == expected
    finally:
        i18n.install(gettext.NullTranslations(), i18n.SOURCE_LANGUAGE)


def test_no_amount_is_a_dash_and_nothing_is_no_debt() -> None:
    assert i18n.money(float("nan"), "USD") == i18n.money(None, "USD") == "–"
    assert i18n.money(-0.2, "USD") == "$0"


@given(
    st.floats(-1e12, 1e12), st.sampled_from(i18n.currencies()), st.sampled_from(["en_US", "en_GB", "zh_CN", "de_DE"])
)
def test_money_agrees_with_babel(value: float, currency: str, name: str) -> None:
    rounded = round(value, get_currency_precision(currency))
    if rounded == 0:
        return
    i18n.install(gettext.NullTranslations(), name)
    try:
        written = i18n.money(value, currency, 9)
    finally:
        i18n.install(gettext.NullTranslations(), i18n.SOURCE_LANGUAGE)
    assert _bare(written) == _bare(format_currency(rounded, currency, locale=name))


def _bare(text: str) -> str:
    """Return a text without blanks, of which Babel puts fewer, and with a plain minus."""
    return "".join(text.split()).replace("\N{MINUS SIGN}", "-")


@pytest.mark.parametrize(
    ("name", "language"),
    [("zh", "zh_CN"), ("zh_CN.UTF-8", "zh_CN"), ("zh-Hans-SG", "zh_CN"), ("zh_TW", None), ("zh-Hant", None),
     ("en_GB", "en"), ("C", None), ("", None), ("de_DE@euro", None)],
)  # fmt: skip
def test_a_locale_means_one_of_our_languages_or_none(name: str, language: str | None) -> None:
    assert i18n.find_language(name) == language


def test_the_country_decides_on_dates_within_a_language(tmp_path: Path) -> None:
    assert i18n.use_language("en_GB", tmp_path) == "en"
    british = i18n.day(date(2026, 10, 5))
    i18n.use_language("system", tmp_path, system="C")
    assert (british, i18n.day(date(2026, 10, 5))) == ("5 Oct 2026", "Oct 5, 2026")
    with pytest.raises(ValueError, match="tlh"):
        i18n.use_language("tlh", tmp_path)


def test_moments_of_one_list_can_be_told_apart() -> None:
    """A minute of its own needs no seconds; of one second the later ones are numbered."""
    moments = [datetime(2026, 11, 26, 20, 45, 12), *2 * [datetime(2026, 11, 26, 20, 45, 3)], datetime(2026, 1, 6, 8, 9)]
    plain = [text.replace("\u202f", " ") for text in i18n.moments(moments)]
    assert plain == ["11/26/26, 8:45:12 PM", "11/26/26, 8:45:03 PM", "11/26/26, 8:45:03 PM (2)", "1/6/26, 8:09 AM"]
    assert i18n.moments(moments[-1:]) == [i18n.moment(moments[-1])]
    assert i18n.moments([]) == []
