// @ts-check
/**
 * Paints what comes and goes over the map: hovered unit, what the brush would take, selection, lasso and rectangle.
 * Owns these outlines; not who is selected (app) and not the stroke itself (stroke.js).
 */
import { theme } from "./theme.js";

/**
 * @typedef {{hovered: number, candidates: number[], shape: number[], isShapeOpen: boolean}} Sketch
 *   shape: x, y ... in map steps of the lasso or rectangle under way
 */

export class OverlayPainter {
  /** @param {any} app */
  constructor(app) {
    this.name = "overlay";
    this.app = app;
    /** @type {Sketch} */
    this.sketch = { hovered: -1, candidates: [], shape: [], isShapeOpen: true };
    /** what else stands over the map, lowest first
     * @type {{paint: (ctx: CanvasRenderingContext2D, frame: import("./stage.js").Frame) => void}[]} */
    this.parts = [];
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    const { ground, plan, choice } = this.app;
    const lines = ground.levels.at(frame.level);
    const { hovered, candidates } = this.sketch;
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    const outline = (/** @type {ArrayLike<number>} */ units, /** @type {(u: number) => boolean} */ isIn) => {
      ctx.beginPath();
      ground.tracePath(ctx, ground.boundary(units, isIn), lines, frame);
    };
    const ix = choice.territory === null ? -1 : plan.ixById.get(choice.territory) ?? -1;
    if (ix >= 0) this._paintTerritory(ctx, frame, ix, lines);
    if (choice.units.size) {
      outline([...choice.units], (u) => choice.units.has(u));
      ctx.fillStyle = theme.isDark ? "rgba(255,255,255,0.16)" : "rgba(16,36,58,0.13)";
      ctx.fill();
      stroke(ctx, theme.selectedCasing, 4);
      ctx.setLineDash([5, 3.5]);
      stroke(ctx, theme.selected, 2);
      ctx.setLineDash([]);
    }
    if (candidates.length) {
      const set = new Set(candidates);
      outline(candidates, (u) => set.has(u));
      ctx.fillStyle = theme.isDark ? "rgba(255,255,255,0.14)" : "rgba(255,255,255,0.28)";
      ctx.fill();
      stroke(ctx, theme.selectedCasing, 3);
      stroke(ctx, theme.hover, 1.3);
    } else if (hovered >= 0) {
      outline([hovered], (u) => u === hovered);
      stroke(ctx, theme.selectedCasing, 3);
      stroke(ctx, theme.hover, 1.4);
    }
    this._paintShape(ctx, frame);
    this.app.tools.gesture.paint(ctx, frame, lines);
    for (const part of this.parts) part.paint(ctx, frame);
  }

  /**
   * Borders with neighbours are drawn strong; coasts and islands thin, or they would run together into a blot.
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number} ix
   * @param {import("./ground.js").Lines} lines
   */
  _paintTerritory(ctx, frame, ix, lines) {
    const { ground, plan } = this.app;
    const signed = ground.boundary(this._unitsOf(ix), (/** @type {number} */ u) => plan.shown[u] === ix);
    /** @type {number[]} */ const coast = [];
    /** @type {number[]} */ const border = [];
    for (const s of signed) {
      const a = s < 0 ? ~s : s;
      (ground.right[a] < 0 ? coast : border).push(a);
    }
    ctx.beginPath();
    ground.traceLines(ctx, coast, lines, frame);
    stroke(ctx, theme.selectedCasing, 2.6);
    stroke(ctx, theme.selected, 1.5);
    ctx.beginPath();
    ground.traceLines(ctx, border, lines, frame);
    stroke(ctx, theme.selectedCasing, 6);
    stroke(ctx, theme.selected, 3);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  _paintShape(ctx, frame) {
    const { shape } = this.sketch;
    if (shape.length < 4) return;
    const { scale, oy } = frame;
    const ox = frame.ox + frame.shift; // the shape is where it was drawn, not in every copy of the world
    ctx.beginPath();
    ctx.moveTo(shape[0] * scale - ox, shape[1] * scale - oy);
    for (let i = 2; i < shape.length; i += 2) ctx.lineTo(shape[i] * scale - ox, shape[i + 1] * scale - oy);
    ctx.closePath();
    ctx.fillStyle = theme.isDark ? "rgba(255,255,255,0.1)" : "rgba(16,36,58,0.08)";
    ctx.fill("evenodd");
    stroke(ctx, theme.selectedCasing, 3.5);
    ctx.setLineDash([6, 4]);
    stroke(ctx, theme.selected, 1.5);
    ctx.setLineDash([]);
  }

  /** @param {number} ix */
  _unitsOf(ix) {
    const shown = this.app.plan.shown;
    /** @type {number[]} */
    const units = [];
    for (let u = 0; u < shown.length; u++) if (shown[u] === ix) units.push(u);
    return units;
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} style
 * @param {number} width
 */
function stroke(ctx, style, width) {
  ctx.strokeStyle = style;
  ctx.lineWidth = width;
  ctx.stroke();
}
