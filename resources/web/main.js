// @ts-check
/**
 * Starts the page and ties its parts together: messages from Python, options, selection, strokes under way.
 * Owns the page's state; each part's work is in its own file.
 */
import { AccountsPainter } from "./accounts.js";
import { Bridge } from "./bridge.js";
import { Card, Tooltip } from "./card.js";
import { Context, OverPainter, UnderPainter } from "./context.js";
import { Ground } from "./ground.js";
import { LabelsPainter } from "./labels.js";
import { Hint, Legend } from "./legend.js";
import { OverlayPainter } from "./overlay.js";
import { fetchPacked, inlinedPacked } from "./packed.js";
import { Plan } from "./plan.js";
import { Stage } from "./stage.js";
import { Stroke } from "./stroke.js";
import { number, setTexts, t } from "./text.js";
import { setDark } from "./theme.js";
import { Tools } from "./tools.js";
import { UnitsPainter } from "./units.js";

const LABELS_AFTER_MS = 90;
const MAX_MARKS = 500;

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
    this.options = {
      show_accounts: true, show_homes: true, show_labels: true, show_index: true, show_context: true,
      show_unit_borders: true, dark: false, ...config.options,
    };
    setDark(this.options.dark);
    this.selection = { /** @type {number | null} */ territory: null, /** @type {Set<number>} */ units: new Set() };
    /** @type {Set<number>} */ this.selectedAccounts = new Set();
    /** territory id, null = erase, undefined = none chosen
     * @type {number | null | undefined} */
    this.target = undefined;
    /** @type {number | null | undefined} */ this._targetBeforeErase = undefined;
    /** @type {Stroke[]} sent or waiting to be sent, oldest first */
    this.pending = [];
    this._isInFlight = false;
    this._seq = 0;
    this._labelsTimer = 0;
    this._rev = 0;
    /** what happened when, for tests and benchmarks: see README of resources/web */
    this.metrics = noMetrics();
    this.hint = new Hint(this);
    this.card = new Card(this);
    this.tooltip = new Tooltip(this);
    this.bridge = new Bridge((message) => this.receive(message));
    this.tools = new Tools(this);
    this.legend = new Legend(this);
    this._describeMap();
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
    if (this.mode === "window") this.bridge.send(message);
  }

  // -- messages from Python -------------------------------------------------------------------------------------------

  /**
   * @param {any} message
   * @returns {void | Promise<void>}
   */
  receive(message) {
    switch (message.kind) {
      case "load": return this.load(message);
      case "values": return this.loadValues(message);
      case "state": return this.setState(message);
      case "patch": return this.setPatch(message);
      case "ack": return this.setAck(message);
      case "refuse": return this.setRefused(message);
      case "selection": return this.setSelection(message);
      case "target": return this.setTarget(message.is_set ? message.territory : undefined);
      case "tool":
        this.tools.setTool(message.tool);
        return this.tools.setRadius(message.radius);
      case "option": return this.setOption(message.name, message.value);
      case "fly": return message.bounds ? this.flyTo(message.bounds) : this.flyHome();
      case "hint": return this.hint.show(message.text, message.tone);
      case "clear": return this.clear();
      default: throw new Error(`unknown message ${message.kind}`);
    }
  }

  /**
   * @param {any} message
   */
  async load(message) {
    const begin = performance.now();
    const [geometry, context] = await Promise.all([
      fetchPacked(message.geometry, "geometry"),
      this.context ? null : fetchPacked(message.context, "context"),
    ]);
    if (context) this.context = new Context(context);
    if (!geometry) return;
    this.build(geometry);
    this._loadBegin = begin;
  }

  /** @param {any} message */
  async loadValues(message) {
    if (!this.plan) return;
    const [values, accounts] = await Promise.all([
      fetchPacked(message.values, "values"),
      message.accounts ? fetchPacked(message.accounts, "accounts") : null,
    ]);
    if (!values || !this.plan) return;
    this.plan.setValues(values);
    if (accounts) {
      this.plan.setAccounts(accounts);
      this.stage.ask("accounts");
    }
  }

  /**
   * Makes plan and painters of a unit layer.
   * @param {import("./packed.js").Packed} geometry
   */
  build(geometry) {
    this.clear();
    this.ground = new Ground(geometry);
    this.plan = new Plan(this.ground.nUnits);
    this.overlay = new OverlayPainter(this);
    this.labels = new LabelsPainter(this);
    this.accounts = new AccountsPainter(this);
    const { west, south, east, north } = named(geometry.meta.home);
    const home = [[south, west], [north, east]];
    this.map.fitBounds(home, { animate: false, padding: [24, 24] });
    this.stage = new Stage(this.map, [
      new UnderPainter(this), new UnitsPainter(this.ground, this.plan, this.options), new OverPainter(this),
      this.accounts, this.labels, this.overlay,
    ]);
    this.stage.afterMove.push(() => this._viewChanged());
    this.map.attributionControl.setPrefix(false);
    this._attribution = geometry.meta.attribution;
    for (const line of this._attributionLines()) this.map.attributionControl.addAttribution(line);
  }

  _attributionLines() {
    return [this._attribution, t("context_attribution")].filter(Boolean).map((text) => escapeText(text));
  }

  clear() {
    this.tools.forget();
    this.tooltip.hide();
    if (this.stage) {
      for (const line of this._attributionLines()) this.map.attributionControl.removeAttribution(line);
      this.stage.remove();
    }
    this.ground = this.plan = this.stage = this.overlay = null;
    this.pending = [];
    this._isInFlight = false;
    this.selection = { territory: null, units: new Set() };
    this.selectedAccounts = new Set();
    this.target = undefined;
  }

  /** @param {any} message */
  setState(message) {
    if (!this.plan) return;
    const isFirst = this.plan.rev < 0;
    this.tools.cancel();
    this.pending = [];
    this._isInFlight = false;
    this.plan.setState(message);
    this._dropCopies();
    if (this.target != null && !this.plan.ixById.has(this.target)) this.target = undefined;
    this.stage.update(true);
    this.legend.refresh();
    if (isFirst) {
      this.stage.whenPainted(() => {
        this.metrics.loadMs = performance.now() - (this._loadBegin || 0);
        this.send({ kind: "loaded", rev: this.plan.rev, ms: this.metrics.loadMs });
      });
    }
  }

  /** @param {any} message */
  setPatch(message) {
    if (!this.plan) return;
    for (const u of message.units) this.askUnit(u);
    for (const [u] of message.locks) this.askUnit(u);
    const isRestyled = message.rows.some((/** @type {any} */ row) => {
      const old = this.plan.territories[row.ix];
      return old.color !== row.color || old.locked !== row.locked;
    });
    this.plan.setPatch(message);
    this._relay();
    if (isRestyled) this.stage.ask("units");
    if (message.overrides.length || isRestyled) this.stage.ask("accounts");
    this._numbersChanged();
  }

  /** @param {any} message */
  setAck(message) {
    const stroke = this.pending[0];
    if (!stroke || stroke.seq !== message.seq) return;
    this.pending.shift();
    this._isInFlight = false;
    this.setPatch(message);
    const row = { seq: stroke.seq, units: stroke.size, upAt: stroke.upAt, ackMs: performance.now() - stroke.upAt, ms: 0 };
    this.hint.show(this._summary(stroke));
    this.stage.whenPainted(() => {
      // The frame in which this runs holds the picture; a task after it sees the frame handed over.
      setTimeout(() => {
        row.ms = performance.now() - stroke.upAt;
        this.metrics.strokes.push(row);
        if (this.metrics.strokes.length > MAX_MARKS) this.metrics.strokes.shift();
        this.send({ kind: "painted", seq: row.seq, ms: row.ms });
      }, 0);
    });
    this._sendNext();
  }

  /** @param {any} message */
  setRefused(message) {
    const stroke = this.pending[0];
    if (!stroke || stroke.seq !== message.seq) return;
    this.pending.shift();
    this._isInFlight = false;
    for (const u of stroke.before.keys()) this.askUnit(u);
    this._relay();
    this.hint.show(message.text, "warning");
    this._numbersChanged();
    this._sendNext();
  }

  /** @param {any} message */
  setSelection(message) {
    if (!this.plan) return;
    if ("territory" in message) this.selection.territory = message.territory;
    if ("units" in message) this.selection.units = new Set(message.units);
    if ("accounts" in message) {
      this.selectedAccounts = new Set(message.accounts);
      this.stage.ask("accounts");
    }
    this.stage.ask("overlay");
  }

  /** @param {number | null | undefined} territory id, null = erase, undefined = none */
  setTarget(territory) {
    if (territory !== null) this._targetBeforeErase = territory;
    this.target = territory;
    this.map.getContainer().dataset.target = territory === null ? "erase" : territory === undefined ? "none" : "territory";
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  setOption(name, value) {
    /** @type {any} */ (this.options)[name] = value;
    if (name === "dark") setDark(value);
    if (this.stage) this.stage.update(true);
    this.legend.refresh();
  }

  // -- strokes --------------------------------------------------------------------------------------------------------

  /** The target as territory_ix, -1 = erase, undefined = none chosen. */
  targetIx() {
    if (this.target === null) return -1;
    return this.target === undefined ? undefined : this.plan.ixById.get(this.target);
  }

  /** A sentence that says what to do before a stroke can begin; "" if it can. */
  whyNoStroke() {
    if (this.plan.isReadOnly) return t("read_only");
    const ix = this.targetIx();
    if (ix === undefined) return this.plan.territories.length ? t("no_target") : t("no_territory");
    return this.plan.isTerritoryLocked(ix) ? t("target_locked", { name: this.plan.nameOf(ix) }) : "";
  }

  beginStroke() {
    return new Stroke(this, /** @type {number} */ (this.targetIx()));
  }

  /** @param {Stroke} stroke */
  commit(stroke) {
    this._labelsSoon();
    if (!stroke.size) {
      if (stroke.locked.size) this.hint.show(t("only_locked"), "warning");
      return;
    }
    stroke.upAt = performance.now();
    stroke.seq = ++this._seq;
    this.pending.push(stroke);
    this._dropCopies();
    this.stage.whenPainted(() => this.metrics.paints.push({ seq: stroke.seq, ms: performance.now() - stroke.upAt }));
    this._sendNext();
  }

  strokeEnded() {
    this._labelsSoon();
  }

  /** One message is under way at a time, so that each carries the revision that it was drawn on. */
  _sendNext() {
    if (this._isInFlight || !this.pending.length) return;
    this._isInFlight = true;
    this.send(this.pending[0].message());
  }

  /** Lays what is not confirmed over what is. */
  _relay() {
    const { plan } = this;
    plan.shown.set(plan.truth);
    this._dropCopies();
    const waiting = this.pending;
    this.pending = [];
    for (const stroke of waiting) {
      stroke.reapply();
      this.pending.push(stroke);
      this._dropCopies();
    }
    if (this.tools.stroke) this.tools.stroke.reapply();
  }

  /** Totals with all strokes that were let go, confirmed or not. */
  settledTotals() {
    if (!this._settled) {
      const last = this.pending[this.pending.length - 1];
      this._settled = last ? last.totals : this.plan.totals();
    }
    return this._settled;
  }

  /** Totals on the screen, the stroke under way included. */
  totals() {
    return this.tools.stroke ? this.tools.stroke.totals : this.settledTotals();
  }

  /** @returns {import("./plan.js").Totals} */
  copyTotals() {
    const { total, nUnits, nAccounts } = this.settledTotals();
    return { total: total.map((/** @type {Float64Array} */ row) => row.slice()), nUnits: nUnits.slice(), nAccounts: nAccounts.slice() };
  }

  _dropCopies() {
    this._settled = null;
  }

  /** @param {Stroke} stroke */
  _summary(stroke) {
    const n = number(stroke.size, true);
    return stroke.target < 0 ? t("unassigned_n", { n }) : t("moved_n", { n, name: this.plan.nameOf(stroke.target) });
  }

  _numbersChanged() {
    this._labelsSoon();
    this.stage.ask("overlay");
    this.legend.refresh();
    if (this.tooltip.unit >= 0) this.tooltip.unit = -2;
  }

  /** Labels may move with every edit; they follow when the hand rests, off the edit's path. */
  _labelsSoon() {
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
    const [sx, sy] = this.stage.stepsAt(x, y);
    return this.ground.unitAt(sx, sy, this.lines());
  }

  /** @param {number} u */
  askUnit(u) {
    this.stage.ask("units", this.ground.box.subarray(u * 4, u * 4 + 4));
  }

  /**
   * @param {number} u -1 = nothing there
   * @param {string} how "replace" | "toggle"
   */
  pick(u, how) {
    const { units } = this.selection;
    if (u < 0) {
      if (how === "replace") this.pickUnits([], "replace");
      return;
    }
    const ix = this.plan.shown[u];
    this.selection.territory = ix < 0 ? null : this.plan.territories[ix].id;
    if (how === "toggle") {
      if (!units.delete(u)) units.add(u);
    } else {
      this.selection.units = new Set([u]);
    }
    this._tellSelection();
  }

  /**
   * @param {number[]} list
   * @param {string} how "replace" | "add"
   */
  pickUnits(list, how) {
    this.selection.units = new Set(how === "add" ? [...this.selection.units, ...list] : list);
    if (!list.length && how === "replace") this.selection.territory = null;
    this._tellSelection();
  }

  _tellSelection() {
    this.stage.ask("overlay");
    if (this.mode === "export") return;
    if (this.target !== null) this.setTarget(this.selection.territory ?? undefined);
    this.send({
      kind: "select", territory: this.selection.territory,
      units: [...this.selection.units].sort((a, b) => a - b),
    });
  }

  /** @param {number} ix -1 = erase */
  pickTarget(ix) {
    const id = ix < 0 ? null : this.plan.territories[ix].id;
    this.setTarget(id);
    if (id !== null) this.selection.territory = id;
    this.stage.ask("overlay");
    this.hint.show(ix < 0 ? t("target_erase") : t("target_is", { name: this.plan.nameOf(ix) }));
    this.send({ kind: "target", territory: id, is_set: true });
  }

  toggleErase() {
    if (this.tools.stroke) return;
    if (this.target === null) {
      this.setTarget(this._targetBeforeErase);
      const ix = this.targetIx();
      this.hint.show(ix === undefined ? t("erase_off") : t("target_is", { name: this.plan.nameOf(ix) }));
      this.send({ kind: "target", territory: this.target ?? null, is_set: this.target !== undefined });
    } else {
      this.pickTarget(-1);
    }
  }

  flyHome() {
    this.flyTo(this.ground.meta.home);
  }

  /** @param {number[]} bounds west, south, east, north */
  flyTo(bounds) {
    const { west, south, east, north } = named(bounds);
    this.map.flyToBounds([[south, west], [north, east]], { padding: [40, 40], maxZoom: 13, duration: 0.5 });
  }

  /** @param {number} ix */
  flyToTerritory(ix) {
    const { ground, plan } = this;
    let box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let u = 0; u < plan.nUnits; u++) {
      if (plan.shown[u] !== ix) continue;
      const b = ground.box.subarray(u * 4, u * 4 + 4);
      box = [Math.min(box[0], b[0]), Math.min(box[1], b[1]), Math.max(box[2], b[2]), Math.max(box[3], b[3])];
    }
    if (box[0] > box[2]) return;
    this.selection.territory = plan.territories[ix].id;
    const [west, north] = lonLat(box[0], box[1]), [east, south] = lonLat(box[2], box[3]);
    this.flyTo([west, south, east, north]);
    this.stage.ask("overlay");
  }

  /** The measure whose index stands under a territory's name: the first shown one that is not a mere count. */
  labelMeasure() {
    const { measures } = this.plan;
    const wanted = measures.findIndex((/** @type {any} */ m) => m.shown && !m.is_count);
    return wanted >= 0 ? wanted : measures.findIndex((/** @type {any} */ m) => m.shown);
  }

  _viewChanged() {
    const bounds = this.map.getBounds();
    this.send({
      kind: "view", zoom: this.map.getZoom(),
      bounds: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()],
    });
  }
}

/** @returns {{strokes: any[], paints: any[], loadMs: number}} */
function noMetrics() {
  return { strokes: [], paints: [], loadMs: 0 };
}

/** @param {number[]} bounds */
function named(bounds) {
  const [west, south, east, north] = bounds;
  return { west, south, east, north };
}

/**
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
function lonLat(x, y) {
  const lat = (Math.asin(Math.tanh((0.5 - y / 2 ** 30) * 2 * Math.PI)) * 180) / Math.PI;
  return [(x / 2 ** 30 - 0.5) * 360, lat];
}

/** @param {string} text */
function escapeText(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span.innerHTML;
}

/** Reads the page's configuration and begins. */
async function start() {
  const element = document.getElementById("tm-config");
  const config = JSON.parse((element && element.textContent) || "{}");
  setTexts(config.strings, config.locale);
  const map = /** @type {any} */ (window)[config.map];
  const app = new App(map, config);
  /** @type {any} */ (window).__tm = app;
  if (config.mode === "window") {
    await app.bridge.connect();
    app.send({ kind: "ready" });
    return;
  }
  app.context = new Context(await inlinedPacked("tm-context", "context"));
  app.build(await inlinedPacked("tm-geometry", "geometry"));
  app.plan.setValues(await inlinedPacked("tm-values", "values"));
  app.plan.setAccounts(await inlinedPacked("tm-accounts", "accounts"));
  app.setState(JSON.parse(/** @type {HTMLElement} */ (document.getElementById("tm-state")).textContent || "{}"));
  document.documentElement.dataset.ready = "true";
}

start();
