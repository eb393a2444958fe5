// @ts-check
/**
 * What the units are coloured by: which units are filled together, and with which colour. Python says what it is
 * (mapview/shading); the classes of territories by their index are found here, so that they follow a stroke.
 * Owns the groups and their colours; not the picture (units.js) and not the colours of territories (palette.py).
 *
 * @typedef {{label: string, light: string, dark: string, n: number | null, kind: string}} Group
 * @typedef {{key: string, title: string, note: string, form: "territory" | "owner" | "index" | "unit",
 *   groups: Group[], of: string | null, row: number, below: number[], above: number[]}} Message  kind "shading"
 */
import { bytesOfBase64 } from "./packed.js";
import { fillOf, theme } from "./theme.js";

const LOOSE_ALPHA = 0.42; // of units without a territory where units are coloured by their own numbers

/** @type {Message} */
export const BY_TERRITORY = {
  key: "territory", title: "", note: "", form: "territory", groups: [], of: null, row: -1, below: [], above: [],
};

export class Shading {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.plan = /** @type {import("./plan.js").Plan} */ (app.plan);
    /** Whether units of one territory may differ; if not, a group is a territory_ix + 1, and 0 is unassigned. */
    this.isByUnit = false;
    this._say = BY_TERRITORY;
    /** @type {Int16Array} group of the message, of each unit ("unit") or each territory */
    this._of = new Int16Array(0);
    /** @type {string[]} colour of each group of the message on this theme */
    this._colors = [];
  }

  /** @param {Message} message what Python says the map is coloured by from now on */
  set(message) {
    this._say = message;
    this.isByUnit = message.form === "unit";
    this._of = new Int16Array(0);
    if (message.of !== null) {
      const bytes = bytesOfBase64(message.of);
      this._of = new Int16Array(bytes.buffer, 0, bytes.length / 2);
    }
    this.refresh();
  }

  /** What Python said last. */
  get message() {
    return this._say;
  }

  get key() {
    return this._say.key;
  }

  get form() {
    return this._say.form;
  }

  /** Row of the measure that the units are coloured by; -1 = none. */
  get unitRow() {
    return this.isByUnit ? this._say.row : -1;
  }

  get title() {
    return this._say.title;
  }

  get note() {
    return this._say.note;
  }

  /** How many groups there are; positions 0 .. nGroups - 1. */
  get nGroups() {
    return this.isByUnit ? this._say.groups.length * 2 : this.plan.territories.length + 1;
  }

  /**
   * Which group a unit is filled with, as it is shown now.
   * @param {number} u
   */
  groupOf(u) {
    const holder = this.plan.shown[u];
    return this.isByUnit ? this._of[u] * 2 + (holder < 0 ? 1 : 0) : holder + 1;
  }

  /**
   * @param {number} group
   * @returns {string} a colour of CSS
   */
  fill(group) {
    if (this.isByUnit) return this._colors[group >> 1];
    return group === 0 ? theme.unassigned : this._colorOf(group - 1);
  }

  /**
   * How much the fill covers what is under it, 0..1. Units without a territory are paler among those that are
   * coloured by their own numbers, unless there is no territory at all.
   * @param {number} group
   */
  alpha(group) {
    const share = this.app.base.fillShare;
    if (!this.isByUnit) return share * (group === 0 ? 1 : theme.fillAlpha);
    return share * (group & 1 && this.hasPale ? LOOSE_ALPHA : theme.fillAlpha);
  }

  /** Whether units without a territory are told apart by a paler fill. */
  get hasPale() {
    return this.isByUnit && this.plan.territories.length > 0;
  }

  /**
   * The colour that stands for a territory beside its name; where units are coloured by their own numbers, its own.
   * @param {number} ix -1 = unassigned
   */
  swatch(ix) {
    if (ix < 0) return theme.unassigned;
    return this.isByUnit ? fillOf(this.plan.territories[ix]) : this._colorOf(ix);
  }

  /** @param {number} ix */
  _colorOf(ix) {
    const color = this.form === "territory" ? undefined : this._colors[this._of[ix]];
    // A territory that is new since Python spoke last has its own colour until Python speaks again.
    return color ?? fillOf(this.plan.territories[ix]);
  }

  /** Works out anew what depends on totals, territories or theme; call after any of them has changed. */
  refresh() {
    this._colors = this._say.groups.map((group) => (theme.isDark ? group.dark : group.light));
    if (this.form === "index") this._of = this._classes();
  }

  /**
   * Brings the classes of territories up to the totals on the screen, a stroke under way included.
   * @returns {number[]} territories whose colour is another than before
   */
  follow() {
    if (this.form !== "index") return [];
    const before = this._of, now = this._classes();
    this._of = now;
    const changed = [];
    for (let ix = 0; ix < now.length; ix++) if (now[ix] !== before[ix]) changed.push(ix);
    return changed;
  }

  /** The group of each territory by its index. */
  _classes() {
    const { plan } = this;
    const { row, below, above, groups } = this._say;
    const { total } = this.app.totals();
    const n = plan.territories.length;
    let assigned = 0;
    for (let ix = 0; ix < n; ix++) assigned += total[ix][row];
    const out = new Int16Array(n);
    for (let ix = 0; ix < n; ix++) {
      const target = assigned * plan.territories[ix].share;
      const index = total[ix][row] / target;
      let group = 0;
      for (const limit of below) if (index >= limit) group++;
      for (const limit of above) if (index > limit) group++;
      out[ix] = target ? group : groups.length - 1;
    }
    return out;
  }

  /**
   * The lines of the legend, in its order, each with how many territories or units it stands for.
   * @returns {{label: string, color: string, n: number, kind: string}[]}
   */
  lines() {
    const count = new Int32Array(this._say.groups.length);
    if (this.form === "index") for (const group of this._of) count[group]++;
    const lines = this._say.groups.map((group, g) => (
      { label: group.label, color: this._colors[g], n: group.n ?? count[g], kind: group.kind }));
    return lines.filter((line) => line.kind !== "silent" && (line.n > 0 || line.kind === "class"));
  }
}
