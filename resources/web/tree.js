// @ts-check
/**
 * A static R-tree over boxes, packed along a Hilbert curve into one array (after the idea of flatbush).
 * Owns box queries; not what the boxes stand for.
 */

const FANOUT = 16;

export class Tree {
  /**
   * @param {Int32Array | Float64Array} boxes west, north, east, south of each item
   */
  constructor(boxes) {
    const n = boxes.length / 4;
    this.n = n;
    /** where each level of the tree begins, leaves first */
    this.levelStart = [0];
    let total = 0;
    for (let size = n; ; size = Math.ceil(size / FANOUT)) {
      total += size;
      this.levelStart.push(total);
      if (size <= 1) break;
    }
    this.boxes = new Float64Array(total * 4);
    /** for leaves the item, for the others the first child's position */
    this.child = new Int32Array(total);
    this._fillLeaves(boxes);
    this._fillLevels();
  }

  /** @param {Int32Array | Float64Array} boxes */
  _fillLeaves(boxes) {
    const n = this.n;
    let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (let i = 0; i < n * 4; i += 4) {
      west = Math.min(west, boxes[i]);
      north = Math.min(north, boxes[i + 1]);
      east = Math.max(east, boxes[i + 2]);
      south = Math.max(south, boxes[i + 3]);
    }
    const across = 65535 / (east - west || 1), down = 65535 / (south - north || 1);
    const key = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const x = ((boxes[i * 4] + boxes[i * 4 + 2]) / 2 - west) * across;
      const y = ((boxes[i * 4 + 1] + boxes[i * 4 + 3]) / 2 - north) * down;
      key[i] = hilbert(x | 0, y | 0);
    }
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    order.sort((a, b) => key[a] - key[b]);
    for (let i = 0; i < n; i++) {
      this.child[i] = order[i];
      for (let k = 0; k < 4; k++) this.boxes[i * 4 + k] = boxes[order[i] * 4 + k];
    }
  }

  _fillLevels() {
    const { boxes, levelStart } = this;
    for (let level = 1; level < levelStart.length - 1; level++) {
      const begin = levelStart[level - 1], end = levelStart[level];
      for (let node = end, first = begin; first < end; node++, first += FANOUT) {
        let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
        for (let i = first; i < Math.min(first + FANOUT, end); i++) {
          west = Math.min(west, boxes[i * 4]);
          north = Math.min(north, boxes[i * 4 + 1]);
          east = Math.max(east, boxes[i * 4 + 2]);
          south = Math.max(south, boxes[i * 4 + 3]);
        }
        boxes.set([west, north, east, south], node * 4);
        this.child[node] = first;
      }
    }
  }

  /**
   * Puts the items whose box meets the given one into `found` and returns how many.
   * @param {number} west
   * @param {number} north
   * @param {number} east
   * @param {number} south
   * @param {number[]} found
   * @returns {number}
   */
  query(west, north, east, south, found) {
    found.length = 0;
    if (!this.n) return 0;
    const { boxes, child, levelStart } = this;
    const top = levelStart.length - 2;
    const stack = [levelStart[top], top];
    while (stack.length) {
      const level = /** @type {number} */ (stack.pop());
      const node = /** @type {number} */ (stack.pop());
      const i = node * 4;
      if (boxes[i] > east || boxes[i + 2] < west || boxes[i + 1] > south || boxes[i + 3] < north) continue;
      if (level === 0) {
        found.push(child[node]);
        continue;
      }
      const end = Math.min(child[node] + FANOUT, levelStart[level]);
      for (let k = child[node]; k < end; k++) stack.push(k, level - 1);
    }
    return found.length;
  }
}

/**
 * Returns the place on a Hilbert curve of a point in 0..65535 squared.
 * @param {number} x
 * @param {number} y
 */
function hilbert(x, y) {
  let d = 0;
  for (let s = 32768; s > 0; s >>= 1) {
    const rx = (x & s) > 0 ? 1 : 0, ry = (y & s) > 0 ? 1 : 0;
    d += s * s * ((3 * rx) ^ ry);
    if (ry === 0) {
      if (rx === 1) {
        x = 65535 - x;
        y = 65535 - y;
      }
      const swap = x;
      x = y;
      y = swap;
    }
  }
  return d;
}
