"""Small files of every kind, made by hand: not by the code under test."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def write_csv(path: Path, rows: Sequence[Sequence[object]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return write_text(path, out.getvalue(), encoding)


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(path)
    return path


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="Blatt">{rows}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def write_ods(path: Path, rows_xml: str) -> Path:
    """Write an OpenDocument sheet from the XML of its rows."""
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:media-type="{_ODS_TYPE}" manifest:full-path="/"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS_TYPE)
        archive.writestr("content.xml", _ODS.format(rows=rows_xml))
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def ods_row(*cells: str | float, repeated: int = 1) -> str:
    made = []
    for cell in cells:
        if isinstance(cell, str):
            made.append(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>')
        else:
            tag = f'<table:table-cell office:value-type="float" office:value="{cell}">'
            made.append(f"{tag}<text:p>{cell}</text:p></table:table-cell>")
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{times}>{''.join(made)}</table:table-row>"


def feature(geometry: dict[str, Any] | None, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def square(west: float, south: float, side: float = 1.0) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def write_geojson(path: Path, features: Sequence[dict[str, Any]], **more: Any) -> Path:
    return write_text(path, json.dumps({"type": "FeatureCollection", **more, "features": list(features)}))


def write_geocoder(folder: Path) -> Path:
    """Write a tiny geocoder: Boston's Cambridge (MA), two Springfields, Dresden, Munich, London's SW1A, Ottawa's K1A.

    Positions are whole or half degrees, near enough to the truth to be recognised.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "us": "code,place,admin1,lon,lat\n02139,Cambridge,MA,-71.0,42.5\n00501,Holtsville,NY,-73.0,40.5\n"
        "62701,Springfield,IL,-89.5,40.0\n10001,New York,NY,-74.0,40.5\n",
        "de": "code,place,admin1,lon,lat\n01067,Dresden,SN,13.5,51.0\n80331,München,BY,11.5,48.0\n",
        "gb": "code,place,admin1,lon,lat,kind\nSW1A,London,ENG,0.0,51.5,district\nSW1A 1,London,ENG,0.5,51.5,sector\n",
        "ca": "code,place,admin1,lon,lat\nK1A,Ottawa,ON,-75.5,45.5\n",
        "fr": "code,place,admin1,lon,lat,level\n01000,Bourg-en-Bresse,84,5.0,46.0,city\n",
    }
    for country, text in tables.items():
        (folder / f"{country}-postal.csv.gz").write_bytes(gzip.compress(text.encode()))
    places = (
        "country,admin1,admin1_name,name,ascii_name,alternatives,lon,lat,population\n"
        "DE,BY,Bayern,Munich,Munich,Muenchen|Monaco di Baviera,11.5,48.0,1500000\n"
        "DE,HE,Hessen,Frankfurt am Main,Frankfurt am Main,,8.5,50.0,650000\n"
        "DE,BB,Brandenburg,Frankfurt (Oder),Frankfurt (Oder),,14.5,52.5,58000\n"
        "FR,42,Loire,Saint-Étienne,Saint-Etienne,,4.5,45.5,170000\n"
        "US,MA,Massachusetts,Springfield,Springfield,,-72.5,42.0,155000\n"
        "US,MO,Missouri,Springfield,Springfield,,-93.5,37.0,169000\n"
        "US,MO,Missouri,St. Louis,St. Louis,Saint Louis,-90.0,38.5,300000\n"
        "US,MA,Massachusetts,Cambridge,Cambridge,,-71.0,42.5,110000\n"
        "US,IL,Illinois,Chicago,Chicago,,-87.5,42.0,2700000\n"
        "US,TX,Texas,Dallas,Dallas,,-97.0,33.0,1300000\n"
    )
    (folder / "places.csv.gz").write_bytes(gzip.compress(places.encode()))
    return folder
