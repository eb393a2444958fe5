// @ts-check
/**
 * Wide lines out of thin ones: thousands of short arcs with a border and a light casing, at a tenth of the price.
 * Owns the way the stroke is put on; not which arcs and colours (lines.js).
 *
 * A line of one device pixel is drawn directly by Skia; a wider one is first turned into an outline, arc by arc, which
 * takes ten times as long. So the thin line is drawn once, and its picture laid over itself, shifted by whole pixels:
 * the same as a round pen of that width.
 */
import { rgba } from "./cells.js";

const PAD = 12; // device pixels of the sketch beyond the canvas

/** @type {Map<number, [number, number][]>} */
const nibs = new Map();

/**
 * Returns the shifts that make a line of one pixel into one of so many.
 * @param {number} width in device pixels, whole
 * @returns {[number, number][]}
 */
export function nibOf(width) {
  const ready = nibs.get(width);
  if (ready) return ready;
  /** @type {[number, number][]} */
  const out = [];
  const middle = (width - 1) / 2, reach = middle * middle + 0.6 * middle + 0.01;
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      if ((x - middle) ** 2 + (y - middle) ** 2 <= reach) out.push([x - Math.floor(middle), y - Math.floor(middle)]);
    }
  }
  nibs.set(width, out);
  return out;
}

export class Pen {
  constructor() {
    /** @type {any} the thin line */
    this.thin = null;
    /** @type {any} the wide one */
    this.wide = null;
  }

  /**
   * Strokes a path.
   * @param {CanvasRenderingContext2D} ctx its clip and transform are those of the stage: dpr, no shift
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   * @param {(ctx: any, dx: number, dy: number) => void} trace adds the path, shifted by (dx, dy) px
   * @param {string} color
   * @param {number} width in px
   */
  stroke(ctx, { dpr }, rect, trace, color, width) {
    const steps = Math.max(1, Math.round(width * dpr));
    if (steps === 1) {
      ctx.beginPath();
      trace(ctx, 0, 0);
      ctx.strokeStyle = color;
      ctx.lineWidth = 1 / dpr;
      ctx.stroke();
      return;
    }
    // The sketch reaches over the canvas on all sides: what lies just outside of it still reaches in.
    const reach = Math.min(PAD, Math.ceil(steps / 2) + 2);
    const x = Math.round(rect.x0 * dpr) - reach + PAD, y = Math.round(rect.y0 * dpr) - reach + PAD;
    const w = Math.round(rect.x1 * dpr) + reach + PAD - x, h = Math.round(rect.y1 * dpr) + reach + PAD - y;
    this._fit(ctx.canvas.width + 2 * PAD, ctx.canvas.height + 2 * PAD);
    const [r, g, b, alpha] = rgba(color);
    const { thin, wide } = this;
    thin.setTransform(1, 0, 0, 1, 0, 0);
    thin.clearRect(x, y, w, h);
    thin.setTransform(dpr, 0, 0, dpr, PAD, PAD);
    thin.beginPath();
    // An even width has its middle between two pixels.
    const shift = steps % 2 ? 0 : -0.5 / dpr;
    trace(thin, shift, shift);
    thin.strokeStyle = `rgb(${r},${g},${b})`;
    thin.lineWidth = 1 / dpr;
    thin.stroke();
    wide.clearRect(x, y, w, h);
    for (const [dx, dy] of nibOf(steps)) wide.drawImage(thin.canvas, x, y, w, h, x + dx, y + dy, w, h);
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = alpha;
    ctx.drawImage(wide.canvas, x, y, w, h, x - PAD, y - PAD, w, h);
    ctx.restore();
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  _fit(width, height) {
    if (this.thin && this.thin.canvas.width === width && this.thin.canvas.height === height) return;
    this.thin = new OffscreenCanvas(width, height).getContext("2d");
    this.wide = new OffscreenCanvas(width, height).getContext("2d");
  }
}
