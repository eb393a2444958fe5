"""A scene's view survives its text; a text of somebody else's cannot do harm."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.model.scene_view import COMPARE_MODES, PANELS, SceneView, read_scene_view

names = st.text(max_size=20)
views = st.builds(
    SceneView,
    bounds=st.none() | st.just((-10.5, 40.0, 3.25, 51.0)) | st.just((170.0, -20.0, 190.0, -10.0)),
    zoom=st.floats(-2, 20),
    alignment=names,
    scenario=names,
    before=names,
    compare_mode=st.sampled_from(COMPARE_MODES),
    color_by=names.filter(bool),
    class_method=names,
    class_count=st.integers(0, 9),
    class_per_km2=st.booleans(),
    index_of=names,
    options=st.dictionaries(names, st.booleans(), max_size=3),
    account_color=names,
    account_size=names,
    account_shows=names,
    panels=st.sets(st.sampled_from(PANELS)).map(lambda some: tuple(p for p in PANELS if p in some)),
)


@given(views)
def test_a_view_is_read_as_it_was_written(view: SceneView) -> None:
    assert read_scene_view(view.to_text()) == view


def test_a_scene_that_says_nothing_shows_the_whole_plan_as_it_is() -> None:
    for text in ("", "{}", "[]", "null", "{", '{"v": 99}', "x" * 200_000):
        view = read_scene_view(text)
        assert math.isnan(view.zoom)
        assert dataclasses.replace(view, zoom=0.0) == dataclasses.replace(SceneView(), zoom=0.0)


@pytest.mark.parametrize("bounds", [[1, 2, 3], [3, 0, 1, 1], [0, 0, "1", 1], [0, -91, 1, 1], [0, 0, 1e9, 1], None, {}])
def test_a_place_that_cannot_be_is_the_whole_plan(bounds: object) -> None:
    assert read_scene_view(json.dumps({"v": 1, "bounds": bounds})).bounds is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda c: st.lists(c, max_size=3)))
def test_any_value_of_any_field_is_taken_or_left(value: object) -> None:
    for field in dataclasses.fields(SceneView):
        view = read_scene_view(json.dumps({"v": 1, field.name: value}))
        assert isinstance(getattr(view, field.name), type(getattr(SceneView(), field.name)) | tuple)


def test_before_and_after_are_two_scenarios() -> None:
    assert SceneView(scenario="b", before="a").is_comparison
    assert not SceneView(scenario="a", before="a").is_comparison
    assert not SceneView(scenario="a").is_comparison
