// @ts-check
/**
 * What the person has chosen: selected territory, units and accounts, and the target that strokes paint into.
 * Owns the choice as the page shows it; Python's Selection is told of every change made here.
 */
import { t } from "./text.js";

export class Choice {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {number | null} */ this._territory = null;
    /** @type {Set<number>} */ this.units = new Set();
    /** territory id, null = erase, undefined = none chosen
     * @type {number | null | undefined} */
    this.target = undefined;
    /** @type {number | null | undefined} */ this._targetBeforeErase = undefined;
  }

  /** Id of the selected territory.
   * @returns {number | null} */
  get territory() {
    return this._territory;
  }

  set territory(id) {
    if (id === this._territory) return;
    this._territory = id;
    this.app.accounts.territorySelected();
  }

  clear() {
    this.territory = null;
    this.units = new Set();
    this.target = this._targetBeforeErase = undefined;
  }

  /** Lets go of what is no longer in the plan. */
  prune() {
    const { ixById } = this.app.plan;
    if (this.target != null && !ixById.has(this.target)) this.target = undefined;
    if (this.territory !== null && !ixById.has(this.territory)) this.territory = null;
  }

  // -- told by Python -------------------------------------------------------------------------------------------------

  /** @param {any} message kind "selection" */
  take(message) {
    const { app } = this;
    if (!app.plan) return;
    if ("territory" in message) this.territory = message.territory;
    if ("units" in message) this.units = new Set(message.units);
    if ("accounts" in message) app.accounts.setSelection(message.accounts);
    app.stage.ask("overlay");
  }

  /** @param {number | null | undefined} territory id, null = erase, undefined = none */
  setTarget(territory) {
    if (territory !== null) this._targetBeforeErase = territory;
    this.target = territory;
    this.app.map.getContainer().dataset.target =
      territory === null ? "erase" : territory === undefined ? "none" : "territory";
  }

  // -- the target -----------------------------------------------------------------------------------------------------

  /** The target as territory_ix, -1 = erase, undefined = none chosen. */
  targetIx() {
    if (this.target === null) return -1;
    return this.target === undefined ? undefined : this.app.plan.ixById.get(this.target);
  }

  /** A sentence that says what to do before a stroke can begin; "" if it can. */
  whyNoStroke() {
    const { plan } = this.app;
    if (plan.isReadOnly) return t("read_only");
    if (!plan.territories.length) return t("no_territory");
    const ix = this.targetIx();
    if (ix === undefined) return t("no_target");
    if (!plan.isTerritoryLocked(ix)) return "";
    return t(plan.lockedKey("target_locked", [ix]), { name: plan.nameOf(ix), names: plan.nameOf(ix) });
  }

  /** @param {number} ix -1 = erase */
  pickTarget(ix) {
    const { app } = this;
    const id = ix < 0 ? null : app.plan.territories[ix].id;
    this.setTarget(id);
    if (id !== null) this.territory = id;
    app.stage.ask("overlay");
    app.hint.show(ix < 0 ? t("target_erase") : t("target_is", { name: app.plan.nameOf(ix) }));
    app.send({ kind: "target", territory: id, is_set: true });
  }

  toggleErase() {
    const { app } = this;
    if (app.tools.isBusy) return;
    if (this.target !== null) {
      this.pickTarget(-1);
      return;
    }
    this.setTarget(this._targetBeforeErase);
    const ix = this.targetIx();
    app.hint.show(ix === undefined ? t("erase_off") : t("target_is", { name: app.plan.nameOf(ix) }));
    app.send({ kind: "target", territory: this.target ?? null, is_set: this.target !== undefined });
  }

  /** Selects a territory and no units.
   * @param {number} ix */
  pickTerritory(ix) {
    this.territory = this.app.plan.territories[ix].id;
    this.units = new Set();
    this._tell();
  }

  // -- picking --------------------------------------------------------------------------------------------------------

  /**
   * @param {number} u -1 = nothing there
   * @param {string} how "replace" | "toggle"
   */
  pick(u, how) {
    const { plan } = this.app;
    if (u < 0) {
      if (how === "replace") this.pickUnits([], "replace");
      return;
    }
    const ix = plan.shown[u];
    this.territory = ix < 0 ? null : plan.territories[ix].id;
    const area = this.app.levels.areaOf(u);
    if (how !== "toggle") this.units = new Set(area);
    else if (this.units.has(u)) for (const unit of area) this.units.delete(unit);
    else for (const unit of area) this.units.add(unit);
    this._tell();
  }

  /**
   * @param {number[]} list
   * @param {string} how "replace" | "add"
   */
  pickUnits(list, how) {
    this.units = new Set(how === "add" ? [...this.units, ...list] : list);
    if (!list.length && how === "replace") this.territory = null;
    this._tell();
  }

  /** The selected territory becomes the target; with none selected, or while erasing, the target stays. */
  _tell() {
    const { app } = this;
    app.stage.ask("overlay");
    if (app.mode === "export") return;
    if (this.target !== null && this.territory !== null) this.setTarget(this.territory);
    app.send({ kind: "select", territory: this.territory, units: [...this.units].sort((a, b) => a - b) });
  }

  /** Outlines a territory, in a page that tells of no units.
   * @param {number} ix -1 = none */
  highlight(ix) {
    const { app } = this;
    const id = ix < 0 ? null : app.plan.territories[ix].id;
    if (id === this.territory) return;
    this.territory = id;
    app.stage.ask("overlay");
  }
}
