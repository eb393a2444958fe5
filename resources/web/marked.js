// @ts-check
/**
 * Units that a list points at, such as those of a suggested move: outlined, and in the colour of who would get them.
 * Owns the mark; which units is Python's, and it is no selection.
 *
 * @typedef {{units: number[], territory: number | null}} Message  unit_ix; territory id that they would go to
 */
import { fillOf, theme } from "./theme.js";

/** @type {Message} */
const NOTHING = { units: [], territory: null };

export class Marked {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {Message} */
    this.shown = NOTHING;
  }

  /** Another plan is shown. */
  clear() {
    this.shown = NOTHING;
  }

  /** @param {Message} message kind "mark" */
  take(message) {
    this.shown = message;
    if (this.app.stage) this.app.stage.ask("overlay");
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    const { units } = this.shown;
    if (!units.length) return;
    const { ground } = this.app;
    const own = new Set(units);
    ctx.beginPath();
    const signed = ground.boundary(units, (/** @type {number} */ u) => own.has(u));
    ground.tracePath(ctx, signed, ground.levels.at(frame.level), frame);
    const color = this._color();
    if (color) {
      ctx.globalAlpha = 0.6;
      ctx.fillStyle = color;
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    for (const [style, width] of /** @type {[string, number][]} */ ([[theme.selectedCasing, 6], [theme.selected, 2.6]])) {
      ctx.strokeStyle = style;
      ctx.lineWidth = width;
      ctx.stroke();
    }
  }

  /** The territory's own; "" where it is none. */
  _color() {
    const { plan } = this.app;
    const ix = this.shown.territory === null ? undefined : plan.ixById.get(this.shown.territory);
    return ix === undefined ? "" : fillOf(plan.territories[ix]);
  }
}
