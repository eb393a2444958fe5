// @ts-check
/**
 * Legend, the way to the list "Colour by", and short hints over the map. Owns their markup; not the numbers.
 */
import { accountRows } from "./accounts_legend.js";
import { comparedLegend } from "./compare_tip.js";
import { bar, indexText, make, stateOf } from "./markup.js";
import { linkTo } from "./reader_links.js";
import { number, t } from "./text.js";

const HINT_MS = 4200;
const COMPARED_FROM_PX = 380; // width of the map from which it begins open while two scenarios are compared
const WIDE_PX = 900; // from this width on the legend of an exported page begins open, beside the plan

export class Legend {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.element = make("section", "tm-legend");
    this.element.setAttribute("aria-label", t("legend"));
    this.button = /** @type {HTMLButtonElement} */ (make("button", "tm-legend-toggle", t("legend")));
    this.button.type = "button";
    this.body = make("div", "tm-legend-body");
    const head = make("div", "tm-legend-top");
    /** @type {HTMLElement} what the map is coloured by, now */
    this.by = make("span", "tm-color-by-what");
    this.colorBy = this._colorButton();
    if (app.mode === "window") head.append(this.colorBy);
    head.append(this.button);
    this.element.append(head, this.body);
    this.button.addEventListener("click", () => this.setOpen(!this.isOpen));
    app.map.getContainer().appendChild(this.element);
    for (const name of ["pointerdown", "dblclick", "wheel", "mousedown"]) {
      this.element.addEventListener(name, (e) => e.stopPropagation());
    }
    this.setOpen(app.mode === "export" && app.map.getSize().x > WIDE_PX);
  }

  _colorButton() {
    const { app } = this;
    const button = /** @type {HTMLButtonElement} */ (make("button", "tm-color-by"));
    button.type = "button";
    button.setAttribute("aria-haspopup", "menu");
    button.append(make("span", "tm-color-by-label", t("color_by")), this.by);
    button.addEventListener("click", () => {
      const box = button.getBoundingClientRect(), from = app.map.getContainer().getBoundingClientRect();
      app.send({ kind: "colors", x: Math.round(box.left - from.left), y: Math.round(box.bottom - from.top + 2) });
    });
    return button;
  }

  /** The map is coloured by something else: names it, and explains it unless it is the territories themselves. */
  showShading() {
    const { shading } = this.app;
    this.by.textContent = shading.title;
    this.colorBy.title = t("color_by_help", { what: shading.title });
    // In half a small window the names on the line between the maps must do.
    const isCompared = this.app.compare.isOn && this.app.map.getSize().x >= COMPARED_FROM_PX;
    const isExplained = shading.form !== "territory" || this.app.accounts.isExplained || isCompared;
    if (isExplained && !this.isOpen) this._open("colors");
    else if (!isExplained && this.element.dataset.open === "colors") this._open("false");
    this.refresh();
  }

  /** Two scenarios are compared, or no longer: both are named. */
  comparing() {
    if (this.app.shading) this.showShading();
  }

  /** Whether all is shown: the signs too. */
  get isOpen() {
    return this.element.dataset.open === "true";
  }

  /** @param {boolean} isOpen */
  setOpen(isOpen) {
    this._open(isOpen ? "true" : "false");
  }

  /** @param {"true" | "colors" | "false"} state "colors": what the colours mean and no more */
  _open(state) {
    this.element.dataset.open = state;
    this.button.setAttribute("aria-expanded", String(state === "true"));
    this.body.hidden = state === "false";
    this.refresh();
    this.app.labelsSoon(); // none stands half under it
  }

  refresh() {
    if (this.body.hidden || !this.app.plan) return;
    const parts = this.app.mode === "export" ? this._territories() : this._shading();
    if (this.app.compare.isOn) parts.unshift(comparedLegend(this.app));
    if (this.app.mode === "window" && this.isOpen) parts.push(...this._signs());
    if (this.isOpen || this.app.accounts.isExplained) parts.push(...accountRows(this.app));
    this.body.replaceChildren(...parts);
  }

  /** What the colours mean, where they are not the territories' own. */
  _shading() {
    const { shading } = this.app;
    if (shading.form === "territory") return [];
    const list = make("div", "tm-legend-classes");
    for (const { label, color, n, kind } of shading.lines()) {
      const patch = make("span", `tm-sign tm-sign-class tm-sign-${kind}`);
      patch.style.background = color;
      list.append(patch, make("span", "tm-legend-label", label), make("span", "tm-legend-n", number(n, true)));
    }
    const unit = t(shading.isByUnit ? "units_head" : "territories_head");
    const head = make("div", "tm-legend-head tm-legend-classes-head", unit);
    const note = [shading.note, shading.hasPale ? t("pale_unassigned") : ""].filter(Boolean).join(" ");
    return note ? [head, list, make("div", "tm-legend-note", note)] : [head, list];
  }

  /** What the signs on the map mean. */
  _signs() {
    const sign = (/** @type {string} */ kind, /** @type {string} */ text) => {
      const row = make("div", "tm-legend-row");
      row.append(make("span", `tm-sign tm-sign-${kind}`), make("span", "", text));
      return row;
    };
    const rows = [sign("unassigned", t("unassigned")), sign("locked", t("locked_sign")), sign("selected", t("selected_sign"))];
    if (this.app.accounts.n) rows.push(sign("override", t("override_sign")));
    if (this.app.plan.limits && this.app.plan.limits.protected.length) rows.push(sign("protected", t("protected_sign")));
    if (this.app.plan.territories.some((/** @type {any} */ x) => x.home)) rows.push(sign("home", t("home_sign")));
    const m = this.app.labelMeasure();
    if (m >= 0) {
      rows.push(make("div", "tm-legend-head", t("index_of", { measure: this.app.plan.measures[m].label })));
      const scale = make("div", "tm-legend-scale");
      scale.append(
        make("span", "tm-chip tm-under", t("below_target")), make("span", "tm-chip tm-inside", t("on_target")),
        make("span", "tm-chip tm-over", t("above_target")),
      );
      rows.push(scale);
    }
    const signs = make("div", "tm-legend-signs");
    signs.append(...rows);
    return [signs];
  }

  /** All territories with their totals: the exported page has no table beside the map. */
  _territories() {
    const { plan } = this.app;
    const totals = plan.totals(), assigned = plan.assigned(totals);
    const m = this.app.labelMeasure();
    const order = [...plan.territories.keys()].sort((a, b) =>
      plan.territories[a].name.localeCompare(plan.territories[b].name, undefined, { numeric: true }));
    const list = make("div", "tm-legend-list");
    for (const ix of order) {
      const territory = plan.territories[ix];
      const row = /** @type {HTMLAnchorElement} */ (make("a", "tm-legend-territory"));
      row.href = linkTo("territory", territory.name);
      const swatch = make("span", "tm-swatch");
      swatch.style.background = this.app.shading.swatch(ix);
      const names = make("span", "tm-legend-names");
      names.append(make("span", "tm-legend-name", territory.name), make("span", "tm-legend-rep", territory.rep || t("vacant")));
      row.append(swatch, names);
      if (m >= 0) {
        const index = plan.index(totals, assigned, ix, m), { tolerance } = plan.measures[m];
        row.append(bar(tolerance, null, index), make("span", `tm-chip tm-${stateOf(index, tolerance)}`, indexText(index, tolerance)));
      }
      row.addEventListener("click", () => {
        if (this.app.map.getSize().x <= WIDE_PX) this.setOpen(false); // it would lie over what it opens
        if (location.hash === row.hash) this.app.reader.follow(); // the address stays, so nobody else hears of it
      });
      list.append(row);
    }
    const head = make("div", "tm-legend-head", m >= 0 ? t("index_of", { measure: plan.measures[m].label }) : "");
    const n = make("div", "tm-legend-foot", t("legend_count", {
      territories: number(plan.territories.length, true), units: number(plan.nUnits, true),
    }));
    return [head, list, n];
  }
}

/** A line of text at the foot of the map that goes away by itself; read out by screen readers. */
export class Hint {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.element = make("div", "tm-hint");
    this.element.setAttribute("role", "status");
    this.element.setAttribute("aria-live", "polite");
    app.map.getContainer().appendChild(this.element);
    this._timer = 0;
  }

  /**
   * @param {string} text
   * @param {"info" | "warning"} [tone]
   */
  show(text, tone = "info") {
    this.element.textContent = text;
    this.element.dataset.tone = tone;
    this.element.dataset.shown = "true";
    this.app.cursor.hinted(text);
    clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this.hide(), HINT_MS + text.length * 25);
  }

  hide() {
    this.element.dataset.shown = "false";
  }
}
