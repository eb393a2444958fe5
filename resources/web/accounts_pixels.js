// @ts-check
/**
 * Circles with slices, written pixel by pixel: ten thousand of them take as long as a few hundred drawn as paths.
 * Owns the pixels; what the slices are is accounts_kinds.js's.
 *
 * @typedef {{x: number, y: number, r: number, c: number}} Mark  middle and radius in px of the canvas; cell
 * @typedef {{n: number, kind: Int32Array, upTo: Float64Array}} Slices  n kinds, each up to this share of a full turn
 */

const RIM_PX = 1;
const SMALL_RIM_PX = 0.6;
const SMALL_PX = 2.4; // radius

/**
 * Paints circles into a rectangle that holds nothing yet. Each has a rim, so that those that overlap are told apart;
 * the first ones lie lowest.
 * @param {CanvasRenderingContext2D} ctx
 * @param {{x0: number, y0: number, x1: number, y1: number}} rect px; whole device pixels
 * @param {number} dpr
 * @param {Mark[]} marks
 * @param {(mark: Mark) => Slices} slicesOf
 * @param {string[]} colors of the kinds
 * @param {string} rimColor
 */
export function paintCircles(ctx, rect, dpr, marks, slicesOf, colors, rimColor) {
  const left = Math.round(rect.x0 * dpr), top = Math.round(rect.y0 * dpr);
  const width = Math.round(rect.x1 * dpr) - left, height = Math.round(rect.y1 * dpr) - top;
  if (width <= 0 || height <= 0 || !marks.length) return;
  const image = ctx.createImageData(width, height);
  const inks = inksOf(colors), rim = inksOf([rimColor]);
  for (const mark of marks) writeCircle(image, mark, left, top, dpr, slicesOf(mark), inks, rim);
  ctx.putImageData(image, left, top);
}

/**
 * @param {ImageData} image
 * @param {Mark} mark
 * @param {number} left device px
 * @param {number} top
 * @param {number} dpr
 * @param {Slices} slices
 * @param {Float64Array} inks red, green, blue in 0..255, alpha in 0..1
 * @param {Float64Array} rim
 */
function writeCircle(image, mark, left, top, dpr, slices, inks, rim) {
  const { width, height, data } = image;
  const cx = mark.x * dpr - left, cy = mark.y * dpr - top, radius = mark.r * dpr;
  const outer = radius + (mark.r > SMALL_PX ? RIM_PX : SMALL_RIM_PX) * dpr;
  const x0 = Math.max(0, Math.floor(cx - outer - 0.5)), x1 = Math.min(width - 1, Math.ceil(cx + outer));
  const y0 = Math.max(0, Math.floor(cy - outer - 0.5)), y1 = Math.min(height - 1, Math.ceil(cy + outer));
  const { n, kind, upTo } = slices;
  for (let y = y0; y <= y1; y++) {
    const dy = y + 0.5 - cy;
    for (let x = x0, i = (y * width + x0) * 4; x <= x1; x++, i += 4) {
      const dx = x + 0.5 - cx;
      const far = Math.sqrt(dx * dx + dy * dy);
      if (far >= outer + 0.5) continue;
      let k = kind[0];
      if (n > 1) {
        const turn = turnOf(dx, dy);
        let s = 0;
        while (s < n - 1 && turn >= upTo[s]) s++;
        k = kind[s];
      }
      const inside = share(radius - far), around = share(outer - far) - inside;
      const wi = inside * inks[k * 4 + 3], wr = around * rim[3];
      const alpha = wi + wr;
      if (alpha <= 0) continue;
      const below = (data[i + 3] / 255) * (1 - alpha), all = alpha + below;
      for (let part = 0; part < 3; part++) {
        data[i + part] = (inks[k * 4 + part] * wi + rim[part] * wr + data[i + part] * below) / all;
      }
      data[i + 3] = all * 255;
    }
  }
}

/** How much of a pixel is covered whose middle lies so far inside an edge.
 * @param {number} depth */
function share(depth) {
  return depth >= 0.5 ? 1 : depth <= -0.5 ? 0 : depth + 0.5;
}

/**
 * Which share of a full turn, clockwise from the top, a direction is.
 * @param {number} dx
 * @param {number} dy
 */
function turnOf(dx, dy) {
  const turn = Math.atan2(dx, -dy) / (2 * Math.PI);
  return turn < 0 ? turn + 1 : turn;
}

/** @param {string[]} colors "#rrggbb" or "rgba(r,g,b,a)" */
function inksOf(colors) {
  const inks = new Float64Array(colors.length * 4);
  colors.forEach((color, k) => {
    if (color.startsWith("#")) {
      for (let part = 0; part < 3; part++) inks[k * 4 + part] = parseInt(color.slice(1 + part * 2, 3 + part * 2), 16);
      inks[k * 4 + 3] = 1;
    } else {
      const parts = color.slice(color.indexOf("(") + 1, -1).split(",").map(Number);
      inks.set([parts[0], parts[1], parts[2], parts.length > 3 ? parts[3] : 1], k * 4);
    }
  });
  return inks;
}
