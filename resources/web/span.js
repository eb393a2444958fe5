// @ts-check
/**
 * The smallest span around units, 180 degrees being no edge. Owns this arithmetic only; as geo/span.py.
 */
import { WORLD } from "./ground.js";

/**
 * Returns west, north, east, south in map steps of the smallest box around units; it may reach beyond the world's edge.
 * @param {import("./ground.js").Ground} ground
 * @param {ArrayLike<number>} units
 * @returns {[number, number, number, number] | null} null for no units
 */
export function spanOf(ground, units) {
  if (!units.length) return null;
  const { box } = ground;
  /** @type {[number, number][]} */
  const rows = [];
  let north = Infinity, south = -Infinity;
  for (let i = 0; i < units.length; i++) {
    const u = units[i];
    north = Math.min(north, box[u * 4 + 1]);
    south = Math.max(south, box[u * 4 + 3]);
    rows.push(box[u * 4 + 2] - box[u * 4] > WORLD / 2 ? wayAround(ground, u) : [box[u * 4], box[u * 4 + 2]]);
  }
  for (const row of rows) {
    const shift = Math.floor(row[0] / WORLD) * WORLD;
    row[0] -= shift;
    row[1] -= shift;
  }
  rows.sort((a, b) => a[0] - b[0]);
  // What reaches over the edge covers the other side of the map again.
  const far = rows.reduce((most, row) => Math.max(most, row[1]), 0);
  let reach = far - WORLD, widest = -1, at = rows.length - 1;
  for (let i = 0; i < rows.length; i++) {
    reach = Math.max(reach, rows[i][1]);
    const gap = (i + 1 < rows.length ? rows[i + 1][0] : rows[0][0] + WORLD) - reach;
    if (gap > widest) [widest, at] = [gap, i];
  }
  if (widest <= 0 || at === rows.length - 1) return [rows[0][0], north, Math.min(far, rows[0][0] + WORLD), south];
  let east = 0;
  rows.forEach((row, i) => (east = Math.max(east, i <= at ? row[1] + WORLD : row[1])));
  return [rows[at + 1][0], north, east, south];
}

/**
 * West and east of a unit that lies on both sides of 180 degrees, unrolled around its point.
 * @param {import("./ground.js").Ground} ground
 * @param {number} u
 * @returns {[number, number]}
 */
function wayAround(ground, u) {
  const { start, xy } = ground.levels.full;
  const middle = ground.point[u * 2];
  let west = Infinity, east = -Infinity;
  for (let k = ground.arcStart[u]; k < ground.arcStart[u + 1]; k++) {
    const a = ground.arcs[k] < 0 ? ~ground.arcs[k] : ground.arcs[k];
    for (let i = start[a]; i < start[a + 1]; i++) {
      const x = xy[i * 2] - Math.round((xy[i * 2] - middle) / WORLD) * WORLD;
      west = Math.min(west, x);
      east = Math.max(east, x);
    }
  }
  return [west, east];
}
