// @ts-check
/**
 * One canvas of the map and how a rectangle of it is painted: whole device pixels, every copy of the world in it.
 * Owns clip and transform; not when it is painted (stage.js).
 *
 * @typedef {{scale: number, ox: number, oy: number, width: number, height: number, zoom: number, level: number,
 *   dpr: number, pad: number, shift: number}} Frame  px on the canvas = map step * scale - (ox, oy);
 *   shift: px by which this copy of the world stands east of the first
 * @typedef {{x0: number, y0: number, x1: number, y1: number}} Rect  px on the canvas
 * @typedef {{name: string, follows?: string, isWhole?: boolean, isOnce?: boolean,
 *   paint: (ctx: CanvasRenderingContext2D, frame: Frame, rect: Rect) => void,
 *   isFresh?: (frame: Frame, rect: Rect) => boolean, shift?: (px: number, py: number) => void}} Painter
 *   follows: what is asked of that painter is asked of this one too; isWhole: painted anew as a whole after every move,
 *   never in parts; isOnce: not repeated around the globe; isFresh: what the canvas shows is right already; shift: the
 *   picture has been moved by device pixels
 * @typedef {{painter: Painter, canvas: HTMLCanvasElement, ctx: CanvasRenderingContext2D, dirty: Rect | null,
 *   frame: Frame | null, isBehind: boolean, paintMs: number}} Sheet
 *   frame: what its picture shows; isBehind: the picture is of another view, put in place by scaling, until it is painted;
 *   paintMs: what painting it whole took the last time
 */
import { WORLD } from "./ground.js";

/**
 * Paints a rectangle of a canvas anew.
 * @param {Sheet} sheet
 * @param {Frame} frame
 * @param {Rect} rect
 */
export function paintRect(sheet, frame, rect) {
  const { dpr } = frame;
  // Whole device pixels: a repainted rectangle must leave no seam.
  const x0 = Math.max(0, Math.floor(rect.x0 * dpr)), y0 = Math.max(0, Math.floor(rect.y0 * dpr));
  const x1 = Math.min(sheet.canvas.width, Math.ceil(rect.x1 * dpr));
  const y1 = Math.min(sheet.canvas.height, Math.ceil(rect.y1 * dpr));
  if (x1 <= x0 || y1 <= y0) return;
  const { ctx } = sheet;
  ctx.save();
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(x0, y0, x1 - x0, y1 - y0);
  ctx.beginPath();
  ctx.rect(x0, y0, x1 - x0, y1 - y0);
  ctx.clip();
  ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
  paintCopies(sheet, frame, { x0: x0 / dpr, y0: y0 / dpr, x1: x1 / dpr, y1: y1 / dpr });
  ctx.restore();
}

/**
 * Paints each copy of the world that the rectangle meets: what lies across 180 degrees is seen whole.
 * @param {Sheet} sheet
 * @param {Frame} frame
 * @param {Rect} rect
 */
function paintCopies(sheet, frame, rect) {
  const { ctx, painter } = sheet;
  const world = frame.scale * WORLD;
  const first = Math.floor((rect.x0 + frame.ox) / world), last = Math.floor((rect.x1 + frame.ox) / world);
  if (painter.isOnce || (first === 0 && last === 0)) {
    painter.paint(ctx, frame, rect);
    return;
  }
  for (let copy = first; copy <= last; copy++) {
    const shift = copy * world;
    const x0 = Math.max(rect.x0, Math.round((shift - frame.ox) * frame.dpr) / frame.dpr);
    const x1 = Math.min(rect.x1, Math.round((shift + world - frame.ox) * frame.dpr) / frame.dpr);
    if (x1 <= x0) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(x0, rect.y0, x1 - x0, rect.y1 - rect.y0);
    ctx.clip();
    painter.paint(ctx, { ...frame, ox: frame.ox - shift, shift }, { ...rect, x0, x1 });
    ctx.restore();
  }
}
