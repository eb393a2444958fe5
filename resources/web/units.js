// @ts-check
/**
 * Paints the units: one path a group of the shading, the borders of territories, thin lines between units, hatching of locks.
 * Owns the picture of the alignment; the cost of a repaint depends on the units in its rectangle only.
 */
import { theme } from "./theme.js";

const HATCH_PX = 8;
const THIN_LINES_FROM_PX = 7; // typical unit width from which lines between units of one territory are drawn

export class UnitsPainter {
  /**
   * @param {import("./ground.js").Ground} ground
   * @param {import("./plan.js").Plan} plan
   * @param {import("./shading.js").Shading} shading
   * @param {{show_unit_borders: boolean}} options
   */
  constructor(ground, plan, shading, options) {
    this.name = "units";
    this.ground = ground;
    this.plan = plan;
    this.shading = shading;
    this.options = options;
    this._mark = new Int32Array(ground.nUnits);
    this._stamp = 0;
    /** @type {number[]} */
    this._found = [];
    /** @type {number[][]} bounds of each group of the shading in the rectangle */
    this._arcs = [];
    this._typical = typicalSteps(ground);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  paint(ctx, frame, rect) {
    const { ground, plan, shading } = this;
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
    for (let group = 0; group < this._arcs.length; group++) {
      const arcs = this._arcs[group];
      if (!arcs.length) continue;
      ctx.beginPath();
      ground.tracePath(ctx, arcs, lines, frame);
      ctx.globalAlpha = shading.alpha(group);
      ctx.fillStyle = shading.fill(group);
      ctx.fill();
      ctx.globalAlpha = 1;
      if (!shading.isByUnit && plan.isTerritoryLocked(group - 1)) this._hatch(ctx, frame);
      arcs.length = 0;
    }
    this._hatchUnits(ctx, frame, lines);
    this._strokeLines(ctx, frame, lines, sorted, thin, typicalPx);
  }

  /**
   * Sorts the arcs of the found units: bounds of groups of the shading, lines inside territories, borders between
   * territories (whatever is shaded), outer edge.
   * @param {boolean} isThinWanted
   */
  _sort(isThinWanted) {
    const { ground, plan, shading, _mark: mark, _found: found, _arcs: byGroup } = this;
    const { arcStart, arcs, left, right } = ground;
    const shown = plan.shown;
    const stamp = ++this._stamp;
    for (const u of found) mark[u] = stamp;
    while (byGroup.length < shading.nGroups) byGroup.push([]);
    /** @type {number[]} */ const inner = [];
    /** @type {number[]} */ const border = [];
    /** @type {number[]} */ const outer = [];
    for (const u of found) {
      const own = shown[u], group = shading.groupOf(u);
      const bounds = byGroup[group];
      for (let k = arcStart[u]; k < arcStart[u + 1]; k++) {
        const s = arcs[k];
        const a = s < 0 ? ~s : s;
        const other = s < 0 ? left[a] : right[a];
        const isMarked = other >= 0 && mark[other] === stamp;
        const isFirst = s >= 0 || !isMarked; // an arc between two found units is met twice
        if (!isMarked || shading.groupOf(other) !== group) bounds.push(s);
        if (other < 0) {
          if (!ground.isSeam[a]) outer.push(a);
        } else if (isFirst) {
          if (shown[other] !== own) border.push(a);
          else if (isThinWanted) inner.push(a);
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
    const { ground, plan, shading } = this;
    const locked = this._found.filter((u) =>
      shading.isByUnit ? plan.isLocked(u) : plan.unitLocked[u] && !plan.isTerritoryLocked(plan.shown[u]));
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
