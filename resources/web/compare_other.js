// @ts-check
/**
 * The other scenario as painters see it: they take it for the app. Everything that is no scenario's own (units, land,
 * options, accounts) is the app's. Owns the other's territories, who has what, its colours and totals.
 *
 * @typedef {any} Other  an app whose plan, shading, accounts and totals are those of the other scenario
 */
import { Plan } from "./plan.js";
import { Shading } from "./shading.js";

/**
 * @param {any} app
 * @param {import("./packed.js").Packed} packed the container "compare"
 * @returns {Other}
 */
export function otherOf(app, packed) {
  const other = Object.create(app);
  const { territories, overrides } = packed.meta;
  const plan = new Plan(app.plan.nUnits);
  plan.measures = app.plan.measures;
  plan.territories = territories;
  plan.ixById = new Map(territories.map((/** @type {any} */ x, /** @type {number} */ ix) => [x.id, ix]));
  plan.truth = plan.shown = packed.arrays.unit_territory;
  plan.unitLocked = app.plan.unitLocked;
  plan.values = app.plan.values;
  plan.override = new Map(overrides);
  other.plan = plan;
  const totals = plan.totals();
  other.totals = () => totals;
  // Accounts lie where they lie; who has them is the other's.
  other.accounts = Object.create(app.accounts);
  other.accounts.app = other;
  other.shading = new Shading(other);
  return other;
}
