// @ts-check
/**
 * Which unit lies under each cell of a coarse grid over the view, and where a group of cells is widest.
 * Used to place labels, never to decide who gets a unit.
 */
import { Cells } from "./cells.js";

/**
 * Returns the unit at the middle of each cell, -1 = none.
 * @param {import("./ground.js").Ground} ground
 * @param {import("./ground.js").Lines} lines
 * @param {{west: number, north: number, step: number, nx: number, ny: number}} grid in map steps
 * @returns {Int32Array} (ny * nx)
 */
export function unitRaster(ground, lines, grid) {
  const { west, north, step, nx, ny } = grid;
  /** @type {number[]} */
  const found = [];
  ground.tree.query(west, north, west + step * nx, north + step * ny, found);
  const code = new Int32Array(ground.nUnits);
  for (const u of found) code[u] = u + 1;
  const cells = new Cells(nx, ny);
  const view = { scale: 1 / step, ox: west / step, oy: north / step };
  cells.scan(ground, lines, found, code, view, { x0: 0, y0: 0, x1: nx, y1: ny });
  const out = cells.group;
  for (let i = 0; i < out.length; i++) out[i] -= 1;
  return out;
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
