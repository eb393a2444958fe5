// @ts-check
/**
 * What the units are coloured by: which units are filled together, and with which colour.
 * Owns that choice and its colours; not the picture (units.js) and not the colours of territories (palette.py).
 */
import { fillOf, theme } from "./theme.js";

export class Shading {
  /** @param {import("./plan.js").Plan} plan */
  constructor(plan) {
    this.plan = plan;
    /** Whether units of one territory may differ; if not, a group is a territory_ix + 1, and 0 is unassigned. */
    this.isByUnit = false;
  }

  /** How many groups there are; positions 0 .. nGroups - 1. */
  get nGroups() {
    return this.plan.territories.length + 1;
  }

  /**
   * Which group a unit is filled with, as it is shown now.
   * @param {number} u
   */
  groupOf(u) {
    return this.plan.shown[u] + 1;
  }

  /**
   * @param {number} group
   * @returns {string} a colour of CSS
   */
  fill(group) {
    return group === 0 ? theme.unassigned : fillOf(this.plan.territories[group - 1]);
  }

  /**
   * How much the fill covers what is under it, 0..1.
   * @param {number} group
   */
  alpha(group) {
    return group === 0 ? 1 : theme.fillAlpha;
  }

  /**
   * The colour that stands for a territory beside its name.
   * @param {number} ix -1 = unassigned
   */
  swatch(ix) {
    return ix < 0 ? theme.unassigned : fillOf(this.plan.territories[ix]);
  }

  /** Works out anew what depends on totals, territories or theme; call after any of them has changed. */
  refresh() {}
}
