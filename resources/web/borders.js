// @ts-check
/**
 * What lies between units: which arcs meet in a node, and how long a territory's outline is.
 * Owns these sums and lists; not who has a unit (plan.js), nor who is neighbour of whom (neighbours.js).
 */

export class Borders {
  /**
   * @param {import("./ground.js").Ground} ground made with lengths and areas
   * @param {() => import("./neighbours.js").Neighbours} neighbours made when first asked for
   */
  constructor(ground, neighbours) {
    this.ground = ground;
    this._neighbours = neighbours;
    this.km = /** @type {Float64Array} */ (ground.arcKm);
    this.areaKm2 = /** @type {Float64Array} */ (ground.areaKm2);
    /** @type {{start: Int32Array, arcs: Int32Array} | null} */
    this._nodes = null;
  }

  get neighbours() {
    return this._neighbours();
  }

  /** Makes what is made when first asked for, so that the first pull need not wait. */
  prepare() {
    return [this.neighbours, this.nodes];
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
