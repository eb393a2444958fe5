// @ts-check
/**
 * The other scenario as painters see it: they take it for the app. Everything that is no scenario's own (units, land,
 * options, accounts) is the app's. Owns the other's territories, who has what, its colours and totals.
 */
import { Plan } from "./plan.js";
import { Shading } from "./shading.js";

export class Other {
  /**
   * @param {any} app
   * @param {import("./packed.js").Packed} packed the container "compare"
   */
  constructor(app, packed) {
    this.app = app;
    const { territories, overrides } = packed.meta;
    const plan = new Plan(app.plan.nUnits);
    plan.measures = app.plan.measures;
    plan.territories = territories;
    plan.ixById = new Map(territories.map((/** @type {any} */ x, /** @type {number} */ ix) => [x.id, ix]));
    plan.truth = plan.shown = packed.arrays.unit_territory;
    plan.unitLocked = app.plan.unitLocked;
    plan.values = app.plan.values;
    plan.override = new Map(overrides);
    this.plan = plan;
    this.mode = app.mode;
    this.isOfUnits = true;
    this._totals = plan.totals();
    /** Accounts lie where they lie; who has them is the other's. */
    this.accounts = Object.create(app.accounts);
    this.accounts.app = this;
    this.shading = new Shading(this);
  }

  get ground() {
    return this.app.ground;
  }

  get options() {
    return this.app.options;
  }

  get context() {
    return this.app.context;
  }

  get base() {
    return this.app.base;
  }

  get tools() {
    return this.app.tools;
  }

  get compare() {
    return this.app.compare;
  }

  totals() {
    return this._totals;
  }

  labelMeasure() {
    return this.app.labelMeasure();
  }
}
