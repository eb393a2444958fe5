"""Chinese headers: our own labels, what we export, and what Chinese lists are headed with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from territorymap import i18n
from territorymap.importers.fields import KINDS, fields_of
from territorymap.importers.header_words import header_tokens, is_known_header, is_total, match_header
from territorymap.resources import translations


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.use_language("zh_CN", translations())
    yield
    i18n.use_language("en", translations())


def test_every_field_is_known_by_its_own_chinese_label(chinese: None) -> None:
    lost = [
        f"{kind}.{field.name}: {field.label()}"
        for kind in KINDS
        for field in fields_of(kind)
        if not field.name.startswith(("measure", "segment", "skip"))
        and field.name not in {match.field for match in match_header(field.label(), kind)}
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("header", "kind", "field"),
    [
        ("客户编号", "accounts", "account_key"),
        ("公司名称", "accounts", "account_name"),
        ("邮政编码", "accounts", "postal_code"),
        ("省/州", "accounts", "state"),
        ("国家 / 地区", "accounts", "country"),
        ("所属辖区", "alignment", "territory"),
        ("负责人", "alignment", "rep"),
        ("预计成交日期", "deals", "expected_on"),
        ("月份", "metrics", "period"),
    ],
)
def test_a_chinese_list_is_understood(header: str, kind: str, field: str) -> None:
    assert match_header(header, kind)[0].field == field
    assert is_known_header(header)


def test_sums_below_a_chinese_report_are_no_accounts() -> None:
    assert is_total("总计")
    assert not is_total("总计科技有限公司")


def test_other_letters_still_count_for_nothing() -> None:
    assert header_tokens("Straße Nr.") == ("strasse", "nr")
    assert header_tokens("Ünïted №") == ("united", "no")
