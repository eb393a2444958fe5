// @ts-check
/**
 * Paints accounts as points and reps' homes. Thinned to one a cell at low zoom, so the cost is bounded by the screen.
 * Owns the picture of accounts; not where they lie (packing).
 */
import { fillOf, theme } from "./theme.js";

const NO_POINT = -(2 ** 31);

export class AccountsPainter {
  /** @param {any} app */
  constructor(app) {
    this.name = "accounts";
    this.app = app;
    this.nPainted = 0;
    this._taken = new Uint8Array(0);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  paint(ctx, frame, rect) {
    const { plan, options } = this.app;
    this.nPainted = 0;
    if (options.show_accounts && plan.accountXy.length) this._paintAccounts(ctx, frame, rect);
    if (options.show_homes) this._paintHomes(ctx, frame, rect);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  _paintAccounts(ctx, frame, rect) {
    const { plan, choice } = this.app;
    const { scale, ox, oy } = frame;
    const xy = plan.accountXy;
    const radius = radiusFor(spacingPx(this.app.ground, frame, xy.length / 2));
    const cell = Math.max(1.5, radius * 1.3);
    const margin = radius + 2;
    // Cells are fixed to the world, so that a part painted later picks the same accounts.
    const cx0 = Math.floor((rect.x0 - margin + ox) / cell), cy0 = Math.floor((rect.y0 - margin + oy) / cell);
    const nx = Math.ceil((rect.x1 + margin + ox) / cell) - cx0 + 1, ny = Math.ceil((rect.y1 + margin + oy) / cell) - cy0 + 1;
    if (this._taken.length < nx * ny) this._taken = new Uint8Array(nx * ny);
    else this._taken.fill(0, 0, nx * ny);
    const taken = this._taken;
    const perStep = scale / cell;
    ctx.beginPath();
    for (let i = 0; i < xy.length; i += 2) {
      const cx = Math.floor(xy[i] * perStep) - cx0;
      if (cx < 0 || cx >= nx) continue;
      const cy = Math.floor(xy[i + 1] * perStep) - cy0;
      if (cy < 0 || cy >= ny || taken[cy * nx + cx]) continue;
      taken[cy * nx + cx] = 1;
      const x = xy[i] * scale - ox, y = xy[i + 1] * scale - oy;
      if (radius < 1.6) {
        ctx.rect(x - radius, y - radius, radius * 2, radius * 2);
      } else {
        ctx.moveTo(x + radius, y);
        ctx.arc(x, y, radius, 0, Math.PI * 2);
      }
      this.nPainted++;
    }
    if (radius >= 1.6) {
      ctx.strokeStyle = theme.accountRing;
      ctx.lineWidth = radius > 2.4 ? 2 : 1.2;
      ctx.stroke();
    }
    ctx.fillStyle = theme.account;
    ctx.globalAlpha = Math.min(1, 0.4 + radius * 0.4);
    ctx.fill();
    ctx.globalAlpha = 1;
    for (const [account, ix] of plan.override) this._paintMarked(ctx, frame, rect, account, ix, radius);
    ctx.strokeStyle = theme.selected;
    for (const account of choice.accounts) this._paintRing(ctx, frame, rect, account, radius + 3);
  }

  /**
   * An account given by name: a diamond in the colour of the territory that has it.
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   * @param {number} account
   * @param {number} ix
   * @param {number} radius
   */
  _paintMarked(ctx, frame, rect, account, ix, radius) {
    const at = this._place(frame, rect, account);
    if (!at) return;
    const size = Math.max(3.2, radius + 2);
    ctx.beginPath();
    ctx.moveTo(at[0], at[1] - size);
    ctx.lineTo(at[0] + size, at[1]);
    ctx.lineTo(at[0], at[1] + size);
    ctx.lineTo(at[0] - size, at[1]);
    ctx.closePath();
    ctx.strokeStyle = theme.selectedCasing;
    ctx.lineWidth = 3.4;
    ctx.stroke();
    ctx.strokeStyle = theme.selected;
    ctx.lineWidth = 1.6;
    ctx.stroke();
    ctx.fillStyle = fillOf(this.app.plan.territories[ix]);
    ctx.fill();
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   * @param {number} account
   * @param {number} radius
   */
  _paintRing(ctx, frame, rect, account, radius) {
    const at = this._place(frame, rect, account);
    if (!at) return;
    for (const [style, width] of [[theme.selectedCasing, 4], [theme.selected, 2]]) {
      ctx.beginPath();
      ctx.arc(at[0], at[1], radius, 0, Math.PI * 2);
      ctx.strokeStyle = String(style);
      ctx.lineWidth = Number(width);
      ctx.stroke();
    }
  }

  /**
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   * @param {number} account
   * @returns {[number, number] | null}
   */
  _place(frame, rect, account) {
    const xy = this.app.plan.accountXy;
    if (xy[account * 2] === NO_POINT || account * 2 >= xy.length) return null;
    const x = xy[account * 2] * frame.scale - frame.ox, y = xy[account * 2 + 1] * frame.scale - frame.oy;
    return x < rect.x0 - 12 || x > rect.x1 + 12 || y < rect.y0 - 12 || y > rect.y1 + 12 ? null : [x, y];
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  _paintHomes(ctx, frame, rect) {
    const size = houseSize(this.app, frame);
    if (!size) return;
    for (const territory of this.app.plan.territories) {
      if (!territory.home) continue;
      const [x, y] = homePx(territory.home, frame);
      if (x < rect.x0 - 14 || x > rect.x1 + 14 || y < rect.y0 - 14 || y > rect.y1 + 14) continue;
      ctx.save();
      ctx.translate(x, y);
      ctx.scale(size, size);
      house(ctx, fillOf(territory));
      ctx.restore();
    }
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
function house(ctx, fill) {
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
function spacingPx(ground, frame, n) {
  const [west, south, east, north] = ground.meta.home;
  const [x0, y0] = homePx([west, north], frame), [x1, y1] = homePx([east, south], frame);
  return Math.sqrt(((x1 - x0) * (y1 - y0)) / Math.max(1, n));
}

/** @param {number} spacing px */
function radiusFor(spacing) {
  return Math.max(0.5, Math.min(3.4, spacing * 0.14));
}
