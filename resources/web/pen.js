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
    this._thin = null;
    /** @type {any} the wide one */
    this._wide = null;
  }

  /**
   * Strokes a path with several widths, the first lowest.
   * @param {CanvasRenderingContext2D} ctx its clip and transform are those of the stage: dpr, no shift
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   * @param {(ctx: any, dx: number, dy: number) => void} trace adds the path, shifted by (dx, dy) px
   * @param {{color: string, width: number}[]} strokes width in px
   */
  stroke(ctx, frame, rect, trace, strokes) {
    const { dpr } = frame;
    const widths = strokes.map(({ width }) => Math.max(1, Math.round(width * dpr)));
    const reach = Math.ceil(Math.max(...widths) / 2) + 2;
    const width = ctx.canvas.width, height = ctx.canvas.height;
    const x0 = Math.max(0, Math.round(rect.x0 * dpr) - reach), y0 = Math.max(0, Math.round(rect.y0 * dpr) - reach);
    const x1 = Math.min(width, Math.round(rect.x1 * dpr) + reach), y1 = Math.min(height, Math.round(rect.y1 * dpr) + reach);
    const box = { x: x0, y: y0, w: x1 - x0, h: y1 - y0 };
    if (box.w <= 0 || box.h <= 0) return;
    this._fit(width, height);
    let drawn = -1;
    for (let i = 0; i < strokes.length; i++) {
      const parity = widths[i] % 2;
      // An even width has its middle between two pixels.
      if (parity !== drawn) this._drawThin(box, dpr, trace, parity ? 0 : -0.5 / dpr);
      drawn = parity;
      this._putOn(ctx, frame, box, widths[i], strokes[i].color);
    }
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  _fit(width, height) {
    if (this._thin && this._thin.canvas.width === width && this._thin.canvas.height === height) return;
    this._thin = new OffscreenCanvas(width, height).getContext("2d");
    this._wide = new OffscreenCanvas(width, height).getContext("2d");
  }

  /**
   * @param {{x: number, y: number, w: number, h: number}} box
   * @param {number} dpr
   * @param {(ctx: any, dx: number, dy: number) => void} trace
   * @param {number} shift
   */
  _drawThin(box, dpr, trace, shift) {
    const thin = this._thin;
    thin.save();
    thin.setTransform(1, 0, 0, 1, 0, 0);
    thin.beginPath();
    thin.rect(box.x, box.y, box.w, box.h);
    thin.clip();
    thin.clearRect(box.x, box.y, box.w, box.h);
    thin.setTransform(dpr, 0, 0, dpr, 0, 0);
    thin.beginPath();
    trace(thin, shift, shift);
    thin.strokeStyle = "#000";
    thin.lineWidth = 1 / dpr;
    thin.lineJoin = "round";
    thin.lineCap = "butt";
    thin.stroke();
    thin.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {{x: number, y: number, w: number, h: number}} box
   * @param {number} width
   * @param {string} color
   */
  _putOn(ctx, frame, box, width, color) {
    const wide = this._wide;
    const { x, y, w, h } = box;
    const [r, g, b, alpha] = rgba(color);
    wide.save();
    wide.beginPath();
    wide.rect(x, y, w, h);
    wide.clip();
    wide.clearRect(x, y, w, h);
    for (const [dx, dy] of nibOf(width)) wide.drawImage(this._thin.canvas, x, y, w, h, x + dx, y + dy, w, h);
    wide.globalCompositeOperation = "source-in";
    wide.fillStyle = `rgb(${r},${g},${b})`;
    wide.fillRect(x, y, w, h);
    wide.restore();
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = alpha;
    ctx.drawImage(wide.canvas, x, y, w, h, x, y, w, h);
    ctx.restore();
  }
}
