// @ts-check
/**
 * A territory that falls into more pieces flashes at once, while a stroke is under way and after every edit.
 * Owns what has come apart and how it flashes; pieces are found by neighbours.js.
 *
 * @typedef {{ix: number, n: number, units: number[]}} Split  territory, its pieces now, the units that came off
 */
import { number, t } from "./text.js";
import { theme } from "./theme.js";

const LIVE_AFTER_MS = 60;
const PULSES = 3;
const PULSE_MS = 480;
const STEADY_MS = 3000; // where the system asks for less motion

export class Splits {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {number[]} units that flash */
    this.units = [];
    this._since = 0;
    this._isLive = false; // shown steadily: a stroke is under way
    this._timer = 0;
    /** @type {Split[]} of the stroke under way */
    this.live = [];
    this.told = ""; // what was said after the last edit
    this._isStill = window.matchMedia("(prefers-reduced-motion: reduce)");
  }

  /** Another plan is shown. */
  clear() {
    this.unwatch();
    this.units = [];
  }

  /** How many pieces each territory has, by its id. */
  counts() {
    const { plan } = this.app;
    return new Map(plan.territories.map((/** @type {any} */ row) => [row.id, row.pieces]));
  }

  // -- while a stroke is under way ------------------------------------------------------------------------------------

  /** Looks again when the pointer rests for a moment.
   * @param {any} stroke */
  watch(stroke) {
    if (this._timer) return;
    this._timer = window.setTimeout(() => {
      this._timer = 0;
      if (this.app.tools.stroke !== stroke) return;
      this.live = this._of(stroke);
      this._isLive = true;
      this._show(this.live.flatMap((split) => split.units));
      this.app.card.refresh(stroke);
    }, LIVE_AFTER_MS);
  }

  /** The stroke is over. */
  unwatch() {
    clearTimeout(this._timer);
    this._timer = 0;
    this.live = [];
    if (!this._isLive) return;
    this._isLive = false;
    this._show([]);
  }

  /**
   * @param {any} stroke
   * @returns {Split[]}
   */
  _of(stroke) {
    const { plan } = this.app;
    const holders = new Set([...stroke.before.values(), stroke.target].filter((ix) => ix >= 0));
    return [...holders].flatMap((ix) => {
      const split = this._comeOff(ix, plan.territories[ix].pieces, [...stroke.before.keys()]);
      return split ? [split] : [];
    });
  }

  /**
   * Returns what came off a territory, null where it has no more pieces than before.
   * @param {number} ix
   * @param {number} before
   * @param {ArrayLike<number>} moved
   * @returns {Split | null}
   */
  _comeOff(ix, before, moved) {
    const { plan, neighbours } = this.app;
    const pieces = neighbours.pieces(plan.shown, ix);
    if (before < 1 || pieces.length <= before) return null;
    const isNear = new Uint8Array(plan.nUnits);
    for (let i = 0; i < moved.length; i++) {
      isNear[moved[i]] = 1;
      for (const v of neighbours.of(moved[i])) isNear[v] = 1;
    }
    const cut = pieces.slice(1).filter((/** @type {number[]} */ piece) => piece.some((u) => isNear[u]));
    return { ix, n: pieces.length, units: cut.flat() };
  }

  // -- after an edit --------------------------------------------------------------------------------------------------

  /**
   * Flashes what an edit has split, and says so.
   * @param {Map<number, number>} before counts() before the edit
   * @param {ArrayLike<number>} moved units that changed hands
   * @param {string} how "do", "undo", "redo", "switch" or, of another window, "follow"
   */
  tell(before, moved, how) {
    const { plan, hint } = this.app;
    this.told = "";
    /** @type {Split[]} */
    const splits = [];
    plan.territories.forEach((/** @type {any} */ row, /** @type {number} */ ix) => {
      const was = before.get(row.id);
      if (was === undefined || was < 1 || row.pieces <= was) return;
      const split = this._comeOff(ix, was, moved);
      if (split) splits.push(split);
    });
    if (!splits.length) return;
    this._isLive = false;
    this._show(splits.flatMap((split) => split.units));
    const key = how === "follow" ? "split_elsewhere" : how !== "do" ? "split_again" : splits.length > 1 ? "split_more" : "split";
    this.told = t(key, {
      name: plan.nameOf(splits[0].ix), n: number(splits[0].n, true), others: number(splits.length - 1, true),
    });
    hint.show(this.told, "warning");
  }

  // -- the picture ----------------------------------------------------------------------------------------------------

  /** @param {number[]} units */
  _show(units) {
    const former = this.units;
    this.units = units;
    this._since = performance.now();
    if (!former.length && !units.length) return;
    this._ask(former);
    this._step();
  }

  /** How long a flash lasts. */
  get _lastsMs() {
    return this._isStill.matches ? STEADY_MS : PULSES * PULSE_MS;
  }

  _step() {
    if (!this.units.length || !this.app.stage) return;
    this._ask(this.units);
    if (this._isLive) return;
    if (performance.now() - this._since > this._lastsMs) {
      const units = this.units;
      this.units = [];
      this._ask(units);
    } else if (this._isStill.matches) {
      window.setTimeout(() => this._step(), 200);
    } else {
      requestAnimationFrame(() => this._step());
    }
  }

  /** Has the place of these units painted anew.
   * @param {number[]} units */
  _ask(units) {
    const { ground, stage } = this.app;
    if (!units.length || !stage) return;
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const u of units) {
      x0 = Math.min(x0, ground.box[u * 4]);
      y0 = Math.min(y0, ground.box[u * 4 + 1]);
      x1 = Math.max(x1, ground.box[u * 4 + 2]);
      y1 = Math.max(y1, ground.box[u * 4 + 3]);
    }
    stage.ask("overlay", [x0, y0, x1, y1], 10);
  }

  /** How strong the flash is now, 0..1. */
  get strength() {
    if (this._isLive || this._isStill.matches) return 0.75;
    const phase = (performance.now() - this._since) / PULSE_MS;
    return 0.5 + 0.5 * Math.cos(phase * 2 * Math.PI);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    if (!this.units.length) return;
    const { ground } = this.app;
    const own = new Set(this.units);
    ctx.beginPath();
    ground.tracePath(ctx, ground.boundary(this.units, (/** @type {number} */ u) => own.has(u)), ground.levels.at(frame.level), frame);
    ctx.globalAlpha = 0.65 * this.strength;
    ctx.fillStyle = theme.flash;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = theme.selectedCasing;
    ctx.lineWidth = 6;
    ctx.stroke();
    ctx.strokeStyle = theme.flash;
    ctx.lineWidth = 3;
    ctx.stroke();
  }
}
