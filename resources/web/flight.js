// @ts-check
/**
 * A smooth way from one view to another, as between the scenes of a presentation; can be cut short at any moment.
 * Owns the way and the two pictures shown on it, so that nothing is painted while it lasts; not the views (camera.js).
 *
 * The way is that of van Wijk & Nuij 2003, "Smooth and efficient zooming and panning": u(s) along the ground, w(s) wide.
 */
import { OverPainter, UnderPainter } from "./context.js";
import { WORLD } from "./ground.js";
import { LinesPainter } from "./lines.js";
import { paintRect } from "./sheet.js";
import { UnitsPainter } from "./units.js";

/** @typedef {import("./stage.js").Frame} Frame */
/** @typedef {{center: any, zoom: number}} View */

const RHO = 1.42;
const MS_PER_S = 620, SHORTEST_MS = 500, LONGEST_MS = 2400;
const SAMPLES = 24; // of the way, for all that is seen on it
const ROOM = 1.7; // pixels of the wide picture, as a share of those of the map
const SMOOTH_MS = 34; // between two frames; longer is a dropped one

export class Flight {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {{way: Way, begin: number, last: number, longest: number, frames: number, dropped: number} | null} */
    this._now = null;
    /** @type {{canvas: HTMLCanvasElement, frame: Frame}[]} */
    this._pictures = [];
    /** @type {any[]} */ this._painters = [];
    /** @type {any} */ this._stage = null;
    for (const name of ["wheel", "pointerdown"]) {
      app.map.getContainer().addEventListener(name, () => this.land(), { capture: true, passive: true });
    }
  }

  get isOn() {
    return this._now !== null;
  }

  /**
   * Goes to a view; at once where that is asked for, or where the person wants no motion.
   * @param {View} view
   * @param {boolean} isSmooth
   */
  begin(view, isSmooth = true) {
    const { map, stage } = this.app;
    this.land();
    const way = new Way(map, view);
    const wantsNone = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!isSmooth || wantsNone || !stage || way.isNothing) {
      map.setView(view.center, view.zoom, { animate: false });
      return;
    }
    map._stop();
    this._showPictures(way);
    map._moveStart(true, true);
    const now = performance.now();
    this._now = { way, begin: now, last: now, longest: 0, frames: 0, dropped: 0 };
    requestAnimationFrame((at) => this._step(at, way));
  }

  /** Ends a flight at its goal, now. */
  land() {
    if (this._now) this._end();
  }

  /** Forgets a flight: the plan is another. */
  drop() {
    const { map } = this.app;
    if (this._now) map._moveEnd(true);
    this._now = null;
    this._clear();
  }

  /**
   * @param {number} at
   * @param {Way} way
   */
  _step(at, way) {
    const now = this._now;
    if (!now || now.way !== way) return;
    if (!now.frames) now.begin = now.last = at; // painting the wide picture is no part of the way
    const gap = at - now.last;
    now.last = at;
    now.longest = Math.max(now.longest, gap);
    if (gap > SMOOTH_MS) now.dropped += Math.round(gap / (1000 / 60)) - 1;
    now.frames++;
    const t = (at - now.begin) / way.ms;
    if (t >= 1) return this._end();
    const { center, zoom } = way.at(eased(t));
    this.app.map._move(center, zoom, { flyTo: true });
    this._place();
    requestAnimationFrame((next) => this._step(next, way));
  }

  _end() {
    const { app } = this, { map } = app, now = this._now;
    if (!now) return;
    this._now = null;
    const { frames, longest, dropped, way } = now;
    app.metrics.flights.push({ frames, longest, dropped, ms: way.ms });
    map._move(way.view.center, way.view.zoom);
    map._moveEnd(true);
    this._place();
    const stage = app.stage;
    if (stage) stage.whenPainted(() => (this._now ? undefined : this._clear()));
    else this._clear();
  }

  // -- the pictures ---------------------------------------------------------------------------------------------------

  /**
   * Shows the map as it is, and under it all that the way leads over, instead of the sheets: two pictures to move.
   * @param {Way} way
   */
  _showPictures(way) {
    const { stage } = this.app;
    this._clear(); // of a flight that was cut short and is not painted over yet
    this._pictures = [this._wide(way), this._flat()].filter((picture) => picture !== null);
    for (const { canvas } of this._pictures) stage.box.parentNode.appendChild(canvas);
    stage.box.style.visibility = "hidden";
    this._place();
  }

  /** The picture on the screen in one canvas; what is behind is scaled, as on the screen. */
  _flat() {
    const { stage } = this.app, { frame } = stage;
    const picture = blank(frame);
    for (const { canvas, frame: old } of stage.sheets) {
      if (!old) continue;
      const by = frame.scale / old.scale, { dpr } = frame;
      picture.ctx.setTransform(by, 0, 0, by, (old.ox * by - frame.ox) * dpr, (old.oy * by - frame.oy) * dpr);
      picture.ctx.drawImage(canvas, 0, 0);
    }
    return picture;
  }

  /**
   * All that is seen on the way, as coarse as it fits; null where the picture on the screen holds it.
   * @param {Way} way
   */
  _wide(way) {
    const { map, stage } = this.app;
    const [west, north, east, south] = way.seen(), seen = stage.frame;
    const isHeld = west * seen.scale >= seen.ox && north * seen.scale >= seen.oy &&
      east * seen.scale <= seen.ox + seen.width && south * seen.scale <= seen.oy + seen.height;
    if (isHeld) return null;
    const size = map.getSize(), { dpr } = seen;
    const scale = Math.min(way.finest, Math.sqrt((ROOM * size.x * size.y) / ((east - west) * (south - north))));
    const zoom = Math.log2((scale * WORLD) / 256);
    const frame = {
      scale, zoom, dpr, pad: 0, shift: 0, level: Math.ceil(zoom + Math.log2(dpr) - 0.01),
      ox: Math.round(west * scale * dpr) / dpr, oy: Math.round(north * scale * dpr) / dpr,
      width: Math.ceil((east - west) * scale), height: Math.ceil((south - north) * scale),
    };
    const picture = blank(frame), rect = { x0: 0, y0: 0, x1: frame.width, y1: frame.height };
    for (const painter of this._paintersOf(stage)) {
      const sheet = blank(frame);
      paintRect(/** @type {any} */ ({ painter, canvas: sheet.canvas, ctx: sheet.ctx }), frame, rect);
      picture.ctx.drawImage(sheet.canvas, 0, 0);
    }
    return picture;
  }

  /** Painters of their own, for those of the sheets remember what their canvases show.
   * @param {any} stage */
  _paintersOf(stage) {
    const { app } = this;
    if (this._stage !== stage) {
      this._stage = stage;
      const under = { get context() { return app.context; }, base: { get hasContext() { return app.base.hasContext; }, open() {} } };
      this._painters = [
        new UnderPainter(/** @type {any} */ (under)), new UnitsPainter(app.ground, app.shading),
        new LinesPainter(app.ground, app.plan, app.options), new OverPainter(app),
      ];
    }
    return this._painters;
  }

  /** Puts both pictures where they belong in the view as it is now. */
  _place() {
    const { map } = this.app;
    const scale = (256 * 2 ** map.getZoom()) / WORLD, origin = map.getPixelOrigin();
    for (const { canvas, frame } of this._pictures) {
      const by = scale / frame.scale;
      canvas.style.transform = `translate3d(${frame.ox * by - origin.x}px,${frame.oy * by - origin.y}px,0) scale(${by})`;
    }
  }

  _clear() {
    for (const { canvas } of this._pictures) canvas.remove();
    this._pictures = [];
    if (this.app.stage) this.app.stage.box.style.visibility = "";
  }
}

/** The way between two views. */
class Way {
  /**
   * @param {any} map
   * @param {View} view the goal
   */
  constructor(map, view) {
    this._map = map;
    this.view = view;
    this._zoom = map.getZoom();
    this._from = map.project(map.getCenter(), this._zoom);
    this._to = map.project(view.center, this._zoom);
    const size = map.getSize();
    this._w0 = Math.max(size.x, size.y);
    this._w1 = this._w0 * 2 ** (this._zoom - view.zoom);
    this._u1 = this._from.distanceTo(this._to);
    this._r0 = 0;
    const { _w0: w0, _w1: w1, _u1: u1 } = this;
    if (u1 < 1e-3) this._length = Math.abs(Math.log(w1 / w0)) / RHO;
    else {
      const r = (/** @type {number} */ w, /** @type {number} */ sign) => {
        const b = (w1 * w1 - w0 * w0 + sign * RHO ** 4 * u1 * u1) / (2 * w * RHO ** 2 * u1);
        return Math.log(Math.sqrt(b * b + 1) - b);
      };
      this._r0 = r(w0, 1);
      this._length = (r(w1, -1) - this._r0) / RHO;
    }
    this.isNothing = !(this._length > 1e-3);
    this.ms = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, this._length * MS_PER_S));
  }

  /**
   * @param {number} t 0..1
   * @returns {View}
   */
  at(t) {
    const { _map: map, _w0: w0, _w1: w1, _u1: u1, _r0: r0 } = this;
    const s = t * this._length;
    let u = 0, w = w0 * Math.exp(Math.sign(w1 - w0) * RHO * s);
    if (u1 >= 1e-3) {
      w = (w0 * Math.cosh(r0)) / Math.cosh(RHO * s + r0);
      u = ((w0 / RHO ** 2) * (Math.cosh(r0) * Math.tanh(RHO * s + r0) - Math.sinh(r0))) / u1;
    }
    const point = this._from.add(this._to.subtract(this._from).multiplyBy(u));
    const zoom = Math.min(map.getMaxZoom(), Math.max(map.getMinZoom(), this._zoom - Math.log2(w / w0)));
    return { center: map.unproject(point, this._zoom), zoom };
  }

  /** West, north, east, south of all that is seen on the way, in map steps. */
  seen() {
    const { _map: map } = this, size = map.getSize();
    const out = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i <= SAMPLES; i++) {
      const { center, zoom } = this.at(i / SAMPLES);
      const point = map.project(center, zoom), scale = (256 * 2 ** zoom) / WORLD;
      out[0] = Math.min(out[0], (point.x - size.x / 2) / scale);
      out[1] = Math.min(out[1], (point.y - size.y / 2) / scale);
      out[2] = Math.max(out[2], (point.x + size.x / 2) / scale);
      out[3] = Math.max(out[3], (point.y + size.y / 2) / scale);
    }
    return out;
  }

  /** Pixels a map step where the way is lowest. */
  get finest() {
    return (256 * 2 ** Math.max(this._zoom, this.view.zoom)) / WORLD;
  }
}

/** Slow, fast, slow.
 * @param {number} t 0..1 */
function eased(t) {
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}

/** An empty canvas as large as the frame.
 * @param {Frame} frame */
function blank(frame) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(frame.width * frame.dpr);
  canvas.height = Math.round(frame.height * frame.dpr);
  canvas.className = "tm-flight";
  canvas.style.width = `${frame.width}px`;
  canvas.style.height = `${frame.height}px`;
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  return { canvas, ctx, frame };
}
