"""Words of the screen."""

from __future__ import annotations

from territorymap.ui.parts.words import plain_tip


def test_a_tip_from_data_is_never_html():
    assert plain_tip("Ann & Bob") == "Ann & Bob"
    assert plain_tip("<b>Ann</b>\nBob") == "<span>&lt;b&gt;Ann&lt;/b&gt;<br>Bob</span>"
