// @ts-check
/**
 * Marks what two planners have decided differently and nobody has settled yet: hatched units, ringed accounts, dashed
 * outlines of territories. Owns the marks; what is in conflict is Python's, picking one is the pick tool's.
 *
 * @typedef {{units: number[], accounts: number[], territories: number[], chosen_units: number[],
 *   chosen_accounts: number[]}} Message  unit_ix, account_ix, territory ids; chosen: those of the list's chosen lines
 */
import { NO_POINT } from "./plan.js";
import { theme } from "./theme.js";

/** @type {Message} */
const NOTHING = { units: [], accounts: [], territories: [], chosen_units: [], chosen_accounts: [] };
const HATCH_PX = 9; // from line to line
const RING_PX = 9;

export class Conflicts {
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

  /** @param {Message} message kind "conflicts" */
  take(message) {
    this.shown = message;
    if (this.app.stage) this.app.stage.ask("overlay");
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    const { units, accounts, territories, chosen_units, chosen_accounts } = this.shown;
    if (units.length) this._paintUnits(ctx, frame, units, chosen_units);
    if (territories.length) this._paintTerritories(ctx, frame, territories);
    if (accounts.length) this._paintAccounts(ctx, frame, accounts, new Set(chosen_accounts));
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number[]} units
   * @param {number[]} chosen
   */
  _paintUnits(ctx, frame, units, chosen) {
    const { ground } = this.app;
    const lines = ground.levels.at(frame.level);
    const own = new Set(units);
    ctx.beginPath();
    ground.tracePath(ctx, ground.boundary(units, (/** @type {number} */ u) => own.has(u)), lines, frame);
    const pattern = this._hatch(ctx);
    if (pattern) {
      ctx.fillStyle = pattern;
      ctx.fill();
    }
    // Each unit by itself: who settles them one by one must tell them apart.
    ctx.beginPath();
    for (const u of units) ground.tracePath(ctx, ground.boundary([u], (/** @type {number} */ v) => v === u), lines, frame);
    line(ctx, theme.selectedCasing, 4);
    line(ctx, theme.conflict, 1.8);
    if (!chosen.length) return;
    const few = new Set(chosen);
    ctx.beginPath();
    ground.tracePath(ctx, ground.boundary(chosen, (/** @type {number} */ u) => few.has(u)), lines, frame);
    line(ctx, theme.selectedCasing, 7);
    line(ctx, theme.conflict, 4);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number[]} ids
   */
  _paintTerritories(ctx, frame, ids) {
    const { ground, plan } = this.app;
    const lines = ground.levels.at(frame.level);
    const wanted = new Set(ids.map((id) => plan.ixById.get(id)).filter((ix) => ix !== undefined));
    /** @type {number[]} */
    const units = [];
    for (let u = 0; u < plan.shown.length; u++) if (plan.shown[u] >= 0 && wanted.has(plan.shown[u])) units.push(u);
    if (!units.length) return;
    ctx.beginPath();
    for (const ix of wanted) {
      const own = units.filter((u) => plan.shown[u] === ix);
      ground.tracePath(ctx, ground.boundary(own, (/** @type {number} */ u) => plan.shown[u] === ix), lines, frame);
    }
    line(ctx, theme.selectedCasing, 5);
    ctx.setLineDash([9, 6]);
    line(ctx, theme.conflict, 2.5);
    ctx.setLineDash([]);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number[]} accounts
   * @param {Set<number>} chosen
   */
  _paintAccounts(ctx, frame, accounts, chosen) {
    const xy = this.app.plan.accountXy;
    const { scale, ox, oy } = frame;
    for (const a of accounts) {
      if (a * 2 >= xy.length || xy[a * 2] === NO_POINT) continue;
      ctx.beginPath();
      ctx.arc(xy[a * 2] * scale - ox, xy[a * 2 + 1] * scale - oy, RING_PX, 0, 2 * Math.PI);
      line(ctx, theme.selectedCasing, chosen.has(a) ? 8 : 5);
      line(ctx, theme.conflict, chosen.has(a) ? 5 : 2.5);
    }
  }

  /** Slanted lines; a tile is drawn in device pixels, so that they are sharp.
   * @param {CanvasRenderingContext2D} ctx
   * @returns {CanvasPattern | null} */
  _hatch(ctx) {
    const ratio = window.devicePixelRatio || 1, key = `${theme.conflict} ${ratio}`;
    const known = this._patterns.get(key);
    if (known !== undefined) return known;
    const side = Math.round(HATCH_PX * ratio);
    const tile = document.createElement("canvas");
    tile.width = tile.height = side;
    const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    pen.strokeStyle = theme.conflict;
    pen.globalAlpha = 0.75;
    pen.lineWidth = 1.6 * ratio;
    pen.beginPath();
    for (const shift of [-side, 0, side]) {
      pen.moveTo(shift - 1, side + 1);
      pen.lineTo(shift + side + 1, -1);
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
