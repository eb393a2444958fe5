// @ts-check
/**
 * Small maps of the lands far off (Alaska, Hawaii, Puerto Rico) at the foot of the map, in the colours of the map, live.
 * Point for what a unit is, click to fly there; the brush paints into them.
 * Owns their markup, canvases and pointer; not which lands they are (far_lands.js).
 */
import { AccountsPainter } from "./accounts_painter.js";
import { make } from "./markup.js";
import { UnderPainter } from "./context.js";
import { farLands } from "./far_lands.js";
import { WORLD } from "./ground.js";
import { LinesPainter } from "./lines.js";
import { t } from "./text.js";
import { theme } from "./theme.js";
import { UnitsPainter } from "./units.js";

const SHARE = 0.185; // of the map's height
const LOWEST_PX = 58, HIGHEST_PX = 116;
export const INSETS_FOOT_PX = 108; // what a view leaves free at its foot where insets have no place beside the plan
const LOWEST_MAP_PX = 230; // of the map: in a lower one insets would hide the plan
const ROOM = 0.66; // of the map's width, for all insets together; the lands of fewest units go first
const GAP_PX = 8;
const MARGIN = 0.06;
const SLIMMEST = 0.95, WIDEST = 1.5; // width over height
const FOOT_PX = 42; // of the map, where the scale bar and the attribution lie; as in map.css, like the edges
const EDGE_PX = 10, EAST_EDGE_PX = 50;
const STEP_PX = 8; // by which insets are tried smaller
const OVERVIEW = 0.6; // of the plan's view on the map, from which insets are shown
const NAME_PX = 16; // of an inset's height, for its name under the land; as in map.css
const PROBES = 6; // points a side at which it is seen whether an inset would lie over the plan
const IN_VIEW = 0.55; // of a land on the map itself, from which its inset is needless

export class Insets {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.west = make("div", "tm-insets");
    this.east = make("div", "tm-insets tm-insets-east");
    this.west.hidden = this.east.hidden = true;
    app.map.getContainer().append(this.west, this.east);
    /** @type {Inset[]} those of most units first */
    this.list = [];
    /** @type {Set<Inset>} */
    this._shown = new Set();
    /** @type {Set<number>} units that have an inset */
    this._far = new Set();
    this._home = [0, 0, 1, 1]; // west, north, east, south in map steps
    this._height = LOWEST_PX;
    this._view = "";
  }

  /** Finds the lands of a new unit layer. */
  build() {
    const { ground } = this.app;
    const [west, south, east, north] = ground.meta.home;
    const home = [...steps(west, north), ...steps(east, south)];
    // Each on the side of the map where its land lies; across 180 degrees is the nearer way for some.
    const middle = (home[0] + home[2]) / 2;
    this._home = home;
    this.list = farLands(ground, home).map((land) => {
      const away = ((land.box[0] + land.box[2]) / 2 - middle) / WORLD;
      return new Inset(this.app, land, away - Math.round(away) > 0);
    });
    this._far = new Set(this.list.flatMap((inset) => inset.land.units));
    this._view = "";
    this.west.replaceChildren(...this.list.filter((inset) => !inset.isEast).map((inset) => inset.box));
    this.east.replaceChildren(...this.list.filter((inset) => inset.isEast).reverse().map((inset) => inset.box));
  }

  /** West, south, east, north of all units of the plan's main land: with their edges, not only their inner points. */
  mainBounds() {
    const { box, point, nUnits } = this.app.ground;
    const [west, north, east, south] = this._home;
    const out = [...this._home];
    for (let u = 0; u < nUnits; u++) {
      const x = point[u * 2], y = point[u * 2 + 1], i = u * 4;
      if (x < west || x > east || y < north || y > south || box[i + 2] - box[i] > WORLD / 4) continue;
      out[0] = Math.min(out[0], box[i]);
      out[1] = Math.min(out[1], box[i + 1]);
      out[2] = Math.max(out[2], box[i + 2]);
      out[3] = Math.max(out[3], box[i + 3]);
    }
    const [w, n] = degrees(out[0], out[1]), [e, s] = degrees(out[2], out[3]);
    return [w, s, e, n];
  }

  clear() {
    this.list = [];
    for (const side of [this.west, this.east]) {
      side.replaceChildren();
      side.hidden = true;
    }
  }

  /** Shows what is wanted now, and paints what has changed. Cheap where nothing has. */
  refresh() {
    const { app } = this;
    const isHidden = !app.options.show_insets || app.compare.hidesInsets || app.proposal.way === "swipe" || !this.list.length || !app.plan || app.plan.rev < 0;
    this.west.hidden = this.east.hidden = isHidden;
    if (isHidden) return;
    const size = app.map.getSize(), { frame } = app.stage;
    const view = `${frame.ox} ${frame.oy} ${frame.scale} ${size.x} ${size.y}`;
    if (view !== this._view) this._layout(size);
    this._view = view;
    for (const inset of this.list) inset.show(this._shown.has(inset), this._height);
  }

  /**
   * Chooses which lands are shown, and how large: only beside the plan as a whole, and never over a part of it.
   * @param {{x: number, y: number}} size of the map, px
   */
  _layout(size) {
    this._shown = new Set();
    if (size.y < LOWEST_MAP_PX || !this._isOverview(this._viewOf(size))) return;
    const highest = Math.round(Math.min(HIGHEST_PX, Math.max(LOWEST_PX, size.y * SHARE)));
    for (let height = highest; height >= LOWEST_PX; height -= STEP_PX) {
      const fitting = this._fitting(size, height);
      if (fitting.size <= this._shown.size) continue;
      this._shown = fitting;
      this._height = height;
    }
  }

  /** Whether the plan is seen as a whole, or nearly: who works on a part of it needs the room.
   * @param {number[]} view */
  _isOverview(view) {
    return shareIn(this._home, view) > OVERVIEW;
  }

  /**
   * What the map shows: west, north, east, south in map steps.
   * @param {{x: number, y: number}} size px of it, from its upper left
   */
  _viewOf(size) {
    return [...this._stepsAt(0, 0), ...this._stepsAt(size.x, size.y)];
  }

  /**
   * Map steps of a point of the map; needs no picture of it yet.
   * @param {number} x
   * @param {number} y
   */
  _stepsAt(x, y) {
    const { map } = this.app;
    const scale = (256 * 2 ** map.getZoom()) / WORLD;
    const point = map.containerPointToLayerPoint([x, y]).add(map.getPixelOrigin());
    return [point.x / scale, point.y / scale];
  }

  /** Whether not all lands have a place in the view as it is: then it must leave more at its foot. */
  lacksRoom() {
    const size = this.app.map.getSize();
    if (!this.app.options.show_insets || size.y < LOWEST_MAP_PX) return false;
    const view = this._viewOf(size);
    const wanted = this.list.filter((inset) => shareIn(inset.land.box, view) <= IN_VIEW);
    return this._fitting(size, LOWEST_PX).size < wanted.length;
  }

  /**
   * Returns the insets of a height that have a place beside the plan.
   * @param {{x: number, y: number}} size
   * @param {number} height
   */
  _fitting(size, height) {
    /** @type {Set<Inset>} */
    const out = new Set();
    const seen = this._viewOf({ x: size.x, y: size.y - FOOT_PX });
    const lines = this.app.ground.levels.at(Math.ceil(this.app.map.getZoom()));
    let room = size.x * ROOM, left = EDGE_PX, right = size.x - EAST_EDGE_PX;
    for (const inset of this.list) {
      const width = inset.width(height);
      const x = inset.isEast ? right - width : left, y = size.y - FOOT_PX - height;
      if (width + GAP_PX > room || shareIn(inset.land.box, seen) > IN_VIEW || this._isOverPlan(x, y, width, height, lines)) continue;
      out.add(inset);
      room -= width + GAP_PX;
      if (inset.isEast) right -= width + GAP_PX;
      else left += width + GAP_PX;
    }
    return out;
  }

  /**
   * Whether a rectangle of the map lies over units of the plan, looked up at some points.
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {import("./ground.js").Lines} lines
   */
  _isOverPlan(x, y, width, height, lines) {
    const { ground } = this.app;
    for (let row = 0; row <= PROBES; row++) for (let column = 0; column <= PROBES; column++) {
      const [sx, sy] = this._stepsAt(x + (width * column) / PROBES, y + (height * row) / PROBES);
      const u = ground.unitAt(sx, sy, lines);
      if (u >= 0 && !this._far.has(u)) return true;
    }
    return false;
  }
}

class Inset {
  /**
   * @param {any} app
   * @param {import("./far_lands.js").FarLand} land
   * @param {boolean} isEast which side of the map it stands on
   */
  constructor(app, land, isEast) {
    this.app = app;
    this.land = land;
    this.isEast = isEast;
    this.box = /** @type {HTMLElement} */ (make("div", "tm-inset"));
    this.box.setAttribute("role", "button");
    this.box.tabIndex = 0;
    this.box.setAttribute("aria-label", t("inset_help", { name: land.name }));
    this.canvas = document.createElement("canvas");
    this.box.append(this.canvas, make("span", "tm-inset-name", land.name));
    const under = {
      get context() {
        return app.context;
      },
      base: { get hasContext() { return app.base.hasContext; }, open() {} },
    };
    this._under = new UnderPainter(/** @type {any} */ (under));
    /** @type {{painter: any, canvas: HTMLCanvasElement}[]} painters that own their canvas's pixels */
    this._sheets = [
      new UnitsPainter(app.ground, app.shading), new LinesPainter(app.ground, app.plan, app.options),
      new AccountsPainter(app, land.box),
    ]
      .map((painter) => ({ painter, canvas: document.createElement("canvas") }));
    this._painted = "";
    /** @type {any} */ this.frame = null;
    this._listen();
  }

  /**
   * Shows the land as it is now, or hides it.
   * @param {boolean} isShown
   * @param {number} height px, its name included
   */
  show(isShown, height) {
    this.box.hidden = !isShown;
    if (!isShown) return;
    const state = this._state(height);
    if (state === this._painted) return;
    this._painted = state;
    this.frame = this._fit(height);
    this._paint();
  }

  /** @param {number} height px, its name included */
  width(height) {
    const [wide, high] = this._span();
    return Math.round(height * Math.min(WIDEST, Math.max(SLIMMEST, wide / high)));
  }

  /** Width and height of what is shown, in map steps. */
  _span() {
    const [west, north, east, south] = this.land.box;
    const margin = MARGIN * Math.max(east - west, south - north);
    return [east - west + 2 * margin, south - north + 2 * margin];
  }

  /**
   * All that the picture depends on, as a text.
   * @param {number} height
   */
  _state(height) {
    const { app } = this;
    const { shading, plan } = app.proposal.face;
    const parts = [height, window.devicePixelRatio, theme.isDark, Boolean(app.context), app.base.hasContext, app.options.show_unit_borders];
    const { frame } = app.stage, { cells, n } = app.accounts;
    parts.push(app.options.show_accounts && n ? `${app.accounts.version} ${cells.scale(frame, cells.at(frame)).perValue}` : "");
    for (const u of this.land.units) {
      const group = shading.groupOf(u);
      parts.push(`${plan.shown[u]} ${shading.fill(group)} ${shading.alpha(group)} ${plan.isLocked(u)}`);
    }
    return parts.join(";");
  }

  /** @param {number} whole px, its name included */
  _fit(whole) {
    const [west, north, east, south] = this.land.box;
    const [wide, high] = this._span();
    const width = this.width(whole), height = whole - NAME_PX;
    const scale = Math.min(width / wide, height / high);
    const dpr = window.devicePixelRatio || 1;
    const zoom = Math.log2((scale * WORLD) / 256);
    const onPixel = (/** @type {number} */ v) => Math.round(v * dpr) / dpr;
    return {
      scale, zoom, dpr, width, height, pad: 0, shift: 0, level: Math.ceil(zoom + Math.log2(dpr) - 0.01),
      ox: onPixel(((west + east) / 2) * scale - width / 2), oy: onPixel(((north + south) / 2) * scale - height / 2),
    };
  }

  _paint() {
    const { frame, canvas } = this;
    const rect = { x0: 0, y0: 0, x1: frame.width, y1: frame.height };
    const ctx = begin(canvas, frame);
    canvas.style.width = `${frame.width}px`;
    canvas.style.height = `${frame.height}px`;
    this._under.paint(ctx, frame, rect);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    const [units, lines] = this._sheets, { face } = this.app.proposal;
    units.painter.shading = face.shading;
    lines.painter.plan = face.plan;
    for (const sheet of this._sheets) {
      sheet.painter.paint(begin(sheet.canvas, frame), frame, rect);
      ctx.drawImage(sheet.canvas, 0, 0);
    }
  }

  // -- pointer --------------------------------------------------------------------------------------------------------

  _listen() {
    const { box, app } = this;
    for (const name of ["dblclick", "wheel", "mousedown", "contextmenu"]) box.addEventListener(name, (e) => e.stopPropagation());
    box.addEventListener("pointerdown", (e) => this._press(e));
    box.addEventListener("pointermove", (e) => this._move(e));
    box.addEventListener("pointerup", (e) => this._release(e));
    box.addEventListener("pointerleave", () => app.tooltip.hide());
    box.addEventListener("keydown", (e) => {
      if (e.key !== "Enter") return;
      e.stopPropagation();
      this.fly();
    });
  }

  /** Shows the land on the map itself. */
  fly() {
    const [west, north, east, south] = this.land.box;
    const [w, n] = degrees(west, north), [e, s] = degrees(east, south);
    this.app.camera.flyTo([w, s, e, n]);
  }

  /** @param {PointerEvent} e */
  _press(e) {
    e.stopPropagation();
    const { app } = this;
    if (e.button !== 0 || app.tools.stroke) return;
    if (e.altKey && app.mode === "window") {
      const u = this._unitAt(e);
      if (u >= 0) app.choice.pickTarget(app.plan.shown[u]);
      return;
    }
    if (app.mode !== "window" || app.tools.tool !== "brush") {
      this.fly();
      return;
    }
    if (!app.tools.beginStroke()) return;
    this.box.setPointerCapture(e.pointerId);
    this._take(e);
  }

  /** @param {PointerEvent} e */
  _move(e) {
    const { app } = this;
    e.stopPropagation();
    if (this.box.hasPointerCapture(e.pointerId) && app.tools.stroke) {
      this._take(e);
      return;
    }
    const from = app.map.getContainer().getBoundingClientRect();
    if (!app.tools.stroke) app.tooltip.show(this._unitAt(e), e.clientX - from.left, e.clientY - from.top);
  }

  /** @param {PointerEvent} e */
  _release(e) {
    const { app } = this;
    e.stopPropagation();
    const { stroke } = app.tools;
    if (!this.box.hasPointerCapture(e.pointerId) || !stroke) return;
    app.tools.endStroke();
    app.edits.commit(stroke);
  }

  /** @param {PointerEvent} e */
  _take(e) {
    const { app } = this;
    const u = this._unitAt(e);
    if (u >= 0) app.tools.stroke.add(app.levels.grow([u]));
    const from = app.map.getContainer().getBoundingClientRect();
    app.card.show(app.tools.stroke, e.clientX - from.left, e.clientY - from.top);
    app.stage.ask("overlay");
  }

  /** @param {PointerEvent} e */
  _unitAt(e) {
    const { frame, app } = this;
    if (!frame) return -1;
    const box = this.canvas.getBoundingClientRect();
    const x = (e.clientX - box.left + frame.ox) / frame.scale, y = (e.clientY - box.top + frame.oy) / frame.scale;
    return app.ground.unitAt(x, y, app.ground.levels.at(frame.level));
  }
}

/**
 * How much of a box lies in another, 0..1.
 * @param {number[]} box west, north, east, south
 * @param {number[]} other
 */
function shareIn(box, other) {
  const wide = Math.min(box[2], other[2]) - Math.max(box[0], other[0]);
  const high = Math.min(box[3], other[3]) - Math.max(box[1], other[1]);
  return wide > 0 && high > 0 ? (wide * high) / ((box[2] - box[0]) * (box[3] - box[1])) : 0;
}

/**
 * Makes a canvas empty and as large as the frame.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./stage.js").Frame} frame
 */
function begin(canvas, frame) {
  const width = Math.round(frame.width * frame.dpr), height = Math.round(frame.height * frame.dpr);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.setTransform(frame.dpr, 0, 0, frame.dpr, 0, 0);
  return ctx;
}

/**
 * @param {number} lon
 * @param {number} lat
 */
function steps(lon, lat) {
  const y = 0.5 - Math.atanh(Math.sin((lat * Math.PI) / 180)) / (2 * Math.PI);
  return [(lon / 360 + 0.5) * WORLD, y * WORLD];
}

/**
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
function degrees(x, y) {
  const lat = (Math.asin(Math.tanh((0.5 - y / WORLD) * 2 * Math.PI)) * 180) / Math.PI;
  return [(x / WORLD - 0.5) * 360, lat];
}
