"""Names in a table stand as a reader of the language looks them up."""

from __future__ import annotations

import gettext
from collections.abc import Iterator

import pytest

from territorymap import i18n
from territorymap.ui.parts.order import name_order


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.install(gettext.NullTranslations(), "zh_CN")
    yield
    i18n.install(gettext.NullTranslations(), i18n.SOURCE_LANGUAGE)


def test_chinese_names_stand_by_their_sound(chinese: None) -> None:
    """An hui, bei jing, guang zhou, shang hai; by number of the letter Shanghai would be first."""
    names = ["上海", "北京", "广州", "安徽"]
    assert sorted(names) == ["上海", "北京", "安徽", "广州"]
    assert sorted(names, key=name_order) == ["安徽", "北京", "广州", "上海"]


def test_parts_with_numbers_count_and_empty_ones_come_last_in_a_pair(chinese: None) -> None:
    assert sorted(["辖区 10", "辖区 9"], key=name_order) == ["辖区 9", "辖区 10"]
    pairs = [(False, name_order("上海")), (True, name_order("")), (False, name_order("北京"))]
    assert sorted(range(3), key=lambda i: pairs[i]) == [2, 0, 1]


def test_english_order_is_that_of_the_letters() -> None:
    assert sorted(["Zeta", "alpha", "Beta"], key=name_order) == ["alpha", "Beta", "Zeta"]
