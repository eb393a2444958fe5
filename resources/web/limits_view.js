// @ts-check
/**
 * How protected accounts look on the map: a small shield each; a red ring around those that the stroke under way would
 * take off their rep. Owns their picture; which they are is limits.js's.
 */
import { spacingPx } from "./homes.js";
import { theme } from "./theme.js";

const SPACE_PX = 12; // shields are drawn where they are this far apart on average
const RING_PX = 9;
const TURN = Math.PI * 2;

/**
 * @param {any} app
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./stage.js").Frame} frame
 * @param {import("./stage.js").Rect} rect
 */
export function paintProtected(app, ctx, frame, rect) {
  const { limits } = app.plan;
  if (!limits || !limits.protected.length) return;
  const space = spacingPx(app.ground, frame, limits.protected.length);
  if (space < SPACE_PX) return;
  const size = Math.min(1.15, 0.7 + space / 200);
  for (const [x, y] of places(app, limits.protected, frame)) {
    if (x < rect.x0 - 12 || x > rect.x1 + 12 || y < rect.y0 - 14 || y > rect.y1 + 14) continue;
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(size, size);
    shield(ctx);
    ctx.restore();
  }
}

/** The red rings, over all else. */
export class LimitsPainter {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    const { plan, tools } = this.app;
    const stroke = tools.stroke;
    if (!stroke || !plan.limits) return;
    ctx.beginPath();
    for (const [x, y] of places(this.app, stroke.displaced, frame)) {
      ctx.moveTo(x + RING_PX, y);
      ctx.arc(x, y, RING_PX, 0, TURN);
    }
    ctx.strokeStyle = theme.selectedCasing;
    ctx.lineWidth = 5;
    ctx.stroke();
    ctx.strokeStyle = theme.danger;
    ctx.lineWidth = 2.6;
    ctx.stroke();
  }
}

/**
 * Where accounts are on the screen; those that have no place, or are not shown, are left out.
 * @param {any} app
 * @param {import("./limits.js").Protected[]} accounts
 * @param {import("./stage.js").Frame} frame
 * @returns {[number, number][]}
 */
function places(app, accounts, frame) {
  const { xy } = app.accounts.index, { shown } = app.accounts.cells;
  /** @type {[number, number][]} */
  const found = [];
  for (const { account } of accounts) {
    const p = app.accounts.pointOf(account);
    if (p < 0 || (shown && !shown[p])) continue;
    found.push([xy[p * 2] * frame.scale - frame.ox, xy[p * 2 + 1] * frame.scale - frame.oy]);
  }
  return found;
}

/**
 * A shield around 0, 0: the account keeps its rep.
 * @param {CanvasRenderingContext2D} ctx
 */
function shield(ctx) {
  ctx.beginPath();
  ctx.moveTo(0, -6.5);
  ctx.lineTo(5.2, -4.4);
  ctx.lineTo(5.2, 0.6);
  ctx.quadraticCurveTo(4.4, 4.6, 0, 7);
  ctx.quadraticCurveTo(-4.4, 4.6, -5.2, 0.6);
  ctx.lineTo(-5.2, -4.4);
  ctx.closePath();
  ctx.lineJoin = "round";
  ctx.strokeStyle = theme.selectedCasing;
  ctx.lineWidth = 3;
  ctx.stroke();
  ctx.fillStyle = theme.shield;
  ctx.fill();
  ctx.beginPath();
  ctx.moveTo(-2.4, 0.2);
  ctx.lineTo(-0.5, 2.2);
  ctx.lineTo(2.6, -2);
  ctx.strokeStyle = theme.selectedCasing;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}
