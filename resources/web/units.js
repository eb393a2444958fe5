// @ts-check
/**
 * Paints the units: one path a territory, the borders of territories, thin lines between units, hatching of locks.
 * Owns the picture of the alignment; the cost of a repaint depends on the units in its rectangle only.
 */
import { fillOf, theme } from "./theme.js";

const HATCH_PX = 8;
const THIN_LINES_FROM_PX = 7; // typical unit width from which lines between units of one territory are drawn

export class UnitsPainter {
  /**
   * @param {import("./ground.js").Ground} ground
   * @param {import("./plan.js").Plan} plan
   * @param {{show_unit_borders: boolean}} options
   */
  constructor(ground, plan, options) {
    this.name = "units";
    this.ground = ground;
    this.plan = plan;
    this.options = options;
    this._mark = new Int32Array(ground.nUnits);
    this._stamp = 0;
    /** @type {number[]} */
    this._found = [];
    /** @type {number[][]} arcs of each territory in the rectangle, position territory_ix + 1 */
    this._arcs = [];
    this._typical = typicalSteps(ground);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  paint(ctx, frame, rect) {
    const { ground, plan } = this;
    const { scale, ox, oy } = frame;
    const margin = 6;
    ground.tree.query(
      (rect.x0 - margin + ox) / scale, (rect.y0 - margin + oy) / scale,
      (rect.x1 + margin + ox) / scale, (rect.y1 + margin + oy) / scale, this._found,
    );
    if (!this._found.length) return;
    const lines = ground.levels.at(frame.level);
    const typicalPx = this._typical * scale;
    const thin = this.options.show_unit_borders ? Math.min(1, (typicalPx - THIN_LINES_FROM_PX + 2) / 8) : 0;
    const sorted = this._sort(thin > 0);
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    for (let t = 0; t < this._arcs.length; t++) {
      const arcs = this._arcs[t];
      if (!arcs || !arcs.length) continue;
      ctx.beginPath();
      ground.tracePath(ctx, arcs, lines, frame);
      if (t === 0) {
        ctx.fillStyle = theme.unassigned;
        ctx.fill();
      } else {
        ctx.globalAlpha = theme.fillAlpha;
        ctx.fillStyle = fillOf(plan.territories[t - 1]);
        ctx.fill();
        ctx.globalAlpha = 1;
        if (plan.territories[t - 1].locked) this._hatch(ctx, frame);
      }
      arcs.length = 0;
    }
    this._hatchUnits(ctx, frame, lines);
    this._strokeLines(ctx, frame, lines, sorted, thin, typicalPx);
  }

  /**
   * Sorts the arcs of the found units: bounds of territories, lines inside them, borders between them, outer edge.
   * @param {boolean} isThinWanted
   */
  _sort(isThinWanted) {
    const { ground, plan, _mark: mark, _found: found, _arcs: byTerritory } = this;
    const { arcStart, arcs, left, right } = ground;
    const shown = plan.shown;
    const stamp = ++this._stamp;
    for (const u of found) mark[u] = stamp;
    while (byTerritory.length < plan.territories.length + 1) byTerritory.push([]);
    /** @type {number[]} */ const inner = [];
    /** @type {number[]} */ const border = [];
    /** @type {number[]} */ const outer = [];
    for (const u of found) {
      const own = shown[u];
      const bounds = byTerritory[own + 1];
      for (let k = arcStart[u]; k < arcStart[u + 1]; k++) {
        const s = arcs[k];
        const a = s < 0 ? ~s : s;
        const other = s < 0 ? left[a] : right[a];
        const isMarked = other >= 0 && mark[other] === stamp;
        const isFirst = s >= 0 || !isMarked; // an arc between two found units is met twice
        if (other >= 0 && shown[other] === own) {
          if (!isMarked) bounds.push(s);
          if (isThinWanted && isFirst) inner.push(a);
        } else {
          bounds.push(s);
          if (other < 0 && !ground.isSeam[a]) outer.push(a);
          else if (other >= 0 && isFirst) border.push(a);
        }
      }
    }
    return { inner, border, outer };
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./ground.js").Lines} lines
   * @param {{inner: number[], border: number[], outer: number[]}} sorted
   * @param {number} thin 0..1
   * @param {number} typicalPx
   */
  _strokeLines(ctx, frame, lines, sorted, thin, typicalPx) {
    const { ground } = this;
    const stroke = (/** @type {number[]} */ arcs, /** @type {string} */ style, /** @type {number} */ width) => {
      if (!arcs.length) return;
      ctx.beginPath();
      ground.traceLines(ctx, arcs, lines, frame);
      ctx.strokeStyle = style;
      ctx.lineWidth = width;
      ctx.stroke();
    };
    if (thin > 0) {
      ctx.globalAlpha = thin;
      stroke(sorted.inner, theme.unitLine, typicalPx > 40 ? 1 : 0.75);
      ctx.globalAlpha = 1;
    }
    stroke(sorted.outer, theme.outer, 0.9);
    const wide = Math.max(1.1, Math.min(2.1, 0.9 + typicalPx / 30));
    stroke(sorted.border, theme.borderCasing, wide + 2);
    stroke(sorted.border, theme.border, wide);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./ground.js").Lines} lines
   */
  _hatchUnits(ctx, frame, lines) {
    const { ground, plan } = this;
    const locked = this._found.filter((u) => plan.unitLocked[u] && !plan.isTerritoryLocked(plan.shown[u]));
    if (!locked.length) return;
    const set = new Set(locked);
    ctx.beginPath();
    ground.tracePath(ctx, ground.boundary(locked, (u) => set.has(u)), lines, frame);
    this._hatch(ctx, frame);
  }

  /**
   * Fills the present path with lines that stay in place when the map is shifted or repainted in parts.
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  _hatch(ctx, frame) {
    const pattern = hatchPattern(ctx, frame.dpr);
    const size = HATCH_PX;
    const dx = -(((frame.ox % size) + size) % size), dy = -(((frame.oy % size) + size) % size);
    pattern.setTransform(new DOMMatrix([1 / frame.dpr, 0, 0, 1 / frame.dpr, dx, dy]));
    ctx.fillStyle = pattern;
    ctx.fill();
  }
}

/** @type {Map<string, CanvasPattern>} */
const patterns = new Map();

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} dpr
 * @returns {CanvasPattern}
 */
function hatchPattern(ctx, dpr) {
  const key = `${theme.hatch} ${dpr}`;
  const ready = patterns.get(key);
  if (ready) return ready;
  const size = HATCH_PX * dpr;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  pen.strokeStyle = theme.hatch;
  pen.lineWidth = 1.3 * dpr;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - size, size * 2);
    pen.lineTo(shift + size * 2, -size);
  }
  pen.stroke();
  const pattern = /** @type {CanvasPattern} */ (ctx.createPattern(tile, "repeat"));
  patterns.set(key, pattern);
  return pattern;
}

/**
 * Median width of a unit, in map steps.
 * @param {import("./ground.js").Ground} ground
 */
function typicalSteps(ground) {
  const widths = new Float64Array(ground.nUnits);
  for (let u = 0; u < ground.nUnits; u++) {
    const i = u * 4;
    widths[u] = Math.sqrt((ground.box[i + 2] - ground.box[i]) * (ground.box[i + 3] - ground.box[i + 1]));
  }
  return widths.sort()[ground.nUnits >> 1] || 0;
}
