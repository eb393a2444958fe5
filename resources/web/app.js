// @ts-check
/**
 * Ties the parts of the page together: the plan that is shown, its options, what changes with an edit.
 * Owns the page's state; each part's work is in its own file.
 */
import { Accounts } from "./accounts.js";
import { AccountsPainter } from "./accounts_painter.js";
import { AccountTip } from "./accounts_tip.js";
import { Base } from "./base.js";
import { Borders } from "./borders.js";
import { Bridge } from "./bridge.js";
import { Camera } from "./camera.js";
import { Card } from "./card.js";
import { Choice } from "./choice.js";
import { Compare } from "./compare.js";
import { Conflicts } from "./conflicts.js";
import { Coverage } from "./coverage.js";
import { Context, OverPainter, UnderPainter } from "./context.js";
import { Cursor } from "./cursor.js";
import { Edits } from "./edits.js";
import { Ground } from "./ground.js";
import { HomeLines } from "./home_lines.js";
import { receive } from "./inbox.js";
import { Insets } from "./insets.js";
import { LabelsPainter } from "./labels.js";
import { LinesPainter } from "./lines.js";
import { Hint, Legend } from "./legend.js";
import { Levels } from "./levels.js";
import { Limits } from "./limits.js";
import { LimitsPainter } from "./limits_view.js";
import { Marked } from "./marked.js";
import { Neighbours } from "./neighbours.js";
import { OverlayPainter } from "./overlay.js";
import { fetchPacked } from "./packed.js";
import { Plan } from "./plan.js";
import { Proposal } from "./proposal.js";
import { dressScale } from "./scale.js";
import { Second } from "./second.js";
import { Shading } from "./shading.js";
import { Splits } from "./splits.js";
import { Stage, wipe } from "./stage.js";
import { Stroke } from "./stroke.js";
import { attributionText, t } from "./text.js";
import { setDark } from "./theme.js";
import { Tools } from "./tools.js";
import { Tooltip } from "./tooltip.js";
import { UnitsPainter } from "./units.js";

const LABELS_AFTER_MS = 90;

export class App {
  /**
   * @param {any} map Leaflet map made by folium
   * @param {any} config see mapview/page.py
   */
  constructor(map, config) {
    this.map = map;
    this.mode = /** @type {"window" | "export"} */ (config.mode);
    /** @type {any} */ this.ground = null;
    /** @type {any} */ this.plan = null;
    /** @type {Context | null} */ this.context = null;
    /** @type {any} */ this.stage = null;
    /** @type {any} */ this.overlay = null;
    /** @type {any} */ this.shading = null;
    /** @type {HTMLElement | null} picture of the units before, until the new one is whole */ this._former = null;
    this.isLayerMissed = false; // the unit layer that was told last had been replaced before it could be fetched
    this.areValuesMissed = false; // so had the preview's numbers: what changes a few of them speaks of others
    this.options = {
      show_accounts: true, show_homes: true, show_labels: true, show_index: true, show_context: true, show_insets: true, large_labels: false,
      show_unit_borders: true, dark: false, audience: false, show_legend: true, ...config.options,
    };
    setDark(this.options.dark);
    this.accounts = new Accounts(this);
    this.drawing = { rule: "majority", isNew: true, name: "" };
    this.choice = new Choice(this);
    this.edits = new Edits(this);
    this.levels = new Levels(this);
    this.splits = new Splits(this);
    this.conflicts = new Conflicts(this);
    this.coverage = new Coverage(this);
    this.marked = new Marked(this);
    /** @type {Neighbours | null} */ this._neighbours = null;
    this._labelsTimer = 0;
    /** @type {string | null} */ this._measure = null;
    /** what happened when, for tests and benchmarks: see README of resources/web */
    this.metrics = noMetrics();
    /** @type {import("./reader.js").Reader | null} of an exported page */ this.reader = null;
    this._tellsUnits = this.mode === "window" || this.options.show_unit_borders;
    this.hint = new Hint(this);
    this.card = new Card(this);
    this.tooltip = new Tooltip(this);
    this.accountTip = new AccountTip(this);
    this.bridge = new Bridge((message) => receive(this, message));
    this.homes = new HomeLines(this);
    this.tools = new Tools(this);
    this.cursor = new Cursor(this);
    this.legend = new Legend(this);
    this.base = new Base(this);
    this.compare = new Compare(this);
    this.proposal = new Proposal(this);
    this.second = new Second(this);
    this.insets = new Insets(this);
    this.camera = new Camera(this);
    this._describeMap();
    dressScale(map.getContainer(), config.locale);
  }

  _describeMap() {
    const box = this.map.getContainer();
    box.tabIndex = 0;
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", t("map_name"));
    box.setAttribute("aria-roledescription", t("map_role"));
    for (const [name, key] of [["in", "zoom_in"], ["out", "zoom_out"]]) {
      const button = box.querySelector(`.leaflet-control-zoom-${name}`);
      if (!button) continue;
      button.title = t(key);
      button.setAttribute("aria-label", t(key));
    }
  }

  /** @param {any} message */
  send(message) {
    if (this.mode !== "window") return;
    // Places are told as those of the widget; the map may stand beside another one.
    const left = "x" in message ? this.compare.leftPx : 0;
    this.bridge.send(left ? { ...message, x: message.x + left } : message);
  }

  // -- messages from Python -------------------------------------------------------------------------------------------

  /** How a drawn boundary is meant from now on.
   * @param {any} message kind "drawing" */
  setDrawing(message) {
    this.drawing = { rule: message.rule, isNew: message.is_new, name: message.name };
    this.tools.gesture.meant();
  }

  /**
   * @param {any} message
   */
  async load(message) {
    const begin = performance.now();
    const geometry = await fetchPacked(message.geometry, "geometry");
    // Replaced meanwhile: another layer is on its way, and what was said of this one is of no use.
    this.isLayerMissed = !geometry;
    if (!geometry) return;
    this.build(geometry, message.keep_view);
    this._loadBegin = begin;
  }

  /** Takes the land around the units; it comes before the plan, or after it where it had to be packed first.
   * @param {any} message */
  async loadContext(message) {
    const context = await fetchPacked(message.context, "context");
    if (!context) return;
    this.context = new Context(context);
    if (this.stage) this.stage.update(true);
  }

  /** @param {any} message */
  async loadValues(message) {
    if (!this.plan) return;
    const [values, accounts] = await Promise.all([
      fetchPacked(message.values, "values"),
      message.accounts ? fetchPacked(message.accounts, "accounts") : null,
    ]);
    this.areValuesMissed = !values;
    if (!values || !this.plan) return;
    this.plan.setValues(values);
    if (accounts) {
      this.plan.setAccounts(accounts);
      this.accounts.setPoints(accounts);
      this.stage.ask("accounts");
    }
  }

  /** Takes what a stroke should not do without a word: caps and protected accounts.
   * @param {any} message kind "limits" */
  async loadLimits(message) {
    const { plan } = this;
    if (!plan) return;
    const packed = message.url ? await fetchPacked(message.url, "limits") : null;
    if (plan !== this.plan) return;
    if (packed) plan.baselineRep = packed.arrays.unit_rep;
    const unitRep = plan.baselineRep;
    const isThere = message.caps.length || message.protected.length;
    plan.limits = isThere && (!message.has_baseline || unitRep.length === plan.nUnits) ? new Limits(plan, message, unitRep) : null;
    this.edits.relay();
    this.stage.ask("accounts");
    this.stage.ask("overlay");
    this.legend.refresh();
  }

  /**
   * Makes plan and painters of a unit layer.
   * @param {import("./packed.js").Packed} geometry
   * @param {boolean} [keepsView] other units of the same plan: stay where we are
   */
  build(geometry, keepsView = false) {
    const former = keepsView && this.stage ? this.stage.box : null, pane = former && former.parentNode;
    this.clear(Boolean(former));
    this.ground = new Ground(geometry);
    this.plan = new Plan(this.ground.nUnits);
    if (this.mode === "window") this.plan.borders = new Borders(this.ground, () => this.neighbours);
    this.shading = new Shading(this);
    this.overlay = new OverlayPainter(this);
    this.overlay.parts.push(this.marked, this.coverage, this.conflicts, this.homes, this.splits, new LimitsPainter(this), this.cursor);
    this.labels = new LabelsPainter(this);
    this.camera.begin(geometry.meta.home, keepsView);
    this.stage = new Stage(this.map, [
      new UnderPainter(this), new UnitsPainter(this.ground, this.shading),
      new LinesPainter(this.ground, this.plan, this.options), new OverPainter(this),
      new AccountsPainter(this), this.labels, this.overlay,
    ]);
    // The picture of the units before lies over the new one until that is whole.
    if (former) pane.appendChild(former);
    this._former = former;
    this.stage.beforePaint.push(() => {
      this.proposal.beforePaint();
      this._followShading();
      this.insets.refresh();
    });
    this.stage.afterMove.push((/** @type {boolean} */ isNewZoom) => {
      this.camera.tell();
      this.insets.refresh();
      if (isNewZoom) this.legend.refresh(); // circles of accounts have another scale
    });
    this.map.attributionControl.setPrefix(false);
    this._attribution = geometry.meta.attribution;
    for (const line of this._attributionLines()) this.map.attributionControl.addAttribution(line);
  }

  _attributionLines() {
    return [this._attribution, t("context_attribution")].filter(Boolean).map((text) => attributionText(text));
  }

  /** @param {boolean} [keepsPicture] the picture of the units stays for a while, over the next one */
  clear(keepsPicture = false) {
    this.isLayerMissed = false;
    this.compare.end();
    this.proposal.end();
    this.second.end();
    this._dropFormer();
    this.tools.forget();
    this.camera.flight.drop();
    this.insets.clear();
    this.tooltip.hide();
    if (this.stage) {
      for (const line of this._attributionLines()) this.map.attributionControl.removeAttribution(line);
      this.stage.remove(keepsPicture);
    }
    this.ground = this.plan = this.shading = this.stage = this.overlay = null;
    this.edits.reset();
    this.accounts.clear();
    this.choice.clear();
    this.levels.clear();
    this.splits.clear();
    this.conflicts.clear();
    this.coverage.clear();
    this.marked.clear();
    this.homes.hide();
    this.cursor.clear();
    this._neighbours = null;
  }

  _dropFormer() {
    if (this._former) {
      this._former.remove();
      wipe(this._former);
    }
    this._former = null;
  }

  /** @param {any} message */
  setState(message) {
    if (!this.plan) return;
    this.homes.hide();
    this.tooltip.hide(); // what it says may be hidden now
    const isFirst = this.plan.rev < 0;
    this.tools.cancel();
    this.edits.reset();
    const pieces = this.splits.counts(), shown = this.plan.shown, former = this.plan.territories;
    this.plan.setState(message);
    if (!isFirst && message.how !== "switch") this.splits.tell(pieces, movedUnits(former, shown, this.plan), message.how);
    this.shading.refresh();
    this.choice.prune();
    this.accounts.planChanged();
    this.compare.planChanged();
    this.proposal.planChanged();
    this.stage.update(true);
    this.legend.refresh();
    if (isFirst) {
      const plan = this.plan;
      this.stage.whenPainted(() => {
        if (this.plan && this.plan !== plan) return; // another has come, and tells of itself once it is painted
        this._dropFormer();
        if (!this.plan) return; // closed before its first picture
        this.metrics.loadMs = performance.now() - (this._loadBegin || 0);
        this.send({ kind: "loaded", rev: this.plan.rev, ms: this.metrics.loadMs });
      });
    }
  }

  /** @param {any} message */
  setPatch(message) {
    if (!this.plan) return;
    this.homes.hide(); // who has what, or from where, may be another
    if (message.how !== "do") this.hint.hide(); // what it tells may be what was taken back
    for (const u of message.units) this.askUnit(u);
    for (const [u] of message.locks) this.askUnit(u);
    const isRestyled = message.rows.some((/** @type {any} */ row) => {
      const old = this.plan.territories[row.ix];
      return old.color !== row.color || old.locked !== row.locked;
    });
    const pieces = this.splits.counts();
    this.plan.setPatch(message);
    this.edits.relay();
    if (isRestyled) this.stage.ask("units");
    if (isRestyled) this.stage.ask("accounts");
    if (message.overrides.length || message.units.length) this.accounts.planChanged(message.overrides.length > 0);
    this.compare.planChanged();
    this.proposal.planChanged();
    this.numbersChanged();
    if (message.units.length) this.splits.tell(pieces, message.units, message.how);
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  setOption(name, value) {
    /** @type {any} */ (this.options)[name] = value;
    if (name === "dark") setDark(value);
    if (name === "large_labels" || name === "audience") {
      const isLarge = this.options.large_labels || this.options.audience;
      document.documentElement.dataset.large = String(isLarge);
    }
    if (name === "audience") {
      document.documentElement.dataset.audience = String(value);
      this.legend.setOpen(value);
    }
    if (name === "show_legend") document.documentElement.dataset.legend = String(value);
    if (this.shading) this.shading.refresh();
    this.compare.restyle();
    this.proposal.restyle();
    this.second.restyle();
    if (this.stage) this.stage.update(true);
    this.legend.refresh();
  }

  /** Chooses the measure whose index stands under the names; null = the first that is no mere count.
   * @param {string | null} name */
  setMeasure(name) {
    this._measure = name;
    if (this.stage) this.stage.ask("labels");
    this.legend.refresh();
  }

  /** @param {import("./shading.js").Message} message what the map is coloured by */
  setShading(message) {
    if (!this.plan) return;
    this.shading.set(message);
    this.proposal.shadingChanged();
    for (const sheet of ["units", "accounts", "labels"]) this.stage.ask(sheet);
    this.legend.showShading();
  }

  /** Repaints the territories whose class is another since the last frame; asked before each frame is painted. */
  _followShading() {
    const changed = this.plan && this.plan.rev >= 0 ? this.shading.follow() : [];
    if (!changed.length) return;
    const isChanged = new Uint8Array(this.plan.territories.length);
    for (const ix of changed) isChanged[ix] = 1;
    const { box } = this.ground;
    const { shown } = this.plan;
    const around = [Infinity, Infinity, -Infinity, -Infinity];
    for (let u = 0; u < shown.length; u++) {
      if (shown[u] < 0 || !isChanged[shown[u]]) continue;
      around[0] = Math.min(around[0], box[u * 4]);
      around[1] = Math.min(around[1], box[u * 4 + 1]);
      around[2] = Math.max(around[2], box[u * 4 + 2]);
      around[3] = Math.max(around[3], box[u * 4 + 3]);
    }
    if (around[0] <= around[2]) for (const sheet of ["units", "accounts"]) this.stage.ask(sheet, around);
    this.legend.refresh();
  }

  /** Who is neighbour of whom; made when it is first asked for.
   * @returns {Neighbours} */
  get neighbours() {
    return (this._neighbours ??= new Neighbours(this.ground));
  }

  // -- strokes --------------------------------------------------------------------------------------------------------

  beginStroke() {
    return new Stroke(this, /** @type {number} */ (this.choice.targetIx()));
  }

  /** Totals on the screen, the stroke under way included. */
  totals() {
    return this.tools.stroke ? this.tools.stroke.totals : this.edits.settled();
  }

  numbersChanged() {
    this.labelsSoon();
    this.stage.ask("overlay");
    this.legend.refresh();
    this.tooltip.renew();
  }

  /** Labels may move with every edit; they follow when the hand rests, off the edit's path. */
  labelsSoon() {
    clearTimeout(this._labelsTimer);
    this._labelsTimer = window.setTimeout(() => this.stage && this.stage.ask("labels"), LABELS_AFTER_MS);
  }

  // -- what the tools ask for -----------------------------------------------------------------------------------------

  lines() {
    return this.ground.levels.at(this.stage.frame.level);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  unitUnder(x, y) {
    if (!this.ground) return -1;
    const meant = this.cursor.unitAt(x, y);
    if (meant >= 0) return meant;
    const [sx, sy] = this.stage.stepsAt(x, y);
    return this.ground.unitAt(sx, sy, this.lines());
  }

  /** @param {number} u */
  askUnit(u) {
    const box = this.ground.box.subarray(u * 4, u * 4 + 4);
    this.stage.ask("units", box);
    this.proposal.ask(box);
    this.accounts.askUnit(u);
  }

  /** Whether single units are told of: an exported page that begins without tells of territories only. */
  get isOfUnits() {
    return this._tellsUnits;
  }

  /** The measure whose index stands under a territory's name: the first shown one that is not a mere count. */
  labelMeasure() {
    const { measures } = this.plan;
    const chosen = measures.findIndex((/** @type {any} */ m) => m.name === this._measure);
    if (chosen >= 0) return chosen;
    const wanted = measures.findIndex((/** @type {any} */ m) => m.shown && !m.is_count);
    return wanted >= 0 ? wanted : measures.findIndex((/** @type {any} */ m) => m.shown);
  }

}

/** @returns {{strokes: any[], paints: any[], flights: any[], loadMs: number}} */
function noMetrics() {
  return { strokes: [], paints: [], flights: [], loadMs: 0 };
}

/**
 * Units whose territory is another than before; territories are told by their id, for positions may have moved.
 * @param {import("./plan.js").Territory[]} former
 * @param {Int32Array} shown
 * @param {Plan} plan
 */
function movedUnits(former, shown, plan) {
  /** @type {number[]} */
  const moved = [];
  for (let u = 0; u < plan.nUnits; u++) {
    const before = shown[u] < 0 ? -1 : former[shown[u]].id, now = plan.shown[u] < 0 ? -1 : plan.territories[plan.shown[u]].id;
    if (before !== now) moved.push(u);
  }
  return moved;
}
