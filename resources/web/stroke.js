// @ts-check
/**
 * One stroke: which units it takes, the picture and the totals while the pointer is down, and its way back.
 * Owns the stroke's pre-image; Python hears of it only when it is done.
 */

export class Stroke {
  /**
   * @param {any} app
   * @param {number} target territory_ix, -1 = unassign
   */
  constructor(app, target) {
    this.app = app;
    this.target = target;
    this.seq = 0;
    /** unit -> who had it before
     * @type {Map<number, number>} */
    this.before = new Map();
    /** @type {Set<number>} units that were met and left alone because they are locked */
    this.locked = new Set();
    this.base = app.edits.copy();
    this.totals = app.edits.copy();
    /** who has each unit with this stroke: what the map shows
     * @type {Int32Array} */
    this.shown = app.plan.shown;
    this.upAt = 0;
    /** @type {string[]} its warnings when it was let go */
    this.said = [];
    this.foot = ""; // what the card says below, "" = how to end the stroke
    /** whether it is drawn as a boundary: then the card tells compactness and pieces */
    this.isBoundary = false;
    /** whether compactness and pieces are known */
    this.hasShape = true;
    /** @type {Map<number, [number, number]>} territory_ix -> pieces before, now; where they are known */
    this.pieces = new Map();
  }

  /** What is to be said besides the numbers.
   * @returns {string[]} */
  get notes() {
    return [];
  }

  /** Caps that it would break, protected accounts that it would move.
   * @returns {string[]} */
  get warnings() {
    const { limits } = this.app.plan;
    return limits ? limits.warnings(this) : [];
  }

  /** The same once it was let go.
   * @returns {string[]} */
  get outcome() {
    const { limits } = this.app.plan;
    return limits ? limits.warnings(this, true) : [];
  }

  /** Protected accounts that it would take off their rep.
   * @returns {import("./limits.js").Protected[]} */
  get displaced() {
    const { limits } = this.app.plan;
    return limits ? limits.displaced(this.before, this.target) : [];
  }

  /** What the card says first, "" = nothing. */
  get headline() {
    return "";
  }

  /** Key of the sentence at the foot of the card where nothing else is said. */
  get footKey() {
    return "release_or_esc";
  }

  /** Whether what it left alone is being solved. */
  get isSolved() {
    const { plan } = this.app;
    return this.locked.size > 0 && [...this.locked].every((u) => plan.isBusy(u));
  }

  /** Key of the sentence about locked units.
   * @returns {string} */
  get lockedNote() {
    return this.isSolved ? "solved_left" : "locked_left";
  }

  /** @param {number} ix
   * @returns {string} */
  nameOf(ix) {
    return this.app.plan.nameOf(ix);
  }

  /** @param {number} ix
   * @returns {string} a colour of CSS */
  swatchOf(ix) {
    return this.app.shading.swatch(ix);
  }

  /**
   * Index of a territory by some totals.
   * @param {import("./plan.js").Totals} totals
   * @param {Float64Array} assigned
   * @param {number} ix
   * @param {number} m
   * @param {boolean} _isNow with this stroke done
   * @returns {number | null}
   */
  indexOf(totals, assigned, ix, m, _isNow) {
    return this.app.plan.index(totals, assigned, ix, m);
  }

  /** @param {number} ix
   * @returns {[number, number]} pieces before, now */
  piecesOf(ix) {
    const known = this.app.plan.territories[ix].pieces;
    return this.pieces.get(ix) ?? [known, known];
  }

  get size() {
    return this.before.size;
  }

  /**
   * Takes more units.
   * @param {number[]} units
   */
  add(units) {
    const { plan } = this.app;
    for (const u of units) {
      const from = this.shown[u];
      if (from === this.target) continue;
      if (plan.isLocked(u) || plan.isBusy(u)) {
        this.locked.add(u);
        continue;
      }
      this.before.set(u, from);
      this._put(u, from, this.target);
    }
  }

  /**
   * @param {number} u
   * @param {number} from
   * @param {number} to
   */
  _put(u, from, to) {
    this.shown[u] = to;
    this.app.plan.moveUnit(this.totals, u, from, to, this.shown);
    this._paint(u);
  }

  /** @param {number} u */
  _paint(u) {
    this.app.askUnit(u);
  }

  /**
   * Takes these units and no others: what left the lasso goes back.
   * @param {number[]} units
   */
  set(units) {
    const wanted = new Set(units);
    for (const u of [...this.before.keys()]) if (!wanted.has(u)) this._giveBack(u);
    for (const u of [...this.locked]) if (!wanted.has(u)) this.locked.delete(u);
    this.add(units);
  }

  /** Restores everything. */
  cancel() {
    for (const u of [...this.before.keys()]) this._giveBack(u);
    this.locked.clear();
  }

  /** @param {number} u */
  _giveBack(u) {
    const from = /** @type {number} */ (this.before.get(u));
    this.before.delete(u);
    this._put(u, this.target, from);
  }

  /** Lays the stroke over a state that has changed beneath it. */
  reapply() {
    const units = [...this.before.keys()];
    this.before.clear();
    this.base = this.app.edits.copy();
    this.totals = this.app.edits.copy();
    this.add(units);
  }

  /**
   * Territories whose totals the stroke changes: the target first, then those that give most.
   * @returns {{ix: number, moved: number}[]}
   */
  touched() {
    /** @type {Map<number, number>} */
    const n = new Map();
    for (const from of this.before.values()) n.set(from, (n.get(from) || 0) + 1);
    const givers = [...n].sort((a, b) => b[1] - a[1]).map(([ix, moved]) => ({ ix, moved: -moved }));
    return [{ ix: this.target, moved: this.size }, ...givers];
  }

  /** The message to Python. */
  message() {
    const { plan } = this.app;
    return {
      kind: "assign",
      seq: this.seq,
      rev: plan.rev,
      territory: this.target < 0 ? null : plan.territories[this.target].id,
      units: [...this.before.keys()].sort((a, b) => a - b),
    };
  }
}
