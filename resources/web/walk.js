// @ts-check
/**
 * From unit to unit by arrow keys: which neighbour lies in a direction, how one comes back, how one gets to all.
 * Owns the order of the steps; pure, so that its laws are tested (tests/web/test_walk.py). Places are map steps.
 *
 * The opposite arrow takes back the step before. The same arrow again then takes the next best neighbour in that
 * direction. Who goes to and fro until all that way are used up and stands where he stood before does not mean the way
 * back: the opposite arrow then leads on, to the others on that side. So every step can be taken back, and every unit of
 * a connected layer is reached by arrows, at worst after the cursor has begun anew (Esc, F2).
 */

export const EAST = 0, NORTH = 1, WEST = 2, SOUTH = 3;
const DX = [1, 0, -1, 0], DY = [0, -1, 0, 1]; // y grows to the south

/**
 * The way from a to b along x around the world, the shorter one.
 * @param {number} a
 * @param {number} b
 * @param {number} world
 */
export function wayX(a, b, world) {
  const d = (b - a) % world;
  return d > world / 2 ? d - world : d < -world / 2 ? d + world : d;
}

export class Walk {
  /**
   * @param {(u: number) => ArrayLike<number>} neighboursOf
   * @param {Int32Array} point x, y of each unit
   * @param {number} world width of the world
   */
  constructor(neighboursOf, point, world) {
    this._of = neighboursOf;
    this._point = point;
    this._world = world;
    /** steps that can be taken back; isAgain: all others that way had been tried
     * @type {{from: number, to: number, direction: number, turn: number, isAgain: boolean}[]} */
    this._trail = [];
    /** @type {{unit: number, direction: number, turn: number} | null} what was tried and taken back last */
    this._tried = null;
    this.unit = -1;
  }

  /** Stands on a unit, with no way behind.
   * @param {number} u */
  stand(u) {
    this.unit = u;
    this._trail = [];
    this._tried = null;
  }

  /** The unit that the last step came from, -1 = none. */
  get before() {
    const last = this._trail[this._trail.length - 1];
    return last ? last.from : -1;
  }

  /**
   * Goes one step; returns whether there was one to go.
   * @param {number} direction
   */
  step(direction) {
    const last = this._trail[this._trail.length - 1];
    const isBack = last !== undefined && last.direction === (direction + 2) % 4;
    const others = this.candidates(this.unit, direction).filter((u) => !isBack || u !== last.from);
    if (isBack && !last.isAgain) return this._back();
    // Where back is not meant it comes last.
    const n = others.length + (isBack ? 1 : 0);
    if (!n) return false;
    const tried = this._tried;
    const turn = tried && tried.unit === this.unit && tried.direction === direction ? tried.turn : 0;
    if (turn % n === others.length) return this._back();
    const to = others[turn % n];
    this._trail.push({ from: this.unit, to, direction, turn, isAgain: turn >= n });
    this._tried = null;
    this.unit = to;
    return true;
  }

  /** Takes the last step back. */
  _back() {
    const last = /** @type {Walk["_trail"][0]} */ (this._trail.pop());
    this.unit = last.from;
    this._tried = { unit: last.from, direction: last.direction, turn: last.turn + 1 };
    return true;
  }

  /**
   * Returns the units that an arrow leads to, the best first: neighbours of which the direction is the nearest of the
   * four; else those that lie at all that way; else, over water, the nearest unit of that quarter.
   * @param {number} u
   * @param {number} direction
   * @returns {number[]}
   */
  candidates(u, direction) {
    const near = this._of(u);
    /** @type {[number, number, number][]} unit, off the direction, distance */
    const quarter = [], half = [];
    for (let i = 0; i < near.length; i++) {
      const [along, off] = this._seen(u, near[i], direction);
      if (this._isIn(u, near[i], direction)) quarter.push([near[i], off / Math.max(along, 1e-9), Math.hypot(along, off)]);
      else if (along > 0) half.push([near[i], off / along, Math.hypot(along, off)]);
    }
    const found = quarter.length ? quarter : half;
    if (!found.length) return this._across(u, direction);
    return found.sort((a, b) => a[1] - b[1] || a[2] - b[2] || a[0] - b[0]).map((row) => row[0]);
  }

  /**
   * How far b lies from a along a direction, and how far off it.
   * @param {number} a
   * @param {number} b
   * @param {number} direction
   * @returns {[number, number]}
   */
  _seen(a, b, direction) {
    const p = this._point;
    const dx = wayX(p[a * 2], p[b * 2], this._world), dy = p[b * 2 + 1] - p[a * 2 + 1];
    return [dx * DX[direction] + dy * DY[direction], Math.abs(dx * DY[direction] + dy * DX[direction])];
  }

  /**
   * Whether a direction is the nearest of the four to the way from a to b; each way has one, the same place is east.
   * @param {number} a
   * @param {number} b
   * @param {number} direction
   */
  _isIn(a, b, direction) {
    const p = this._point;
    const dx = wayX(p[a * 2], p[b * 2], this._world), dy = p[b * 2 + 1] - p[a * 2 + 1];
    if (Math.abs(dx) >= Math.abs(dy)) return direction === (dx >= 0 ? EAST : WEST);
    return direction === (dy < 0 ? NORTH : SOUTH);
  }

  /**
   * @param {number} u
   * @param {number} direction
   */
  _across(u, direction) {
    let best = -1, least = Infinity;
    for (let v = 0; v < this._point.length / 2; v++) {
      if (v === u || !this._isIn(u, v, direction)) continue;
      const [along, off] = this._seen(u, v, direction);
      const far = Math.hypot(along, off);
      if (along > 0 && far < least) [best, least] = [v, far];
    }
    return best < 0 ? [] : [best];
  }
}
