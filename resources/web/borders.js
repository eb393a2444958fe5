// @ts-check
/**
 * What lies between units: who is neighbour of whom, which arcs meet in a node, and how long a territory's outline is.
 * Owns these sums and lists; not who has a unit (plan.js). Neighbours share a border, not a point: as geo/adjacency.py.
 */

export class Borders {
  /** @param {import("./ground.js").Ground} ground made with lengths and areas */
  constructor(ground) {
    const { left, right, nUnits } = ground;
    this.ground = ground;
    this.km = /** @type {Float64Array} */ (ground.arcKm);
    this.areaKm2 = /** @type {Float64Array} */ (ground.areaKm2);
    this.start = new Int32Array(nUnits + 1);
    const isShared = (/** @type {number} */ a) => right[a] >= 0 && left[a] !== right[a] && this.km[a] > 0;
    for (let a = 0; a < left.length; a++) {
      if (!isShared(a)) continue;
      this.start[left[a] + 1]++;
      this.start[right[a] + 1]++;
    }
    for (let u = 0; u < nUnits; u++) this.start[u + 1] += this.start[u];
    /** neighbours of u are list[start[u]] .. list[start[u + 1] - 1]; one with two shared borders stands there twice */
    this.list = new Int32Array(this.start[nUnits]);
    const at = this.start.slice();
    for (let a = 0; a < left.length; a++) {
      if (!isShared(a)) continue;
      this.list[at[left[a]]++] = right[a];
      this.list[at[right[a]]++] = left[a];
    }
    /** @type {{start: Int32Array, arcs: Int32Array} | null} */
    this._nodes = null;
  }

  /** Arcs by the node that they leave: `a` leaves its first node, `~a` its last. Made when first asked for. */
  get nodes() {
    if (this._nodes) return this._nodes;
    const { from, to, meta } = this.ground;
    const start = new Int32Array(meta.n_nodes + 1);
    for (let a = 0; a < from.length; a++) {
      start[from[a] + 1]++;
      start[to[a] + 1]++;
    }
    for (let n = 0; n < meta.n_nodes; n++) start[n + 1] += start[n];
    const at = start.slice();
    const arcs = new Int32Array(from.length * 2);
    for (let a = 0; a < from.length; a++) {
      arcs[at[from[a]]++] = a;
      arcs[at[to[a]]++] = ~a;
    }
    return (this._nodes = { start, arcs });
  }

  /**
   * Counts the pieces of some territories.
   * @param {Int32Array} shown who has each unit
   * @param {Set<number>} wanted territory_ix
   * @returns {Map<number, number>}
   */
  countPieces(shown, wanted) {
    const { start, list } = this;
    const isSeen = new Uint8Array(shown.length);
    /** @type {Map<number, number>} */
    const n = new Map([...wanted].map((ix) => [ix, 0]));
    for (let first = 0; first < shown.length; first++) {
      const ix = shown[first];
      if (isSeen[first] || !wanted.has(ix)) continue;
      n.set(ix, /** @type {number} */ (n.get(ix)) + 1);
      isSeen[first] = 1;
      const stack = [first];
      while (stack.length) {
        const u = /** @type {number} */ (stack.pop());
        for (let k = start[u]; k < start[u + 1]; k++) {
          const v = list[k];
          if (isSeen[v] || shown[v] !== ix) continue;
          isSeen[v] = 1;
          stack.push(v);
        }
      }
    }
    return n;
  }

  /**
   * Moves a unit in the areas and outlines of some totals: borders to the former territory become outline, borders to
   * the new one cease to be.
   * @param {import("./plan.js").Totals} totals
   * @param {number} u
   * @param {number} from
   * @param {number} to
   * @param {Int32Array} shown who has the other units at this moment
   */
  moveUnit(totals, u, from, to, shown) {
    const { arcStart, arcs, left, right } = this.ground;
    let off = 0, on = 0;
    for (let k = arcStart[u]; k < arcStart[u + 1]; k++) {
      const s = arcs[k];
      const a = s < 0 ? ~s : s;
      const other = s < 0 ? left[a] : right[a];
      const ix = other < 0 ? -2 : shown[other];
      off += ix === from ? -this.km[a] : this.km[a];
      on += ix === to ? -this.km[a] : this.km[a];
    }
    if (from >= 0) {
      totals.area[from] -= this.areaKm2[u];
      totals.perimeter[from] -= off;
    }
    if (to >= 0) {
      totals.area[to] += this.areaKm2[u];
      totals.perimeter[to] += on;
    }
  }
}

/**
 * Polsby-Popper compactness, 1 is a circle; null where there is no unit. As metrics/compactness.py.
 * @param {import("./plan.js").Totals} totals
 * @param {number} ix
 * @returns {number | null}
 */
export function compactness(totals, ix) {
  const perimeter = totals.perimeter[ix];
  return totals.nUnits[ix] > 0 && perimeter > 0 ? (4 * Math.PI * totals.area[ix]) / perimeter ** 2 : null;
}
