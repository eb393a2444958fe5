// @ts-check
/**
 * What would become of the totals if some units went to a territory, with nothing moved yet on the map.
 * Owns these numbers, in the shape of a stroke, so that the card can show them.
 */
import { Stroke } from "./stroke.js";

export class Preview extends Stroke {
  /**
   * @param {any} app
   * @param {ArrayLike<number>} units
   * @param {number} target territory_ix, -1 = unassign
   * @param {string} foot what the card says below
   */
  constructor(app, units, target, foot) {
    super(app, target);
    this.foot = foot;
    this.shown = app.plan.shown.slice();
    this.add(Array.from(units));
  }

  /** Nothing is painted. */
  _paint() {}
}
