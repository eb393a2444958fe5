// @ts-check
/**
 * A stack of canvases that moves with the Leaflet map: shifted while dragging, scaled while zooming, sharp afterwards.
 * Owns when which rectangle of which canvas is repainted; not how (sheet.js) and not what is painted (the painters).
 *
 * @typedef {import("./sheet.js").Frame} Frame
 * @typedef {import("./sheet.js").Rect} Rect
 * @typedef {import("./sheet.js").Painter} Painter
 * @typedef {import("./sheet.js").Sheet} Sheet
 */
import { WORLD } from "./ground.js";
import { paintRect } from "./sheet.js";

const PAD = 96;
const PAN_SLACK = 72;
// Sheets are painted one after another, lowest first; after so long the rest waits for the next animation frame, so that
// the pointer is answered in between.
const BUDGET_MS = 12;
const CHEAP_MS = 1; // what took no longer the last time does not wait
const OWN = new Set(["units", "outline"]); // sheets that a twin paints of a plan of its own

export class Stage {
  /**
   * @param {any} map Leaflet map
   * @param {Painter[]} painters lowest first
   */
  constructor(map, painters) {
    this.map = map;
    const pane = map.getPane("territorymap") || map.createPane("territorymap");
    pane.style.zIndex = "400";
    pane.style.pointerEvents = "none";
    this.box = document.createElement("div");
    this.box.className = "tm-stage leaflet-zoom-animated";
    this.box.setAttribute("aria-hidden", "true");
    pane.appendChild(this.box);
    /** @type {Sheet[]} */
    this.sheets = painters.map((painter) => makeSheet(painter));
    this.box.append(...this.sheets.map((sheet) => sheet.canvas));
    /** @type {Stage | null} another picture of the same place: what is no plan's own is painted anew there too */
    this.twin = null;
    /** @type {Frame} */
    this.frame = { scale: 1, ox: 0, oy: 0, width: 0, height: 0, zoom: -1, level: 0, dpr: 1, pad: PAD, shift: 0 };
    /** @type {((isNewZoom: boolean) => void)[]} */
    this.afterMove = [];
    /** @type {(() => void)[]} called before each frame that was asked for; may ask for more */
    this.beforePaint = [];
    /** @type {(() => void)[]} called once after the next paint */
    this._afterPaint = [];
    this._isAsked = false;
    this._center = map.getCenter();
    this._zoom = map.getZoom();
    this._isZooming = false;
    /** @type {Record<string, (e: any) => void>} */
    this._events = {
      zoomanim: (e) => this._scale(e.center, e.zoom),
      zoom: () => this._scale(map.getCenter(), map.getZoom()),
      zoomstart: () => (this._isZooming = true),
      zoomend: () => (this._isZooming = false),
      viewreset: () => this.update(true),
      moveend: () => this.update(false),
      resize: () => this.update(false),
      move: () => this._followDrag(),
    };
    map.on(this._events);
    /** @type {MediaQueryList | null} */
    this._ratio = null;
    this._onRatio = () => {
      this._watchRatio();
      this.update(true);
    };
    this._watchRatio();
  }

  /** A window that goes to another screen changes its pixel ratio without changing its size. */
  _watchRatio() {
    this._forgetRatio();
    this._ratio = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    this._ratio.addEventListener("change", this._onRatio);
  }

  /** The browser keeps whoever listens to a query, and so all canvases, for ever. */
  _forgetRatio() {
    if (this._ratio) this._ratio.removeEventListener("change", this._onRatio);
    this._ratio = null;
  }

  /**
   * Puts one more canvas over another.
   * @param {Painter} painter
   * @param {string} above name of the painter under it
   */
  add(painter, above) {
    const sheet = makeSheet(painter);
    const at = this.sheets.findIndex((under) => under.painter.name === above);
    this.sheets[at].canvas.after(sheet.canvas);
    this.sheets.splice(at + 1, 0, sheet);
    sheet.isBehind = true;
    this._askFrame();
  }

  /** Takes a canvas away, if it is there. @param {string} name */
  drop(name) {
    for (const { painter, canvas } of this.sheets) {
      if (painter.name !== name) continue;
      canvas.remove();
      canvas.width = canvas.height = 0;
    }
    this.sheets = this.sheets.filter((sheet) => sheet.painter.name !== name);
  }

  /**
   * Takes the canvases off the map.
   * @param {boolean} [isKept] the picture is still to be shown: who shows it lets go of it by {@link wipe}
   */
  remove(isKept = false) {
    this.map.off(this._events);
    this._forgetRatio();
    this.box.remove();
    if (!isKept) wipe(this.box);
    this.sheets = [];
  }

  /**
   * Brings the canvases over the view and paints what is missing.
   * @param {boolean} isForced paint everything
   */
  update(isForced) {
    const { map } = this;
    const size = map.getSize();
    if (!size.x || !size.y) return;
    const corner = map.containerPointToLayerPoint([-PAD, -PAD]).round();
    const origin = map.getPixelOrigin();
    const zoom = map.getZoom();
    const dpr = window.devicePixelRatio || 1;
    const before = this.frame;
    const frame = {
      scale: (256 * 2 ** zoom) / WORLD,
      ox: origin.x + corner.x,
      oy: origin.y + corner.y,
      width: Math.ceil((size.x + 2 * PAD) * dpr) / dpr,
      height: Math.ceil((size.y + 2 * PAD) * dpr) / dpr,
      zoom,
      level: Math.ceil(zoom + Math.log2(dpr) - 0.01),
      dpr,
      pad: PAD,
      shift: 0,
    };
    this.frame = frame;
    this._center = map.getCenter();
    this._zoom = zoom;
    setTransform(this.box, corner, 1);
    const isSame = zoom === before.zoom && dpr === before.dpr &&
      frame.width === before.width && frame.height === before.height;
    const dx = before.ox - frame.ox, dy = before.oy - frame.oy;
    if (isForced || !isSame || !this._shift(dx, dy)) for (const sheet of this.sheets) sheet.isBehind = true;
    this._catchUp();
    for (const notify of this.afterMove) notify(zoom !== before.zoom);
    if (isForced && this.twin) this.twin.update(true);
  }

  /** Whether all sheets show what they should. */
  get isSharp() {
    return this.sheets.every((sheet) => !sheet.isBehind && !sheet.dirty);
  }

  /** Paints sheets that are behind, as many as there is time for; the others show their old picture, scaled. */
  _catchUp() {
    const begin = performance.now();
    let isLate = false;
    for (const sheet of this.sheets) {
      if (!sheet.isBehind) continue;
      if (isLate && sheet.paintMs > CHEAP_MS) this._place(sheet);
      else this._paintWhole(sheet);
      isLate = isLate || performance.now() - begin > BUDGET_MS;
    }
    if (this.sheets.some((sheet) => sheet.isBehind)) this._askFrame();
  }

  /** @param {Sheet} sheet */
  _paintWhole(sheet) {
    const { frame } = this;
    const width = Math.round(frame.width * frame.dpr), height = Math.round(frame.height * frame.dpr);
    if (sheet.canvas.width !== width || sheet.canvas.height !== height) {
      sheet.canvas.width = width;
      sheet.canvas.height = height;
      sheet.canvas.style.width = `${frame.width}px`;
      sheet.canvas.style.height = `${frame.height}px`;
    }
    sheet.canvas.style.transform = "";
    sheet.dirty = null;
    sheet.isBehind = false;
    sheet.frame = frame;
    const begin = performance.now();
    paintRect(sheet, frame, { x0: 0, y0: 0, x1: frame.width, y1: frame.height });
    sheet.paintMs = performance.now() - begin;
  }

  /**
   * Puts the old picture of a sheet where it belongs in the present view.
   * @param {Sheet} sheet
   */
  _place(sheet) {
    const { frame } = this;
    const old = sheet.frame;
    if (!old) return;
    const scale = frame.scale / old.scale;
    setTransform(sheet.canvas, { x: old.ox * scale - frame.ox, y: old.oy * scale - frame.oy }, scale);
  }

  /**
   * Moves the pictures and paints the strips that come into view. False where that would blur them.
   * @param {number} dx
   * @param {number} dy
   */
  _shift(dx, dy) {
    const { frame } = this;
    const px = dx * frame.dpr, py = dy * frame.dpr;
    if (!Number.isInteger(px) || !Number.isInteger(py)) return false;
    if (Math.abs(dx) > frame.width * 0.6 || Math.abs(dy) > frame.height * 0.6) return false;
    if (!px && !py) return true;
    for (const sheet of this.sheets) {
      const { ctx, canvas, painter } = sheet;
      sheet.isBehind = sheet.isBehind || !!painter.isWhole;
      if (sheet.isBehind) continue;
      sheet.frame = frame;
      ctx.save();
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.globalCompositeOperation = "copy";
      ctx.drawImage(canvas, px, py);
      ctx.restore();
      if (painter.shift) painter.shift(px, py);
      if (sheet.dirty) {
        sheet.dirty = { x0: sheet.dirty.x0 + dx, x1: sheet.dirty.x1 + dx, y0: sheet.dirty.y0 + dy, y1: sheet.dirty.y1 + dy };
      }
      const { width, height } = frame;
      const x0 = Math.max(0, dx), x1 = width + Math.min(0, dx);
      if (dy > 0) paintRect(sheet, this.frame, { x0, y0: 0, x1, y1: dy });
      if (dy < 0) paintRect(sheet, this.frame, { x0, y0: height + dy, x1, y1: height });
      if (dx > 0) paintRect(sheet, this.frame, { x0: 0, y0: 0, x1: dx, y1: height });
      if (dx < 0) paintRect(sheet, this.frame, { x0: width + dx, y0: 0, x1: width, y1: height });
    }
    return true;
  }

  /**
   * Asks for a sheet to be painted at the next frame: as a whole, or the rectangle of map steps.
   * @param {string} name
   * @param {ArrayLike<number>} [box] west, north, east, south in map steps
   * @param {number} [margin] px around it, for lines that reach over
   */
  ask(name, box, margin = 4) {
    if (this.twin && !OWN.has(name)) this.twin.ask(name, box, margin);
    for (const sheet of this.sheets) {
      if (sheet.painter.name === name || sheet.painter.follows === name) this._soil(sheet, box, margin);
    }
  }

  /**
   * @param {Sheet} sheet
   * @param {ArrayLike<number> | undefined} box
   * @param {number} margin
   */
  _soil(sheet, box, margin) {
    const { frame } = this;
    if (!box || sheet.painter.isWhole) {
      sheet.dirty = { x0: 0, y0: 0, x1: frame.width, y1: frame.height };
      this._askFrame();
      return;
    }
    const world = frame.scale * WORLD;
    for (let copy = Math.floor(frame.ox / world); copy <= Math.floor((frame.ox + frame.width) / world); copy++) {
      const ox = frame.ox - copy * world;
      const rect = {
        x0: box[0] * frame.scale - ox - margin,
        y0: box[1] * frame.scale - frame.oy - margin,
        x1: box[2] * frame.scale - ox + margin,
        y1: box[3] * frame.scale - frame.oy + margin,
      };
      if (rect.x1 >= 0 && rect.y1 >= 0 && rect.x0 <= frame.width && rect.y0 <= frame.height) {
        sheet.dirty = sheet.dirty ? around(sheet.dirty, rect) : rect;
      }
    }
    this._askFrame();
  }

  /** Calls back when everything asked for so far has been painted, and no sheet is behind.
   * @param {() => void} callback */
  whenPainted(callback) {
    this._afterPaint.push(callback);
    this._askFrame();
  }

  _askFrame() {
    if (this._isAsked) return;
    this._isAsked = true;
    requestAnimationFrame(() => this.flush());
  }

  /** Paints what was asked for, now. */
  flush() {
    for (const prepare of this.beforePaint) prepare();
    this._isAsked = false;
    this._catchUp();
    for (const sheet of this.sheets) {
      if (sheet.isBehind) continue;
      const rect = sheet.dirty;
      sheet.dirty = null;
      if (rect && !(sheet.painter.isFresh && sheet.painter.isFresh(this.frame, rect))) paintRect(sheet, this.frame, rect);
    }
    if (this.sheets.some((sheet) => sheet.isBehind)) return; // the rest is painted in the next frame
    const callbacks = this._afterPaint;
    this._afterPaint = [];
    for (const callback of callbacks) callback();
  }

  /** While the map is dragged: paint more before the edge of the canvases comes into view. */
  _followDrag() {
    if (this._isZooming) return;
    const { map, frame } = this;
    const corner = map.containerPointToLayerPoint([-PAD, -PAD]).round();
    const origin = map.getPixelOrigin();
    const dx = frame.ox - origin.x - corner.x, dy = frame.oy - origin.y - corner.y;
    if (Math.abs(dx) > PAN_SLACK || Math.abs(dy) > PAN_SLACK) this.update(false);
  }

  /**
   * Shows the old picture at another zoom until the sharp one is there.
   * @param {any} center
   * @param {number} zoom
   */
  _scale(center, zoom) {
    const { map } = this;
    const scale = map.getZoomScale(zoom, this._zoom);
    const half = map.getSize().multiplyBy(0.5).add([PAD, PAD]);
    const corner = half.multiplyBy(-scale).add(map.project(this._center, zoom))
      .subtract(map._getNewPixelOrigin(center, zoom));
    setTransform(this.box, corner, scale);
  }

  /**
   * Returns map steps of a point of the map's container.
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]}
   */
  stepsAt(x, y) {
    const { map, frame } = this;
    const point = map.containerPointToLayerPoint([x, y]);
    const origin = map.getPixelOrigin();
    return [(point.x + origin.x) / frame.scale, (point.y + origin.y) / frame.scale];
  }

  /**
   * Returns the point of the map's container of map steps.
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]}
   */
  containerAt(x, y) {
    const { map, frame } = this;
    const origin = map.getPixelOrigin();
    const point = map.layerPointToContainerPoint([x * frame.scale - origin.x, y * frame.scale - origin.y]);
    return [point.x, point.y];
  }
}

/**
 * Gives back the memory of a picture that is off the screen, now: a collector does not see how much it is.
 * @param {HTMLElement} box
 */
export function wipe(box) {
  for (const canvas of box.querySelectorAll("canvas")) canvas.width = canvas.height = 0;
}

/**
 * @param {Painter} painter
 * @returns {Sheet}
 */
function makeSheet(painter) {
  const canvas = document.createElement("canvas");
  canvas.dataset.sheet = painter.name;
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  return { painter, canvas, ctx, dirty: null, frame: null, isBehind: false, paintMs: 0 };
}

/**
 * @param {Rect} a
 * @param {Rect} b
 * @returns {Rect}
 */
function around(a, b) {
  return { x0: Math.min(a.x0, b.x0), y0: Math.min(a.y0, b.y0), x1: Math.max(a.x1, b.x1), y1: Math.max(a.y1, b.y1) };
}

/**
 * @param {HTMLElement} element
 * @param {{x: number, y: number}} at
 * @param {number} scale
 */
function setTransform(element, at, scale) {
  element.style.transform = `translate3d(${at.x}px,${at.y}px,0)${scale === 1 ? "" : ` scale(${scale})`}`;
}
