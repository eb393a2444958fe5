// @ts-check
/**
 * Two scenarios on the map: a swipe, side by side, or the old colour as outline around the new fill.
 * Owns what is compared and in which way, and its beginning and end; the other scenario is compare_other.js's, its map
 * compare_view.js's, the line between the two divider.js's.
 *
 * @typedef {"" | "swipe" | "side" | "outline"} Way
 */
import { Divider, OutlineBar } from "./divider.js";
import { otherOf } from "./compare_other.js";
import { OtherView } from "./compare_view.js";
import { OutlinePainter } from "./compare_outline.js";
import { fetchPacked } from "./packed.js";
import { t } from "./text.js";

export class Compare {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {Way} */
    this.way = "";
    /** @type {import("./compare_other.js").Other | null} */
    this.other = null;
    /** @type {OtherView | null} */
    this.view = null;
    /** @type {Divider | null} */
    this._divider = null;
    /** @type {OutlineBar | null} */
    this._bar = null;
    this.names = { before: "", now: "" };
    this._ask = 0; // the message whose numbers are being fetched
    this._swipeAt = 0.5; // share of the width, kept from one swipe to the next
    /** @type {import("./shading.js").Message | null} */
    this._shading = null;
  }

  get isOn() {
    return this.way !== "" && this.other !== null;
  }

  /** Whether the map shows the other scenario too, so that small maps at its foot would tell of one only. */
  get hidesInsets() {
    return this.isOn && this.way !== "outline";
  }

  /** Px from the left of the page at which the map begins. */
  get leftPx() {
    return this.way === "side" && this.view ? this.view.edge : 0;
  }

  /**
   * Begins to compare, goes on in another way or with other numbers, or ends.
   * @param {{way: Way, url: string, before: string, now: string}} message kind "compare"
   */
  async take(message) {
    const ask = ++this._ask;
    if (message.way === "") return this.end();
    const packed = await fetchPacked(message.url, "compare");
    if (!packed || ask !== this._ask || !this.app.plan) return;
    const isNew = !this.isOn || this.way !== message.way;
    this.names = { before: message.before, now: message.now };
    const other = otherOf(this.app, packed);
    if (this._shading) other.shading.set(this._shading);
    if (isNew) {
      this._takeDown();
      this.way = message.way;
      this.other = other;
      this._putUp();
    } else {
      this.other = other;
      if (this.view) this.view.show(other);
      this.app.stage.ask("outline");
      this._name();
    }
    this._refresh();
  }

  /** @param {import("./shading.js").Message} message what the other scenario is coloured by */
  setShading(message) {
    this._shading = message;
    if (!this.other) return;
    this.other.shading.set(message);
    if (this.view) this.view.stage.update(true);
  }

  /** Shows one scenario again. */
  end() {
    this._ask++;
    if (!this.isOn) return;
    this._takeDown();
    this.way = "";
    this.other = null;
    this._refresh();
  }

  /** The person ends it: Python is told, so that its buttons follow.
   * @returns {boolean} whether there was anything to end */
  quit() {
    if (!this.isOn) return false;
    this.end();
    this.app.send({ kind: "compare_end" });
    return true;
  }

  _putUp() {
    const { app, way } = this;
    app.tooltip.hide();
    if (way === "outline") {
      app.stage.add(new OutlinePainter(app), "lines");
      this._bar = new OutlineBar(app.map.getContainer(), () => this.quit());
    } else {
      this.view = new OtherView(app, this.other, /** @type {"swipe" | "side"} */ (way));
      const begin = way === "swipe" ? this._swipeAt : 0.5;
      this._divider = new Divider(way === "swipe", begin, (share) => this._split(share), () => this.quit());
      app.stage.twin = this.view.stage;
    }
    this._name();
  }

  _takeDown() {
    const { app } = this;
    if (this._bar) this._bar.remove();
    if (this._divider) this._divider.remove();
    if (app.stage) {
      app.stage.twin = null;
      app.stage.drop("outline");
    }
    if (this.view) this.view.remove();
    this._bar = this._divider = this.view = null;
  }

  /** @param {number} share of the width that the other scenario has */
  _split(share) {
    if (this.way === "swipe") this._swipeAt = share;
    if (this.view) this.view.split(share);
  }

  _name() {
    for (const part of [this._divider, this._bar]) if (part) part.name(this.names.before, this.names.now);
  }

  _refresh() {
    const { app } = this;
    if (!app.stage) return;
    app.insets.refresh();
    app.legend.comparing();
    app.tooltip.renew();
  }

  // -- what follows ---------------------------------------------------------------------------------------------------

  /** Theme or an option is another. */
  restyle() {
    if (this.other) this.other.shading.refresh();
  }

  /** The plan in use has changed: what moved may be another. */
  planChanged() {
    if (!this.isOn) return;
    this.app.stage.ask("outline");
    this.app.legend.refresh();
  }

  /** Other tiles lie under the units. */
  baseChanged() {
    if (this.view) this.view.layTiles();
  }

  /**
   * Whether a point of the map shows the other scenario, which is not edited here.
   * @param {number} x
   */
  isForeign(x) {
    return this.way === "swipe" && this.view !== null && x < this.view.edge;
  }

  /** Says why nothing can be drawn where the other scenario is shown. */
  refuse() {
    this.app.hint.show(t("compare_foreign", { before: this.names.before, now: this.names.now }), "warning");
  }

  // -- what moved -----------------------------------------------------------------------------------------------------

  /**
   * Id of the territory that has a unit: in the other scenario, and on the map.
   * @param {number} u
   * @returns {[number, number]} -1 = unassigned
   */
  idsOf(u) {
    const { plan } = this.app, { plan: old } = this.other;
    const was = old.shown[u], is = plan.shown[u];
    return [was < 0 ? -1 : old.territories[was].id, is < 0 ? -1 : plan.territories[is].id];
  }

  /** @param {number} u */
  isMoved(u) {
    const [was, is] = this.idsOf(u);
    return was !== is;
  }

  /** How many units have another territory, or the same one with another rep. */
  get nMoved() {
    const { plan } = this.app, { plan: old } = this.other;
    const now = plan.territories.map((/** @type {any} */ x) => `${x.id} ${x.rep_id}`);
    const before = old.territories.map((/** @type {any} */ x) => `${x.id} ${x.rep_id}`);
    let n = 0;
    for (let u = 0; u < plan.nUnits; u++) if (now[plan.shown[u]] !== before[old.shown[u]]) n++;
    return n;
  }
}
