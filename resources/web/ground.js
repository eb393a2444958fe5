// @ts-check
/**
 * The unit layer: shared arcs at levels of detail, and which units a point, a brush or a drawn shape meets.
 * Owns geometry; not the alignment (plan.js) and not pixels (units.js). Coordinates are map steps (mapview/mercator.py).
 *
 * @typedef {import("./detail.js").Lines} Lines
 */
import { LevelSet, reachesOf } from "./detail.js";
import { Tree } from "./tree.js";

export const WORLD = 2 ** 30;

/**
 * Longitude and latitude of map steps.
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
export function lonLat(x, y) {
  const lat = (Math.asin(Math.tanh((0.5 - y / WORLD) * 2 * Math.PI)) * 180) / Math.PI;
  return [(x / WORLD - 0.5) * 360, lat];
}

export class Ground {
  /** @param {import("./packed.js").Packed} packed */
  constructor(packed) {
    const a = packed.arrays;
    this.meta = packed.meta;
    /** @type {number} */
    this.nUnits = packed.meta.n_units;
    /** @type {number} */
    this.maxLevel = packed.meta.max_level;
    /** @type {Int32Array} */ this.left = a.arc_left;
    /** @type {Int32Array} */ this.right = a.arc_right;
    /** @type {Int32Array} */ this.from = a.arc_from;
    /** @type {Int32Array} */ this.to = a.arc_to;
    /** @type {Int32Array} */ this.arcStart = a.unit_arc_start;
    /** @type {Int32Array} */ this.arcs = a.unit_arc;
    /** @type {Int32Array} */ this.box = a.unit_box;
    /** @type {Int32Array} */ this.point = a.unit_xy;
    /** @type {Float64Array | undefined} length of each arc; an exported page has none */ this.arcKm = a.arc_km;
    /** @type {Float64Array | undefined} */ this.areaKm2 = a.unit_area_km2;
    this.levels = new LevelSet({ start: a.arc_start, xy: a.arc_xy }, a.arc_level, this.maxLevel);
    this.tree = new Tree(this.box);
    this.isSeam = seams(this);
    /** the longer side of each arc's box */
    this.reach = reachesOf(this.levels.full);
    this._head = new Int32Array(packed.meta.n_nodes).fill(-1);
    this._next = new Int32Array(1024);
    /** @type {number[]} */
    this._found = [];
  }

  /** @param {number} u */
  name(u) {
    return /** @type {string} */ (this.meta.name[u]);
  }

  /**
   * Returns the unit at a point, -1 = none.
   * @param {number} x
   * @param {number} y
   * @param {Lines} lines the level of detail that is on the screen
   */
  unitAt(x, y, lines) {
    x -= Math.floor(x / WORLD) * WORLD;
    this.tree.query(x, y, x, y, this._found);
    for (const u of this._found) if (this.contains(u, x, y, lines)) return u;
    return -1;
  }

  /**
   * @param {number} u
   * @param {number} x
   * @param {number} y
   * @param {Lines} lines
   */
  contains(u, x, y, lines) {
    const { start, xy } = lines;
    let inside = false;
    for (let k = this.arcStart[u]; k < this.arcStart[u + 1]; k++) {
      const a = this.arcs[k] < 0 ? ~this.arcs[k] : this.arcs[k];
      let px = xy[start[a] * 2], py = xy[start[a] * 2 + 1];
      for (let i = start[a] * 2 + 2; i < start[a + 1] * 2; i += 2) {
        const qx = xy[i], qy = xy[i + 1];
        if (py > y !== qy > y && x < ((qx - px) * (y - py)) / (qy - py) + px) inside = !inside;
        px = qx;
        py = qy;
      }
    }
    return inside;
  }

  /**
   * Returns the units that a round brush drawn from a to b meets.
   * @param {number} ax
   * @param {number} ay
   * @param {number} bx
   * @param {number} by
   * @param {number} radius 0 = only what lies under the line
   * @param {Lines} lines
   * @returns {number[]}
   */
  unitsUnderBrush(ax, ay, bx, by, radius, lines) {
    const shift = Math.floor(bx / WORLD) * WORLD;
    ax -= shift;
    bx -= shift;
    this.tree.query(
      Math.min(ax, bx) - radius, Math.min(ay, by) - radius,
      Math.max(ax, bx) + radius, Math.max(ay, by) + radius, this._found,
    );
    return this._found.filter(
      (u) => this.contains(u, bx, by, lines) || this.contains(u, ax, ay, lines) ||
        this._isNear(u, ax, ay, bx, by, radius, lines),
    );
  }

  /**
   * @param {number} u
   * @param {number} ax
   * @param {number} ay
   * @param {number} bx
   * @param {number} by
   * @param {number} radius
   * @param {Lines} lines
   */
  _isNear(u, ax, ay, bx, by, radius, lines) {
    const { start, xy } = lines;
    const limit = radius * radius;
    for (let k = this.arcStart[u]; k < this.arcStart[u + 1]; k++) {
      const a = this.arcs[k] < 0 ? ~this.arcs[k] : this.arcs[k];
      for (let i = start[a] * 2; i < start[a + 1] * 2 - 2; i += 2) {
        if (gapSquared(ax, ay, bx, by, xy[i], xy[i + 1], xy[i + 2], xy[i + 3]) <= limit) return true;
      }
    }
    return false;
  }

  /**
   * Returns the units whose inner point lies in a drawn shape.
   * @param {number[]} shape x, y, x, y ... not closed
   * @returns {number[]}
   */
  unitsInShape(shape) {
    let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (let i = 0; i < shape.length; i += 2) {
      west = Math.min(west, shape[i]);
      east = Math.max(east, shape[i]);
      north = Math.min(north, shape[i + 1]);
      south = Math.max(south, shape[i + 1]);
    }
    /** @type {number[]} */
    const units = [];
    for (let shift = Math.floor(west / WORLD) * WORLD; shift <= east; shift += WORLD) {
      this.tree.query(west - shift, north, east - shift, south, this._found);
      for (const u of this._found) if (isInShape(this.point[u * 2] + shift, this.point[u * 2 + 1], shape)) units.push(u);
    }
    return units;
  }

  /**
   * Returns the arcs that bound a set of units, each with the set on its left (`~a`: taken backward).
   * @param {ArrayLike<number>} units
   * @param {(u: number) => boolean} isIn
   * @returns {number[]}
   */
  boundary(units, isIn) {
    /** @type {number[]} */
    const out = [];
    for (let n = 0; n < units.length; n++) {
      const u = units[n];
      for (let k = this.arcStart[u]; k < this.arcStart[u + 1]; k++) {
        const s = this.arcs[k];
        const other = s < 0 ? this.left[~s] : this.right[s];
        if (other < 0 || !isIn(other)) out.push(s);
      }
    }
    return out;
  }

  /**
   * Adds closed loops made of directed arcs to a canvas path. Every node is entered as often as it is left, so
   * following any unused arc always comes back: no ring has to be known beforehand.
   * @param {CanvasRenderingContext2D} ctx
   * @param {number[]} signed
   * @param {Lines} lines
   * @param {{scale: number, ox: number, oy: number}} frame
   */
  tracePath(ctx, signed, lines, frame) {
    const { _head: head, from, to } = this;
    const { start, xy } = lines;
    const { scale, ox, oy } = frame;
    if (this._next.length < signed.length) this._next = new Int32Array(signed.length * 2);
    const next = this._next;
    for (let i = signed.length - 1; i >= 0; i--) {
      const s = signed[i];
      const node = s < 0 ? to[~s] : from[s];
      next[i] = head[node];
      head[node] = i;
    }
    for (let i = 0; i < signed.length; i++) {
      const first = signed[i] < 0 ? to[~signed[i]] : from[signed[i]];
      let at = head[first];
      if (at < 0) continue;
      let isBegin = true;
      let node = first;
      while (at >= 0) {
        head[node] = next[at];
        const s = signed[at];
        if (s < 0) {
          const a = ~s;
          for (let k = start[a + 1] * 2 - (isBegin ? 2 : 4); k >= start[a] * 2; k -= 2) {
            if (isBegin) ctx.moveTo(xy[k] * scale - ox, xy[k + 1] * scale - oy);
            else ctx.lineTo(xy[k] * scale - ox, xy[k + 1] * scale - oy);
            isBegin = false;
          }
          node = from[a];
        } else {
          for (let k = start[s] * 2 + (isBegin ? 0 : 2); k < start[s + 1] * 2; k += 2) {
            if (isBegin) ctx.moveTo(xy[k] * scale - ox, xy[k + 1] * scale - oy);
            else ctx.lineTo(xy[k] * scale - ox, xy[k + 1] * scale - oy);
            isBegin = false;
          }
          node = to[s];
        }
        at = head[node];
      }
      ctx.closePath();
    }
  }

  /**
   * Adds arcs to a canvas path as open lines; the cut at 180 degrees is left out.
   * @param {CanvasRenderingContext2D} ctx
   * @param {number[]} arcs
   * @param {Lines} lines
   * @param {{scale: number, ox: number, oy: number}} frame
   * @param {number} [least] px: arcs that stay within a box of this size are left out
   */
  traceLines(ctx, arcs, lines, frame, least = 0) {
    const { start, xy } = lines;
    const { scale, ox, oy } = frame;
    const leastSteps = least / scale;
    for (const a of arcs) {
      if (this.reach[a] < leastSteps) continue;
      let k = start[a] * 2;
      ctx.moveTo(xy[k] * scale - ox, xy[k + 1] * scale - oy);
      if (this.isSeam[a] === 2) {
        for (k += 2; k < start[a + 1] * 2; k += 2) {
          if (isOnSeam(xy[k - 2]) && isOnSeam(xy[k])) ctx.moveTo(xy[k] * scale - ox, xy[k + 1] * scale - oy);
          else ctx.lineTo(xy[k] * scale - ox, xy[k + 1] * scale - oy);
        }
        continue;
      }
      for (k += 2; k < start[a + 1] * 2; k += 2) ctx.lineTo(xy[k] * scale - ox, xy[k + 1] * scale - oy);
    }
  }
}

/**
 * Returns which outer arcs run along the cut at 180 degrees, which is no coast: 1 = as a whole, 2 = in part.
 * @param {Ground} ground
 * @returns {Uint8Array}
 */
function seams(ground) {
  const { start, xy } = ground.levels.full;
  const out = new Uint8Array(ground.left.length);
  for (let a = 0; a < out.length; a++) {
    if (ground.right[a] >= 0) continue;
    let n = 0;
    const end = start[a + 1] * 2 - 2;
    for (let i = start[a] * 2; i < end; i += 2) if (isOnSeam(xy[i]) && isOnSeam(xy[i + 2])) n += 2;
    if (n) out[a] = n === end - start[a] * 2 ? 1 : 2;
  }
  return out;
}

/** @param {number} x map steps */
export function isOnSeam(x) {
  return x <= 8 || x >= WORLD - 8;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number[]} shape
 */
export function isInShape(x, y, shape) {
  let inside = false;
  for (let i = 0, j = shape.length - 2; i < shape.length; j = i, i += 2) {
    const py = shape[j + 1], qy = shape[i + 1];
    if (py > y !== qy > y && x < ((shape[i] - shape[j]) * (y - py)) / (qy - py) + shape[j]) inside = !inside;
  }
  return inside;
}

/**
 * Returns the squared distance of two line pieces, 0 if they cross.
 * @param {number} ax
 * @param {number} ay
 * @param {number} bx
 * @param {number} by
 * @param {number} cx
 * @param {number} cy
 * @param {number} dx
 * @param {number} dy
 */
function gapSquared(ax, ay, bx, by, cx, cy, dx, dy) {
  const d1 = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  const d2 = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax);
  const d3 = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx);
  const d4 = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx);
  if (d1 > 0 !== d2 > 0 && d3 > 0 !== d4 > 0) return 0;
  return Math.min(
    pointGapSquared(ax, ay, cx, cy, dx, dy), pointGapSquared(bx, by, cx, cy, dx, dy),
    pointGapSquared(cx, cy, ax, ay, bx, by), pointGapSquared(dx, dy, ax, ay, bx, by),
  );
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} px
 * @param {number} py
 * @param {number} qx
 * @param {number} qy
 */
function pointGapSquared(x, y, px, py, qx, qy) {
  const length = (qx - px) ** 2 + (qy - py) ** 2;
  const share = length ? Math.max(0, Math.min(1, ((x - px) * (qx - px) + (y - py) * (qy - py)) / length)) : 0;
  return (x - px - share * (qx - px)) ** 2 + (y - py - share * (qy - py)) ** 2;
}
