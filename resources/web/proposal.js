// @ts-check
/**
 * A plan that is only proposed, on the map in place of the one in use: units are filled and labelled as they would be,
 * today's borders that would go run over it as hollow lines. Nothing of the plan itself is touched, so tools and edits go on
 * below, and what the proposal does not decide is shown as it is by now.
 * Owns which plan painters are given, and the way it is shown; its lines are proposal_view.js's.
 *
 * @typedef {"fill" | "outline" | "swipe"} Way
 */
import { OtherView } from "./compare_view.js";
import { Divider } from "./divider.js";
import { OutlinePainter } from "./compare_outline.js";
import { fetchPacked } from "./packed.js";
import { Plan } from "./plan.js";
import { FormerPainter, ProposalBar } from "./proposal_view.js";
import { BY_TERRITORY, Shading } from "./shading.js";
import { t } from "./text.js";

export class Proposal {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** an app whose plan is the proposed one, as painters see it
     * @type {any} */
    this.other = null;
    this.title = "";
    /** @type {Way} */
    this.way = "fill";
    this._measure = ""; // whose index stands under the names, "" = the one that is chosen for the plan
    this._ask = 0; // the message whose numbers are being fetched
    /** @type {import("./packed.js").Packed | null} */
    this._packed = null;
    /** @type {Int32Array} position among the territories on the map of each proposed one; the last, also of -1, is -1 */
    this._place = new Int32Array(1);
    /** @type {any} */
    this._totals = null;
    /** @type {ProposalBar | null} */
    this._bar = null;
    /** @type {OtherView | null} the plan in use at the left of a swipe */
    this._view = null;
    /** @type {Divider | null} */
    this._divider = null;
    this._swipeAt = 0.5;
  }

  get isOn() {
    return this.other !== null;
  }

  /** Whose plan and colours the map shows: the app itself, or the proposed one. */
  get face() {
    return this.other ?? this.app;
  }

  /** What today's plan and the proposed one are called. */
  get names() {
    // On the line of a swipe a long name would lie under what stands at the edge of the map.
    return { before: t("proposal_before"), now: this.way !== "swipe" && this.title ? this.title : t("proposal") };
  }

  /** @param {{url: string, title: string, way: Way | "", measure: string}} message kind "proposal" */
  async take(message) {
    const ask = ++this._ask;
    if (!message.url) return this.end();
    const packed = await fetchPacked(message.url, "proposal");
    const { app } = this;
    if (!packed || ask !== this._ask || !app.plan || packed.arrays.unit_territory.length !== app.plan.nUnits) return;
    const isNew = !this.isOn || this.way !== message.way;
    if (isNew) this._takeDown();
    this.title = message.title;
    this._measure = message.measure;
    this.way = /** @type {Way} */ (message.way);
    this._packed = packed;
    if (!this.other) this._begin();
    const before = isNew ? null : this.other.plan.shown.slice();
    const isSameList = this._list();
    this._totals = null; // shares of the target may be others
    this._follow();
    if (isNew) this._putUp();
    this._name();
    this._repaint(isSameList ? before : null);
  }

  /** Shows the plan in use again. */
  end() {
    this._ask++;
    if (!this.isOn) return;
    this._takeDown();
    this.other = this._packed = this._totals = null;
    this.way = "fill";
    if (this.app.stage) this._point();
    this._repaint(null);
  }

  /**
   * Esc: Python ends the comparing, or asks what is to become of the proposal.
   * @returns {boolean} whether there was anything to end
   */
  quit() {
    if (!this.isOn && !(this.app.plan && this.app.plan.busy)) return false;
    this.app.send({ kind: "proposal_end" });
    return true;
  }

  /** @param {{url: string}} message kind "solving": which units stand still; no url = none */
  async solve(message) {
    const { plan } = this.app;
    if (!plan) return;
    if (!message.url) {
      plan.busy = null;
      return;
    }
    const packed = await fetchPacked(message.url, "solving");
    if (packed && plan === this.app.plan) plan.busy = packed.arrays.busy;
  }

  // -- the proposed plan ------------------------------------------------------------------------------------------------

  /** Makes the other app, which takes from this one all that is no plan's own. */
  _begin() {
    const { app } = this;
    const other = Object.create(app);
    other.plan = new Plan(app.plan.nUnits);
    other.plan.truth = other.plan.shown;
    other.totals = () => (this._totals ??= this._addUp());
    other.labelMeasure = () => {
      const at = other.plan.measures.findIndex((/** @type {import("./plan.js").Measure} */ m) => m.name === this._measure);
      return at >= 0 ? at : app.labelMeasure();
    };
    this.other = other;
    other.shading = new Shading(other);
    this.shadingChanged();
    this._point();
  }

  /**
   * Puts the proposed territories into the list: those of the plan stand where they stand there, new ones after them.
   * @returns {boolean} whether the list is as it was, so that colours are too
   */
  _list() {
    const { app, other } = this;
    const { territories: rows } = /** @type {import("./packed.js").Packed} */ (this._packed).meta;
    /** @type {Map<number, any>} */
    const proposed = new Map(rows.map((/** @type {any} */ row) => [row.id, row]));
    const list = app.plan.territories.map((/** @type {any} */ own) => ({ ...own, share: 0, ...proposed.get(own.id), target: undefined }));
    for (const row of rows) {
      if (app.plan.ixById.has(row.id)) continue;
      list.push({ ...row, total: app.plan.measures.map(() => 0), n_units: 0, n_accounts: 0, pieces: 0, area_km2: 0, perimeter_km: 0, is_outside: false });
    }
    const { plan } = other;
    const key = (/** @type {any} */ x) => `${x.id} ${x.color}`;
    const isSame = plan.territories.length === list.length &&
      list.every((/** @type {any} */ x, /** @type {number} */ ix) => key(x) === key(plan.territories[ix]));
    plan.territories = list;
    plan.ixById = new Map(list.map((/** @type {any} */ x, /** @type {number} */ ix) => [x.id, ix]));
    this._place = Int32Array.from([...rows.map((/** @type {any} */ row) => plan.ixById.get(row.id)), -1]);
    other.shading.refresh();
    return isSame;
  }

  /** Brings what the proposal leaves alone to the state of the plan in use, and the rest to the proposal's. */
  _follow() {
    const { app, other } = this;
    const { plan } = other;
    plan.measures = app.plan.measures;
    plan.unitLocked = app.plan.unitLocked;
    plan.override = app.plan.override;
    const { unit_territory: at, decides } = /** @type {import("./packed.js").Packed} */ (this._packed).arrays;
    const { shown } = app.plan, last = this._place.length - 1;
    let isSame = plan.values === app.plan.values;
    plan.values = app.plan.values;
    for (let u = 0; u < shown.length; u++) {
      const ix = decides[u] ? this._place[at[u] < 0 ? last : at[u]] : shown[u];
      if (plan.shown[u] === ix) continue;
      plan.shown[u] = ix;
      isSame = false;
    }
    if (!isSame) this._totals = null;
  }

  /** Totals if it were so: those of the plan in use, and what moves from there. */
  _addUp() {
    const { app, other } = this;
    const { plan } = other;
    const base = app.edits.settled();
    const n = plan.territories.length, m = plan.measures.length;
    const grown = (/** @type {any} */ array) => {
      const out = new array.constructor(n);
      out.set(array);
      return out;
    };
    const totals = {
      total: plan.territories.map((/** @type {any} */ _, /** @type {number} */ ix) => Float64Array.from(base.total[ix] ?? new Float64Array(m))),
      nUnits: grown(base.nUnits), nAccounts: grown(base.nAccounts), area: grown(base.area), perimeter: grown(base.perimeter), flow: null,
    };
    if (plan.values.nMeasures !== m) return totals; // the numbers of these measures are on their way
    const { shown } = app.plan;
    for (let u = 0; u < shown.length; u++) if (plan.shown[u] !== shown[u]) plan.moveUnit(totals, u, shown[u], plan.shown[u]);
    return totals;
  }

  // -- what the map shows -----------------------------------------------------------------------------------------------

  /** Gives the painters of what is a plan's own the plan that is to be seen. */
  _point() {
    const { app, face } = this;
    for (const { painter } of app.stage.sheets) {
      if (painter.name === "units") painter.shading = face.shading;
      if (painter.name === "lines") painter.plan = face.plan;
    }
    app.labels.app = face;
  }

  _putUp() {
    const { app, way } = this;
    app.tooltip.hide();
    if (way === "outline") {
      app.stage.add(new OutlinePainter(this.pair()), "lines");
    } else {
      app.stage.add(new FormerPainter(app, this), "lines");
    }
    if (way === "swipe") {
      this._view = new OtherView(app, app, "swipe");
      this._divider = new Divider(true, this._swipeAt, (share) => this._split(share), () => this.quit());
      app.stage.twin = this._view.stage;
    } else {
      this._bar = new ProposalBar(app.map.getContainer(), way === "outline" ? "outline" : "former");
    }
  }

  _takeDown() {
    const { app } = this;
    if (this._bar) this._bar.remove();
    if (this._divider) this._divider.remove();
    if (this._view) {
      if (app.stage && app.stage.twin === this._view.stage) app.stage.twin = null;
      this._view.remove();
    }
    this._bar = this._divider = this._view = null;
    if (app.stage) for (const name of ["former", "outline"]) app.stage.drop(name);
  }

  /** @param {number} share of the width that the plan in use has */
  _split(share) {
    this._swipeAt = share;
    if (this._view) this._view.split(share);
  }

  _name() {
    const { before, now } = this.names;
    for (const part of [this._divider, this._bar]) if (part) part.name(before, now);
  }

  /**
   * @param {Int32Array | null} before who had what in the picture that is there; null = paint everything
   */
  _repaint(before) {
    const { app } = this;
    if (!app.stage || !app.plan) return;
    const box = before ? this._changed(before) : null;
    if (!before) app.stage.ask("units");
    else if (box) app.stage.ask("units", box);
    app.labelsSoon();
    app.legend.refresh();
    app.tooltip.renew();
  }

  /**
   * Map steps around the units that are shown otherwise than before; null if none are.
   * @param {Int32Array} before
   */
  _changed(before) {
    const { box } = this.app.ground;
    const { shown } = this.other.plan;
    const around = [Infinity, Infinity, -Infinity, -Infinity];
    for (let u = 0; u < shown.length; u++) {
      if (shown[u] === before[u]) continue;
      around[0] = Math.min(around[0], box[u * 4]);
      around[1] = Math.min(around[1], box[u * 4 + 1]);
      around[2] = Math.max(around[2], box[u * 4 + 2]);
      around[3] = Math.max(around[3], box[u * 4 + 3]);
    }
    return around[0] <= around[2] ? around : null;
  }

  /** What a comparison of the plan in use with the proposed one is to those who tell of it or draw it. */
  pair() {
    const { app } = this, proposal = this;
    const compare = {
      isOn: true,
      other: app,
      get app() {
        return proposal.face;
      },
      get names() {
        return proposal.names;
      },
      /** @param {number} u */
      idsOf: (u) => {
        const was = app.plan.shown[u], is = proposal.face.plan.shown[u];
        return [was < 0 ? -1 : app.plan.territories[was].id, is < 0 ? -1 : proposal.face.plan.territories[is].id];
      },
      /** @param {number} u */
      isMoved: (u) => app.plan.shown[u] !== proposal.face.plan.shown[u],
    };
    return Object.assign(Object.create(app), { compare });
  }

  /** How many units would move. */
  get nMoved() {
    const { shown } = this.app.plan;
    let n = 0;
    for (let u = 0; u < shown.length; u++) if (this.other.plan.shown[u] !== shown[u]) n++;
    return n;
  }

  // -- what follows -----------------------------------------------------------------------------------------------------

  /** Units of the plan in use look otherwise now: at the left of a swipe they are painted anew too.
   * @param {ArrayLike<number>} [box] map steps around them; none = all */
  ask(box) {
    if (this._view) this._view.stage.ask("units", box);
  }

  /** The plan in use has other territories or numbers. */
  planChanged() {
    if (!this.isOn) return;
    this.ask();
    this._list();
    this._totals = null;
    this._follow();
  }

  /** Before each picture: a stroke under way is seen where the proposal does not decide. */
  beforePaint() {
    if (this.isOn && this.app.plan.rev >= 0) this._follow();
  }

  /** The map is coloured by something else; single units' own numbers would show nothing of a proposal. */
  shadingChanged() {
    if (!this.isOn) return;
    const { message } = this.app.shading;
    this.other.shading.set(message.form === "unit" ? BY_TERRITORY : message);
  }

  /** Theme or an option is another. */
  restyle() {
    if (this.isOn) this.other.shading.refresh();
  }

  /** Other tiles lie under the units. */
  baseChanged() {
    if (this._view) this._view.layTiles();
  }
}
