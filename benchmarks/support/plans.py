"""Plans of any size for benchmarks, made through the same path as a planner's."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from scipy.spatial import cKDTree

from territorymap.geo.layer import UnitLayer
from territorymap.importers.accounts import AccountImport
from territorymap.importers.alignment import AlignmentImport
from territorymap.session.create import NewPlan, create_plan

from .layers import bench_layer

KINDS = (
    "Manufacturing", "Retail", "Healthcare", "Finance", "Education", "Hospitality", "Construction", "Energy", "Media",
    "Transport", "Agriculture", "Public sector",
)  # fmt: skip


def size_options(about: str | None) -> argparse.ArgumentParser:
    """Return a parser of the options that say how large a plan is; ``about``: a docstring, whose first line is told."""
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    parser.add_argument("--units", default="us-zip5")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--territories", type=int, default=150)
    return parser


@contextmanager
def sized_plan(options: argparse.Namespace) -> Iterator[Path]:
    """Make a plan of the size that was asked for; it goes at the end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        make_plan(path, bench_layer(options.units), options.territories, options.accounts)
        yield path


def make_plan(
    path: Path, layer: UnitLayer, n_territories: int, n_accounts: int, seed: int = 1, *, is_spread: bool = False
) -> None:
    """Write a plan: territories around random seed units, accounts in random units with log-normal revenue.

    ``is_spread``: accounts lie around their unit's point instead of on it, most placed by coordinates, and have a
    segment of twelve kinds, of which few are frequent.
    """
    rng = np.random.default_rng(seed)
    new = NewPlan(
        layer,
        f"{n_territories} territories, {n_accounts} accounts",
        alignment=_alignment(layer, n_territories, rng),
        accounts=_accounts(layer, n_accounts, rng),
    )
    if is_spread:
        new = replace(new, accounts=_spread(new.accounts, layer, rng))
    create_plan(path, new, author="benchmark")


def _alignment(layer: UnitLayer, n_territories: int, rng: np.random.Generator) -> AlignmentImport:
    points = np.column_stack([layer.lon * np.cos(np.radians(layer.lat.mean())), layer.lat])
    seeds = rng.choice(len(layer), n_territories, replace=False)
    nearest = cKDTree(points[seeds]).query(points)[1]
    return AlignmentImport(
        unit_ix=np.arange(len(layer), dtype=np.int32),
        territory=_texts("Territory {}", nearest),
        rep=_texts("Rep {}", nearest),
        region=np.full(len(layer), "", dtype=object),
        row_numbers=np.arange(len(layer)) + 2,
        n_rows=len(layer),
    )


def _accounts(layer: UnitLayer, n: int, rng: np.random.Generator) -> AccountImport:
    unit_ix = rng.integers(0, len(layer), n).astype(np.int32)
    blank = np.full(n, "", dtype=object)
    return AccountImport(
        account_key=_texts("K{}", np.arange(n)),
        account_name=_texts("Account {}", np.arange(n)),
        postal_code=blank,
        city=blank,
        state=blank,
        country=layer.country[unit_ix],
        lon=layer.lon[unit_ix],
        lat=layer.lat[unit_ix],
        level=np.zeros(n, dtype=np.int8),
        unit_ix=unit_ix,
        constants=np.full((5, n), np.nan),
        measures={"Revenue": np.round(rng.lognormal(8.0, 1.0, n), 2)},
        segments={},
        row_numbers=np.arange(n) + 2,
        fields=frozenset({"account_key", "account_name", "lon", "lat"}),
    )


def _spread(accounts: AccountImport, layer: UnitLayer, rng: np.random.Generator) -> AccountImport:
    unit_ix, n = accounts.unit_ix, len(accounts.unit_ix)
    reach_deg = np.sqrt(shapely.area(layer.geometry)) * 0.22
    level = rng.choice([0, 1, 2], n, p=[0.7, 0.25, 0.05]).astype(np.int8)
    reach = np.where(level == 0, reach_deg[unit_ix], 0.0)
    kinds = np.minimum(rng.geometric(0.3, n) - 1, len(KINDS) - 1)
    return replace(
        accounts,
        lon=accounts.lon + reach * rng.standard_normal(n),
        lat=accounts.lat + reach * rng.standard_normal(n),
        level=level,
        segments={"Industry": np.array(KINDS, dtype=object)[kinds]},
    )


def _texts(pattern: str, numbers: np.ndarray) -> np.ndarray:
    return np.array([pattern.format(int(number)) for number in numbers], dtype=object)
