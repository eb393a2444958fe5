// @ts-check
/**
 * Paints the land around and under the units, with no tiles: sea, land, lakes; and over them rivers and borders.
 * Owns the picture of the context; not its place names (labels.js).
 */
import { LevelSet } from "./detail.js";
import { isOnSeam, WORLD } from "./ground.js";
import { theme } from "./theme.js";
import { Tree } from "./tree.js";

/**
 * @typedef {{levels: LevelSet, zoom: Float32Array, tree: Tree}} Layer
 */

export class Context {
  /** @param {import("./packed.js").Packed} packed */
  constructor(packed) {
    const a = packed.arrays;
    /** @type {Record<string, Layer>} */
    this.layers = {};
    for (const name of ["land", "lake", "river", "state", "country"]) {
      const start = a[`${name}_start`], xy = a[`${name}_xy`];
      this.layers[name] = {
        levels: new LevelSet({ start, xy }, a[`${name}_level`], 14),
        zoom: a[`${name}_zoom`],
        tree: new Tree(boxesOf(start, xy)),
      };
    }
    /** @type {Int32Array} */ this.placeXy = a.place_xy;
    /** @type {Uint8Array} */ this.placeZoom = a.place_zoom;
    /** @type {Int32Array} */ this.placePopulation = a.place_population;
    /** @type {string[]} */ this.placeName = packed.meta.place_name;
  }
}

/** Sea, land and lakes, under the units. */
export class UnderPainter {
  /** @param {{context: Context | null, base: import("./base.js").Base}} app */
  constructor(app) {
    this.name = "under";
    this.app = app;
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  paint(ctx, frame, rect) {
    const { context } = this.app;
    const isShown = context && this.app.base.hasContext;
    ctx.fillStyle = isShown ? theme.sea : theme.land;
    ctx.fillRect(rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0);
    if (isShown) this._paintLand(ctx, frame, rect, context);
    this.app.base.open(ctx, frame, rect);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   * @param {Context} context
   */
  _paintLand(ctx, frame, rect, context) {
    ctx.lineJoin = "round";
    tracePolygons(ctx, context.layers.land, frame, rect);
    ctx.fillStyle = theme.land;
    ctx.fill("evenodd");
    ctx.strokeStyle = theme.coast;
    ctx.lineWidth = 0.7;
    const { scale, ox } = frame;
    const isSeamSeen = rect.x0 - 2 + ox <= 0 || rect.x1 + 2 + ox >= WORLD * scale;
    if (isSeamSeen) tracePolygons(ctx, context.layers.land, frame, rect, true); // the cut at 180 degrees is no coast
    ctx.stroke();
    tracePolygons(ctx, context.layers.lake, frame, rect);
    ctx.fillStyle = theme.lake;
    ctx.fill("evenodd");
    ctx.stroke();
  }
}

/** Rivers, state lines and country borders, over the units. */
export class OverPainter {
  /** @param {{context: Context | null, base: import("./base.js").Base}} app */
  constructor(app) {
    this.name = "over";
    this.app = app;
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  paint(ctx, frame, rect) {
    const { context } = this.app;
    if (!context || !this.app.base.hasContext || this.app.base.hasTiles(frame.zoom)) return;
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    strokeLines(ctx, context.layers.river, frame, rect, theme.river, Math.min(1.6, 0.5 + frame.zoom * 0.1));
    if (frame.zoom >= 3) {
      ctx.setLineDash([5, 3]);
      strokeLines(ctx, context.layers.state, frame, rect, theme.stateLine, frame.zoom < 6 ? 0.8 : 1.1);
      ctx.setLineDash([]);
    }
    strokeLines(ctx, context.layers.country, frame, rect, theme.countryLine, frame.zoom < 5 ? 0.9 : 1.4);
  }
}

/**
 * @param {Layer} layer
 * @param {import("./stage.js").Frame} frame
 * @param {import("./stage.js").Rect} rect
 * @returns {number[]} lines in the rectangle that are worth showing at this zoom
 */
function linesIn(layer, frame, rect) {
  /** @type {number[]} */
  const found = [];
  const { scale, ox, oy } = frame;
  layer.tree.query(
    (rect.x0 - 3 + ox) / scale, (rect.y0 - 3 + oy) / scale, (rect.x1 + 3 + ox) / scale, (rect.y1 + 3 + oy) / scale, found,
  );
  return found.filter((k) => layer.zoom[k] <= frame.zoom + 0.5);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Layer} layer
 * @param {import("./stage.js").Frame} frame
 * @param {import("./stage.js").Rect} rect
 * @param {string} style
 * @param {number} width
 */
function strokeLines(ctx, layer, frame, rect, style, width) {
  const { start, xy } = layer.levels.at(frame.level);
  const { scale, ox, oy } = frame;
  ctx.beginPath();
  for (const k of linesIn(layer, frame, rect)) {
    let i = start[k] * 2;
    ctx.moveTo(xy[i] * scale - ox, xy[i + 1] * scale - oy);
    for (i += 2; i < start[k + 1] * 2; i += 2) ctx.lineTo(xy[i] * scale - ox, xy[i + 1] * scale - oy);
  }
  ctx.strokeStyle = style;
  ctx.lineWidth = width;
  ctx.stroke();
}

/**
 * Makes a path of closed rings; runs of points that lie on one side of the rectangle are cut short.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Layer} layer
 * @param {import("./stage.js").Frame} frame
 * @param {import("./stage.js").Rect} rect
 * @param {boolean} [isCut] leave out what runs along 180 degrees
 */
function tracePolygons(ctx, layer, frame, rect, isCut = false) {
  const { start, xy } = layer.levels.at(frame.level);
  const { scale, ox, oy } = frame;
  const x0 = rect.x0 - 8, y0 = rect.y0 - 8, x1 = rect.x1 + 8, y1 = rect.y1 + 8;
  ctx.beginPath();
  for (const k of linesIn(layer, frame, rect)) {
    const end = start[k + 1] * 2;
    let sides = 0, heldX = 0, heldY = 0, isHeld = false;
    for (let i = start[k] * 2; i < end; i += 2) {
      const x = xy[i] * scale - ox, y = xy[i + 1] * scale - oy;
      const side = (x < x0 ? 1 : x > x1 ? 2 : 0) | (y < y0 ? 4 : y > y1 ? 8 : 0);
      if (i === start[k] * 2 || (isCut && isOnSeam(xy[i - 2]) && isOnSeam(xy[i]))) {
        ctx.moveTo(x, y);
      } else if (side & sides) {
        heldX = x;
        heldY = y;
        isHeld = true;
        sides &= side;
        continue;
      } else {
        if (isHeld) ctx.lineTo(heldX, heldY);
        ctx.lineTo(x, y);
      }
      isHeld = false;
      sides = side;
    }
    if (!isCut) ctx.closePath();
  }
}

/**
 * @param {Int32Array} start
 * @param {Int32Array} xy
 */
function boxesOf(start, xy) {
  const n = start.length - 1;
  const boxes = new Int32Array(n * 4);
  for (let k = 0; k < n; k++) {
    let west = 2 ** 31 - 1, north = west, east = -west, south = -west;
    for (let i = start[k] * 2; i < start[k + 1] * 2; i += 2) {
      if (xy[i] < west) west = xy[i];
      if (xy[i] > east) east = xy[i];
      if (xy[i + 1] < north) north = xy[i + 1];
      if (xy[i + 1] > south) south = xy[i + 1];
    }
    boxes.set([west, north, east, south], k * 4);
  }
  return boxes;
}
