// @ts-check
/**
 * The stretch of a border that is held when the pointer presses near it, and how far each of its points follows a pull.
 * Owns that geometry; not who gets which unit (sweep.js, field.js).
 *
 * @typedef {{left: number, right: number, xy: Float64Array, along: Float64Array, weight: Float64Array, at: [number, number],
 *   shift: number, toLeft: [number, number], isWhole: boolean}} Grip
 *   left, right: territory_ix on either side, -1 = unassigned; xy: the stretch in map steps; along: how far a point of it
 *   lies from the hold; weight: 1 = follows the pointer, 0 = stays; at: the point of the border that is held; shift: of
 *   the copy of the world; toLeft: points into the territory on the left; isWhole: nothing of this border is left out
 */
import { WORLD } from "./ground.js";

const PLATEAU = 0.4; // share of the half length that follows in full
const MAX_POINTS = 48; // at least so many on each side of the hold

/**
 * Returns the stretch of border nearest to a point, null where there is none within reach.
 * @param {import("./borders.js").Borders} borders
 * @param {import("./ground.js").Lines} lines
 * @param {Int32Array} owner territory_ix of each unit
 * @param {number} x
 * @param {number} y
 * @param {number} reach in map steps
 * @param {number} half how long the stretch is to each side, in map steps
 * @returns {Grip | null}
 */
export function findGrip(borders, lines, owner, x, y, reach, half) {
  const shift = Math.floor(x / WORLD) * WORLD;
  const near = nearestArc(borders.ground, lines, owner, x - shift, y, reach);
  if (!near) return null;
  const { ground } = borders;
  const a = near.arc;
  const left = owner[ground.left[a]], right = owner[ground.right[a]];
  const used = new Set([a]);
  const ahead = walk(borders, lines, owner, a, near, half, left, right, used);
  const behind = walk(borders, lines, owner, ~a, near, half, right, left, used);
  const n = ahead.length / 2 + behind.length / 2 - 1;
  const xy = new Float64Array(n * 2), along = new Float64Array(n), weight = new Float64Array(n);
  const middle = behind.length / 2 - 1;
  for (let i = 0; i < n; i++) {
    const side = i < middle ? behind : ahead, k = Math.abs(i - middle) * 2;
    xy[i * 2] = side.points[k];
    xy[i * 2 + 1] = side.points[k + 1];
  }
  for (const step of [-1, 1]) {
    const isFree = (step < 0 ? behind : ahead).isEnd;
    weight[middle] = 1;
    for (let i = middle + step; i >= 0 && i < n; i += step) {
      const j = i - step;
      along[i] = along[j] + Math.hypot(xy[i * 2] - xy[j * 2], xy[i * 2 + 1] - xy[j * 2 + 1]);
      weight[i] = isFree ? 1 : follow(along[i] / half);
    }
  }
  return {
    left, right, xy, along, weight, at: [near.x, near.y], shift, toLeft: leftOf(xy, along, middle, half),
    isWhole: ahead.isEnd && behind.isEnd,
  };
}

/**
 * @param {import("./ground.js").Ground} ground
 * @param {import("./ground.js").Lines} lines
 * @param {Int32Array} owner
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 */
function nearestArc(ground, lines, owner, x, y, reach) {
  const { left, right, arcStart, arcs } = ground;
  const { start, xy } = lines;
  /** @type {number[]} */
  const found = [];
  ground.tree.query(x - reach, y - reach, x + reach, y + reach, found);
  /** @type {{arc: number, i: number, x: number, y: number} | null} */
  let best = null;
  let least = reach * reach;
  for (const u of found) {
    for (let k = arcStart[u]; k < arcStart[u + 1]; k++) {
      const a = arcs[k];
      if (a < 0 || right[a] < 0 || owner[left[a]] === owner[right[a]]) continue; // each shared arc is met forward once
      for (let i = start[a]; i < start[a + 1] - 1; i++) {
        const px = xy[i * 2], py = xy[i * 2 + 1], dx = xy[i * 2 + 2] - px, dy = xy[i * 2 + 3] - py;
        const length = dx * dx + dy * dy;
        const share = length ? Math.max(0, Math.min(1, ((x - px) * dx + (y - py) * dy) / length)) : 0;
        const gap = (px + share * dx - x) ** 2 + (py + share * dy - y) ** 2;
        if (gap > least || (gap === least && best)) continue;
        least = gap;
        best = { arc: a, i, x: px + share * dx, y: py + share * dy };
      }
    }
  }
  return best;
}

/**
 * Follows the border between two territories from the hold in one direction, `left` staying on the left.
 * @param {import("./borders.js").Borders} borders
 * @param {import("./ground.js").Lines} lines
 * @param {Int32Array} owner
 * @param {number} signed the arc to begin on, `~a` = against its direction
 * @param {{i: number, x: number, y: number}} near the hold: a point after vertex i of the arc
 * @param {number} half
 * @param {number} left
 * @param {number} right
 * @param {Set<number>} used
 * @returns {{points: number[], length: number, isEnd: boolean}} isEnd: the border itself ends there
 */
function walk(borders, lines, owner, signed, near, half, left, right, used) {
  const { ground } = borders;
  const { start, xy } = lines;
  const step = half / MAX_POINTS;
  const points = [near.x, near.y];
  let length = 0;
  /** @param {number} k */
  const goTo = (k) => {
    const px = points[points.length - 2], py = points[points.length - 1];
    const dx = xy[k * 2] - px, dy = xy[k * 2 + 1] - py;
    const d = Math.hypot(dx, dy);
    const share = d > half - length ? (half - length) / d : 1;
    const n = Math.max(1, Math.ceil((d * share) / step));
    if (d) for (let j = 1; j <= n; j++) points.push(px + (dx * share * j) / n, py + (dy * share * j) / n);
    length += d * share;
  };
  let at = signed < 0 ? near.i : near.i + 1;
  for (;;) {
    const a = signed < 0 ? ~signed : signed;
    if (signed < 0) for (let k = at; k >= start[a] && length < half; k--) goTo(k);
    else for (let k = at; k < start[a + 1] && length < half; k++) goTo(k);
    if (length >= half) return { points, length: points.length, isEnd: false };
    const next = nextArc(borders, owner, signed < 0 ? ground.from[a] : ground.to[a], left, right, used);
    if (next === null) return { points, length: points.length, isEnd: true };
    signed = next;
    used.add(signed < 0 ? ~signed : signed);
    at = signed < 0 ? start[~signed + 1] - 1 : start[signed];
  }
}

/**
 * @param {import("./borders.js").Borders} borders
 * @param {Int32Array} owner
 * @param {number} node
 * @param {number} left
 * @param {number} right
 * @param {Set<number>} used
 * @returns {number | null}
 */
function nextArc(borders, owner, node, left, right, used) {
  const { ground, nodes } = borders;
  for (let k = nodes.start[node]; k < nodes.start[node + 1]; k++) {
    const s = nodes.arcs[k];
    const a = s < 0 ? ~s : s;
    if (used.has(a) || ground.right[a] < 0) continue;
    const onLeft = s < 0 ? ground.right[a] : ground.left[a], onRight = s < 0 ? ground.left[a] : ground.right[a];
    if (owner[onLeft] === left && owner[onRight] === right) return s;
  }
  return null;
}

/**
 * How far a point of the border follows, by its distance from the hold: in full near it, less and less, not at the end.
 * @param {number} share 0..1 of the half length
 */
function follow(share) {
  if (share <= PLATEAU) return 1;
  return share >= 1 ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * (share - PLATEAU)) / (1 - PLATEAU));
}

/**
 * Returns a direction from the border into the territory on its left, bends near the hold smoothed out.
 * @param {Float64Array} xy
 * @param {Float64Array} along
 * @param {number} middle
 * @param {number} half
 * @returns {[number, number]}
 */
function leftOf(xy, along, middle, half) {
  const n = along.length;
  const span = Math.min(0.3 * half, (along[0] + along[n - 1]) / 5);
  let i = middle, j = middle;
  while (i > 0 && (along[i] < span || i === middle)) i--;
  while (j < n - 1 && (along[j] < span || j === middle)) j++;
  const dx = xy[j * 2] - xy[i * 2], dy = xy[j * 2 + 1] - xy[i * 2 + 1];
  const length = Math.hypot(dx, dy) || 1;
  return [dy / length, -dx / length]; // y grows to the south
}
