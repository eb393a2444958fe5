// @ts-check
/**
 * The label under the pointer: what the unit is, who has it, its numbers. Owns its markup; its place is beside the
 * pointer. Names go in as text, never as HTML.
 */
import { comparedOwners } from "./compare_tip.js";
import { indexText, make, stateOf } from "./markup.js";
import { number, t } from "./text.js";

const AUDIENCE_SCALE = 1.5; // read from the last row

/**
 * The label under the pointer: unit, territory, rep and the unit's measures.
 */
export class Tooltip {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.element = make("div", "tm-tooltip");
    this.element.setAttribute("role", "tooltip");
    this.element.hidden = true;
    app.map.getContainer().appendChild(this.element);
    this.unit = -1;
    this._key = ""; // of the accounts told of
    /** @type {[number, number]} */
    this._at = [0, 0];
  }

  /**
   * @param {number} u
   * @param {number} x
   * @param {number} y
   */
  show(u, x, y) {
    const accounts = this._accountPart(x, y);
    if (u < 0 && !accounts) return this.hide();
    const key = accounts ? accounts.key : "";
    if (u !== this.unit || key !== this._key) {
      this.unit = u;
      this._key = key;
      if (u >= 0 && !(accounts && accounts.isAlone)) this._fill(u);
      else this.element.replaceChildren();
      if (accounts) this.element.prepend(accounts.element);
    }
    this._at = [x, y];
    this._place(x, y);
  }

  /**
   * Accounts under the pointer, told of first; while a stroke is made only its units count.
   * @param {number} x
   * @param {number} y
   */
  _accountPart(x, y) {
    return this.app.tools.gesture.isPainting ? null : this.app.accountTip.at(x, y);
  }

  /** Its texts have come: puts it where it fits in now. */
  replace() {
    if (!this.element.hidden) this._place(...this._at);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  _place(x, y) {
    this.element.hidden = false;
    const size = this.app.map.getSize();
    const scale = this.app.options.audience ? AUDIENCE_SCALE : 1;
    const width = this.element.offsetWidth * scale, height = this.element.offsetHeight * scale;
    const left = x + 16 + width > size.x - 6 ? x - 14 - width : x + 16;
    const top = y + 16 + height > size.y - 6 ? y - 12 - height : y + 16;
    const place = `translate(${Math.max(6, left)}px, ${Math.max(6, top)}px)`;
    this.element.style.transform = scale === 1 ? place : `${place} scale(${scale})`;
  }

  hide() {
    this.unit = -1;
    this.element.hidden = true;
  }

  /** What it says may be another now: told anew, also where the pointer rests; during a stroke with its next move. */
  renew() {
    if (this.unit < 0) return;
    const u = this.unit;
    this.unit = -2;
    if (!this.element.hidden && !this.app.tools.stroke) this.show(u, ...this._at);
  }

  /** @param {number} u */
  _fill(u) {
    const { plan, levels } = this.app;
    if (levels.isWhole) return this.element.replaceChildren(...levels.tip(u));
    const ix = plan.shown[u];
    const isWindow = this.app.mode === "window";
    const { compare, proposal } = this.app;
    const compared = compare.isOn ? this.app : proposal.isOn ? proposal.pair() : null;
    const parts = compared ? [...this._unitParts(u), ...comparedOwners(compared, u)]
      : isWindow ? [...this._unitParts(u), this._owner(ix), ...this.app.second.parts(u), this._measures(u, ix)] : this.partsOfUnit(u);
    if (plan.isLocked(u) && this.app.mode === "window") {
      parts.push(make("div", "tm-tip-lock", t(plan.lockedKey(plan.unitLocked[u] ? "unit_locked" : "territory_locked", [ix]), { names: plan.nameOf(ix) })));
    }
    this.element.replaceChildren(...parts);
  }

  /**
   * What an exported page says of a unit: its own, then the totals of its territory.
   * @param {number} u
   * @param {boolean} [isNamed] also where the page tells of territories only
   */
  partsOfUnit(u, isNamed = false) {
    const ix = this.app.plan.shown[u];
    const own = this.app.isOfUnits ? [...this._unitParts(u), this._measures(u, ix)] : isNamed ? this._unitParts(u) : [];
    return [...own, ...(ix < 0 ? [this._owner(ix)] : this.partsOfTerritory(ix))];
  }

  /** A territory with its totals.
   * @param {number} ix */
  partsOfTerritory(ix) {
    return [this._owner(ix), this._totals(ix)];
  }

  /** @param {number} u */
  _unitParts(u) {
    const { ground } = this.app;
    const { code, parent } = ground.meta;
    const title = make("div", "tm-tip-title");
    title.append(make("span", "tm-tip-name", ground.name(u)), make("span", "tm-tip-code", code[u]));
    const isOwnParent = !parent[u] || parent[u] === ground.name(u);
    return isOwnParent ? [title] : [title, make("div", "tm-tip-parent", parent[u])];
  }

  /** @param {number} ix */
  _owner(ix) {
    const { plan } = this.app;
    const owner = make("div", "tm-tip-owner");
    const swatch = make("span", ix < 0 ? "tm-swatch tm-swatch-none" : "tm-swatch");
    if (ix >= 0) swatch.style.background = this.app.shading.swatch(ix);
    owner.append(swatch, make("span", "", ix < 0 ? t("unassigned") : plan.territories[ix].name));
    if (ix >= 0) owner.append(make("span", "tm-tip-rep", plan.territories[ix].rep || t("vacant")));
    return owner;
  }

  /** The territory's totals with their index.
   * @param {number} ix */
  _totals(ix) {
    const { plan } = this.app;
    const totals = plan.totals(), assigned = plan.assigned(totals);
    const table = make("div", "tm-tip-table tm-tip-totals");
    plan.measures.forEach((/** @type {import("./plan.js").Measure} */ info, /** @type {number} */ m) => {
      if (!info.shown) return;
      const index = plan.index(totals, assigned, ix, m);
      table.append(
        make("span", "tm-tip-measure", info.label),
        make("span", "tm-tip-value", number(totals.total[ix][m], info.is_count)),
        make("span", `tm-chip tm-${stateOf(index, info.tolerance)}`, indexText(index, info.tolerance)),
      );
    });
    return table;
  }

  /**
   * @param {number} u
   * @param {number} ix
   */
  _measures(u, ix) {
    const { plan, shading } = this.app;
    const table = make("div", "tm-tip-table");
    const { measure, nMeasures, workloadRow } = plan.values;
    if (nMeasures !== plan.measures.length) return table; // the numbers of these measures are on their way
    for (let m = 0; m < nMeasures; m++) {
      const info = plan.measures[m];
      if ((!info.shown && m !== shading.unitRow) || info.name === "units") continue;
      let value = measure[m * plan.nUnits + u];
      if (m === workloadRow && ix >= 0) value += plan.stemHours(u, ix);
      table.append(make("span", "tm-tip-measure", info.label), make("span", "tm-tip-value", number(value, info.is_count)));
    }
    return table;
  }
}
