// @ts-check
/**
 * Names of territories inside their area with their index, and places by importance; none overlaps another.
 * Owns where labels stand; not the numbers in them.
 */
import { largeCircles } from "./accounts_painter.js";
import { homePx, houseSize } from "./homes.js";
import { deepestCells, unitRaster } from "./raster.js";
import { percent } from "./text.js";
import { FONT, theme } from "./theme.js";

const CELL_PX = 8;
const STRETCH = 2.6;
const MAX_PLACES = 90;
const LARGE = 1.45;

/**
 * @typedef {{x: number, y: number, size: number, lines: {text: string, font: string, color: string, width: number}[],
 *   width: number, height: number, isLocked: boolean}} Label
 */

export class LabelsPainter {
  /** @param {any} app */
  constructor(app) {
    this.name = "labels";
    this.isWhole = true;
    this.isOnce = true;
    this.app = app;
    /** @type {Int32Array | null} unit under each cell of the view */
    this._units = null;
    this._grid = { west: 0, north: 0, step: 1, nx: 0, ny: 0 };
    this._key = "";
    /** @type {Map<number, [number, number]>} territory id -> map steps of its label */
    this._anchors = new Map();
    /** @type {Map<string, number>} */
    this._widths = new Map();
    /** boxes of the labels on the screen
     * @type {{x0: number, y0: number, x1: number, y1: number, name: string}[]} */
    this.placed = [];
  }

  /** How much larger everything is written: on a projector people sit far off. */
  get grow() {
    return this.app.options.large_labels ? LARGE : 1;
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    const { options } = this.app;
    /** @type {LabelsPainter["placed"]} */
    const taken = [];
    this.placed = [];
    if (!options.show_labels) return;
    taken.push(...this._boxes(frame));
    ctx.textAlign = "center";
    ctx.textBaseline = "alphabetic";
    ctx.lineJoin = "round";
    const labels = this._territoryLabels(ctx, frame, taken);
    if (this.app.base.hasContext && !this.app.base.hasTiles(frame.zoom)) this._paintPlaces(ctx, frame, taken);
    for (const label of labels) this._paintLabel(ctx, label);
    this.placed = taken.filter((box) => box.name); // not what stands over the map
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {any[]} taken
   * @returns {Label[]}
   */
  _territoryLabels(ctx, frame, taken) {
    const { plan } = this.app;
    const n = plan.territories.length;
    if (!n) return [];
    this._makeRaster(frame);
    const { nx, ny, step, west, north } = this._grid;
    const units = /** @type {Int32Array} */ (this._units);
    const group = new Int32Array(units.length);
    for (let i = 0; i < units.length; i++) group[i] = units[i] < 0 ? -1 : plan.shown[units[i]];
    this._avoidHomes(frame, group);
    this._avoidBoxes(frame, group, taken);
    const { cell, depth, all } = deepestCells(group, nx, ny, n, STRETCH);
    const totals = this.app.totals();
    const assigned = plan.assigned(totals);
    /** @type {Label[]} */
    const labels = [];
    const order = [...depth.keys()].filter((t) => cell[t] >= 0).sort((a, b) => depth[b] - depth[a]);
    for (const t of order) {
      const at = this._settle(t, cell[t], depth[t], all, group);
      const x = (west + ((at % nx) + 0.5) * step) * frame.scale - frame.ox;
      const y = (north + (Math.floor(at / nx) + 0.5) * step) * frame.scale - frame.oy;
      const label = this._fit(ctx, t, x, y, all[at] * CELL_PX, totals, assigned);
      if (!label) continue;
      const box = {
        x0: x - label.width / 2 - 3, x1: x + label.width / 2 + 3,
        y0: y - label.height / 2 - 2, y1: y + label.height / 2 + 2, name: plan.territories[t].name,
      };
      if (taken.some((b) => b.x0 < box.x1 && b.x1 > box.x0 && b.y0 < box.y1 && b.y1 > box.y0)) continue;
      taken.push(box);
      labels.push(label);
    }
    return labels;
  }

  /**
   * Leaves the cells around a rep's home free.
   * @param {import("./stage.js").Frame} frame
   * @param {Int32Array} group
   */
  _avoidHomes(frame, group) {
    if (!this.app.options.show_homes || !houseSize(this.app, frame)) return;
    const { nx, ny } = this._grid;
    for (const territory of this.app.plan.territories) {
      if (!territory.home) continue;
      const [x, y] = homePx(territory.home, frame);
      const column = Math.floor((x - frame.pad) / CELL_PX), row = Math.floor((y - frame.pad) / CELL_PX);
      for (let r = Math.max(0, row - 1); r <= Math.min(ny - 1, row + 1); r++) {
        for (let c = Math.max(0, column - 1); c <= Math.min(nx - 1, column + 1); c++) group[r * nx + c] = -1;
      }
    }
  }

  /**
   * Returns what stands over the map: the legend, insets and controls.
   * @param {import("./stage.js").Frame} frame
   * @returns {LabelsPainter["placed"]}
   */
  _boxes({ pad }) {
    const container = this.app.map.getContainer();
    const around = container.getBoundingClientRect();
    const dx = pad - around.left, dy = pad - around.top;
    return [...container.querySelectorAll(".tm-legend, .tm-inset, .leaflet-control")]
      .map((element) => element.getBoundingClientRect())
      .filter((box) => box.width > 0)
      .map((box) => ({ x0: box.left + dx, x1: box.right + dx, y0: box.top + dy, y1: box.bottom + dy, name: "" }));
  }

  /**
   * Leaves the cells under boxes free.
   * @param {import("./stage.js").Frame} frame
   * @param {Int32Array} group
   * @param {LabelsPainter["placed"]} boxes
   */
  _avoidBoxes({ pad }, group, boxes) {
    const { nx, ny } = this._grid;
    const cell = (/** @type {number} */ px, /** @type {number} */ n) => Math.max(0, Math.min(n, (px - pad) / CELL_PX));
    for (const { x0, y0, x1, y1 } of boxes) {
      const from = Math.floor(cell(x0, nx)), to = Math.ceil(cell(x1, nx));
      for (let r = Math.floor(cell(y0, ny)); r < cell(y1, ny); r++) group.fill(-1, r * nx + from, r * nx + to);
    }
  }

  /**
   * Keeps a label where it was while that is nearly as good, so that names do not jump at every edit.
   * @param {number} t
   * @param {number} best
   * @param {number} depth
   * @param {Float32Array} all
   * @param {Int32Array} group
   */
  _settle(t, best, depth, all, group) {
    const { nx, ny, step, west, north } = this._grid;
    const id = this.app.plan.territories[t].id;
    const old = this._anchors.get(id);
    if (old) {
      const c = Math.floor((old[0] - west) / step), r = Math.floor((old[1] - north) / step);
      const i = r * nx + c;
      if (c >= 0 && c < nx && r >= 0 && r < ny && group[i] === t && all[i] > depth * 0.8) return i;
    }
    this._anchors.set(id, [west + ((best % nx) + 0.5) * step, north + (Math.floor(best / nx) + 0.5) * step]);
    return best;
  }

  /**
   * Chooses size and lines so that the label fits its territory; null if none fits.
   * @param {CanvasRenderingContext2D} ctx
   * @param {number} t
   * @param {number} x
   * @param {number} y
   * @param {number} room px up and down
   * @param {import("./plan.js").Totals} totals
   * @param {Float64Array} assigned
   * @returns {Label | null}
   */
  _fit(ctx, t, x, y, room, totals, assigned) {
    const { plan, options } = this.app;
    const territory = plan.territories[t];
    const index = options.show_index ? this._index(t, totals, assigned) : null;
    for (const withIndex of index ? [true, false] : [false]) {
      for (const step of [17, 16, 15, 14, 13, 12, 11, 10]) {
        const size = step * this.grow;
        const font = `600 ${size}px ${FONT}`;
        const lines = this._lines(ctx, territory.name, font, size);
        if (withIndex && index) {
          const small = `600 ${Math.max(10, step - 2) * this.grow}px ${FONT}`;
          lines.push({ text: index.text, font: small, color: index.color, width: this._width(ctx, index.text, small) });
        }
        const width = Math.max(...lines.map((line) => line.width)), height = lines.length * size * 1.2;
        // A rectangle w x h fits where (w / 2) / stretch + h / 2 is within the depth; a little may reach over.
        const wanted = width / 2 / STRETCH + height / 2;
        if (wanted <= room * (step > 12 ? 1 : step > 10 ? 1.35 : 1.85) * (step > 12 ? 1 : this.grow)) {
          return { x, y, size, lines, width, height, isLocked: territory.locked };
        }
      }
    }
    return null;
  }

  /**
   * Returns the name in one line or in two, whichever finds room in a smaller territory.
   * @param {CanvasRenderingContext2D} ctx
   * @param {string} name
   * @param {string} font
   * @param {number} size
   */
  _lines(ctx, name, font, size) {
    const widest = (/** @type {string[]} */ texts) => Math.max(...texts.map((text) => this._width(ctx, text, font)));
    const one = [name], two = wrap(name);
    const isTwo = two.length > 1 && widest(two) / 2 / STRETCH + size * 0.6 < widest(one) / 2 / STRETCH;
    return (isTwo ? two : one).map((text) => ({ text, font, color: theme.text, width: this._width(ctx, text, font) }));
  }

  /**
   * @param {number} t
   * @param {import("./plan.js").Totals} totals
   * @param {Float64Array} assigned
   */
  _index(t, totals, assigned) {
    const { plan } = this.app;
    const m = this.app.labelMeasure();
    if (m < 0) return null;
    const index = plan.index(totals, assigned, t, m);
    if (index === null) return null;
    const gap = index - 1, tolerance = plan.measures[m].tolerance;
    const isPlain = this.app.shading.form !== "territory"; // orange on orange could not be read
    if (gap > tolerance) return { text: `▲ ${percent(index)}`, color: isPlain ? theme.text : theme.over };
    if (gap < -tolerance) return { text: `▼ ${percent(index)}`, color: isPlain ? theme.text : theme.under };
    return { text: percent(index), color: isPlain ? theme.text : theme.inside };
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {Label} label
   */
  _paintLabel(ctx, label) {
    let y = label.y - label.height / 2 + label.size * 0.95;
    for (const line of label.lines) {
      ctx.font = line.font;
      ctx.strokeStyle = theme.halo;
      ctx.lineWidth = 3.5 * this.grow;
      ctx.strokeText(line.text, label.x, y);
      ctx.fillStyle = line.color;
      ctx.fillText(line.text, label.x, y);
      y += label.size * 1.2;
    }
    if (label.isLocked) {
      padlock(ctx, label.x - label.lines[0].width / 2 - label.size * 0.75, label.y - label.height / 2 + label.size * 0.6, label.size);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {any[]} taken
   */
  _paintPlaces(ctx, frame, taken) {
    const { context } = this.app;
    if (!context) return;
    const { scale, ox, oy, pad } = frame;
    const xy = context.placeXy;
    const least = frame.zoom + (this.grow > 1 ? 0.25 : 0.75);
    const circles = largeCircles(this.app, frame);
    let n = 0;
    for (let i = 0; i < context.placeName.length && n < MAX_PLACES; i++) {
      if (context.placeZoom[i] > least) continue;
      const x = xy[i * 2] * scale - ox, y = xy[i * 2 + 1] * scale - oy;
      if (x < pad - 20 || y < pad - 10 || x > frame.width - pad + 20 || y > frame.height - pad + 10) continue;
      const isBig = context.placePopulation[i] > 500000;
      const px = (isBig ? 12 : 11) * Math.sqrt(this.grow); // less than the names of territories: those come first
      const font = `${isBig ? 500 : 400} ${px}px ${FONT}`;
      const text = context.placeName[i];
      const width = this._width(ctx, text, font);
      // A place inside a circle of accounts is marked by the circle.
      const circle = circles.find((c) => Math.hypot(c.x - x, c.y - y) < c.r);
      const ty = circle ? circle.y : y;
      for (const side of [1, -1]) {
        const tx = circle ? circle.x + side * (width / 2 + circle.r + 4) : x + side * (width / 2 + 6);
        const box = { x0: tx - width / 2 - 2, x1: tx + width / 2 + 2, y0: ty - px * 0.7, y1: ty + px * 0.7, name: text };
        if (taken.some((b) => b.x0 < box.x1 && b.x1 > box.x0 && b.y0 < box.y1 && b.y1 > box.y0)) continue;
        taken.push(box);
        n++;
        ctx.font = font;
        ctx.strokeStyle = theme.placeHalo;
        ctx.lineWidth = 3 * this.grow;
        ctx.strokeText(text, tx, ty + px * 0.35);
        ctx.fillStyle = theme.place;
        ctx.fillText(text, tx, ty + px * 0.35);
        if (circle) break;
        ctx.beginPath();
        ctx.arc(x, y, isBig ? 2.6 : 2, 0, Math.PI * 2);
        ctx.lineWidth = 2.5;
        ctx.stroke();
        ctx.fill();
        break;
      }
    }
  }

  /**
   * The unit under each cell depends on the view only: it is found once a move.
   * @param {import("./stage.js").Frame} frame
   */
  _makeRaster(frame) {
    const { ground } = this.app;
    const key = `${frame.ox} ${frame.oy} ${frame.scale} ${frame.width} ${frame.height}`;
    if (this._units && key === this._key) return;
    this._key = key;
    const { scale, ox, oy, pad } = frame;
    this._grid = {
      west: (ox + pad) / scale, north: (oy + pad) / scale, step: CELL_PX / scale,
      nx: Math.max(1, Math.floor((frame.width - 2 * pad) / CELL_PX)),
      ny: Math.max(1, Math.floor((frame.height - 2 * pad) / CELL_PX)),
    };
    this._units = unitRaster(ground, ground.levels.at(Math.floor(frame.zoom) - 2), this._grid);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {string} text
   * @param {string} font
   */
  _width(ctx, text, font) {
    const key = font + text;
    let width = this._widths.get(key);
    if (width === undefined) {
      ctx.font = font;
      width = ctx.measureText(text).width;
      this._widths.set(key, width);
    }
    return width;
  }
}

/**
 * Returns the name in two lines of about the same length, if it has two words.
 * @param {string} name
 */
function wrap(name) {
  if (name.length < 11 || !name.includes(" ")) return [name];
  const spaces = [...name.matchAll(/ /g)].map((m) => m.index ?? 0);
  const middle = name.length / 2;
  const cut = spaces.reduce((a, b) => (Math.abs(b - middle) < Math.abs(a - middle) ? b : a));
  return [name.slice(0, cut), name.slice(cut + 1)];
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function padlock(ctx, x, y, size) {
  const s = size / 15;
  for (const [style, grow] of [[theme.halo, 2.5], [theme.text, 0]]) {
    const g = Number(grow);
    ctx.fillStyle = ctx.strokeStyle = String(style);
    ctx.lineWidth = 1.7 * s + g;
    ctx.beginPath();
    ctx.arc(x, y - 2.2 * s, 2.9 * s, Math.PI, 0);
    ctx.lineTo(x + 2.9 * s, y);
    ctx.moveTo(x - 2.9 * s, y - 2.2 * s);
    ctx.lineTo(x - 2.9 * s, y);
    ctx.stroke();
    ctx.fillRect(x - 4.4 * s - g / 2, y - 0.6 * s - g / 2, 8.8 * s + g, 6.6 * s + g);
  }
}
