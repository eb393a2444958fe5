// @ts-check
/**
 * Which accounts lie in a drawn shape. Cells that no side of the shape touches are taken or left as a whole.
 * Owns the geometry; what is done with the accounts is up to the gesture.
 */

/**
 * Calls back with each point inside a shape, by the even-odd rule; the last corner is joined to the first.
 * @param {import("./accounts_index.js").AccountIndex} index
 * @param {import("./accounts_index.js").Level} level
 * @param {number[]} shape x, y ... in map steps
 * @param {(p: number) => void} take
 */
export function pointsInside(index, level, shape, take) {
  if (shape.length < 6) return;
  const { xy } = index, { start, size } = level;
  let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
  for (let i = 0; i < shape.length; i += 2) {
    west = Math.min(west, shape[i]);
    east = Math.max(east, shape[i]);
    north = Math.min(north, shape[i + 1]);
    south = Math.max(south, shape[i + 1]);
  }
  const touched = cellsTouched(shape, size);
  index.visit(level, west, north, east, south, (first, end) => {
    for (let c = first; c < end; c++) {
      const p = start[c];
      const cx = Math.floor(xy[p * 2] / size), cy = Math.floor(xy[p * 2 + 1] / size);
      if ((cx + 1) * size < west || cx * size > east || (cy + 1) * size < north || cy * size > south) continue;
      if (touched.has(keyOf(cx, cy))) {
        for (let q = p; q < start[c + 1]; q++) if (isInside(shape, xy[q * 2], xy[q * 2 + 1])) take(q);
      } else if (isInside(shape, (cx + 0.5) * size, (cy + 0.5) * size)) {
        for (let q = p; q < start[c + 1]; q++) take(q);
      }
    }
  });
}

/**
 * @param {number[]} shape
 * @param {number} x
 * @param {number} y
 */
export function isInside(shape, x, y) {
  let inside = false;
  for (let i = 0, j = shape.length - 2; i < shape.length; j = i, i += 2) {
    const y1 = shape[i + 1], y2 = shape[j + 1];
    if (y1 > y !== y2 > y && x < shape[i] + ((y - y1) / (y2 - y1)) * (shape[j] - shape[i])) inside = !inside;
  }
  return inside;
}

/**
 * Cells that the shape's sides may touch: those of the boxes around pieces of the sides no longer than a cell.
 * @param {number[]} shape
 * @param {number} size
 */
function cellsTouched(shape, size) {
  /** @type {Set<number>} */
  const touched = new Set();
  for (let i = 0, j = shape.length - 2; i < shape.length; j = i, i += 2) {
    const dx = shape[i] - shape[j], dy = shape[i + 1] - shape[j + 1];
    const pieces = Math.max(1, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy)) / size));
    for (let k = 0; k < pieces; k++) {
      const x1 = shape[j] + (dx * k) / pieces, x2 = shape[j] + (dx * (k + 1)) / pieces;
      const y1 = shape[j + 1] + (dy * k) / pieces, y2 = shape[j + 1] + (dy * (k + 1)) / pieces;
      // A step more on each side: ends are rounded.
      const cx2 = Math.floor((Math.max(x1, x2) + 1) / size), cy2 = Math.floor((Math.max(y1, y2) + 1) / size);
      for (let cx = Math.floor((Math.min(x1, x2) - 1) / size); cx <= cx2; cx++) {
        for (let cy = Math.floor((Math.min(y1, y2) - 1) / size); cy <= cy2; cy++) touched.add(keyOf(cx, cy));
      }
    }
  }
  return touched;
}

/**
 * @param {number} cx
 * @param {number} cy
 */
function keyOf(cx, cy) {
  return cx * 2 ** 26 + cy;
}
