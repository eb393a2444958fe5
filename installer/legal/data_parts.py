"""The data that the program brings: boundaries, background, places. Owns their licences' names and texts."""

from __future__ import annotations

import json
from pathlib import Path

from installer.legal.parts import NoticesError, Part, Text
from installer.legal.texts import standard_text

_PUBLIC = "In the public domain: no licence is needed, and nothing has to be reproduced."
# What maps/layers.json calls a licence: SPDX name, standard text or a sentence with the address of the terms.
_TERMS: dict[str, tuple[str, str]] = {
    "CC BY 4.0": ("CC-BY-4.0", ""),
    "ODbL 1.0": ("ODbL-1.0", ""),
    "US public domain": (
        "LicenseRef-US-public-domain",
        "Works of the United States government: in the public domain there (17 U.S.C. 105).",
    ),
    "public domain": ("LicenseRef-public-domain", _PUBLIC),
    "GeoNutzV": (
        "LicenseRef-GeoNutzV",
        (
            "Verordnung zur Festlegung der Nutzungsbestimmungen fuer die Bereitstellung von Geodaten des "
            "Bundes (GeoNutzV) "
            "of 19 March 2013: every use is allowed if the source is named and changes are marked as such. The text: "
            "https://www.gesetze-im-internet.de/geonutzv/"
        ),
    ),
    "OGL v3": (
        "OGL-UK-3.0",
        (
            "Open Government Licence for public sector information, version 3.0: copy, publish, distribute, adapt and "
            "exploit the information if the source is acknowledged. The text: "
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
        ),
    ),
}


def data_parts(maps: Path) -> list[Part]:
    """Return the layers, the background and the tables of places as parts.

    Raises
    ------
    NoticesError
        if one of them has a licence that nothing is known of.
    """
    layers = json.loads((maps / "layers.json").read_text(encoding="utf-8"))
    found = [_part(f"Map layer {row['id']}", row) for row in layers]
    tables = json.loads((maps / "geocoder.json").read_text(encoding="utf-8"))
    found += [_part(f"Places {Path(str(row['file'])).name}", row) for row in tables]
    background = {"licence": "public domain; CC BY 4.0", "attribution": "Made with Natural Earth; GeoNames, CC BY 4.0"}
    found.append(_part("Map background", background))
    return found


def _part(name: str, row: dict[str, object]) -> Part:
    words = [word.strip() for word in str(row.get("licence", "")).split(";")]
    texts = [Text("Attribution", f"{row.get('attribution') or row.get('source') or ''}\n")]
    names = []
    for word in words:
        if word not in _TERMS:
            raise NoticesError(f"{name}: nothing is known of the licence {word!r}")
        spdx, sentence = _TERMS[word]
        names.append(spdx)
        texts.append(Text(word, sentence + "\n") if sentence else standard_text(spdx))
    return Part(
        name=name,
        version="",
        licence=" AND ".join(names),
        url="",
        kind="data",
        texts=tuple(texts),
    )
