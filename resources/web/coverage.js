// @ts-check
/**
 * Marks gaps and conflicts of the coverage: hatched units, ringed accounts; small squares where there are very many.
 * Owns the marks; what is found is Python's. Conflicts of a merge are conflicts.js's.
 *
 * @typedef {{units: number[], accounts: number[], chosen_units: number[], chosen_accounts: number[]}} Message
 *   unit_ix, account_ix; chosen: those of the list's chosen lines
 */
import { NO_POINT } from "./plan.js";
import { theme } from "./theme.js";

/** @type {Message} */
const NOTHING = { units: [], accounts: [], chosen_units: [], chosen_accounts: [] };
const HATCH_PX = 8; // from line to line
const RING_PX = 7;
const CHOSEN_PX = 9;
const DOT_PX = 4;
const MANY_PX = 4.5; // of rings that would else run into each other
const FEW = 200, MANY = 1500; // accounts that get a large ring each; a ring at all
const TURN = 2 * Math.PI;

export class Coverage {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {Message} */
    this.shown = NOTHING;
    /** @type {Map<string, CanvasPattern | null>} by colour and pixel ratio */
    this._patterns = new Map();
  }

  /** Another plan is shown. */
  clear() {
    this.shown = NOTHING;
  }

  /** @param {Message} message kind "coverage" */
  take(message) {
    this.shown = message;
    if (this.app.stage) this.app.stage.ask("overlay");
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    const { units, accounts, chosen_units, chosen_accounts } = this.shown;
    if (units.length) this._paintUnits(ctx, frame, units);
    if (chosen_units.length) this._outline(ctx, frame, chosen_units, 6, 3.2);
    if (accounts.length) this._paintAccounts(ctx, frame, accounts);
    if (!chosen_accounts.length) return;
    if (chosen_accounts.length <= FEW) this._ring(ctx, frame, chosen_accounts, CHOSEN_PX, 7, 4);
    else this._ring(ctx, frame, chosen_accounts, MANY_PX, 4.5, 2.6);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number[]} units
   */
  _paintUnits(ctx, frame, units) {
    const pattern = this._hatch(ctx);
    if (pattern) {
      this._trace(ctx, frame, units);
      ctx.fillStyle = pattern;
      ctx.fill();
    }
    this._outline(ctx, frame, units, 3.5, 1.6);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number[]} units
   * @param {number} casing
   * @param {number} width
   */
  _outline(ctx, frame, units, casing, width) {
    this._trace(ctx, frame, units);
    line(ctx, theme.selectedCasing, casing);
    line(ctx, theme.coverage, width);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number[]} units
   */
  _trace(ctx, frame, units) {
    const { ground } = this.app;
    const own = new Set(units);
    ctx.beginPath();
    const signed = ground.boundary(units, (/** @type {number} */ u) => own.has(u));
    ground.tracePath(ctx, signed, ground.levels.at(frame.level), frame);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number[]} accounts
   */
  _paintAccounts(ctx, frame, accounts) {
    if (accounts.length <= FEW) return this._ring(ctx, frame, accounts, RING_PX, 4.5, 2.2);
    if (accounts.length <= MANY) return this._ring(ctx, frame, accounts, MANY_PX, 3.5, 1.8);
    ctx.beginPath();
    for (const [x, y] of this._places(ctx, frame, accounts)) ctx.rect(x - DOT_PX / 2, y - DOT_PX / 2, DOT_PX, DOT_PX);
    line(ctx, theme.selectedCasing, 1.6);
    ctx.fillStyle = theme.coverage;
    ctx.fill();
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number[]} accounts
   * @param {number} radius
   * @param {number} casing
   * @param {number} width
   */
  _ring(ctx, frame, accounts, radius, casing, width) {
    ctx.beginPath();
    for (const [x, y] of this._places(ctx, frame, accounts)) {
      ctx.moveTo(x + radius, y);
      ctx.arc(x, y, radius, 0, TURN);
    }
    line(ctx, theme.selectedCasing, casing);
    line(ctx, theme.coverage, width);
  }

  /**
   * Where accounts are on the canvas; those outside of it are left out.
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number[]} accounts
   * @returns {[number, number][]}
   */
  _places(ctx, frame, accounts) {
    const xy = this.app.plan.accountXy, { scale, ox, oy } = frame;
    const right = ctx.canvas.width + CHOSEN_PX, bottom = ctx.canvas.height + CHOSEN_PX;
    /** @type {[number, number][]} */
    const found = [];
    for (const a of accounts) {
      if (a * 2 >= xy.length || xy[a * 2] === NO_POINT) continue;
      const x = xy[a * 2] * scale - ox, y = xy[a * 2 + 1] * scale - oy;
      if (x > -CHOSEN_PX && y > -CHOSEN_PX && x < right && y < bottom) found.push([x, y]);
    }
    return found;
  }

  /** Lines that slant against those of a merge's conflicts; the tile is drawn in device pixels, so that it is sharp.
   * @param {CanvasRenderingContext2D} ctx
   * @returns {CanvasPattern | null} */
  _hatch(ctx) {
    const ratio = window.devicePixelRatio || 1, key = `${theme.coverage} ${ratio}`;
    const known = this._patterns.get(key);
    if (known !== undefined) return known;
    const side = Math.round(HATCH_PX * ratio);
    const tile = document.createElement("canvas");
    tile.width = tile.height = side;
    const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    pen.strokeStyle = theme.coverage;
    pen.globalAlpha = 0.7;
    pen.lineWidth = 1.5 * ratio;
    pen.beginPath();
    for (const shift of [-side, 0, side]) {
      pen.moveTo(shift - 1, -1);
      pen.lineTo(shift + side + 1, side + 1);
    }
    pen.stroke();
    const pattern = ctx.createPattern(tile, "repeat");
    if (pattern) pattern.setTransform(new DOMMatrix().scale(1 / ratio));
    this._patterns.set(key, pattern);
    return pattern;
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} style
 * @param {number} width
 */
function line(ctx, style, width) {
  ctx.strokeStyle = style;
  ctx.lineWidth = width;
  ctx.stroke();
}
