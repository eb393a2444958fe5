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

const STEP = 64; // device pixels: sizes of sketches are multiples
const MOST = 6; // sketches kept

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
    /** @type {Map<number, {thin: any, wide: any}>} by size */
    this._sketches = new Map();
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
    // The sketch reaches beyond the rectangle: what lies just outside of it still reaches in.
    const reach = Math.ceil(steps / 2) + 2;
    const x = Math.round(rect.x0 * dpr) - reach, y = Math.round(rect.y0 * dpr) - reach;
    const w = Math.round(rect.x1 * dpr) + reach - x, h = Math.round(rect.y1 * dpr) + reach - y;
    const { thin, wide } = this._sketch(w, h);
    const [r, g, b, alpha] = rgba(color);
    thin.setTransform(1, 0, 0, 1, 0, 0);
    thin.clearRect(0, 0, w, h);
    thin.setTransform(dpr, 0, 0, dpr, -x, -y);
    thin.beginPath();
    // An even width has its middle between two pixels.
    const shift = steps % 2 ? 0 : -0.5 / dpr;
    trace(thin, shift, shift);
    thin.strokeStyle = `rgb(${r},${g},${b})`;
    thin.lineWidth = 1 / dpr;
    thin.stroke();
    wide.clearRect(0, 0, w, h);
    for (const [dx, dy] of nibOf(steps)) wide.drawImage(thin.canvas, 0, 0, w, h, dx, dy, w, h);
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = alpha;
    ctx.drawImage(wide.canvas, 0, 0, w, h, x, y, w, h);
    ctx.restore();
  }

  /**
   * Returns two canvases to sketch on. Drawing from a canvas that is then changed copies it as a whole, so a small
   * rectangle gets a small one.
   * @param {number} width
   * @param {number} height
   * @returns {{thin: any, wide: any}}
   */
  _sketch(width, height) {
    const w = Math.ceil(width / STEP) * STEP, h = Math.ceil(height / STEP) * STEP;
    const key = w * 65536 + h;
    let sketch = this._sketches.get(key);
    if (!sketch) {
      if (this._sketches.size >= MOST) this._sketches.clear();
      sketch = { thin: new OffscreenCanvas(w, h).getContext("2d"), wide: new OffscreenCanvas(w, h).getContext("2d") };
      this._sketches.set(key, sketch);
    }
    return sketch;
  }
}
