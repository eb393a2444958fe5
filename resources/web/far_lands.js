// @ts-check
/**
 * Which units lie so far off that showing them would make the rest small, in groups of land that lies together.
 * Owns the choice, from the units' boxes alone; not how they are shown (insets.js).
 *
 * @typedef {{name: string, box: number[], units: number[]}} FarLand  box: west, north, east, south in map steps
 */
import { WORLD } from "./ground.js";
import { t } from "./text.js";

const CELL = WORLD / 360; // of the grid on which neighbours are found: a degree at the equator
const NEAR = 2; // cells between pieces of land that are one group
const GROWTH = 1.15; // a group that makes the view no larger than this stays in it
const MOST = 4;
const WIDEST_HOME = WORLD * 0.4; // a plan of the world has nothing that lies far off
const TRIFLE = 0.002; // of the largest line's box: smaller islands do not widen the view of their land
const GAP = 0.15, FEW = 0.1; // share of the width, and of the lines, that may be left out beyond a gap
const SPARSE = 0.03, MAIN = 0.7; // of a land's box that its lines fill; of their sum, what is shown in any case
const WIDEST_UNIT = WORLD / 4; // wider ones lie across 180 degrees, and are at their inner point

/** west, south, east, north in degrees around the middle of a group; key of its name in mapview/strings.py
 * @type {[string, number, number, number, number][]} */
const KNOWN = [
  ["far_alaska", -180, 51, -129, 72], ["far_hawaii", -162, 18, -154, 24], ["far_puerto_rico", -68.5, 17, -64, 19],
  ["far_guam", 144, 13, 147, 21], ["far_american_samoa", -173, -16, -168, -10], ["far_guadeloupe", -62, 15.7, -60.9, 16.6],
  ["far_martinique", -61.3, 14.3, -60.7, 15], ["far_guyane", -55, 2, -51, 6], ["far_reunion", 55, -21.5, 56, -20.7],
  ["far_mayotte", 44.9, -13.1, 45.4, -12.5], ["far_canarias", -18.5, 27, -13, 30], ["far_madeira", -17.5, 32, -16, 33.5],
  ["far_acores", -32, 36, -24, 40],
];

/**
 * Returns the lands far off, those of most units first.
 * @param {import("./ground.js").Ground} ground
 * @param {number[]} home west, north, east, south in map steps: what the view shows of the plan
 * @returns {FarLand[]}
 */
export function farLands(ground, home) {
  const [west, north, east, south] = home;
  if (east - west > WIDEST_HOME) return [];
  /** @type {number[]} */
  const outside = [];
  for (let u = 0; u < ground.nUnits; u++) {
    const x = ground.point[u * 2], y = ground.point[u * 2 + 1];
    if (x > -WORLD && (x < west || x > east || y < north || y > south)) outside.push(u);
  }
  const size = (east - west) * (south - north);
  const found = groupsOf(ground, outside).map((units) => ({ name: "", box: boxOf(ground, units), units }));
  return found
    .filter(({ box }) => around(home, box) > GROWTH * size)
    .sort((a, b) => b.units.length - a.units.length || area(b.box) - area(a.box))
    .slice(0, MOST)
    .map((land) => ({ ...land, box: mainBox(ground, land) }))
    .map((land) => ({ ...land, name: nameOf(ground, land) }));
}

/**
 * Joins units whose cells lie near each other.
 * @param {import("./ground.js").Ground} ground
 * @param {number[]} units
 */
function groupsOf(ground, units) {
  const parent = units.map((_, i) => i);
  const root = (/** @type {number} */ i) => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  /** @type {Map<number, number>} cell -> a unit that covers it */
  const owner = new Map();
  units.forEach((u, i) => {
    const [west, north, east, south] = boxOf(ground, [u]).map((v) => Math.floor(v / CELL));
    for (let row = north; row <= south; row++) for (let column = west; column <= east; column++) {
      const key = row * 1024 + column, other = owner.get(key);
      if (other === undefined) owner.set(key, i);
      else parent[root(i)] = root(other);
    }
  });
  for (const [key, i] of owner) {
    for (let dr = 0; dr <= NEAR; dr++) for (let dc = -NEAR; dc <= NEAR; dc++) {
      const other = owner.get(key + dr * 1024 + dc);
      if (other !== undefined) parent[root(i)] = root(other);
    }
  }
  /** @type {Map<number, number[]>} */
  const groups = new Map();
  units.forEach((u, i) => groups.set(root(i), [...(groups.get(root(i)) ?? []), u]));
  return [...groups.values()];
}

/**
 * @param {import("./ground.js").Ground} ground
 * @param {number[]} units
 * @returns {number[]} west, north, east, south
 */
function boxOf(ground, units) {
  const out = [Infinity, Infinity, -Infinity, -Infinity];
  for (const u of units) {
    const box = ground.box.subarray(u * 4, u * 4 + 4), x = ground.point[u * 2], y = ground.point[u * 2 + 1];
    const [w, n, e, s] = box[2] - box[0] < WIDEST_UNIT ? box : [x, y, x, y];
    out[0] = Math.min(out[0], w);
    out[1] = Math.min(out[1], n);
    out[2] = Math.max(out[2], e);
    out[3] = Math.max(out[3], s);
  }
  return out;
}

/**
 * Returns the box of the land without specks far off: Midway is a part of Honolulu.
 * @param {import("./ground.js").Ground} ground
 * @param {FarLand} land
 */
function mainBox(ground, land) {
  const { start, xy } = ground.levels.full;
  const boxes = [];
  for (const u of land.units) {
    for (let k = ground.arcStart[u]; k < ground.arcStart[u + 1]; k++) {
      const a = ground.arcs[k] < 0 ? ~ground.arcs[k] : ground.arcs[k];
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = start[a] * 2; i < start[a + 1] * 2; i += 2) {
        box[0] = Math.min(box[0], xy[i]);
        box[1] = Math.min(box[1], xy[i + 1]);
        box[2] = Math.max(box[2], xy[i]);
        box[3] = Math.max(box[3], xy[i + 1]);
      }
      // What lies beyond 180 degrees belongs to the other side of the map.
      if (box[0] >= land.box[0] && box[2] <= land.box[2]) boxes.push(box);
    }
  }
  const largest = Math.max(...boxes.map(area), 1);
  let kept = boxes.filter((box) => area(box) >= TRIFLE * largest);
  for (const axis of [0, 1]) kept = withoutFar(kept, axis);
  kept = withoutSparse(kept);
  if (!kept.length) return land.box;
  return kept.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
}

/**
 * Leaves out few boxes that lie beyond a wide gap along an axis.
 * @param {number[][]} boxes
 * @param {number} axis 0 = west to east, 1 = north to south
 */
function withoutFar(boxes, axis) {
  const sorted = [...boxes].sort((a, b) => a[axis] - b[axis]);
  if (!sorted.length) return sorted;
  const reach = Math.max(...sorted.map((box) => box[axis + 2]));
  const wide = GAP * (reach - sorted[0][axis]), few = FEW * sorted.length;
  let first = 0, last = sorted.length, end = -Infinity;
  for (let i = 0; i < sorted.length; i++) {
    if (i && sorted[i][axis] - end > wide) {
      if (i <= few) first = i;
      else if (sorted.length - i <= few) last = Math.min(last, i);
    }
    end = Math.max(end, sorted[i][axis + 2]);
  }
  return sorted.slice(first, last);
}

/**
 * Leaves out the lesser side of the widest gap while the land hardly fills its box: of a chain of islands across an
 * ocean nothing would be seen but specks.
 * @param {number[][]} boxes
 */
export function withoutSparse(boxes) {
  const whole = sum(boxes);
  for (let kept = boxes; ;) {
    const size = [0, 1].map((axis) => Math.max(...kept.map((box) => box[axis + 2])) - Math.min(...kept.map((box) => box[axis])));
    if (kept.length < 2 || sum(kept) >= SPARSE * size[0] * size[1]) return kept;
    const [first, second] = parted(kept, size[0] > size[1] ? 0 : 1).sort((a, b) => sum(b) - sum(a));
    if (sum(first) < MAIN * whole) return kept;
    kept = first;
    if (!second.length) return kept;
  }
}

/**
 * Parts boxes at their widest gap along an axis.
 * @param {number[][]} boxes
 * @param {number} axis 0 = west to east, 1 = north to south
 */
function parted(boxes, axis) {
  const sorted = [...boxes].sort((a, b) => a[axis] - b[axis]);
  let end = sorted[0][axis + 2], widest = 0, at = sorted.length;
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i][axis] - end > widest) [widest, at] = [sorted[i][axis] - end, i];
    end = Math.max(end, sorted[i][axis + 2]);
  }
  return [sorted.slice(0, at), sorted.slice(at)];
}

/** @param {number[][]} boxes */
function sum(boxes) {
  return boxes.reduce((total, box) => total + area(box), 0);
}

/**
 * Returns the known name of a land, else that of what all its units belong to, else of its only unit.
 * @param {import("./ground.js").Ground} ground
 * @param {FarLand} land
 */
function nameOf(ground, land) {
  const [west, north, east, south] = land.box;
  const lon = ((west + east) / 2 / WORLD - 0.5) * 360;
  const lat = (Math.asin(Math.tanh((0.5 - (north + south) / 2 / WORLD) * 2 * Math.PI)) * 180) / Math.PI;
  const known = KNOWN.find(([, w, s, e, n]) => lon >= w && lon <= e && lat >= s && lat <= n);
  if (known) return t(known[0]);
  const parents = new Set(land.units.map((u) => ground.meta.parent[u]));
  if (land.units.length === 1) return ground.name(land.units[0]);
  return parents.size === 1 ? [...parents][0] : "";
}

/** @param {number[]} box */
function area([west, north, east, south]) {
  return (east - west) * (south - north);
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function around(a, b) {
  return (Math.max(a[2], b[2]) - Math.min(a[0], b[0])) * (Math.max(a[3], b[3]) - Math.min(a[1], b[1]));
}
