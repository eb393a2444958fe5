// @ts-check
/**
 * Paints accounts: a circle for those of one cell, its area in proportion to their number or sum, in slices of colour;
 * a single account is a cell of its own. Owns the picture; sums are accounts_cells.js's.
 *
 * @typedef {import("./accounts_pixels.js").Mark} Mark
 */
import { radiusOf } from "./accounts_cells.js";
import { KindSums } from "./accounts_kinds.js";
import { paintCircles } from "./accounts_pixels.js";
import { homePx, paintHomes, spacingPx } from "./homes.js";
import { paintProtected } from "./limits_view.js";
import { short } from "./text.js";
import { FONT, fillOf, theme } from "./theme.js";

const TURN = Math.PI * 2;
const NUMBER_PX = 10; // circles from this radius on have their number written in them
const DIAMOND_SPACE_PX = 12; // overrides are marked where they are this far apart on average
const RING_PX = 2.5;
const MOST_COARSER = 3; // levels of cells that an inset may be coarser than the map
const NUMBER_SPACE = [26, 13]; // px sideways and down that a number keeps from that of a larger circle
const ONE_KIND = { n: 1, kind: new Int32Array(1), upTo: Float64Array.of(1) };

export class AccountsPainter {
  /**
   * @param {any} app
   * @param {number[] | null} [land] a small picture of this box of map steps beside the map: its circles have
   *   the map's scale, so that one legend tells of both; homes are left out
   */
  constructor(app, land = null) {
    this.name = "accounts";
    this.app = app;
    this.land = land;
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  paint(ctx, frame, rect) {
    const { options, accounts } = this.app;
    if (options.show_accounts && accounts.n) this._paintAccounts(ctx, frame, rect);
    if (options.show_homes && !this.land) paintHomes(this.app, ctx, frame, rect);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  _paintAccounts(ctx, frame, rect) {
    const { accounts, options, plan } = this.app;
    const sums = accounts.cells.at(frame);
    const marks = this.land
      ? marksOfLand(this.app, sums, frame, rect, this.land)
      : marksIn(accounts, sums, accounts.cells.scale(frame, sums), frame, rect);
    if (!this.land) accounts.nPainted = marks.length;
    const kinds = new KindSums(accounts, sums);
    const full = marks.filter(({ c }) => sums.sum[c] > 0);
    const slicesOf = accounts.isColoured ? (/** @type {Mark} */ mark) => kinds.of(mark.c) : () => ONE_KIND;
    paintCircles(ctx, rect, frame.dpr, full, slicesOf, accounts.kindColors(), theme.accountRing);
    paintHollow(ctx, marks, sums);
    paintNumbers(ctx, marks, sums, options.show_homes ? homesPx(plan, frame) : []);
    this._paintOverrides(ctx, frame, rect);
    paintProtected(this.app, ctx, frame, rect);
    if (accounts.selected) paintSelected(ctx, marks, sums, accounts.selected, accounts.cells.shown);
  }

  /**
   * Accounts given by name: a diamond in the colour of the territory that has it.
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  _paintOverrides(ctx, frame, rect) {
    const { accounts, plan, ground } = this.app;
    if (!plan.override.size) return;
    const size = diamondSize(ground, frame, plan.override.size);
    if (!size) return;
    const { xy } = accounts.index, { shown } = accounts.cells;
    for (const [account, ix] of plan.override) {
      const p = accounts.pointOf(account);
      if (p < 0 || (shown && !shown[p])) continue;
      const x = xy[p * 2] * frame.scale - frame.ox, y = xy[p * 2 + 1] * frame.scale - frame.oy;
      if (x < rect.x0 - 9 || x > rect.x1 + 9 || y < rect.y0 - 9 || y > rect.y1 + 9) continue;
      diamond(ctx, x, y, size, this.app.shading.swatch(ix));
    }
  }
}

/**
 * The circles of a land beside the map; none while the map is so much larger that they would cover the land.
 * @param {any} app
 * @param {import("./accounts_cells.js").Sums} sums
 * @param {import("./stage.js").Frame} frame
 * @param {import("./stage.js").Rect} rect
 * @param {number[]} land west, north, east, south in map steps
 * @returns {Mark[]}
 */
function marksOfLand(app, sums, frame, rect, land) {
  const { cells } = app.accounts;
  if (sums.level.depth < cells.at(app.stage.frame).level.depth - MOST_COARSER) return [];
  const [west, north, east, south] = land;
  return marksIn(app.accounts, sums, cells.sameScale(app.stage.frame, sums), frame, rect).filter(({ c }) =>
    sums.x[c] >= west && sums.x[c] <= east && sums.y[c] >= north && sums.y[c] <= south);
}

/**
 * The circles in view that are so large that a place's own dot and name must keep clear of them.
 * @param {any} app
 * @param {import("./stage.js").Frame} frame
 * @returns {Mark[]}
 */
export function largeCircles(app, frame) {
  const { accounts, options } = app;
  if (!options.show_accounts || !accounts.n) return [];
  const sums = accounts.cells.at(frame), scale = accounts.cells.scale(frame, sums);
  if (scale.most < NUMBER_PX) return [];
  const rect = { x0: 0, y0: 0, x1: frame.width, y1: frame.height };
  return marksIn(accounts, sums, scale, frame, rect).filter(({ r }) => r >= NUMBER_PX);
}

/**
 * @param {import("./plan.js").Plan} plan
 * @param {import("./stage.js").Frame} frame
 * @returns {[number, number][]}
 */
function homesPx(plan, frame) {
  return plan.territories.filter((x) => x.home).map((x) => homePx(/** @type {[number, number]} */ (x.home), frame));
}

/**
 * The circles of all cells that reach into a rectangle, and those around whose numbers might be in the way of theirs;
 * the largest first, so that small ones lie above.
 * @param {any} accounts
 * @param {import("./accounts_cells.js").Sums} sums
 * @param {import("./accounts_cells.js").Scale} scale
 * @param {import("./stage.js").Frame} frame
 * @param {import("./stage.js").Rect} rect
 * @returns {Mark[]}
 */
export function marksIn(accounts, sums, scale, frame, rect) {
  const margin = scale.most + RING_PX + NUMBER_SPACE[0];
  const x0 = rect.x0 - margin, y0 = rect.y0 - margin, x1 = rect.x1 + margin, y1 = rect.y1 + margin;
  const steps = (/** @type {number} */ px, /** @type {number} */ origin) => (px + origin) / frame.scale;
  /** @type {Mark[]} */
  const marks = [];
  accounts.index.visit(
    sums.level, steps(x0, frame.ox), steps(y0, frame.oy), steps(x1, frame.ox), steps(y1, frame.oy),
    (/** @type {number} */ first, /** @type {number} */ end) => {
      for (let c = first; c < end; c++) {
        if (!sums.n[c]) continue;
        const x = sums.x[c] * frame.scale - frame.ox, y = sums.y[c] * frame.scale - frame.oy;
        if (x < x0 || x > x1 || y < y0 || y > y1) continue;
        marks.push({ c, x, y, r: radiusOf(scale, sums.sum[c]) });
      }
    },
  );
  return marks.sort((a, b) => b.r - a.r || a.c - b.c);
}

/**
 * Sums of 0 and below are rings, so that they are there to be seen and pointed at.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Mark[]} marks
 * @param {import("./accounts_cells.js").Sums} sums
 */
function paintHollow(ctx, marks, sums) {
  ctx.beginPath();
  for (const { c, x, y, r } of marks) if (sums.sum[c] <= 0) circle(ctx, x, y, Math.max(1.6, r));
  ctx.fillStyle = theme.isDark ? "rgba(11,16,23,0.5)" : "rgba(255,255,255,0.6)";
  ctx.fill();
  ctx.strokeStyle = theme.account;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

/**
 * How many accounts, or which sum, a large circle stands for.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Mark[]} marks
 * @param {import("./accounts_cells.js").Sums} sums
 * @param {[number, number][]} homes px; they would hide a number
 */
function paintNumbers(ctx, marks, sums, homes) {
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  const [across, down] = NUMBER_SPACE;
  for (let i = 0; i < marks.length && marks[i].r >= NUMBER_PX; i++) {
    const { c, x, y, r } = marks[i];
    if (sums.n[c] < 2) continue;
    if (marks.slice(0, i).some((m) => Math.abs(m.x - x) < across && Math.abs(m.y - y) < down)) continue;
    if (homes.some(([hx, hy]) => Math.abs(hx - x) < 20 && Math.abs(hy - y) < 14)) continue;
    const text = short(sums.sum[c]);
    const size = Math.min(13, Math.max(9, r * 0.8), (r * 3.1) / Math.max(2, text.length));
    if (size < 8) continue;
    ctx.font = `600 ${size}px ${FONT}`;
    ctx.strokeStyle = theme.isDark ? "rgba(11,16,23,0.85)" : "rgba(16,22,32,0.72)";
    ctx.lineWidth = 2.2;
    ctx.strokeText(text, x, y + 0.5);
    ctx.fillStyle = "#ffffff";
    ctx.fillText(text, x, y + 0.5);
  }
}

/**
 * A ring around each circle with selected accounts, as long as their part of its number.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Mark[]} marks
 * @param {import("./accounts_cells.js").Sums} sums
 * @param {Uint8Array} selected by point
 * @param {Uint8Array | null} shown by point
 */
function paintSelected(ctx, marks, sums, selected, shown) {
  const { start } = sums.level;
  ctx.beginPath();
  for (const { c, x, y, r } of marks) {
    let n = 0;
    for (let p = start[c]; p < start[c + 1]; p++) if (selected[p] && (!shown || shown[p])) n++;
    if (!n) continue;
    const from = -Math.PI / 2, to = from + (TURN * n) / sums.n[c];
    const radius = Math.max(3.2, r + RING_PX);
    ctx.moveTo(x + Math.cos(from) * radius, y + Math.sin(from) * radius);
    ctx.arc(x, y, radius, from, to);
  }
  ctx.strokeStyle = theme.selectedCasing;
  ctx.lineWidth = 4.4;
  ctx.stroke();
  ctx.strokeStyle = theme.selected;
  ctx.lineWidth = 2.2;
  ctx.stroke();
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function circle(ctx, x, y, r) {
  ctx.moveTo(x + r, y);
  ctx.arc(x, y, r, 0, TURN);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {string} fill
 */
function diamond(ctx, x, y, size, fill) {
  ctx.beginPath();
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size, y);
  ctx.lineTo(x, y + size);
  ctx.lineTo(x - size, y);
  ctx.closePath();
  ctx.lineJoin = "miter";
  ctx.strokeStyle = theme.selectedCasing;
  ctx.lineWidth = 3.4;
  ctx.stroke();
  ctx.strokeStyle = theme.selected;
  ctx.lineWidth = 1.6;
  ctx.stroke();
  ctx.fillStyle = fill;
  ctx.fill();
}

/**
 * How large overrides are marked: 0 where they would run together.
 * @param {import("./ground.js").Ground} ground
 * @param {import("./stage.js").Frame} frame
 * @param {number} n
 */
function diamondSize(ground, frame, n) {
  const space = spacingPx(ground, frame, n);
  return space < DIAMOND_SPACE_PX ? 0 : Math.min(5.4, 3.2 + space / 60);
}
