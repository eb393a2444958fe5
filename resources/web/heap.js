// @ts-check
/**
 * Units in the order of what they cost. Owns nothing else.
 */

/** A binary heap of units by cost, ties by unit. */
export class Heap {
  constructor() {
    /** @type {[number, number][]} */
    this._items = [];
  }

  get size() {
    return this._items.length;
  }

  /**
   * @param {number} u
   * @param {number} cost
   */
  push(u, cost) {
    const items = this._items;
    items.push([u, cost]);
    for (let i = items.length - 1; i > 0; ) {
      const up = (i - 1) >> 1;
      if (!isLess(items[i], items[up])) break;
      [items[i], items[up]] = [items[up], items[i]];
      i = up;
    }
  }

  /** @returns {[number, number]} */
  pop() {
    const items = this._items, top = items[0], last = /** @type {[number, number]} */ (items.pop());
    if (!items.length) return top;
    items[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < items.length && isLess(items[child], items[least])) least = child;
      }
      if (least === i) return top;
      [items[i], items[least]] = [items[least], items[i]];
      i = least;
    }
  }
}

/**
 * @param {[number, number]} a
 * @param {[number, number]} b
 */
function isLess(a, b) {
  return a[1] < b[1] || (a[1] === b[1] && a[0] < b[0]);
}
