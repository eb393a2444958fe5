// @ts-check
/**
 * Which group of the shading each device pixel of a canvas has: the units scanned into pixels, edge to edge.
 * Owns the numbers and the colours put in for them; not what the groups mean (shading.js) and not lines (lines.js).
 *
 * Fills painted as paths leave hairlines where two soft edges meet, and cost a path a group. Here every pixel has the
 * group of the unit under its middle: no gap can open, a new colour is one pass over numbers, and a unit smaller than
 * a pixel costs nothing. The jagged edge lies under the border line.
 *
 * Along a row the group changes only where a border crosses it. Each crossing adds (group to the east - group to the
 * west) at its pixel; the running sum is the group, whatever the order of the crossings. Next to the group the same
 * sum carries how many units cover the pixel, so that overlaps of a layer that is no clean coverage are noticed.
 */

const ONE = 1 << 20; // one unit covers the pixel; below it stands the sum of the groups, counted from 1
const GROUP = ONE - 1;

export class Cells {
  /**
   * @param {number} width
   * @param {number} height
   */
  constructor(width = 0, height = 0) {
    this.width = width;
    this.height = height;
    this.group = new Int32Array(width * height); // 0 = no unit, else the group + 1
    /** @type {ImageData | null} */
    this._image = null;
    this._pixels = new Uint32Array(0);
    /** which part is right, in device pixels; empty if x1 <= x0 */
    this.valid = { x0: 0, y0: 0, x1: 0, y1: 0 };
  }

  /**
   * Forgets everything and takes another size.
   * @param {number} width
   * @param {number} height
   */
  reset(width, height) {
    this.valid = { x0: 0, y0: 0, x1: 0, y1: 0 };
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    this.group = new Int32Array(width * height);
    this._image = null;
  }

  /**
   * Moves the numbers as the canvas is moved.
   * @param {number} dx
   * @param {number} dy
   */
  shift(dx, dy) {
    const { width, height, valid } = this;
    const by = dy * width + dx;
    if (by > 0) this.group.copyWithin(by, 0, this.group.length - by);
    else this.group.copyWithin(0, -by);
    this.valid = {
      x0: Math.max(0, valid.x0 + dx), y0: Math.max(0, valid.y0 + dy),
      x1: Math.min(width, valid.x1 + dx), y1: Math.min(height, valid.y1 + dy),
    };
  }

  /** @param {import("./stage.js").Rect} box in device pixels */
  covers(box) {
    const { valid } = this;
    return box.x0 >= valid.x0 && box.y0 >= valid.y0 && box.x1 <= valid.x1 && box.y1 <= valid.y1;
  }

  /**
   * Scans a box of the canvas anew.
   * @param {import("./ground.js").Ground} ground
   * @param {import("./ground.js").Lines} lines
   * @param {number[]} found units whose box meets the box, at least
   * @param {Int32Array} codeOf group + 1 of each found unit, 0 for all others
   * @param {{scale: number, ox: number, oy: number}} view device pixel = map step * scale - (ox, oy)
   * @param {import("./stage.js").Rect} box in device pixels
   */
  scan(ground, lines, found, codeOf, view, box) {
    const { width, group } = this;
    const { left, right, arcStart, arcs } = ground;
    for (let y = box.y0; y < box.y1; y++) group.fill(0, y * width + box.x0, y * width + box.x1);
    for (let n = 0; n < found.length; n++) {
      const u = found[n], own = codeOf[u];
      for (let k = arcStart[u]; k < arcStart[u + 1]; k++) {
        const s = arcs[k];
        const a = s < 0 ? ~s : s;
        const neighbour = s < 0 ? left[a] : right[a];
        const other = neighbour < 0 ? 0 : codeOf[neighbour];
        // An arc between two units that are both there is met twice; one inside a group changes nothing.
        if (other === own || (s < 0 && other !== 0)) continue;
        const step = (other ? other + ONE : 0) - (own + ONE);
        this._cross(lines, a, s < 0 ? -step : step, view, box);
      }
    }
    this._sum(ground, lines, codeOf, view, box);
    this._extend(box);
  }

  /**
   * @param {import("./ground.js").Lines} lines
   * @param {number} a
   * @param {number} step what stands on the right of the arc - what stands on its left
   * @param {{scale: number, ox: number, oy: number}} view
   * @param {import("./stage.js").Rect} box
   */
  _cross(lines, a, step, view, box) {
    const { start, xy } = lines;
    const { width, group } = this;
    const { scale } = view;
    // The middle of pixel row r is at r + 0.5: a line from y1 to y2 crosses the rows ceil(y1 - 0.5) .. ceil(y2 - 0.5).
    const ox = view.ox + 0.5, oy = view.oy + 0.5;
    const { x0, y0, x1, y1 } = box;
    let i = start[a] * 2;
    const end = start[a + 1] * 2;
    let px = xy[i] * scale - ox, py = xy[i + 1] * scale - oy, row = Math.ceil(py);
    for (i += 2; i < end; i += 2) {
      const qx = xy[i] * scale - ox, qy = xy[i + 1] * scale - oy, next = Math.ceil(qy);
      if (next !== row) {
        // y grows to the south: going north, the right side is to the east.
        const isNorth = next < row;
        const first = Math.max(y0, isNorth ? next : row), last = Math.min(y1, isNorth ? row : next);
        if (last > first) {
          const slope = (qx - px) / (qy - py), by = isNorth ? step : -step;
          for (let r = first; r < last; r++) {
            const c = Math.ceil(px + (r - py) * slope);
            if (c < x1) group[r * width + (c < x0 ? x0 : c)] += by;
          }
        }
      }
      px = qx;
      py = qy;
      row = next;
    }
  }

  /**
   * Turns the steps into groups.
   * @param {import("./ground.js").Ground} ground
   * @param {import("./ground.js").Lines} lines
   * @param {Int32Array} codeOf
   * @param {{scale: number, ox: number, oy: number}} view
   * @param {import("./stage.js").Rect} box
   */
  _sum(ground, lines, codeOf, view, box) {
    const { width, group } = this;
    for (let r = box.y0; r < box.y1; r++) {
      let sum = 0, code = 0;
      const end = r * width + box.x1;
      for (let i = r * width + box.x0; i < end; i++) {
        const step = group[i];
        if (step !== 0) {
          sum += step;
          const n = sum >> 20;
          if (n === 1) code = sum & GROUP;
          else if (sum === 0) code = 0;
          else {
            // Units lie over each other, as in a layer that was never cleaned: the first that is found has the pixel.
            const x = (i - r * width + 0.5 + view.ox) / view.scale, y = (r + 0.5 + view.oy) / view.scale;
            const u = ground.unitAt(x, y, lines);
            code = u < 0 ? 0 : codeOf[u];
          }
        }
        group[i] = code;
      }
    }
  }

  /** @param {import("./stage.js").Rect} box */
  _extend(box) {
    const v = this.valid;
    if (v.x1 <= v.x0 || v.y1 <= v.y0 || (box.x0 <= v.x0 && box.y0 <= v.y0 && box.x1 >= v.x1 && box.y1 >= v.y1)) {
      this.valid = { ...box };
    } else if (box.x0 === v.x0 && box.x1 === v.x1 && box.y0 <= v.y1 && box.y1 >= v.y0) {
      this.valid = { ...v, y0: Math.min(v.y0, box.y0), y1: Math.max(v.y1, box.y1) };
    } else if (box.y0 === v.y0 && box.y1 === v.y1 && box.x0 <= v.x1 && box.x1 >= v.x0) {
      this.valid = { ...v, x0: Math.min(v.x0, box.x0), x1: Math.max(v.x1, box.x1) };
    }
  }

  /**
   * Puts the colours of a box onto a canvas of the same size, in place of what was there.
   * @param {CanvasRenderingContext2D} ctx
   * @param {Uint32Array} colors by group + 1, as the bytes r, g, b, a
   * @param {import("./stage.js").Rect} box in device pixels
   */
  put(ctx, colors, box) {
    const { width, group } = this;
    if (!this._image) {
      this._image = new ImageData(width, this.height);
      this._pixels = new Uint32Array(this._image.data.buffer);
    }
    const pixels = this._pixels;
    for (let r = box.y0; r < box.y1; r++) {
      const end = r * width + box.x1;
      for (let i = r * width + box.x0; i < end; i++) pixels[i] = colors[group[i]];
    }
    ctx.putImageData(this._image, 0, 0, box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0);
  }
}

/** @type {Map<string, [number, number, number, number]>} */
const known = new Map();
/** @type {any} */
let reader = null;

/**
 * Returns red, green, blue in 0..255 and alpha in 0..1 of a colour of CSS.
 * @param {string} color
 * @returns {[number, number, number, number]}
 */
export function rgba(color) {
  const ready = known.get(color);
  if (ready) return ready;
  if (!reader) reader = document.createElement("canvas").getContext("2d");
  // The canvas gives back what it was given as #rrggbb or rgba(r, g, b, a), whatever form it had.
  reader.fillStyle = "#000000";
  reader.fillStyle = color;
  const text = String(reader.fillStyle);
  const numbers = text.startsWith("#")
    ? [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16)).concat(1)
    : (text.match(/[\d.]+/g) || []).map(Number);
  const parts = /** @type {[number, number, number, number]} */ (numbers);
  if (known.size > 4096) known.clear();
  known.set(color, parts);
  return parts;
}

/**
 * Returns a colour as one number whose bytes lie in memory as r, g, b, a.
 * @param {string} color
 * @param {number} alpha
 */
export function packedColor(color, alpha) {
  const [r, g, b, a] = rgba(color);
  return ((Math.round(a * alpha * 255) << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
