// @ts-check
/**
 * The accounts of the plan as the page shows them: which are shown, which are selected, what gives colour and size.
 * Owns this state; where accounts lie is accounts_index.js's, their picture accounts_painter.js's.
 *
 * @typedef {{key: string, title: string, labels: string[], n: number[], nOther: number, light: string[],
 *   dark: string[], kind: Uint8Array}} Colouring  by which kinds the accounts are coloured; kind of each point
 */
import { AccountCells } from "./accounts_cells.js";
import { AccountIndex } from "./accounts_index.js";
import { marksOf, setOf } from "./accounts_sets.js";
import { shadeOf } from "./accounts_colors.js";
import { fetchPacked } from "./packed.js";
import { t } from "./text.js";
import { fillOf, theme } from "./theme.js";

export const BY_TERRITORY = "territory";
export const BY_LEVEL = "level";
const NO_OVERRIDE = -2;

export class Accounts {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {Colouring | null} */ this.colouring = null;
    this.isByTerritory = false;
    /** @type {Colouring[]} */ this.offered = [];
    /** what circles stand for; null = the number of accounts
     * @type {{key: string, title: string} | null} */
    this.sizing = null;
    /** "all" | "table" | "territory" | "every": out of scope too */
    this.shows = "all";
    this.nPainted = 0; // circles painted last
    /** grows with all that changes their picture, but for the view */
    this.version = 0;
    this.index = new AccountIndex(new Int32Array(0), new Int32Array(0), new Uint8Array(0));
    this.cells = new AccountCells(this.index);
    /** unit of each point, -1 = in none */
    this.unit = new Int32Array(0);
    this.clear();
  }

  /** Forgets the accounts; what they are coloured and sized by is sent anew with others. */
  clear() {
    this.nAccounts = 0;
    this.index = new AccountIndex(new Int32Array(0), new Int32Array(0), new Uint8Array(0));
    this.cells = new AccountCells(this.index);
    this.unit = new Int32Array(0);
    this.colouring = null;
    this.sizing = null;
    /** passes the table's filter, by account_ix; null = all
     * @type {Uint8Array | null} */
    this._filtered = null;
    /** in the scope of the alignment, by account_ix; null = all
     * @type {Uint8Array | null} */
    this._covered = null;
    /** 1 = selected, by point
     * @type {Uint8Array | null} */
    this.selected = null;
    /** by account_ix, kept where the points are not there yet
     * @type {Uint8Array | null} */
    this._selectedMarks = null;
    /** @type {Int32Array | null} */ this._override = null;
    /** @type {Int32Array | null} */ this._pointOf = null;
  }

  get n() {
    return this.index.n;
  }

  /**
   * Takes what Python says of colour, size and filter; containers are fetched.
   * @param {any} message kind "accounts"
   */
  async take(message) {
    const { index } = this;
    const [color, size] = await Promise.all([
      message.color_url ? fetchPacked(message.color_url, "account_color") : null,
      message.size_url ? fetchPacked(message.size_url, "account_size") : null,
    ]);
    if (index !== this.index) return; // other accounts have come meanwhile, and with them another message
    if ("color" in message) {
      this.isByTerritory = message.color === BY_TERRITORY;
      this.setColor(color);
    }
    if ("size" in message) this.setSize(size);
    if ("covered" in message) this._covered = this._marksOf(message.covered);
    if ("shows" in message) this.setFilter(message.shows, message.filter);
    if ("selected" in message) this.setSelection(message.selected);
  }

  /** @param {import("./packed.js").Packed} packed container "accounts" */
  setPoints(packed) {
    const a = packed.arrays;
    this.clear();
    this.nAccounts = packed.meta.n_accounts;
    this.index = new AccountIndex(a.account_ix, a.account_xy, a.account_split);
    this.cells = new AccountCells(this.index);
    this.unit = a.account_unit;
    this._refreshShown();
  }

  /**
   * What a page with no window beside it lets the reader colour by.
   * @param {import("./packed.js").Packed} packed container "account_colors"
   */
  offer({ meta, arrays }) {
    this.offered = meta.choices.map((/** @type {any} */ choice, /** @type {number} */ i) =>
      colouringOf({ kind: "account_color", meta: choice, arrays: { account_kind: arrays[`account_kind_${i}`] } }));
  }

  /** @param {string} key of an offered choice; others mean one colour */
  choose(key) {
    this.isByTerritory = key === BY_TERRITORY;
    this.colouring = this.offered.find((choice) => choice.key === key) || null;
    this._repaint();
  }

  /** @param {import("./packed.js").Packed | null} packed container "account_color"; null = none */
  setColor(packed) {
    this.colouring = packed && packed.arrays.account_kind.length === this.n ? colouringOf(packed) : null;
    this._repaint();
  }

  /** @param {import("./packed.js").Packed | null} packed container "account_size"; null = the number of accounts */
  setSize(packed) {
    const fits = packed && packed.arrays.account_value.length === this.n;
    this.sizing = fits ? { key: packed.meta.key, title: packed.meta.title } : null;
    this.cells.setValue(fits ? packed.arrays.account_value : null);
    this._repaint();
  }

  /**
   * @param {string} shows "all" | "table" | "territory" | "every"
   * @param {import("./accounts_sets.js").AccountSet | null} set what passes the table's filter; null = all
   */
  setFilter(shows, set) {
    this.shows = shows;
    this._filtered = this._marksOf(set);
    this._refreshShown();
    this._repaint();
  }

  /** @param {import("./accounts_sets.js").AccountSet | null} set */
  _marksOf(set) {
    return set && set.n === this.nAccounts ? marksOf(set) : null;
  }

  /** @param {import("./accounts_sets.js").AccountSet} set */
  setSelection(set) {
    this.select(set.n === this.nAccounts ? marksOf(set) : new Uint8Array(this.nAccounts));
  }

  /**
   * @param {Uint8Array} marks 1 = selected, by account_ix
   */
  select(marks) {
    const { ix } = this.index;
    let count = 0;
    const selected = new Uint8Array(ix.length);
    for (let p = 0; p < ix.length; p++) count += selected[p] = marks[ix[p]];
    this._selectedMarks = marks;
    this.selected = count ? selected : null;
    this._ask();
  }

  /** Selected accounts, by account_ix.
   * @returns {Uint8Array} */
  get selectedMarks() {
    return this._selectedMarks || new Uint8Array(this.nAccounts);
  }

  /** Tells Python what was selected here. */
  tellSelection() {
    if (this.app.mode === "window") this.app.send({ kind: "select_accounts", accounts: setOf(this.selectedMarks) });
  }

  /**
   * Who has which unit, or an override, is another: what depends on it is found anew. Units that changed hands have
   * been asked for one by one.
   * @param {boolean} [hasOverrides] overrides are others too
   */
  planChanged(hasOverrides = true) {
    this._override = null;
    this.app.accountTip.forget();
    const follows = this.shows === "territory" || (hasOverrides && this._covered !== null);
    if (follows) this._refreshShown();
    if (follows || hasOverrides) this._ask();
    else if (this.isByTerritory) this.version++;
  }

  /** The selected territory is another. */
  territorySelected() {
    if (this.shows !== "territory" || !this.app.plan) return;
    this._refreshShown();
    this._repaint();
  }

  /**
   * A unit went to another territory under the brush.
   * @param {number} u
   */
  askUnit(u) {
    if (!this.isByTerritory || !this.n || !this.app.options.show_accounts) return;
    const { ground, stage } = this.app;
    stage.ask("accounts", ground.box.subarray(u * 4, u * 4 + 4), this.reachPx(stage.frame));
  }

  /** How far a circle reaches from the accounts that it stands for.
   * @param {import("./stage.js").Frame} frame */
  reachPx(frame) {
    const sums = this.cells.at(frame);
    return this.cells.scale(frame, sums).most + sums.level.size * frame.scale + 4;
  }

  _repaint() {
    if (!this.app.stage) return;
    this._ask();
    this.app.legend.showShading();
  }

  /** Asks for their picture to be painted anew. */
  _ask() {
    this.version++;
    if (this.app.stage) this.app.stage.ask("accounts");
  }

  _refreshShown() {
    const { ix } = this.index;
    const filtered = this.shows === "table" ? this._filtered : null;
    const owner = this.shows === "territory" ? this._chosenTerritory() : undefined;
    const isAnywhere = this.shows === "every" || this.shows === "table" || !this._covered;
    if (isAnywhere && !filtered && owner === undefined) {
      this.cells.setShown(null);
      return;
    }
    const shown = new Uint8Array(ix.length);
    for (let p = 0; p < ix.length; p++) {
      const passes = (isAnywhere || this._isOurs(p)) && (!filtered || filtered[ix[p]]);
      shown[p] = passes && (owner === undefined || this.territoryOf(p) === owner) ? 1 : 0;
    }
    this.cells.setShown(shown);
  }

  /** Whether the alignment covers an account: by its scope, or by name. @param {number} p */
  _isOurs(p) {
    const override = this._overrides();
    return !this._covered || this._covered[this.index.ix[p]] > 0 || Boolean(override && override[p] !== NO_OVERRIDE);
  }

  /** territory_ix of the selected territory; undefined = none is selected, all are shown. */
  _chosenTerritory() {
    const { choice, plan } = this.app;
    return plan && choice.territory !== null ? plan.ixById.get(choice.territory) : undefined;
  }

  /**
   * Who has an account: by override, else by its unit if the alignment covers it; -1 = nobody.
   * @param {number} p
   */
  territoryOf(p) {
    const { plan } = this.app;
    const override = this._overrides();
    if (override && override[p] !== NO_OVERRIDE) return override[p];
    const u = this.unit[p];
    if (this._covered && !this._covered[this.index.ix[p]]) return -1;
    return u < 0 ? -1 : plan.shown[u];
  }

  /** territory_ix by override of each point; null where there is none at all. */
  _overrides() {
    const { plan } = this.app;
    if (!plan.override.size) return null;
    if (!this._override) {
      this._override = new Int32Array(this.n).fill(NO_OVERRIDE);
      for (const [account, ix] of plan.override) {
        const p = this.pointOf(account);
        if (p >= 0) this._override[p] = ix;
      }
    }
    return this._override;
  }

  /**
   * Position among the points of an account, -1 = it has no place.
   * @param {number} account account_ix
   */
  pointOf(account) {
    if (!this._pointOf) {
      this._pointOf = new Int32Array(this.nAccounts).fill(-1);
      const { ix } = this.index;
      for (let p = 0; p < ix.length; p++) this._pointOf[ix[p]] = p;
    }
    return account < this._pointOf.length ? this._pointOf[account] : -1;
  }

  // -- looks ----------------------------------------------------------------------------------------------------------

  /** Whether the legend must say what is special about accounts. */
  get isExplained() {
    return this.n > 0 && (this.isColoured || this.sizing !== null || this.cells.shown !== null);
  }

  /** Whether circles have colours of kinds; else all have one. */
  get isColoured() {
    return this.isByTerritory || this.colouring !== null;
  }

  /**
   * Kind of a point: position in kinds().
   * @param {number} p
   */
  kindOf(p) {
    if (this.isByTerritory) return this.territoryOf(p) + 1;
    return this.colouring ? this.colouring.kind[p] : 0;
  }

  /**
   * @param {number} kind
   * @returns {string}
   */
  kindLabel(kind) {
    if (this.isByTerritory) return kind ? this.app.plan.territories[kind - 1].name : t("unassigned");
    const { labels, nOther } = /** @type {Colouring} */ (this.colouring);
    const isOther = nOther > 0 && kind === labels.length - 1;
    return isOther ? t("accounts_n_other", { label: labels[kind], n: nOther }) : labels[kind];
  }

  /** How many of the accounts shown are of each kind.
   * @returns {number[]} */
  kindCounts() {
    const { n, kind } = /** @type {Colouring} */ (this.colouring);
    const { shown } = this.cells;
    if (!shown) return n;
    const counts = new Array(n.length).fill(0);
    for (let p = 0; p < kind.length; p++) counts[kind[p]] += shown[p];
    return counts;
  }

  /** Whether a number is below or at zero, so that its circle is hollow. */
  get hasHollow() {
    const { value } = this.cells;
    return value !== null && value.some((/** @type {number} */ v) => !(v > 0));
  }

  /** Colour of each kind on this theme.
   * @returns {string[]} */
  kindColors() {
    if (this.isByTerritory) {
      const { territories } = this.app.plan;
      return [theme.account, ...territories.map((/** @type {any} */ x) => shadeOf(fillOf(x)))];
    }
    if (!this.colouring) return [theme.account];
    return theme.isDark ? this.colouring.dark : this.colouring.light;
  }
}

/**
 * @param {import("./packed.js").Packed} packed
 * @returns {Colouring}
 */
function colouringOf({ meta, arrays }) {
  return {
    key: meta.key, title: meta.title, labels: meta.labels, n: meta.n, nOther: meta.n_other, light: meta.light,
    dark: meta.dark, kind: arrays.account_kind,
  };
}
