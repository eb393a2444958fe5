"""What is collected on the way from rows to units, and the steps that can leave a row out. Owns reasons and notes.

The order of the steps is unit_layer's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.layer import Geometries, UnitLayer
from territorymap.geo.repair import mend_borders, settle_corners
from territorymap.geo.survey import Fault, FaultKind, renumbered, survey_borders
from territorymap.geo.tangle import is_tangled
from territorymap.i18n import ntr, tr
from territorymap.importers.progress import Ticker
from territorymap.importers.rejects import Reject
from territorymap.importers.unit_assembly import country_counts, share_on_land
from territorymap.importers.unit_columns import ColumnFacts, mend_codes
from territorymap.importers.unit_crs import DEGREES, Placed, place
from territorymap.importers.unit_faults import named_codes
from territorymap.importers.unit_options import FilePlace, LayerImport, UnitOptions
from territorymap.importers.unit_rows import DEGREES_BY_FORMAT, UnitRows
from territorymap.importers.unit_shapes import read_shapes

_MANY_CORNERS = 100_000  # of an area: whether it is valid is asked after whether it is tangled, which takes less time


def survey_units(merged: Geometries, ticker: Ticker) -> list[Fault]:
    there = np.flatnonzero(~shapely.is_empty(merged))
    return renumbered(survey_borders(merged[there], ticker.tell), there)


class Making:
    """What is collected on the way from rows to units: reasons by row, notes, places."""

    def __init__(self, rows: UnitRows, options: UnitOptions) -> None:
        self.rows, self.options = rows, options
        self.notes: list[str] = list(rows.notes)
        self._why: dict[int, str] = {}  # position of a row -> why it was left out
        self._places: list[FilePlace] = []
        self._colliding: list[str] = []

    def reject(self, at: Sequence[int] | NDArray[np.int64], reason: str) -> None:
        for i in at:
            self._why.setdefault(int(i), reason)

    def shapes(self, ticker: Ticker) -> tuple[Geometries, NDArray[np.int64]]:
        """Return the rows that have an area."""
        shapes = read_shapes(self.rows.wkb, ticker)
        self._why |= shapes.why_not
        if shapes.n_mixed:
            self.notes.append(
                ntr(
                    "One feature mixes areas with points or lines; only the areas were kept.",
                    "{n} features mix areas with points or lines; only the areas were kept.",
                    shapes.n_mixed,
                )
            )
        return shapes.geometry, shapes.at

    def codes(self, column: ColumnFacts | None) -> list[str]:
        """Return a code for each row, "" where there is none."""
        if column is None:
            self.notes.append(tr("No column holds codes: the units were numbered."))
            return [str(i + 1) for i in range(len(self.rows))]
        codes, n_mended = mend_codes(column)
        no_codes = column.no_codes
        for i, text in enumerate(column.texts):
            if text in no_codes:
                codes[i] = ""
                self.reject([i], tr("The feature has no code: {code} stands for none.", code=text))
        if n_mended:
            self.notes.append(
                ntr(
                    "One code in {column} had lost its leading zero.",
                    "{n} codes in {column} had lost their leading zeros.",
                    n_mended,
                    column=column.header,
                )
            )
        if self.options.is_kept_apart and len(self.rows.files) > 1:
            stems = [self.rows.files[f].stem for f in self.rows.file_ix.tolist()]
            codes = [f"{stem}-{code}" if code else "" for stem, code in zip(stems, codes, strict=True)]
        return codes

    def untangled(self, geometry: Geometries, at: NDArray[np.int64]) -> tuple[Geometries, NDArray[np.int64]]:
        """Return the areas without those whose borders cross themselves too often to be mended."""
        is_suspect = shapely.get_num_coordinates(geometry) > _MANY_CORNERS
        is_suspect[~is_suspect] = ~shapely.is_valid(geometry[~is_suspect])
        suspects = np.flatnonzero(is_suspect)
        tangled = suspects[is_tangled(geometry[suspects])]
        if not len(tangled):
            return geometry, at
        self.reject(at[tangled], tr("The border of the area crosses itself too often to be mended."))
        kept = np.setdiff1d(np.arange(len(at)), tangled)
        self._refuse_none(kept)
        return geometry[kept], at[kept]

    def _refuse_none(self, at: NDArray[np.int64]) -> None:
        if not len(at):
            raise UserError(
                tr("{name} holds no areas that can be units.", name=self.rows.name),
                next(iter(self._why.values()), tr("Choose another layer or file.")),
            )

    def placed(self, geometry: Geometries, at: NDArray[np.int64]) -> tuple[Geometries, NDArray[np.int64]]:
        """Return the areas in degrees, each file from its own coordinate system."""
        self._refuse_none(at)
        told = [f.crs or (DEGREES if f.kind in DEGREES_BY_FORMAT else "") for f in self.rows.files]
        file_ix = self.rows.file_ix[at]
        out = geometry.copy()
        places: dict[int, Callable[..., Placed]] = {}
        for f in np.unique(file_ix).tolist():
            asked = self.options.crs if not told[f] or all(told) else ""
            own, name = geometry[file_ix == f], self.rows.files[f].name
            places[f] = partial(place, own, told[f], asked, name, on_land=share_on_land)
        for f, found in self._ordered(places).items():
            name = self.rows.files[f].name
            out[file_ix == f] = found.geometry
            self._places.append(FilePlace(name, found.crs, found.is_swapped, found.is_swap_doubtful))
            if found.is_swapped:
                self.notes.append(tr("Latitude and longitude of {name} were exchanged.", name=name))
            if found.is_swap_doubtful:
                self.notes.append(
                    tr("Latitude and longitude of {name} may be the other way round: see the map.", name=name)
                )
        return out, at

    def _ordered(self, places: dict[int, Callable[..., Placed]]) -> dict[int, Placed]:
        """Return the files in degrees; of several, an exchange is for those in which the order is in doubt, if any."""
        asked = self.options.is_swapped
        if not asked or len(places) == 1:
            return {f: put(is_swapped=asked) for f, put in places.items()}
        as_told = {f: put(is_swapped=None) for f, put in places.items()}
        odd = {f for f, found in as_told.items() if found.is_swapped or found.is_swap_doubtful}
        return {f: put(is_swapped=True) if f in (odd or places) else as_told[f] for f, put in places.items()}

    def tell_merged(self, groups: Sequence[Sequence[int]], at: NDArray[np.int64], codes: Sequence[str]) -> None:
        """Note units made of several rows, and codes that stand in several files."""
        n_merged = sum(1 for group in groups if len(group) > 1)
        if n_merged:
            self.notes.append(
                ntr("One unit was made of several rows.", "{n} units were made of several rows each.", n_merged)
            )
        file_ix = self.rows.file_ix
        self._colliding = [
            code for code, group in zip(codes, groups, strict=True) if len({int(file_ix[at[i]]) for i in group}) > 1
        ]
        if self._colliding:
            self.notes.append(
                ntr(
                    "One code stands in several files, its rows were made one unit: {codes}.",
                    "{n} codes stand in several files, their rows were made one unit each: {codes}.",
                    len(self._colliding),
                    codes=named_codes(self._colliding),
                )
            )

    def settled(self, merged: Geometries, ticker: Ticker) -> Geometries:
        """Return the units with corners that differ by rounding alone made one."""
        there = np.flatnonzero(~shapely.is_empty(merged))
        settled, is_better = settle_corners(merged[there], ticker.tell)
        if not is_better:
            return merged
        self.notes.append(tr("Corners less than 0.1 mm apart were made one, so that neighbours share them."))
        out = merged.copy()
        out[there] = settled
        return out

    def repaired(
        self, merged: Geometries, found: list[Fault], codes: Sequence[str], ticker: Ticker
    ) -> tuple[Geometries, list[Fault]]:
        """Return the units, repaired if that was asked for, and the faults that are left."""
        self._vanished = dict.fromkeys(
            np.flatnonzero(shapely.is_empty(merged)).tolist(), tr("The area of the feature is zero.")
        )
        still = [fault for fault in found if fault.kind is not FaultKind.INVALID]
        if self.options.repair_m is None:
            return merged, still
        ticker.tell(0.0)
        solid, twin_of = mend_borders(merged, found, self.options.repair_m, ticker.part(0.0, 0.5).tell)
        for u in np.flatnonzero(shapely.is_empty(solid)).tolist():
            reason = tr("Nothing is left of the area after the repair.")
            if u in twin_of:
                reason = tr("Its area is that of the unit {code}, which was kept.", code=codes[twin_of[u]])
            self._vanished.setdefault(u, reason)
        if solid is merged:
            return merged, still
        again = survey_units(solid, ticker.part(0.5, 1.0))
        return solid, [*again, *(fault for fault in still if fault.kind is FaultKind.SAME_CODE)]

    def kept(self, solid: Geometries, groups: Sequence[Sequence[int]], at: NDArray[np.int64]) -> list[int]:
        """Return the units that have ground; the rows of the others are rejected."""
        for u, reason in self._vanished.items():
            self.reject(at[list(groups[u])], reason)
        kept = np.flatnonzero(~shapely.is_empty(solid)).tolist()
        if not kept:
            raise UserError(
                tr("{name} holds no areas that can be units.", name=self.rows.name), next(iter(self._vanished.values()))
            )
        return kept

    def result(
        self, layer: UnitLayer, members: list[list[int]], found: list[Fault], left: list[Fault], codes: list[str]
    ) -> LayerImport:
        unit_of_row = np.full(len(self.rows), -1, dtype=np.int64)
        for u, group in enumerate(members):
            unit_of_row[group] = u
        rejects = [Reject(i + 1, self._reason(i, why)) for i, why in sorted(self._why.items())]
        n = len(self.rows)
        for file in self.rows.files:
            reason = tr("{file} ends before the shape of this row: the file was cut off.", file=file.name)
            rejects += [Reject(n + i + 1, reason) for i in range(file.n_lost)]
            n += file.n_lost
        return LayerImport(
            layer=layer,
            read=n,
            rejects=rejects,
            notes=list(dict.fromkeys(self.notes)),
            faults=found,
            left=left,
            codes=codes,
            unit_of_row=unit_of_row,
            colliding=self._colliding,
            places=self._places,
            countries=country_counts(layer),
            repair_m=self.options.repair_m,
        )

    def _reason(self, i: int, why: str) -> str:
        if len(self.rows.files) == 1:
            return why
        return tr("{row}: {reason}", row=self.rows.label(i), reason=why)
