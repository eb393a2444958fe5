// @ts-check
/**
 * Where accounts lie: points sorted along a Z curve by Python, cells of any depth over them, what is in a rectangle.
 * Owns cells and queries; not what an account is worth or looks like.
 *
 * @typedef {{depth: number, size: number, n: number, start: Int32Array, blockShift: number, blockCode: Uint32Array,
 *   blockStart: Int32Array}} Level  cells of `size` map steps: cell c holds the points start[c] .. start[c + 1] - 1;
 *   cells of one block of the world are neighbours: block b holds the cells blockStart[b] .. blockStart[b + 1] - 1
 */

const WORLD = 2 ** 30;
const COARSEST = 4; // depths
const FINEST = 26; // cells of half a meter
const BLOCK_BITS = 4; // a block is 16 x 16 cells
const MIN_BLOCK_SHIFT = 16; // so that a block's code fits into 32 bits
const KEPT_CELLS = 2_500_000; // of the levels used last

export class AccountIndex {
  /**
   * @param {Int32Array} ix account_ix of each point
   * @param {Int32Array} xy map steps, x and y by turns
   * @param {Uint8Array} split depth from which on a point lies in another cell than the one before it
   */
  constructor(ix, xy, split) {
    this.n = ix.length;
    this.ix = ix;
    this.xy = xy;
    this.split = split;
    /** @type {Map<number, Level>} */
    this._levels = new Map();
  }

  /**
   * Returns the cells of 1 / 2^depth of the world's width.
   * @param {number} depth
   * @returns {Level}
   */
  level(depth) {
    const wanted = Math.max(COARSEST, Math.min(FINEST, depth));
    let level = this._levels.get(wanted);
    if (level) this._levels.delete(wanted);
    else level = this._build(wanted);
    this._levels.set(wanted, level); // the one used last stands last
    forget(this._levels, (kept) => kept.n, KEPT_CELLS);
    return level;
  }

  /** @param {number} depth */
  _build(depth) {
    const blockShift = Math.max(30 - depth + BLOCK_BITS, MIN_BLOCK_SHIFT);
    const start = this._starts(depth);
    const blocks = this._starts(30 - blockShift);
    const n = start.length - 1, nBlocks = blocks.length - 1;
    const blockCode = new Uint32Array(nBlocks), blockStart = new Int32Array(nBlocks + 1);
    for (let b = 0, c = 0; b < nBlocks; b++) {
      const p = blocks[b];
      while (start[c] < p) c++;
      blockStart[b] = c;
      blockCode[b] = zCode(blockOf(this.xy[p * 2], blockShift), blockOf(this.xy[p * 2 + 1], blockShift));
    }
    blockStart[nBlocks] = n;
    return { depth, size: 2 ** (30 - depth), n, start, blockShift, blockCode, blockStart };
  }

  /**
   * First points of the cells of a depth, and the number of points.
   * @param {number} depth
   */
  _starts(depth) {
    const { n, split } = this;
    let count = n ? 1 : 0;
    for (let p = 1; p < n; p++) if (split[p] <= depth) count++;
    const start = new Int32Array(count + 1);
    let c = n ? 1 : 0;
    for (let p = 1; p < n; p++) if (split[p] <= depth) start[c++] = p;
    start[count] = n;
    return start;
  }

  /**
   * Calls back with runs of cells, first and one past the last, of the blocks that meet a rectangle of map steps.
   * The order of the runs depends on the world only, not on the rectangle.
   * @param {Level} level
   * @param {number} west
   * @param {number} north
   * @param {number} east
   * @param {number} south
   * @param {(first: number, end: number) => void} visit
   */
  visit(level, west, north, east, south, visit) {
    const { blockCode, blockStart, blockShift } = level;
    const nBlocks = blockCode.length;
    if (!nBlocks) return;
    const limit = 2 ** (32 - blockShift) - 1;
    const x0 = Math.max(0, blockOf(west, blockShift)), x1 = Math.min(limit, blockOf(east, blockShift));
    const y0 = Math.max(0, blockOf(north, blockShift)), y1 = Math.min(limit, blockOf(south, blockShift));
    if (x1 < x0 || y1 < y0) return;
    if ((x1 - x0 + 1) * (y1 - y0 + 1) > nBlocks) {
      for (let b = 0; b < nBlocks; b++) {
        const [x, y] = placeOfCode(blockCode[b]);
        if (x >= x0 && x <= x1 && y >= y0 && y <= y1) visit(blockStart[b], blockStart[b + 1]);
      }
      return;
    }
    /** @type {number[]} */
    const found = [];
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const b = search(blockCode, zCode(x, y));
        if (b >= 0) found.push(b);
      }
    }
    found.sort((a, b) => a - b);
    for (const b of found) visit(blockStart[b], blockStart[b + 1]);
  }
}

/**
 * Lets go of what was used longest ago, until the rest fits; the newest stays.
 * @template T
 * @param {Map<number, T>} kept in the order of use
 * @param {(one: T) => number} sizeOf
 * @param {number} most
 */
export function forget(kept, sizeOf, most) {
  let size = 0;
  for (const one of kept.values()) size += sizeOf(one);
  for (const [key, one] of kept) {
    if (size <= most || kept.size === 1) return;
    kept.delete(key);
    size -= sizeOf(one);
  }
}

/**
 * @param {number} value map steps
 * @param {number} shift
 */
function blockOf(value, shift) {
  return Math.floor((value + WORLD) / 2 ** shift);
}

/**
 * Bits of x and y, 16 each, by turns.
 * @param {number} x
 * @param {number} y
 */
function zCode(x, y) {
  return (spread(x) | (spread(y) << 1)) >>> 0;
}

/** @param {number} bits */
function spread(bits) {
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}

/**
 * @param {number} code
 * @returns {[number, number]}
 */
function placeOfCode(code) {
  return [gather(code), gather(code >>> 1)];
}

/** @param {number} bits */
function gather(bits) {
  bits &= 0x55555555;
  bits = (bits | (bits >>> 1)) & 0x33333333;
  bits = (bits | (bits >>> 2)) & 0x0f0f0f0f;
  bits = (bits | (bits >>> 4)) & 0x00ff00ff;
  return (bits | (bits >>> 8)) & 0x0000ffff;
}

/**
 * Position of a value in ascending values, -1 = not there.
 * @param {Uint32Array} values
 * @param {number} wanted
 */
function search(values, wanted) {
  let low = 0, high = values.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else if (values[middle] > wanted) high = middle - 1;
    else return middle;
  }
  return -1;
}
