// @ts-check
/**
 * Lines at every level of detail: which of their vertices are drawn at a zoom level (mapview/levels.py, mercator.py).
 * Owns the thinned-out copies; not what the lines are.
 *
 * @typedef {{start: Int32Array, xy: Int32Array}} Lines line k is xy[2*start[k] .. 2*start[k+1]]
 */

/** Lines at every level of detail; a level is made when it is first drawn. */
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
    /** @type {(Lines | undefined)[]} */
    this.made = [];
  }

  /**
   * @param {number} level
   * @returns {Lines}
   */
  at(level) {
    level = Math.max(0, Math.min(this.maxLevel, level));
    if (level === this.maxLevel) return this.full;
    const ready = this.made[level];
    if (ready) return ready;
    const { start, xy } = this.full;
    const rank = this.vertexLevel;
    let n = 0;
    for (let i = 0; i < rank.length; i++) if (rank[i] <= level) n++;
    const keptStart = new Int32Array(start.length);
    const kept = new Int32Array(n * 2);
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
    return (this.made[level] = { start: keptStart, xy: kept });
  }
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
