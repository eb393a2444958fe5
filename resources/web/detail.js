// @ts-check
/**
 * Lines at every level of detail: which of their vertices are drawn at a zoom level (mapview/levels.py, mercator.py).
 * Owns the thinned-out copies; not what the lines are.
 *
 * @typedef {{start: Int32Array, xy: Int32Array}} Lines line k is xy[2*start[k] .. 2*start[k+1]]
 */

const MOST_MADE = 2; // bytes of all copies together, as a multiple of those of the lines

/** Lines at every level of detail; a level is made when it is first drawn, and forgotten when others were drawn since. */
export class LevelSet {
  /**
   * @param {Lines} full
   * @param {Uint8Array} vertexLevel
   * @param {number} maxLevel
   */
  constructor(full, vertexLevel, maxLevel) {
    this.full = full;
    this.vertexLevel = vertexLevel;
    this.maxLevel = maxLevel;
    /** @type {Map<number, Lines>} the one drawn last at the end */
    this.made = new Map();
    this._bytes = 0;
    /** @type {Uint32Array | null} vertices of each level */
    this._counts = null;
  }

  /**
   * @param {number} level
   * @returns {Lines}
   */
  at(level) {
    level = this._finest(Math.max(0, Math.min(this.maxLevel, level)));
    if (level === this.maxLevel) return this.full;
    let lines = this.made.get(level);
    if (lines) this.made.delete(level);
    else this._bytes += bytesOf((lines = this._make(level)));
    this.made.set(level, lines);
    const most = MOST_MADE * bytesOf(this.full);
    for (const [other, former] of this.made) {
      if (this._bytes <= most || other === level) break;
      this.made.delete(other);
      this._bytes -= bytesOf(former);
    }
    return lines;
  }

  /**
   * Returns the finest level that has no more vertices than this one: most layers have few that differ.
   * @param {number} level
   */
  _finest(level) {
    if (!this._counts) {
      this._counts = new Uint32Array(this.maxLevel + 1);
      for (const own of this.vertexLevel) this._counts[Math.min(own, this.maxLevel)]++;
      for (let i = 1; i <= this.maxLevel; i++) this._counts[i] += this._counts[i - 1];
    }
    const n = this._counts[level];
    while (level < this.maxLevel && this._counts[level + 1] === n) level++;
    return level;
  }

  /**
   * @param {number} level
   * @returns {Lines}
   */
  _make(level) {
    const { start, xy } = this.full;
    const rank = this.vertexLevel;
    const keptStart = new Int32Array(start.length);
    const kept = new Int32Array(/** @type {Uint32Array} */ (this._counts)[level] * 2);
    let at = 0;
    for (let k = 0; k < start.length - 1; k++) {
      for (let i = start[k]; i < start[k + 1]; i++) {
        if (rank[i] > level) continue;
        kept[at * 2] = xy[i * 2];
        kept[at * 2 + 1] = xy[i * 2 + 1];
        at++;
      }
      keptStart[k + 1] = at;
    }
    return { start: keptStart, xy: kept };
  }
}

/** @param {Lines} lines */
function bytesOf({ start, xy }) {
  return start.byteLength + xy.byteLength;
}

/**
 * Returns the longer side of each line's box.
 * @param {Lines} lines
 * @returns {Float32Array}
 */
export function reachesOf({ start, xy }) {
  const out = new Float32Array(start.length - 1);
  for (let a = 0; a < out.length; a++) {
    let west = xy[start[a] * 2], north = xy[start[a] * 2 + 1], east = west, south = north;
    for (let i = start[a] * 2 + 2; i < start[a + 1] * 2; i += 2) {
      if (xy[i] < west) west = xy[i];
      else if (xy[i] > east) east = xy[i];
      if (xy[i + 1] < north) north = xy[i + 1];
      else if (xy[i + 1] > south) south = xy[i + 1];
    }
    out[a] = Math.max(east - west, south - north);
  }
  return out;
}
