// @ts-check
/**
 * What would become of the totals if some units went to a territory, with nothing moved yet.
 * Owns these numbers, in the shape of a stroke, so that the card can show them.
 */

export class Preview {
  /**
   * @param {any} app
   * @param {ArrayLike<number>} units
   * @param {number} target territory_ix, -1 = unassign
   * @param {string} foot what the card says below
   */
  constructor(app, units, target, foot) {
    const { plan } = app;
    this.target = target;
    this.foot = foot;
    this.base = app.edits.settled();
    this.totals = app.edits.copy();
    this.size = 0;
    this.isBoundary = false;
    /** @type {string[]} */
    this.notes = [];
    /** @type {Set<number>} */
    this.locked = new Set();
    /** @type {Map<number, number>} */
    this._given = new Map();
    for (let i = 0; i < units.length; i++) {
      const u = units[i], from = plan.shown[u];
      if (from === target) continue;
      if (plan.isLocked(u)) {
        this.locked.add(u);
        continue;
      }
      this.size++;
      this._given.set(from, (this._given.get(from) || 0) + 1);
      plan.moveUnit(this.totals, u, from, target);
    }
  }

  /** As Stroke.touched.
   * @returns {{ix: number, moved: number}[]} */
  touched() {
    const givers = [...this._given].sort((a, b) => b[1] - a[1]).map(([ix, moved]) => ({ ix, moved: -moved }));
    return [{ ix: this.target, moved: this.size }, ...givers];
  }
}
