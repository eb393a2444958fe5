// @ts-check
/**
 * Which units share a border (not a point), and what hangs together by such borders.
 * Owns neighbours and pieces; not who has which unit (plan.js). As geo/adjacency.py and geo/contiguity.py.
 */

export class Neighbours {
  /** @param {{nUnits: number, left: Int32Array, right: Int32Array}} ground */
  constructor(ground) {
    const { nUnits, left, right } = ground;
    this.nUnits = nUnits;
    const start = new Int32Array(nUnits + 1);
    for (let a = 0; a < left.length; a++) {
      if (right[a] < 0 || left[a] === right[a]) continue;
      start[left[a] + 1]++;
      start[right[a] + 1]++;
    }
    for (let u = 0; u < nUnits; u++) start[u + 1] += start[u];
    const all = new Int32Array(start[nUnits]), at = start.slice();
    for (let a = 0; a < left.length; a++) {
      if (right[a] < 0 || left[a] === right[a]) continue;
      all[at[left[a]]++] = right[a];
      all[at[right[a]]++] = left[a];
    }
    /** neighbours of u are list[start[u] .. start[u + 1]], ascending, none twice */
    this.start = new Int32Array(nUnits + 1);
    this.list = new Int32Array(all.length);
    let n = 0;
    for (let u = 0; u < nUnits; u++) {
      const own = all.subarray(start[u], start[u + 1]).sort();
      for (let i = 0; i < own.length; i++) if (i === 0 || own[i] !== own[i - 1]) this.list[n++] = own[i];
      this.start[u + 1] = n;
    }
    this.list = this.list.slice(0, n);
    this._mark = new Int32Array(nUnits);
    this._stamp = 0;
  }

  /** @param {number} u */
  of(u) {
    return this.list.subarray(this.start[u], this.start[u + 1]);
  }

  /**
   * Returns the units of the same holder that hang together with a unit, the unit first.
   * @param {Int32Array} holder
   * @param {number} u
   * @returns {number[]}
   */
  areaAround(holder, u) {
    this._stamp++;
    return this._flood(holder, u);
  }

  /**
   * Returns the pieces of a holder, the largest first.
   * @param {Int32Array} holder
   * @param {number} ix
   * @returns {number[][]}
   */
  pieces(holder, ix) {
    this._stamp++;
    /** @type {number[][]} */
    const found = [];
    for (let u = 0; u < this.nUnits; u++) {
      if (holder[u] === ix && this._mark[u] !== this._stamp) found.push(this._flood(holder, u));
    }
    return found.sort((a, b) => b.length - a.length || a[0] - b[0]);
  }

  /**
   * Returns who has the units around an area, each once.
   * @param {Int32Array} holder
   * @param {number[]} area
   * @returns {Set<number>}
   */
  around(holder, area) {
    const inside = new Set(area);
    /** @type {Set<number>} */
    const holders = new Set();
    for (const u of area) for (const v of this.of(u)) if (!inside.has(v)) holders.add(holder[v]);
    return holders;
  }

  /**
   * @param {Int32Array} holder
   * @param {number} u
   */
  _flood(holder, u) {
    const { _mark: mark, _stamp: stamp, start, list } = this;
    const found = [u];
    mark[u] = stamp;
    for (let i = 0; i < found.length; i++) {
      for (let k = start[found[i]]; k < start[found[i] + 1]; k++) {
        const v = list[k];
        if (mark[v] === stamp || holder[v] !== holder[u]) continue;
        mark[v] = stamp;
        found.push(v);
      }
    }
    return found;
  }
}
