"""US counties and states with their weights. Owns: layers us-counties and us-states. Does not: ZIP areas (us_zip)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from . import geometry
from .sources import Cellar

# LSAD codes of the Census Bureau: what stands after the name.
SUFFIX_BY_LSAD = {
    "00": "", "03": " City and Borough", "04": " Borough", "05": " Census Area", "06": " County", "07": " District",
    "10": " Island", "12": " Municipality", "13": " Municipio", "15": " Parish", "25": " city",
}  # fmt: skip
TOLERANCE_M = 500.0


def read_counties(cellar: Cellar) -> gpd.GeoDataFrame:
    """Return the 3,233 counties of 2018 as a clean coverage in full detail, with state_name and state_abbr."""
    folder = cellar["geostates"] / "geostates/shapefiles"
    counties = gpd.read_file(folder / "cb_2018_us_county_500k/cb_2018_us_county_500k.shp", encoding="utf-8")
    states = gpd.read_file(folder / "cb_2018_us_state_500k/cb_2018_us_state_500k.shp", ignore_geometry=True)
    # The files have no .prj: they are NAD83 (EPSG:4269), taken for WGS 84, which is about a metre off; the layer's
    # own tolerance is 500 m.
    counties = counties.set_crs("EPSG:4326").set_geometry(geometry.clean(counties.geometry.to_numpy()), crs="EPSG:4326")
    states = states.set_index("STATEFP")
    counties["state_name"] = counties["STATEFP"].map(states["NAME"])
    counties["state_abbr"] = counties["STATEFP"].map(states["STUSPS"])
    counties["full_name"] = counties["NAME"] + counties["LSAD"].map(SUFFIX_BY_LSAD)
    return counties


def county_weights(cellar: Cellar) -> pd.DataFrame:
    """Return population (CHSI, about 2005) and labour_force (BLS, 2009) by county FIPS."""
    chsi = pd.read_csv(
        cellar["cohort_compare"] / "cohort_compare/data/County_Data_after_impute_after_scaling.csv",
        usecols=["State_FIPS_Code", "County_FIPS_Code", "Population_Size"],
    )
    fips = chsi["State_FIPS_Code"].map("{:02d}".format) + chsi["County_FIPS_Code"].map("{:03d}".format)
    population = pd.Series(chsi["Population_Size"].to_numpy(float), index=fips)
    bls = pd.read_csv(
        cellar["bokeh_sampledata"] / "bokeh_sampledata/_data/unemployment09.csv.gz",
        header=None, dtype=str, usecols=[1, 2, 5],
    )  # fmt: skip
    labour = pd.to_numeric(bls[5].str.replace(",", "").str.strip(), errors="coerce")
    labour.index = pd.Index(bls[1].str.zfill(2) + bls[2].str.zfill(3))
    return pd.DataFrame({"population": population.where(population > 0), "labour_force": labour})


def build(cellar: Cellar) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers us-counties and us-states; states are made of counties, so their borders coincide."""
    source = read_counties(cellar)
    slim = geometry.simplify(source.geometry.to_numpy(), TOLERANCE_M)
    weights = county_weights(cellar).reindex(source["GEOID"])
    counties = geometry.unit_frame(
        slim,
        {
            "unit_code": source["GEOID"], "unit_name": source["full_name"], "parent_code": source["STATEFP"],
            "parent_name": source["state_name"], "country": "US",
        },
        {name: weights[name].to_numpy() for name in weights},
    )  # fmt: skip
    return {"us-counties": counties, "us-states": _states(counties, source)}


def _states(counties: gpd.GeoDataFrame, source: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the states dissolved from the simplified counties, weights summed."""
    shapes, codes = geometry.dissolve(counties.geometry.to_numpy(), counties["parent_code"].to_numpy(str))
    first = counties.drop_duplicates("parent_code").set_index("parent_code").loc[codes]
    sums = counties.groupby("parent_code")[["population", "labour_force"]].sum(min_count=1).loc[codes]
    abbr = source.drop_duplicates("STATEFP").set_index("STATEFP")["state_abbr"].loc[codes]
    frame = geometry.unit_frame(
        shapes,
        {
            "unit_code": np.asarray(codes, dtype=object), "unit_name": first["parent_name"].to_numpy(),
            "parent_code": "US", "parent_name": "United States", "country": "US", "state_abbr": abbr.to_numpy(),
        },
        {"population": sums["population"].to_numpy(), "labour_force": sums["labour_force"].to_numpy()},
    )  # fmt: skip
    frame.insert(5, "abbr", frame["unit_code"].map(abbr))
    return frame
