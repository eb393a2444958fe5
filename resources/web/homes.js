// @ts-check
/**
 * Reps' homes: small houses in the colour of their territory. Owns their picture; not where they are (plan).
 */
import { theme } from "./theme.js";

/**
 * @param {any} app
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./stage.js").Frame} frame
 * @param {import("./stage.js").Rect} rect
 */
export function paintHomes(app, ctx, frame, rect) {
  const size = houseSize(app, frame);
  if (!size) return;
  for (const [ix, territory] of app.plan.territories.entries()) {
    if (!territory.home) continue;
    const [x, y] = homePx(territory.home, frame);
    if (x < rect.x0 - 14 || x > rect.x1 + 14 || y < rect.y0 - 14 || y > rect.y1 + 14) continue;
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(size, size);
    house(ctx, app.shading.swatch(ix));
    ctx.restore();
  }
}

/**
 * @param {[number, number]} home
 * @param {import("./stage.js").Frame} frame
 * @returns {[number, number]}
 */
export function homePx(home, frame) {
  const px = frame.scale * 2 ** 30;
  const sin = Math.sin((home[1] * Math.PI) / 180);
  const y = 0.5 - Math.atanh(sin) / (2 * Math.PI);
  return [(home[0] / 360 + 0.5) * px - frame.ox, y * px - frame.oy];
}

/**
 * How large a rep's home is drawn: smaller where territories are small, 0 where it would hide them.
 * @param {any} app
 * @param {import("./stage.js").Frame} frame
 */
export function houseSize(app, frame) {
  const px = spacingPx(app.ground, frame, app.plan.territories.length);
  return px < 34 ? 0 : Math.max(0.5, Math.min(1, px / 95));
}

/**
 * The home of a rep: a small house in the territory's colour, around 0, 0.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} fill
 */
export function house(ctx, fill) {
  ctx.beginPath();
  for (const [x, y] of [[0, -7], [7, -0.5], [5, -0.5], [5, 5.5], [-5, 5.5], [-5, -0.5], [-7, -0.5]]) ctx.lineTo(x, y);
  ctx.closePath();
  ctx.lineJoin = "round";
  ctx.strokeStyle = theme.selectedCasing;
  ctx.lineWidth = 4.5;
  ctx.stroke();
  ctx.strokeStyle = theme.selected;
  ctx.lineWidth = 2;
  ctx.stroke();
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.fillStyle = theme.selected;
  ctx.fillRect(-1.6, 1.2, 3.2, 4.3);
}

/**
 * Mean distance in pixels of n things spread over the plan.
 * @param {import("./ground.js").Ground} ground
 * @param {import("./stage.js").Frame} frame
 * @param {number} n
 */
export function spacingPx(ground, frame, n) {
  const [west, south, east, north] = ground.meta.home;
  const [x0, y0] = homePx([west, north], frame), [x1, y1] = homePx([east, south], frame);
  return Math.sqrt(((x1 - x0) * (y1 - y0)) / Math.max(1, n));
}
