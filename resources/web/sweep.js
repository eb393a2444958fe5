// @ts-check
/**
 * Which units a pulled border passes: those whose inner point it has gone over, and those that the pointer itself has
 * crossed by half. It depends on the hold and on where the pointer is, never on the way that it took.
 * Owns that geometry; not whether the units may go (field.js).
 *
 * @typedef {{units: number[], time: Float64Array}} Swept time: of each unit, when it is passed: 0 at the hold .. 1 at the
 *   pointer
 */

/**
 * @param {import("./ground.js").Ground} ground
 * @param {import("./ground.js").Lines} lines
 * @param {import("./grip.js").Grip} grip
 * @param {number} dx the pull in map steps
 * @param {number} dy
 * @param {(u: number) => boolean} isGiven whether a unit belongs to the side that gives
 * @returns {Swept}
 */
export function sweep(ground, lines, grip, dx, dy, isGiven) {
  const pull = Math.hypot(dx, dy);
  /** @type {Map<number, number>} */
  const time = new Map();
  if (pull > 0) {
    passInnerPoints(ground, grip, dx / pull, dy / pull, pull, isGiven, time);
    crossByHalf(ground, lines, grip.at, dx, dy, isGiven, time);
  }
  const units = [...time.keys()].sort((a, b) => a - b);
  return { units, time: Float64Array.from(units, (u) => /** @type {number} */ (time.get(u))) };
}

/**
 * Each piece of the border moves by its weight along the pull; what lies between its old and its new place is passed.
 * @param {import("./ground.js").Ground} ground
 * @param {import("./grip.js").Grip} grip
 * @param {number} ex direction of the pull, length 1
 * @param {number} ey
 * @param {number} pull
 * @param {(u: number) => boolean} isGiven
 * @param {Map<number, number>} time
 */
function passInnerPoints(ground, grip, ex, ey, pull, isGiven, time) {
  const { xy, weight } = grip;
  const n = weight.length;
  const ahead = new Float64Array(n), aside = new Float64Array(n);
  let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
  for (let i = 0; i < n; i++) {
    const x = xy[i * 2], y = xy[i * 2 + 1], px = x + ex * pull * weight[i], py = y + ey * pull * weight[i];
    ahead[i] = x * ex + y * ey;
    aside[i] = y * ex - x * ey;
    west = Math.min(west, x, px);
    east = Math.max(east, x, px);
    north = Math.min(north, y, py);
    south = Math.max(south, y, py);
  }
  /** @type {number[]} */
  const found = [];
  ground.tree.query(west, north, east, south, found);
  const bins = new Bins(aside);
  for (const u of found) {
    if (!isGiven(u)) continue;
    const x = ground.point[u * 2], y = ground.point[u * 2 + 1];
    if (x < west || x > east || y < north || y > south) continue;
    const p = x * ex + y * ey, q = y * ex - x * ey;
    let first = Infinity;
    for (const i of bins.at(q)) {
      const low = aside[i], high = aside[i + 1];
      if (low > q === high > q) continue;
      const share = (q - low) / (high - low);
      const gone = p - (ahead[i] + share * (ahead[i + 1] - ahead[i]));
      const goes = pull * (weight[i] + share * (weight[i + 1] - weight[i]));
      if (gone >= 0 && gone <= goes && goes > 0) first = Math.min(first, gone / goes);
    }
    if (first <= 1) time.set(u, first);
  }
}

/** Pieces of a line by where they lie across the pull, so that a point asks a few of them only. */
class Bins {
  /** @param {Float64Array} aside of the line's points */
  constructor(aside) {
    const n = aside.length;
    let low = Infinity, high = -Infinity;
    for (const q of aside) {
      low = Math.min(low, q);
      high = Math.max(high, q);
    }
    this.low = low;
    this.count = Math.max(1, n >> 1);
    this.width = (high - low) / this.count || 1;
    /** @type {number[][]} */
    this.bins = Array.from({ length: this.count }, () => []);
    for (let i = 0; i < n - 1; i++) {
      const first = this._bin(Math.min(aside[i], aside[i + 1])), last = this._bin(Math.max(aside[i], aside[i + 1]));
      for (let k = first; k <= last; k++) this.bins[k].push(i);
    }
  }

  /** @param {number} q */
  _bin(q) {
    return Math.max(0, Math.min(this.count - 1, Math.floor((q - this.low) / this.width)));
  }

  /** @param {number} q */
  at(q) {
    return this.bins[this._bin(q)];
  }
}

/**
 * A unit wider than the stretch of border is passed when the pointer has come half through it.
 * @param {import("./ground.js").Ground} ground
 * @param {import("./ground.js").Lines} lines
 * @param {[number, number]} at
 * @param {number} dx
 * @param {number} dy
 * @param {(u: number) => boolean} isGiven
 * @param {Map<number, number>} time
 */
function crossByHalf(ground, lines, at, dx, dy, isGiven, time) {
  const [x, y] = at;
  for (const u of ground.unitsUnderBrush(x, y, x + dx, y + dy, 0, lines)) {
    if (!isGiven(u)) continue;
    const half = halfWay(ground, lines, u, x, y, dx, dy);
    if (half <= 1) time.set(u, Math.min(half, time.get(u) ?? 1));
  }
}

/**
 * Returns where on the ray from a point half of its way through a unit is done; 1 = at x + dx, y + dy.
 * @param {import("./ground.js").Ground} ground
 * @param {import("./ground.js").Lines} lines
 * @param {number} u
 * @param {number} x
 * @param {number} y
 * @param {number} dx
 * @param {number} dy
 */
function halfWay(ground, lines, u, x, y, dx, dy) {
  const { start, xy } = lines;
  const square = dx * dx + dy * dy;
  /** @type {number[]} */
  const cuts = [];
  for (let k = ground.arcStart[u]; k < ground.arcStart[u + 1]; k++) {
    const a = ground.arcs[k] < 0 ? ~ground.arcs[k] : ground.arcs[k];
    for (let i = start[a] * 2; i < start[a + 1] * 2 - 2; i += 2) {
      const px = xy[i] - x, py = xy[i + 1] - y, qx = xy[i + 2] - x, qy = xy[i + 3] - y;
      const p = py * dx - px * dy, q = qy * dx - qx * dy;
      if (p > 0 === q > 0) continue;
      const share = p / (p - q);
      const t = ((px + share * (qx - px)) * dx + (py + share * (qy - py)) * dy) / square;
      if (t > 0) cuts.push(t);
    }
  }
  cuts.sort((a, b) => a - b);
  if (cuts.length % 2) cuts.unshift(0); // the hold itself lies inside, by a hair
  let total = 0;
  for (let i = 0; i < cuts.length; i += 2) total += cuts[i + 1] - cuts[i];
  let rest = total / 2;
  for (let i = 0; i < cuts.length; i += 2) {
    const way = cuts[i + 1] - cuts[i];
    if (way >= rest) return cuts[i] + rest;
    rest -= way;
  }
  return Infinity;
}
