"""Every metric is registered and says all it has to."""

from __future__ import annotations

import pytest

from territorymap.metrics.registry import docstring_section, metric, metrics


def test_every_metric_says_formula_meaning_and_source():
    found = metrics()
    balance = {"target", "index", "cv", "max_deviation", "outside_tolerance"}
    size = {"accounts", "units", "area_km2", "perimeter_km", "total", "workload_h"}
    shape = {"pieces", "cut_edges", "polsby_popper", "noncontiguous"}
    assert balance | size | shape <= set(found)
    for name, one in found.items():
        assert one.name == name
        assert one.label()
        assert one.formula()
        assert one.meaning()
        assert one.source, name
        assert docstring_section(one.function, "Returns"), name
        assert docstring_section(one.function, "Parameters"), name


def test_two_metrics_of_one_name_are_refused():
    declare = metric("pieces", scope="territory", label=str, formula=str, meaning=str, lines=lambda case: [])
    metrics()
    with pytest.raises(ValueError, match="pieces"):
        declare(lambda: None)


def test_unknown_scope_is_refused():
    with pytest.raises(ValueError, match="galaxy"):
        metric("x", scope="galaxy", label=str, formula=str, meaning=str, lines=lambda case: [])


def test_section_of_a_docstring_ends_at_the_next():
    def documented() -> None:
        """First line.

        Returns
        -------
        (T,) int,
        nothing more.

        Source
        ------
        A book.
        """

    assert docstring_section(documented, "Returns") == "(T,) int, nothing more."
    assert docstring_section(documented, "Source") == "A book."
    assert docstring_section(documented, "Raises") == ""
