// @ts-check
/**
 * Strokes that Python does as a whole: a drawn boundary, a cut. Owns what they would change, as shown in the card, and
 * their message; the map keeps its picture until Python has done them.
 */
import { Stroke } from "./stroke.js";
import { number, t } from "./text.js";

/** @type {Record<string, string>} words for the rules of geo/choose.py */
const RULES = { majority: "rule_majority", centroid: "rule_centroid", touch: "rule_touch", exact: "rule_exact" };

/** Something that is sent and answered like a stroke, and moves no unit in the page. */
export class SentStroke extends Stroke {
  /**
   * @param {any} app
   * @param {any} payload the message without number and revision
   * @param {string[]} [outcome] what is to be said of it when it is done
   */
  constructor(app, payload, outcome = []) {
    super(app, -1);
    this.payload = payload;
    this._outcome = outcome;
  }

  get warnings() {
    return [];
  }

  get outcome() {
    return this._outcome;
  }

  get size() {
    return 1;
  }

  reapply() {
    this.base = this.app.edits.copy();
    this.totals = this.base;
  }

  message() {
    return { ...this.payload, seq: this.seq, rev: this.app.plan.rev };
  }
}

/** What a boundary under way would give to a territory, there or new. */
export class DrawnStroke extends Stroke {
  /**
   * @param {any} app
   * @param {number} target territory_ix; as many as there are = a new one
   * @param {string} name of a new one
   */
  constructor(app, target, name) {
    super(app, target);
    this.isBoundary = true;
    this.name = name;
    this.rev = app.plan.rev;
    this.shown = app.plan.shown.slice();
    /** @type {number[]} units that would be cut */
    this.crossed = [];
    /** @type {string[]} what stays whole though the boundary meets it */
    this._kept = [];
    /** @type {number[] | null} protected accounts that a cut would take off their rep, as Python foretells */
    this._displaced = null;
    /** @type {number[] | null} territories that a cut would change, as Python foretells */
    this._foretold = null;
    this.rule = "majority";
    const { territories } = app.plan;
    if (!this.isNew) return;
    this.totals.total.push(new Float64Array(app.plan.measures.length));
    for (const name of /** @type {const} */ (["area", "perimeter"])) this.totals[name] = longer(this.totals[name], Float64Array);
    for (const name of /** @type {const} */ (["nUnits", "nAccounts"])) this.totals[name] = longer(this.totals[name], Int32Array);
    const shares = territories.map((/** @type {import("./plan.js").Territory} */ t) => t.share);
    /** where the target is the same for all, each gets a smaller part when there is one more */
    this._isEven = shares.every((/** @type {number} */ s) => Math.abs(s - 1 / shares.length) < 1e-9);
  }

  get isNew() {
    return this.target >= this.app.plan.territories.length;
  }

  /** The map is not painted anew: what would be taken is shown as an outline. */
  _paint() {}

  /** Whole units go, so the numbers are worked out here.
   * @param {number[]} taken */
  follow(taken) {
    this.set(taken);
    const { plan } = this.app;
    const wanted = new Set([this.target, ...this.before.values()]);
    wanted.delete(-1);
    for (const ix of wanted) {
      const before = this.isNew && ix === this.target ? 0 : plan.territories[ix].pieces;
      this.pieces.set(ix, [before, plan.borders.neighbours.pieces(this.shown, ix).length]);
    }
  }

  /** Units are cut, so the numbers are Python's; of areas and pieces it is silent.
   * @param {any} answer kind "probed" */
  foretell(answer) {
    const { plan } = this.app;
    this.hasShape = false;
    this.crossed = answer.crossed;
    this._kept = answer.notes;
    this._foretold = [];
    const { total, nUnits, nAccounts } = this.totals;
    for (let ix = 0; ix < this.base.total.length; ix++) {
      total[ix].set(this.base.total[ix]);
      nUnits[ix] = this.base.nUnits[ix];
      nAccounts[ix] = this.base.nAccounts[ix];
    }
    for (const row of answer.rows) {
      total[row.ix].set(row.total);
      nUnits[row.ix] = row.n_units;
      nAccounts[row.ix] = row.n_accounts;
      this._foretold.push(row.ix);
    }
    this.locked = new Set([...answer.taken, ...answer.crossed].filter((u) => plan.isLocked(u)));
    if (plan.limits && answer.flow) {
      const { base, lost, gained, displaced } = answer.flow;
      const [had, gone, come] = [base, lost, gained].map((columns) => Float64Array.from(columns.flat()));
      this.totals.flow = { base: had, lost: gone, gained: come };
      this._displaced = displaced;
    }
  }

  get displaced() {
    const { limits } = this.app.plan;
    if (!this._displaced || !limits) return super.displaced;
    const moved = new Set(this._displaced);
    return limits.protected.filter((/** @type {import("./limits.js").Protected} */ one) => moved.has(one.account));
  }

  touched() {
    if (!this._foretold) return super.touched();
    const moved = (/** @type {number} */ ix) => this.totals.nUnits[ix] - (this.base.nUnits[ix] ?? 0);
    const others = this._foretold.filter((ix) => ix !== this.target).sort((a, b) => moved(a) - moved(b));
    return [this.target, ...others].map((ix) => ({ ix, moved: moved(ix) }));
  }

  get size() {
    return this._foretold ? this._foretold.length : super.size;
  }

  /** @param {number} ix
   * @returns {[number, number]} */
  piecesOf(ix) {
    return this.pieces.get(ix) ?? [0, 0];
  }

  /** @param {number} ix */
  nameOf(ix) {
    return this.isNew && ix === this.target ? this.name : super.nameOf(ix);
  }

  /** @param {number} ix */
  swatchOf(ix) {
    return this.isNew && ix === this.target ? "var(--tm-accent)" : super.swatchOf(ix);
  }

  /**
   * @param {import("./plan.js").Totals} totals
   * @param {Float64Array} assigned
   * @param {number} ix
   * @param {number} m
   * @param {boolean} isNow
   */
  indexOf(totals, assigned, ix, m, isNow) {
    if (!this.isNew || (ix !== this.target && !(isNow && this._isEven))) return super.indexOf(totals, assigned, ix, m, isNow);
    if (!isNow || !this._isEven) return null;
    const target = assigned[m] / (this.app.plan.territories.length + 1);
    return target ? totals.total[ix][m] / target : null;
  }

  get headline() {
    const rule = t(RULES[this.rule]);
    return this.isNew ? t("draw_new", { rule }) : t("draw_add", { rule, name: this.nameOf(this.target) });
  }

  get footKey() {
    return "draw_foot";
  }

  get lockedNote() {
    return "locked_refuses";
  }

  get notes() {
    return this.crossed.length ? [t("draw_cuts", { n: number(this.crossed.length, true) }), ...this._kept] : this._kept;
  }
}

/**
 * Returns a copy with one more place, 0.
 * @template {Float64Array | Int32Array} T
 * @param {T} array
 * @param {new (n: number) => T} Type
 * @returns {T}
 */
function longer(array, Type) {
  const out = new Type(array.length + 1);
  out.set(array);
  return out;
}
