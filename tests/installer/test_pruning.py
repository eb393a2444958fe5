"""What must not be pruned from the bundle, asked of the modules that need it."""

from __future__ import annotations

import pytest

from installer.pruning import is_wanted
from territorymap.importers import countries
from territorymap.model import languages


@pytest.mark.parametrize(
    "language", sorted({*countries._LANGUAGES, *languages._NAMED_IN, "zh_Hans_CN", "en_GB", "root"})
)
def test_the_names_of_countries_and_languages_stay(language: str) -> None:
    """An import of accounts with a column of countries ended with "unknown locale" in the frozen program."""
    assert is_wanted((f"babel/locale-data/{language}.dat", f"/venv/babel/locale-data/{language}.dat", "DATA"))


def test_other_languages_go() -> None:
    assert not is_wanted(("babel/locale-data/sw.dat", "/venv/babel/locale-data/sw.dat", "DATA"))
