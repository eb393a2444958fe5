// @ts-check
/**
 * Two territories while the border between them is pulled: which of the passed units may go, so that both stay in one
 * piece. The cost depends on the passed units and, where something would be cut off, on the smaller part of it.
 * Owns that decision and the number of pieces; not which units are passed (sweep.js) and not the picture (stroke.js).
 *
 * @typedef {{taken: number[], held: number[], apart: number[], pieces: Map<number, [number, number]>}} Settled
 *   held: would cut off a part of the giver; apart: not joined to the taker; pieces: territory_ix -> before, now
 */
import { Fronts } from "./fronts.js";
import { Heap } from "./heap.js";

const CANDIDATE = 1, TAKEN = 2;
/** of the way of a connecting strip: how much a unit passed early costs beside one passed at the end */
const EARLY = 8;

export class Field {
  /**
   * @param {import("./neighbours.js").Neighbours} neighbours
   * @param {Int32Array} owner who has each unit before the pull
   * @param {number} a territory_ix or -1
   * @param {number} b
   */
  constructor(neighbours, owner, a, b) {
    this.neighbours = neighbours;
    this.owner = owner;
    this._state = new Uint8Array(owner.length);
    this._time = new Float64Array(owner.length);
    this._front = new Int32Array(owner.length); // who met a remaining unit first; good where _stamp is this turn's
    this._stamp = new Int32Array(owner.length);
    this._turn = 0;
    /** piece of its territory that each unit of a and b is in; -1 = others */
    this.piece = new Int32Array(owner.length).fill(-1);
    /** @type {Map<number, number>} pieces of each territory before the pull */
    this.nPieces = new Map();
    let n = 0;
    for (const ix of [a, b]) {
      const pieces = ix < 0 ? [] : this.neighbours.pieces(owner, ix);
      this.nPieces.set(ix, pieces.length);
      for (const units of pieces) {
        for (const u of units) this.piece[u] = n;
        n++;
      }
    }
  }

  /**
   * Returns which of the passed units go from one side to the other.
   * @param {import("./sweep.js").Swept} swept units of the giver, none locked
   * @param {number} giver territory_ix, -1 = unassigned
   * @param {number} taker
   * @param {boolean} isLoose take all, whatever it breaks
   * @returns {Settled}
   */
  settle(swept, giver, taker, isLoose) {
    const { units, time } = swept;
    const { _state: state, _time: when } = this;
    for (let i = 0; i < units.length; i++) {
      state[units[i]] = isLoose ? TAKEN : CANDIDATE;
      when[units[i]] = time[i];
    }
    /** @type {Set<number>} */
    const held = new Set();
    let taken = isLoose ? units : this._grow(units, taker);
    if (!isLoose && giver >= 0) {
      for (let cut = this._cutOff(taken, giver); cut.nSplits > 0; cut = this._cutOff(taken, giver)) {
        for (const u of this._strips(taken, cut)) held.add(u);
        for (const u of taken) state[u] = CANDIDATE;
        for (const u of held) state[u] = 0;
        taken = this._grow(units, taker);
      }
    }
    const isTaken = new Set(taken);
    const apart = units.filter((u) => !isTaken.has(u) && !held.has(u));
    const pieces = this._count(taken, giver, taker);
    for (const u of units) state[u] = 0;
    return { taken, held: [...held], apart, pieces };
  }

  /**
   * Takes the candidates that a chain of candidates joins to the taker.
   * @param {number[]} units
   * @param {number} taker
   * @returns {number[]}
   */
  _grow(units, taker) {
    const { _state: state, owner } = this;
    const { start, list } = this.neighbours;
    /** @type {number[]} */
    const taken = [];
    for (const u of units) {
      if (state[u] !== CANDIDATE) continue;
      for (let k = start[u]; k < start[u + 1]; k++) {
        if (owner[list[k]] !== taker) continue;
        state[u] = TAKEN;
        taken.push(u);
        break;
      }
    }
    for (let i = 0; i < taken.length; i++) {
      const u = taken[i];
      for (let k = start[u]; k < start[u + 1]; k++) {
        if (state[list[k]] !== CANDIDATE) continue;
        state[list[k]] = TAKEN;
        taken.push(list[k]);
      }
    }
    return taken;
  }

  /**
   * Finds parts of the giver that the taken units cut off: fronts spread from all units around the taken ones at once,
   * and end as soon as all have met, or all but one have nowhere left to go.
   * @param {number[]} taken
   * @param {number} giver
   */
  _cutOff(taken, giver) {
    const { _state: state, _front: front, _stamp: stamp, owner, piece } = this;
    const { start, list } = this.neighbours;
    const turn = ++this._turn;
    const fronts = new Fronts();
    /** @type {number[]} */
    const queue = [];
    for (const u of taken) {
      for (let k = start[u]; k < start[u + 1]; k++) {
        const v = list[k];
        if (owner[v] !== giver || state[v] === TAKEN || stamp[v] === turn) continue;
        stamp[v] = turn;
        front[v] = fronts.add(piece[v]);
        queue.push(v);
      }
    }
    for (let i = 0; i < queue.length && fronts.isOpen; i++) {
      const u = queue[i];
      let root = fronts.rootOf(front[u]);
      for (let k = start[u]; k < start[u + 1]; k++) {
        const v = list[k];
        if (owner[v] !== giver || state[v] === TAKEN) continue;
        if (stamp[v] === turn) {
          root = fronts.join(root, fronts.rootOf(front[v]));
          continue;
        }
        stamp[v] = turn;
        front[v] = root;
        fronts.grow(root);
        queue.push(v);
      }
      fronts.done(root);
    }
    return { turn, fronts, mains: fronts.mains(), nSplits: fronts.nSplits };
  }

  /**
   * Returns units to be held back so that the cut-off parts stay joined: for each a strip through the taken units,
   * along where the pull has passed last.
   * @param {number[]} taken
   * @param {{turn: number, fronts: Fronts, mains: Set<number>}} cut
   * @returns {number[]}
   */
  _strips(taken, cut) {
    const { _state: state, _time: time, _front: front, _stamp: stamp } = this;
    const { start, list } = this.neighbours;
    const rootAt = (/** @type {number} */ v) =>
      state[v] !== TAKEN && stamp[v] === cut.turn ? cut.fronts.rootOf(front[v]) : -1;
    /** @type {Map<number, number>} */ const cost = new Map();
    /** @type {Map<number, number>} */ const back = new Map();
    /** @type {Map<number, Set<number>>} cut-off part -> taken units beside it */
    const ends = new Map();
    const heap = new Heap();
    const price = (/** @type {number} */ u) => 1 + EARLY * (1 - time[u]);
    // Neighbouring units of one territory are of one piece, so a strip cannot lead to another piece.
    for (const u of taken) {
      for (let k = start[u]; k < start[u + 1]; k++) {
        const root = rootAt(list[k]);
        if (root < 0) continue;
        if (cut.mains.has(root)) {
          if (!cost.has(u)) heap.push(u, price(u));
          cost.set(u, price(u));
        } else {
          if (!ends.has(root)) ends.set(root, new Set());
          /** @type {Set<number>} */ (ends.get(root)).add(u);
        }
      }
    }
    while (heap.size) {
      const [u, was] = heap.pop();
      if (was > /** @type {number} */ (cost.get(u))) continue;
      for (let k = start[u]; k < start[u + 1]; k++) {
        const v = list[k];
        if (state[v] !== TAKEN) continue;
        const now = was + price(v);
        if (now >= (cost.get(v) ?? Infinity)) continue;
        cost.set(v, now);
        back.set(v, u);
        heap.push(v, now);
      }
    }
    /** @type {number[]} */
    const strip = [];
    for (const beside of ends.values()) {
      let best = -1;
      for (const u of beside) {
        const c = cost.get(u) ?? Infinity, least = best < 0 ? Infinity : /** @type {number} */ (cost.get(best));
        if (c < least || (c === least && best >= 0 && u < best)) best = u;
      }
      for (let u = best; u >= 0; u = back.get(u) ?? -1) strip.push(u);
    }
    return strip;
  }

  /**
   * Pieces of both sides, before and with the taken units moved.
   * @param {number[]} taken
   * @param {number} giver
   * @param {number} taker
   * @returns {Map<number, [number, number]>}
   */
  _count(taken, giver, taker) {
    /** @type {Map<number, [number, number]>} */
    const out = new Map();
    if (giver >= 0) {
      const before = /** @type {number} */ (this.nPieces.get(giver));
      const cut = this._cutOff(taken, giver);
      const touched = new Set(taken.map((u) => this.piece[u]));
      out.set(giver, [before, before - (touched.size - cut.fronts.nGroups) + cut.nSplits]);
    }
    if (taker >= 0) {
      const before = /** @type {number} */ (this.nPieces.get(taker));
      out.set(taker, [before, before + this._joined(taken, taker)]);
    }
    return out;
  }

  /**
   * Returns by how much the pieces of the taker grow: fewer where the taken units join some.
   * @param {number[]} taken
   * @param {number} taker
   */
  _joined(taken, taker) {
    const { _state: state, _stamp: stamp, owner, piece } = this;
    const { start, list } = this.neighbours;
    const turn = ++this._turn;
    const sets = new Fronts();
    /** @type {Map<number, number>} */
    const ofPiece = new Map();
    let grown = 0;
    for (const first of taken) {
      if (stamp[first] === turn) continue;
      let root = sets.add(0);
      grown++;
      stamp[first] = turn;
      const stack = [first];
      while (stack.length) {
        const u = /** @type {number} */ (stack.pop());
        for (let k = start[u]; k < start[u + 1]; k++) {
          const v = list[k];
          if (state[v] === TAKEN) {
            if (stamp[v] !== turn) stack.push(v);
            stamp[v] = turn;
          } else if (owner[v] === taker) {
            const known = ofPiece.get(piece[v]);
            if (known !== undefined && sets.rootOf(known) === root) continue;
            // The taken units and a piece of the taker are one from here on.
            if (known === undefined) ofPiece.set(piece[v], root);
            else root = sets.join(root, sets.rootOf(known));
            grown--;
          }
        }
      }
    }
    return grown;
  }
}
