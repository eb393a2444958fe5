// @ts-check
/**
 * What stands in each cell: how many accounts, the sum of their numbers, the middle of their places; and the circle
 * that stands for it. Owns sums and the scale of circles: area in proportion to the sum; not their colour.
 *
 * @typedef {import("./accounts_index.js").Level} Level
 * @typedef {{level: Level, n: Int32Array, sum: Float64Array, x: Int32Array, y: Int32Array, high: number,
 *   most: number, crowd: number}} Sums  of the accounts shown in each cell: number, sum, mean place in map steps;
 *   high and most: a high percentile and the largest of |sum| over the whole plan; crowd: 0 where cells stand alone,
 *   1 where most neighbours hold accounts too
 * @typedef {{perValue: number, most: number}} Scale  px² of circle for one unit of |sum|; largest radius in px
 */
import { forget } from "./accounts_index.js";

const CELL_PX = 10; // a cell is this wide, up to twice that
const HIGH_SHARE = [0.96, 0.985]; // where cells stand alone, and where they are crowded
const SAMPLE = 5000;
const HIGH_RADIUS = 0.52; // of a cell: circle of that percentile
const MOST_RADIUS = [2, 1.15]; // of a cell: circle of the largest, alone and crowded
const SINGLE_PX = 3.6; // radius of one account where there is room
const LEAST_PX = 1.8; // no circle is smaller, or it could not be seen
const KEPT_CELLS = 2_500_000; // of the sums used last

export class AccountCells {
  /**
   * @param {import("./accounts_index.js").AccountIndex} index
   */
  constructor(index) {
    this.index = index;
    /** 1 = shown; null = all
     * @type {Uint8Array | null} */
    this.shown = null;
    /** number of each point; null = each counts 1
     * @type {Float64Array | null} */
    this.value = null;
    this.nShown = index.n;
    /** @type {Map<number, Sums>} */
    this._sums = new Map();
  }

  /** @param {Uint8Array | null} shown */
  setShown(shown) {
    this.shown = shown;
    this.nShown = this.index.n;
    if (shown) {
      this.nShown = 0;
      for (let p = 0; p < shown.length; p++) this.nShown += shown[p];
    }
    this._sums.clear();
  }

  /** @param {Float64Array | null} value */
  setValue(value) {
    this.value = value;
    this._sums.clear();
  }

  /**
   * What a point counts: 0 where its number is not known.
   * @param {number} p
   */
  valueOf(p) {
    return this.value ? this.value[p] || 0 : 1;
  }

  /**
   * The cells that are 10 to 20 pixels wide in a frame, with their sums.
   * @param {{scale: number}} frame
   */
  at(frame) {
    return this.sums(Math.floor(Math.log2((2 ** 30 * frame.scale) / CELL_PX)));
  }

  /**
   * @param {number} depth
   * @returns {Sums}
   */
  sums(depth) {
    const level = this.index.level(depth);
    let sums = this._sums.get(level.depth);
    if (sums) this._sums.delete(level.depth);
    else sums = this._add(level);
    this._sums.set(level.depth, sums);
    forget(this._sums, (kept) => kept.level.n, KEPT_CELLS);
    return sums;
  }

  /**
   * @param {Level} level
   * @returns {Sums}
   */
  _add(level) {
    const { start } = level;
    const { shown, value } = this;
    const { xy } = this.index;
    const size = level.n;
    const n = new Int32Array(size), sum = new Float64Array(size), x = new Int32Array(size), y = new Int32Array(size);
    let most = 0;
    for (let c = 0; c < size; c++) {
      let count = 0, total = 0, east = 0, south = 0;
      for (let p = start[c]; p < start[c + 1]; p++) {
        if (shown && !shown[p]) continue;
        count++;
        total += value ? value[p] || 0 : 1;
        east += xy[p * 2];
        south += xy[p * 2 + 1];
      }
      if (!count) continue;
      n[c] = count;
      sum[c] = total;
      x[c] = Math.round(east / count);
      y[c] = Math.round(south / count);
      most = Math.max(most, Math.abs(total));
    }
    const crowd = crowdOf(level, n);
    return { level, n, sum, x, y, most, crowd, high: highOf(n, sum, between(HIGH_SHARE, crowd)) };
  }

  /**
   * How large circles are in a frame. It depends on the plan and the zoom, never on the part that is painted.
   * @param {{scale: number}} frame
   * @param {Sums} sums
   * @returns {Scale}
   */
  scale(frame, sums) {
    const cellPx = sums.level.size * frame.scale;
    const { crowd, high, most } = sums;
    if (!most) return { perValue: 0, most: LEAST_PX };
    let perValue = (Math.PI * (cellPx * between(MOST_RADIUS, crowd)) ** 2) / most;
    if (high) perValue = Math.min(perValue, (Math.PI * (cellPx * HIGH_RADIUS) ** 2) / high);
    if (!this.value) perValue = Math.min(perValue, Math.PI * SINGLE_PX ** 2);
    return scaleOf(perValue, sums);
  }

  /**
   * The scale of another frame, for a picture beside it that must be read by the same legend.
   * @param {{scale: number}} frame
   * @param {Sums} sums of the picture
   * @returns {Scale}
   */
  sameScale(frame, sums) {
    return scaleOf(this.scale(frame, this.at(frame)).perValue, sums);
  }
}

/**
 * @param {number} perValue
 * @param {Sums} sums
 * @returns {Scale}
 */
function scaleOf(perValue, sums) {
  return { perValue, most: Math.max(LEAST_PX, Math.sqrt((perValue * sums.most) / Math.PI)) };
}

/**
 * Radius of the circle for a sum.
 * @param {Scale} scale
 * @param {number} sum
 */
export function radiusOf(scale, sum) {
  return Math.max(LEAST_PX, Math.sqrt((scale.perValue * Math.abs(sum)) / Math.PI));
}

/**
 * How many of the cells around one that shows something do so too: 0 = few, 1 = most.
 * @param {Level} level
 * @param {Int32Array} n
 */
function crowdOf(level, n) {
  const { blockStart } = level;
  let cells = 0, blocks = 0;
  for (let b = 0; b < blockStart.length - 1; b++) {
    let shown = 0;
    for (let c = blockStart[b]; c < blockStart[b + 1]; c++) if (n[c]) shown++;
    cells += shown * shown; // as seen from a cell, not from empty ground
    blocks += shown;
  }
  const perBlock = 4 ** (level.blockShift - (30 - level.depth));
  return blocks ? Math.min(1, (1.6 * cells) / blocks / perBlock) : 0;
}

/**
 * @param {number[]} ends
 * @param {number} share
 */
function between(ends, share) {
  return ends[0] + (ends[1] - ends[0]) * share;
}

/**
 * A percentile of |sum| over the cells that show something, from an even sample of them.
 * @param {Int32Array} n
 * @param {Float64Array} sum
 * @param {number} share
 */
function highOf(n, sum, share) {
  const step = Math.max(1, Math.floor(n.length / SAMPLE));
  /** @type {number[]} */
  const found = [];
  for (let c = 0; c < n.length; c += step) if (n[c]) found.push(Math.abs(sum[c]));
  found.sort((a, b) => a - b);
  return found.length ? found[Math.min(found.length - 1, Math.floor(found.length * share))] : 0;
}
