// @ts-check
/**
 * The old colour as outline: around units that have another territory than in the other scenario runs, on their inner
 * side, a line in the colour of the territory that had them. Owns this line; the fill is units.js's.
 */
import { theme } from "./theme.js";

const MARGIN_PX = 6;
const WIDTH = { least: 2.5, most: 6, ofUnit: 0.22 }; // px; share of the width of a typical unit

export class OutlinePainter {
  /** @param {any} app */
  constructor(app) {
    this.name = "outline";
    this.follows = "units";
    this.app = app;
    /** @type {number[]} */
    this._found = [];
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  paint(ctx, frame, rect) {
    const { ground, compare } = this.app;
    if (!compare.other) return;
    const { scale, ox, oy } = frame;
    ground.tree.query(
      (rect.x0 - MARGIN_PX + ox) / scale, (rect.y0 - MARGIN_PX + oy) / scale,
      (rect.x1 + MARGIN_PX + ox) / scale, (rect.y1 + MARGIN_PX + oy) / scale, this._found,
    );
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    const width = widthAt(ground, this._found, frame);
    for (const [was, units] of this._moved()) this._paintGroup(ctx, frame, was, units, width);
  }

  /** Moved units in sight by the territory that had them, -1 = none. */
  _moved() {
    const { compare } = this.app;
    const { shown } = compare.other.plan;
    /** @type {Map<number, number[]>} */
    const groups = new Map();
    for (const u of this._found) {
      if (!compare.isMoved(u)) continue;
      const group = groups.get(shown[u]);
      if (group) group.push(u);
      else groups.set(shown[u], [u]);
    }
    return groups;
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number} was territory_ix of the other scenario
   * @param {number[]} units
   * @param {number} width px
   */
  _paintGroup(ctx, frame, was, units, width) {
    const { ground, compare } = this.app;
    const { shown } = compare.other.plan;
    const lines = ground.levels.at(frame.level);
    const inSight = new Set(units);
    const isOfGroup = (/** @type {number} */ u) => shown[u] === was && compare.isMoved(u);
    const edge = ground.boundary(units, isOfGroup).map((/** @type {number} */ s) => (s < 0 ? ~s : s));
    if (!edge.length) return;
    ctx.save();
    ctx.beginPath();
    ground.tracePath(ctx, ground.boundary(units, (/** @type {number} */ u) => inSight.has(u)), lines, frame);
    ctx.clip();
    ctx.beginPath();
    ground.traceLines(ctx, edge, lines, frame);
    ctx.strokeStyle = theme.outlineCasing;
    ctx.lineWidth = (width + 1.3) * 2;
    ctx.stroke();
    ctx.strokeStyle = compare.other.shading.swatch(was);
    ctx.lineWidth = width * 2;
    ctx.stroke();
    if (was < 0) {
      ctx.setLineDash([3, 4]); // nobody had them
      ctx.strokeStyle = theme.outer;
      ctx.lineWidth = 2;
      ctx.stroke();
    }
    ctx.restore();
  }
}

/**
 * Width of the line: what a typical unit in sight has room for.
 * @param {import("./ground.js").Ground} ground
 * @param {number[]} units
 * @param {import("./stage.js").Frame} frame
 */
function widthAt(ground, units, frame) {
  let sum = 0;
  for (const u of units) sum += Math.sqrt((ground.box[u * 4 + 2] - ground.box[u * 4]) * (ground.box[u * 4 + 3] - ground.box[u * 4 + 1]));
  const typical = units.length ? (sum / units.length) * frame.scale : 0;
  return Math.max(WIDTH.least, Math.min(WIDTH.most, typical * WIDTH.ofUnit));
}
