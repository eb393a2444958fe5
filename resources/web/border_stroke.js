// @ts-check
/**
 * A stroke between two territories: units go to one side or to the other while their border is pulled.
 * Owns what the card and the hint say of it; which units go is decided in field.js.
 */
import { Stroke } from "./stroke.js";
import { number, t } from "./text.js";

const MOST_NAMES = 3;

export class BorderStroke extends Stroke {
  /**
   * @param {any} app
   * @param {number} a territory_ix, -1 = unassigned
   * @param {number} b
   */
  constructor(app, a, b) {
    super(app, b);
    this.sides = [a, b];
    this.isBoundary = true;
    this.isLoose = false;
    /** @type {number[]} left alone: they would cut off a part of the giver */ this.held = [];
    /** @type {number[]} left alone: not joined to the taker */ this.apart = [];
    /** who has each unit has changed beneath the stroke */
    this.isStale = false;
  }

  get footKey() {
    return "border_foot";
  }

  /** The side that loses units. */
  get giver() {
    return this.sides[0] === this.target ? this.sides[1] : this.sides[0];
  }

  /** Lets the other side gain from here on.
   * @param {number} target */
  turnTo(target) {
    if (target === this.target) return;
    super.cancel();
    this.target = target;
  }

  /**
   * @param {import("./field.js").Settled} settled
   * @param {number[]} locked
   */
  follow(settled, locked) {
    this.set(settled.taken);
    this.locked = new Set(locked);
    this.held = settled.held;
    this.apart = settled.apart;
    this.pieces = settled.pieces;
  }

  cancel() {
    super.cancel();
    this.held = [];
    this.apart = [];
  }

  reapply() {
    super.reapply();
    this.isStale = true;
  }

  /** Both sides, always in the same order: the card must not jump when the pull turns. */
  touched() {
    return this.sides.map((ix) => ({ ix, moved: ix === this.target ? this.size : -this.size }));
  }

  /** Sentences about what was left alone, or broken.
   * @returns {string[]} */
  get notes() {
    const { app, giver, target } = this;
    const notes = [];
    if (this.isLoose) {
      const broken = this.sides.filter((ix) => ix >= 0 && this._grows(ix)).map((ix) => t("falls_apart", {
        name: app.plan.nameOf(ix), n: number(this.piecesOf(ix)[1], true),
      }));
      notes.push([t("border_loose"), ...broken].join(" "));
    }
    if (this.held.length) {
      notes.push(t("held_back", { n: number(this.held.length, true), name: nameOf(app, giver), units: this._names(this.held) }));
    }
    if (this.apart.length) {
      notes.push(t("not_joined", { n: number(this.apart.length, true), name: nameOf(app, target), units: this._names(this.apart) }));
    }
    return notes;
  }

  /** @param {number} ix */
  _grows(ix) {
    const [before, now] = this.piecesOf(ix);
    return now > before;
  }

  /** @param {number[]} units */
  _names(units) {
    const { ground } = this.app;
    const names = units.slice(0, MOST_NAMES).map((u) => ground.name(u)).join(", ");
    return units.length > MOST_NAMES ? `${names} …` : names;
  }
}

/**
 * @param {any} app
 * @param {number} ix
 */
function nameOf(app, ix) {
  return ix < 0 ? t("unassigned") : app.plan.nameOf(ix);
}
