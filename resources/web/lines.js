// @ts-check
/**
 * Paints what stands over the fills of the units: hatching of locks, thin lines between units, the outer edge and the
 * borders of territories. Owns their looks; the cost of a repaint depends on the units in its rectangle only.
 */
import { Pen } from "./pen.js";
import { isOneWorld, Seen } from "./seen.js";
import { theme } from "./theme.js";

const HATCH_PX = 8;
const THIN_LINES_FROM_PX = 7; // typical unit width from which lines between units of one territory are drawn
const MARGIN_PX = 6;
const LEAST_PX = 0.6; // shorter arcs only blacken the dense parts of the map
const LEAST_ISLAND_PX = 1.5;

export class LinesPainter {
  /**
   * @param {import("./ground.js").Ground} ground
   * @param {import("./plan.js").Plan} plan
   * @param {{show_unit_borders: boolean}} options
   */
  constructor(ground, plan, options) {
    this.name = "lines";
    this.follows = "units";
    this.ground = ground;
    this.plan = plan;
    this.options = options;
    this._pen = new Pen();
    this._seen = new Seen(ground);
    this._style = "";
    this._mark = new Int32Array(ground.nUnits);
    this._stamp = 0;
    /** @type {number[]} */
    this._found = [];
    this._typical = typicalSteps(ground);
  }

  /**
   * Whether the canvas already shows the rectangle as it should be: a new colour moves no line.
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  isFresh(frame, rect) {
    if (!isOneWorld(frame) || this._style !== this._styleAt(frame)) return false;
    this._find(frame, rect);
    return this._seen.isSame(this._found, (u) => this._valueOf(u));
  }

  /** @param {import("./stage.js").Frame} frame */
  _styleAt(frame) {
    return `${frame.scale} ${frame.dpr} ${theme.isDark} ${this.options.show_unit_borders}`;
  }

  /**
   * What the lines around a unit depend on.
   * @param {number} u
   */
  _valueOf(u) {
    const { plan } = this;
    return (plan.shown[u] + 1) * 2 + (plan.isLocked(u) ? 1 : 0);
  }

  /**
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  _find({ scale, ox, oy }, rect) {
    this.ground.tree.query(
      (rect.x0 - MARGIN_PX + ox) / scale, (rect.y0 - MARGIN_PX + oy) / scale,
      (rect.x1 + MARGIN_PX + ox) / scale, (rect.y1 + MARGIN_PX + oy) / scale, this._found,
    );
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  paint(ctx, frame, rect) {
    const { ground } = this;
    const style = this._styleAt(frame);
    if (style !== this._style) this._seen.clear();
    this._style = style;
    this._find(frame, rect);
    this._seen.note(this._found, (u) => this._valueOf(u), frame, rect);
    if (!this._found.length) return;
    const lines = ground.levels.at(frame.level);
    const typicalPx = this._typical * frame.scale;
    const thin = this.options.show_unit_borders ? Math.min(1, (typicalPx - THIN_LINES_FROM_PX + 2) / 8) : 0;
    const { inner, border, outer } = this._sort(thin > 0, LEAST_ISLAND_PX / frame.scale);
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    this._hatchLocked(ctx, frame, lines);
    if (thin > 0) {
      ctx.globalAlpha = thin;
      // Up to one device pixel Skia draws a line directly, ten times as fast as a wider one.
      this._stroke(ctx, frame, lines, inner, theme.unitLine, Math.min(typicalPx > 40 ? 1 : 0.75, 1 / frame.dpr));
      ctx.globalAlpha = 1;
    }
    const wide = Math.max(1.1, Math.min(2.1, 0.9 + typicalPx / 30));
    this._draw(ctx, frame, rect, lines, outer, theme.outer, 0.9);
    this._draw(ctx, frame, rect, lines, border, theme.borderCasing, wide + 2);
    this._draw(ctx, frame, rect, lines, border, theme.border, wide);
  }

  /**
   * Sorts the arcs of the found units: lines inside territories, borders between territories, outer edge.
   * @param {boolean} isThinWanted
   * @param {number} leastIsland map steps; the edge of a smaller island is not drawn
   */
  _sort(isThinWanted, leastIsland) {
    const { ground, plan, _mark: mark, _found: found } = this;
    const { arcStart, arcs, left, right, isSeam, from, to, reach } = ground;
    const { shown } = plan;
    const stamp = ++this._stamp;
    for (const u of found) mark[u] = stamp;
    /** @type {number[]} */ const inner = [];
    /** @type {number[]} */ const border = [];
    /** @type {number[]} */ const outer = [];
    for (const u of found) {
      const own = shown[u];
      for (let k = arcStart[u]; k < arcStart[u + 1]; k++) {
        const s = arcs[k];
        const a = s < 0 ? ~s : s;
        const other = s < 0 ? left[a] : right[a];
        if (other < 0) {
          if (isSeam[a] !== 1 && (from[a] !== to[a] || reach[a] > leastIsland)) outer.push(a);
        } else if (s >= 0 || mark[other] !== stamp) { // an arc between two found units is met twice
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
   * @param {number[]} arcs
   * @param {string} style
   * @param {number} width
   */
  _stroke(ctx, frame, lines, arcs, style, width) {
    if (!arcs.length) return;
    ctx.beginPath();
    this.ground.traceLines(ctx, arcs, lines, frame, LEAST_PX);
    ctx.strokeStyle = style;
    ctx.lineWidth = width;
    ctx.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   * @param {import("./ground.js").Lines} lines
   * @param {number[]} arcs
   * @param {string} color
   * @param {number} width
   */
  _draw(ctx, frame, rect, lines, arcs, color, width) {
    if (!arcs.length) return;
    const { scale, ox, oy } = frame;
    const trace = (/** @type {any} */ pen, /** @type {number} */ dx, /** @type {number} */ dy) =>
      this.ground.traceLines(pen, arcs, lines, { scale, ox: ox - dx, oy: oy - dy }, LEAST_PX);
    this._pen.stroke(ctx, frame, rect, trace, color, width);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./ground.js").Lines} lines
   */
  _hatchLocked(ctx, frame, lines) {
    const { ground, plan } = this;
    const locked = this._found.filter((u) => plan.isLocked(u));
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
