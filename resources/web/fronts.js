// @ts-check
/**
 * Sets of units that spread over a territory and meet: which parts of it hang together, found from all sides at once.
 * Owns these sets; not the units (field.js).
 */

/** Sets of units that spread and meet: union-find with how much of each is still to be looked at. */
export class Fronts {
  constructor() {
    /** @type {number[]} */ this.parent = [];
    /** @type {number[]} */ this.open = [];
    /** @type {number[]} */ this.size = [];
    /** @type {number[]} the piece of the giver that each is part of */ this.group = [];
    /** @type {Map<number, {roots: number, open: number}>} */ this.groups = new Map();
    this._nUndecided = 0; // pieces of the giver with more than one front on its way
  }

  /** @param {number} group */
  add(group) {
    const id = this.parent.length;
    this.parent.push(id);
    this.open.push(1);
    this.size.push(1);
    this.group.push(group);
    const g = this.groups.get(group) || { roots: 0, open: 0 };
    g.roots++;
    g.open++;
    this.groups.set(group, g);
    if (g.open === 2) this._nUndecided++;
    return id;
  }

  /** Whether two fronts of one piece are still on their way. */
  get isOpen() {
    return this._nUndecided > 0;
  }

  get nGroups() {
    return this.groups.size;
  }

  /** How many parts are cut off in all. */
  get nSplits() {
    let n = 0;
    for (const g of this.groups.values()) n += g.roots - 1;
    return n;
  }

  /** @param {number} id */
  rootOf(id) {
    while (this.parent[id] !== id) id = this.parent[id] = this.parent[this.parent[id]];
    return id;
  }

  /** @param {number} root */
  grow(root) {
    this.open[root]++;
    this.size[root]++;
  }

  /** @param {number} root */
  done(root) {
    if (--this.open[root] === 0) this._close(root);
  }

  /** @param {number} root */
  _close(root) {
    const g = this.groups.get(this.group[root]);
    if (g && --g.open === 1) this._nUndecided--;
  }

  /**
   * @param {number} a
   * @param {number} b
   * @returns {number} the root of both
   */
  join(a, b) {
    if (a === b) return a;
    const g = this.groups.get(this.group[a]);
    if (g) {
      g.roots--;
      if (this.open[a] > 0 && this.open[b] > 0 && --g.open === 1) this._nUndecided--;
    }
    this.parent[b] = a;
    this.open[a] += this.open[b];
    this.size[a] += this.size[b];
    return a;
  }

  /** The main part of each piece: the one that was not searched to its end, else the largest.
   * @returns {Set<number>} roots */
  mains() {
    /** @type {Map<number, number>} */
    const best = new Map();
    const isMore = (/** @type {number} */ a, /** @type {number} */ b) =>
      this.open[a] > 0 !== this.open[b] > 0 ? this.open[a] > 0 : this.size[a] > this.size[b];
    for (let id = 0; id < this.parent.length; id++) {
      if (this.parent[id] !== id) continue;
      const known = best.get(this.group[id]);
      if (known === undefined || isMore(id, known)) best.set(this.group[id], id);
    }
    return new Set(best.values());
  }
}
