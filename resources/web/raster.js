// @ts-check
/**
 * Which unit lies under each cell of a coarse grid over the view, found from the arcs alone.
 * Owns the scan lines; used to place labels, never to decide who gets a unit.
 */

/**
 * Returns the unit at the middle of each cell, -1 = none.
 * Along a row the unit changes only where an arc crosses it: the one on the arc's far side begins there.
 * @param {import("./ground.js").Ground} ground
 * @param {import("./ground.js").Lines} lines
 * @param {{west: number, north: number, step: number, nx: number, ny: number}} grid in map steps
 * @returns {Int32Array} (ny * nx)
 */
export function unitRaster(ground, lines, grid) {
  const { west, north, step, nx, ny } = grid;
  const { left, right, box } = ground;
  const { start, xy } = lines;
  /** @type {number[][]} */
  const rows = Array.from({ length: ny }, () => []);
  const seen = new Uint8Array(left.length);
  /** @type {number[]} */
  const found = [];
  ground.tree.query(west, north, west + step * nx, north + step * ny, found);
  let farWest = west;
  for (const u of found) farWest = Math.min(farWest, box[u * 4]);
  for (const u of found) {
    for (let k = ground.arcStart[u]; k < ground.arcStart[u + 1]; k++) {
      const a = ground.arcs[k] < 0 ? ~ground.arcs[k] : ground.arcs[k];
      if (seen[a]) continue;
      seen[a] = 1;
      for (let i = start[a] * 2; i < start[a + 1] * 2 - 2; i += 2) {
        const y1 = xy[i + 1], y2 = xy[i + 3];
        if (y1 === y2) continue;
        // y grows to the south: an arc going north has its right side to the east.
        const east = y2 < y1 ? right[a] : left[a];
        const low = Math.min(y1, y2), high = Math.max(y1, y2);
        const first = Math.max(0, Math.ceil((low - north) / step - 0.5));
        const slope = (xy[i + 2] - xy[i]) / (y2 - y1);
        for (let r = first; r < ny; r++) {
          const y = north + (r + 0.5) * step;
          if (y >= high) break;
          if (y < low) continue;
          rows[r].push(xy[i] + (y - y1) * slope, east);
        }
      }
    }
  }
  const out = new Int32Array(nx * ny).fill(-1);
  for (let r = 0; r < ny; r++) fillRow(rows[r], out.subarray(r * nx, (r + 1) * nx), west, step);
  return out;
}

/**
 * @param {number[]} crossings x, unit to the east, x, unit ...
 * @param {Int32Array} row
 * @param {number} west
 * @param {number} step
 */
function fillRow(crossings, row, west, step) {
  const order = new Float64Array(crossings.length / 2);
  for (let i = 0; i < order.length; i++) order[i] = i;
  order.sort((a, b) => crossings[a * 2] - crossings[b * 2]);
  let unit = -1, at = 0;
  for (let c = 0; c < row.length; c++) {
    const x = west + (c + 0.5) * step;
    while (at < order.length && crossings[order[at] * 2] <= x) unit = crossings[order[at++] * 2 + 1];
    row[c] = unit;
  }
}

/**
 * Returns for each group the cell that is farthest from its border, and how far (in cells, vertically).
 * Labels are wide: a step sideways counts `1 / stretch` of a step up or down.
 * @param {Int32Array} group of each cell, -1 = none
 * @param {number} nx
 * @param {number} ny
 * @param {number} nGroups
 * @param {number} stretch
 * @returns {{cell: Int32Array, depth: Float32Array, all: Float32Array}}
 */
export function deepestCells(group, nx, ny, nGroups, stretch) {
  const all = new Float32Array(nx * ny);
  const side = 1 / stretch;
  const other = (/** @type {number} */ i, /** @type {number} */ j, /** @type {boolean} */ isOut) =>
    isOut || group[j] !== group[i];
  for (let y = 0, i = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++, i++) {
      all[i] = Math.min(
        other(i, i - nx, y === 0) ? 0.5 : all[i - nx] + 1,
        other(i, i - 1, x === 0) ? side / 2 : all[i - 1] + side,
      );
    }
  }
  const cell = new Int32Array(nGroups).fill(-1);
  const depth = new Float32Array(nGroups);
  for (let y = ny - 1, i = nx * ny - 1; y >= 0; y--) {
    for (let x = nx - 1; x >= 0; x--, i--) {
      all[i] = Math.min(
        all[i],
        other(i, i + nx, y === ny - 1) ? 0.5 : all[i + nx] + 1,
        other(i, i + 1, x === nx - 1) ? side / 2 : all[i + 1] + side,
      );
      const g = group[i];
      if (g >= 0 && all[i] > depth[g]) {
        depth[g] = all[i];
        cell[g] = i;
      }
    }
  }
  return { cell, depth, all };
}
