"""Good files of every format, small: what mutations and fuzzing begin with."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path

from tests.hostile.decks import whole_deck
from tests.hostile.maps import GOOD_FEATURE, collection, feature, square
from tests.hostile.odd_files import zipped
from tests.hostile.sheets import ODS_GOOD, ods_parts, packed, xlsx_parts
from tests.importers.boundary_files import frame, write_shapefile
from tests.support.tiles import make_mbtiles, make_pmtiles, whole_levels

_CSV = {
    "accounts": 'key,name,postal_code,lon,lat,revenue\nq1,Größe,02139,0.5,0.5,1.234,5\nq2,"Beta, Inc",00501,1.5,0.5,20\n',
    "reps": "rep,lon,lat,capacity_h,languages\nAda,0.5,0.5,300,en\nCid,2.5,0.5,1200,de;fr\n",
    "alignment": "unit_code,territory,rep\nA1,West,Ada\nA3,East,Bo\n",
    "assignment": "account_key,territory\nk1,West\nk4,East\n",
    "deals": "account_key,deal_name,amount,stage,registered_on\nk1,Pump,1000,open,2026-01-31\n",
    "partners": "partner,partner_type,contact,agreed_on\nAcme,reseller,Jo,2026-02-01\n",
    "figures": "partner,period,revenue\nAcme,2026-Q1,100\n",
    "metrics": "period,rep,metric,value\n2026-10,Ada,calls,12\n",
    "unit-list": "A1\nA2\n",
    "seeds": "A1,One\nD3,Two\n",
    "barriers": "A1,A2\nB1,B2\n",
    "crm": "Id,Name\n0MI000000000001AAA,West\n",
}


@cache
def good_files() -> dict[tuple[str, str], bytes]:
    """Return target and extension -> the bytes of a good file."""
    out = {(target, ".csv" if target != "unit-list" else ".txt"): text.encode() for target, text in _CSV.items()}
    units = collection(feature([square()]), GOOD_FEATURE)
    line = {"type": "LineString", "coordinates": [[0.5, -1], [0.5, 5]]}
    kml = (
        b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>A</name><Polygon>'
        b"<outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs>"
        b"</Polygon></Placemark></Document></kml>"
    )
    topology = {
        "type": "Topology", "arcs": [[[0, 0], [1, 0], [1, 1], [0, 0]]],
        "objects": {"u": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0]], "properties": {"code": "A"}}]}},
    }  # fmt: skip
    out |= {
        ("accounts", ".xlsx"): packed(xlsx_parts()),
        ("accounts", ".ods"): packed(ods_parts(ODS_GOOD)),
        ("accounts", ".xls"): (Path(__file__).parents[1] / "importers" / "data" / "kunden.xls").read_bytes(),
        ("units", ".geojson"): units,
        ("units", ".topojson"): json.dumps(topology).encode(),
        ("units", ".kml"): kml,
        ("units", ".kmz"): zipped(("doc.kml", kml)),
        ("line", ".geojson"): json.dumps(line).encode(),
        ("template", ".pptx"): whole_deck(),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frame().to_file(folder / "u.gpkg", layer="u", driver="GPKG", SPATIAL_INDEX="NO")
        frame().to_file(folder / "u.fgb", driver="FlatGeobuf")
        parts = write_shapefile(folder / "s", frame()).parent
        out["units", ".gpkg"] = (folder / "u.gpkg").read_bytes()
        out["units", ".fgb"] = (folder / "u.fgb").read_bytes()
        out["units", ".zip"] = zipped(*[(part.name, part.read_bytes()) for part in sorted(parts.iterdir())])
        out["tiles", ".mbtiles"] = make_mbtiles(folder / "t.mbtiles", whole_levels(0, 1)).read_bytes()
        out["tiles", ".pmtiles"] = make_pmtiles(folder / "t.pmtiles", whole_levels(0, 1)).read_bytes()
    return out
